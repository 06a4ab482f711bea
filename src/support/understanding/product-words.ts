import { Analyzers } from '../../search-engine/text/analyzers';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import { isAnswerLanguage } from '../language/languages';
import { lexiconOf } from '../language/lexicon';
import { GENERIC_CHINESE, GENERIC_WORDS } from './generic-words';

const HAN = /\p{Script=Han}/u;
const NO_WORDS: ReadonlySet<string> = new Set();
/** Longer words name nothing. In UTF-16 code units. */
const MAX_WORD_LENGTH = 60;
/** Number of words of a question that are read, from its end: people say last what they want. */
const MAX_WORDS = 12;
const DIGIT = /\d/;

/** The words of a question that may name a product. */
export interface AskedProduct {
  /** For the search engine; empty if no word may name one. */
  readonly query: string;
  /** Folded words and their stems, by word. */
  readonly words: readonly ReadonlySet<string>[];
  /** Whether it says `it`, which is the product that was mentioned before. */
  readonly hasPronoun: boolean;
  /** Whether it asks for products like another one. */
  readonly asksForSimilar: boolean;
}

/** How a question names a product. */
export interface Naming {
  /** The number of words of the question that its title and brand have. */
  readonly words: number;
  /** Whether the question has all words of the title. */
  readonly isWhole: boolean;
}

/** Finds which words of a question name products. Words are folded and stemmed as in search. */
export class ProductWords {
  private readonly analyzers: Analyzers;

  /** @param shopLanguage BCP 47 */
  constructor(shopLanguage: string) {
    this.analyzers = new Analyzers(shopLanguage);
  }

  /**
   * @param language BCP 47, of the question
   * @param omitsGeneric whether words that mostly name no product are left out
   */
  read(question: string, language: string, omitsGeneric = true): AskedProduct {
    const visible = question.replaceAll(/\p{Cf}/gu, '');
    const text = HAN.test(visible)
      ? GENERIC_CHINESE.reduce((left, word) => left.replaceAll(word, ' '), visible)
      : visible;
    const lexicon = isAnswerLanguage(language) ? lexiconOf(language) : undefined;
    const analyzer = this.analyzers.forQuery(language);
    const all = wordsOf(text, analyzer, omitsGeneric ? GENERIC_WORDS : NO_WORDS).slice(-MAX_WORDS);
    // A word that is said twice names no more.
    const named = [...new Map(all.map((word) => [[...word.forms].join(), word])).values()];
    return {
      query: [...new Set(named.map(({ chunk }) => chunk))].join(' '),
      words: named.map(({ forms }) => forms),
      hasPronoun: lexicon?.has('it', question) ?? false,
      asksForSimilar: lexicon?.has('similar', question) ?? false,
    };
  }

  /** A title with numbers is named only by a question with one of them, if the question has numbers: `Lumo 9` is no `Lumo 7`. */
  naming(
    { words }: AskedProduct,
    {
      title,
      brand,
      language,
    }: { readonly title: string; readonly brand: string | null; readonly language: string | null },
  ): Naming {
    const titleWords = this.wordsOf(title, language);
    const known = new Set([...titleWords, ...this.wordsOf(brand ?? '', language)].flatMap((each) => [...each]));
    const common = words.filter((word) => [...word].some((form) => known.has(form)));
    const numbersOf = (all: readonly ReadonlySet<string>[]) =>
      all.filter((word) => [...word].some((form) => DIGIT.test(form)));
    const hasOtherNumber =
      numbersOf(titleWords).length > 0 && numbersOf(words).length > 0 && numbersOf(common).length === 0;
    if (hasOtherNumber) return { words: 0, isWhole: false };
    const asked = new Set(words.flatMap((each) => [...each]));
    return {
      words: common.length,
      isWhole: titleWords.length > 0 && titleWords.every((word) => [...word].some((form) => asked.has(form))),
    };
  }

  /** Returns whether a question has a word of a text, such as the name of an attribute. */
  hasWordOf({ words }: AskedProduct, text: string, language: string | null): boolean {
    const known = new Set(this.wordsOf(text, language).flatMap((each) => [...each]));
    return words.some((word) => [...word].some((form) => known.has(form)));
  }

  private wordsOf(text: string, language: string | null): ReadonlySet<string>[] {
    return wordsOf(text, this.analyzers.of(language), new Set()).map(({ forms }) => forms);
  }
}

interface NamingWord {
  /** As it is written, without punctuation around it. */
  readonly chunk: string;
  /** It and its parts, folded and stemmed. */
  readonly forms: ReadonlySet<string>;
}

/** Returns the words of a text but function words and `others`. What is written without blanks is one word, except Chinese. */
function wordsOf(text: string, analyzer: LanguageAnalyzer, others: ReadonlySet<string>): NamingWord[] {
  return text.split(/\s+/).flatMap((written): NamingWord[] => {
    if (written.length > MAX_WORD_LENGTH) return [];
    const trimmed = written.replaceAll(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, '');
    const isChinese = HAN.test(trimmed);
    const chunk = isChinese ? trimmed.replaceAll(/^[有卖的]+|[吗呢吧的了有卖]+$/gu, '') : trimmed;
    const tokens = analyzer
      .analyzeQuery(chunk)
      .filter(({ surface }) => !analyzer.isFunctionWord(surface) && !others.has(surface));
    if (tokens.length === 0) return [];
    const formsOf = (each: typeof tokens) => new Set(each.flatMap(({ surface, term }) => [surface, term]));
    return isChinese
      ? tokens.map((token) => ({ chunk, forms: formsOf([token]) }))
      : [{ chunk, forms: formsOf(tokens) }];
  });
}
