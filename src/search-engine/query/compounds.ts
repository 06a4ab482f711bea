import type { Alternative } from '../index/query';
import type { FormCount } from '../index/segment-view';
import { MIN_PART_LENGTH } from '../text/compounding';
import type { LanguageAnalyzer } from '../text/language-analyzer';
import type { QueryWord } from '../text/query-word';
import type { Replacement } from './clauses';

/** The words of an index. */
export interface TermSource {
  /** Returns the most frequent forms whose term ends with a suffix. */
  formsEndingWith(suffix: string, limit: number): readonly FormCount[];
  /** Returns the number of postings that a search for any of these terms and prefixes reads. */
  countPostings(alternatives: readonly Alternative[]): number;
}

/** Maximum number of words of a query that finds compounds. A longer text is a sentence or a pasted title. */
const MAX_WORDS = 10;
/** Maximum number of forms with an ending that are examined. */
const MAX_EXAMINED_FORMS = 128;
/** Maximum number of forms and splits that are examined for one query. It bounds the time of reading a query. */
const MAX_WORK = 800;
/** Longer words are not split. */
const MAX_SPLIT_LENGTH = 40;
/** Maximum number of compounds that a word finds in one language. */
const MAX_COMPOUNDS = 16;
/**
 * Maximum number of postings of a word and its compounds. It bounds the time of a search; a word that exceeds it finds
 * many products without compounds.
 */
const MAX_POSTINGS = 30_000;
/** The weight of a compound relative to the typed word. */
const COMPOUND_WEIGHT = 0.7;
/** The weight of a compound whose first part is unknown. */
const UNKNOWN_COMPOUND_WEIGHT = 0.5;
/** The weight of the last part of a typed compound that no product has. */
const HEAD_WEIGHT = 0.4;
/** Minimum length of a last part that stands for a typed compound. */
const MIN_HEAD_LENGTH = 4;

const LETTERS = /^\p{Script=Latin}+$/u;

interface TermCount {
  readonly term: string;
  readonly documents: number;
}

/** A term of the index that ends with a word. */
interface CompoundTerm extends TermCount {
  readonly beginning: string;
  /** See {@link Compounding.firstPartsOf}. */
  readonly firstParts: readonly string[];
  /** undefined for a term that is a compound only if its beginning is a word of the query. */
  readonly weight: number | undefined;
}

/**
 * Finds compounds in languages that write them as one word: `Trikot` finds `Fußballtrikot`. It caches what it finds, so
 * it must be used for one query only.
 */
export class CompoundFinder {
  private readonly foundTerms = new Map<string, readonly CompoundTerm[]>();
  private readonly shopWords = new Map<string, boolean>();
  private readonly pairs = new Map<string, readonly TermCount[]>();
  private readonly heads = new Map<string, readonly string[]>();
  private workLeft = MAX_WORK;

  constructor(private readonly terms: TermSource) {}

  /**
   * Returns the compounds of the shop that stand for words of a query:
   * - a word finds compounds that end with it. Their beginning must be a word of the shop or a common word, unless the
   *   word itself has no product
   * - two words find the compounds of both, in either order: `Leine Hund` finds `Hundeleine`
   */
  compoundsOf(words: readonly QueryWord[], analyzer: LanguageAnalyzer): Replacement[] {
    if (analyzer.compounding === undefined || words.length > MAX_WORDS) return [];
    const found = words.map(() => new Map<string, number>());
    const postings = words.map((word) => this.terms.countPostings(alternativesOf(word)));
    const add = (at: number, { term, documents }: TermCount, weight: number): void => {
      if (found[at].size === MAX_COMPOUNDS || found[at].has(term) || postings[at] + documents > MAX_POSTINGS) return;
      postings[at] += documents;
      found[at].set(term, weight);
    };
    const parts = words.flatMap((word, at) => (stemOf(word) === undefined ? [] : [{ at, surface: surfaceOf(word) }]));
    for (const first of parts)
      for (const last of parts)
        for (const one of first === last ? [] : this.ofParts(first.surface, last.surface, analyzer))
          for (const { at } of [first, last]) add(at, one, COMPOUND_WEIGHT);
    for (const { at, surface } of parts)
      for (const one of this.endingWith(surface, analyzer)) if (one.weight !== undefined) add(at, one, one.weight);
    return replacements(found.map((terms) => [...terms]));
  }

  /**
   * Returns what stands for words that no product has, neither alone nor in a compound: their last part, with the
   * compounds that end with it. `Wanderrucksack` stands for `Rucksack` and `Trekkingrucksack`.
   */
  headsOf(words: readonly QueryWord[], analyzer: LanguageAnalyzer): Replacement[] {
    if (analyzer.compounding === undefined || words.length > MAX_WORDS) return [];
    const heads = words.map((word) => {
      if (stemOf(word) === undefined || this.terms.countPostings(alternativesOf(word)) > 0) return [];
      return this.headOf(surfaceOf(word), analyzer);
    });
    return replacements(heads.map((terms) => terms.map((term) => [term, HEAD_WEIGHT])));
  }

  /**
   * Splits a compound into two words that the shop has, in any form and without the letters that link them.
   * @returns undefined if there is no such split
   */
  split(
    word: string,
    analyzer: LanguageAnalyzer,
  ): { readonly words: readonly string[]; readonly frequency: number } | undefined {
    const { compounding } = analyzer;
    if (compounding === undefined || word.length > MAX_SPLIT_LENGTH || !LETTERS.test(word)) return undefined;
    let best: { words: string[]; frequency: number } | undefined;
    for (let at = MIN_PART_LENGTH; at <= word.length - MIN_PART_LENGTH && this.workLeft-- > 0; at++) {
      for (const first of compounding.firstPartsOf(word.slice(0, at))) {
        const firstCount = this.countTerms([analyzer.term(first)]);
        if (firstCount <= (best?.frequency ?? 0)) continue;
        const frequency = Math.min(firstCount, this.countLastPart(word.slice(at), analyzer));
        if (frequency > (best?.frequency ?? 0)) best = { words: [first, word.slice(at)], frequency };
      }
    }
    return best;
  }

  /** Returns how many products have a word, or have compounds that end with it if no product has the word. */
  private countLastPart(word: string, analyzer: LanguageAnalyzer): number {
    const count = this.countTerms([analyzer.term(word)]);
    return count > 0 || word.length < MIN_HEAD_LENGTH ? count : this.countTerms(this.termsOf(word, analyzer));
  }

  private headOf(word: string, analyzer: LanguageAnalyzer): readonly string[] {
    const key = `${analyzer.language} ${word}`;
    let terms = this.heads.get(key);
    if (terms === undefined) {
      terms = [];
      const lastSplit = word.length > MAX_SPLIT_LENGTH ? 0 : word.length - MIN_HEAD_LENGTH;
      for (let at = MIN_PART_LENGTH; at <= lastSplit && terms.length === 0 && this.workLeft-- > 0; at++) {
        const ending = word.slice(at);
        if (!analyzer.compounding!.isPossible(word.slice(0, at), analyzer.term(ending))) continue;
        const found = this.termsOf(ending, analyzer);
        const count = this.countTerms(found);
        if (count > 0 && count <= MAX_POSTINGS) terms = found;
      }
      this.heads.set(key, terms);
    }
    return terms;
  }

  /** Returns the term of a word and the compounds that end with it. */
  private termsOf(word: string, analyzer: LanguageAnalyzer): string[] {
    const term = analyzer.term(word);
    if (term.length < MIN_PART_LENGTH) return [term];
    const compounds = this.endingWith(word, analyzer).filter(({ weight }) => weight !== undefined);
    return [term, ...compounds.map((compound) => compound.term)];
  }

  private isWord(term: string): boolean {
    let isWord = this.shopWords.get(term);
    if (isWord === undefined) this.shopWords.set(term, (isWord = this.countTerms([term]) > 0));
    return isWord;
  }

  private countTerms(terms: readonly string[]): number {
    return this.terms.countPostings(terms.map((term) => ({ term })));
  }

  /** Returns the compounds that begin with one word and end with another. */
  private ofParts(first: string, last: string, analyzer: LanguageAnalyzer): readonly TermCount[] {
    const key = `${analyzer.language} ${first} ${last}`;
    let found = this.pairs.get(key);
    if (found === undefined) {
      // The stem of a compound does not always end with the stem of its last word.
      const term = analyzer.term(first + last);
      const documents = this.countTerms([term]);
      const joined = documents > 0 ? [{ term, documents }] : [];
      const stem = analyzer.term(first);
      found = [...joined, ...this.endingWith(last, analyzer).filter((one) => beginsWith(one, stem))];
      this.pairs.set(key, found);
    }
    return found;
  }

  private endingWith(word: string, analyzer: LanguageAnalyzer): readonly CompoundTerm[] {
    const key = `${analyzer.language} ${word}`;
    let found = this.foundTerms.get(key);
    if (found === undefined) this.foundTerms.set(key, (found = this.find(word, analyzer)));
    return found;
  }

  private find(word: string, analyzer: LanguageAnalyzer): CompoundTerm[] {
    const compounding = analyzer.compounding!;
    const stem = analyzer.term(word);
    if (!compounding.canEnd(stem)) return [];
    const isWord = (term: string) => this.isWord(term);
    const isShopWord = isWord(stem);
    let weightedCount = 0;
    const weightOf = (beginning: string) => {
      // More compounds are found only together with another word.
      if (weightedCount === MAX_COMPOUNDS) return undefined;
      if (compounding.isKnown(beginning, stem, isWord)) return COMPOUND_WEIGHT;
      return !isShopWord && compounding.isPossible(beginning, stem) ? UNKNOWN_COMPOUND_WEIGHT : undefined;
    };
    const found = new Map<string, CompoundTerm>();
    for (const { surface, term, documents } of this.terms.formsEndingWith(stem, MAX_EXAMINED_FORMS)) {
      if (this.workLeft-- <= 0) break;
      const beginning = term.slice(0, -stem.length);
      if (beginning.length < MIN_PART_LENGTH || !LETTERS.test(beginning)) continue;
      const known = found.get(term);
      if (known !== undefined) found.set(term, { ...known, documents: known.documents + documents });
      else if (compounding.endsWith(surface, beginning, word)) {
        const weight = weightOf(beginning);
        if (weight !== undefined) weightedCount++;
        found.set(term, { term, documents, beginning, firstParts: compounding.firstPartsOf(beginning), weight });
      }
    }
    return [...found.values()];
  }
}

/** @param terms by word: terms that stand for it, with their weights */
function replacements(terms: readonly (readonly (readonly [string, number])[])[]): Replacement[] {
  return terms.flatMap((own, at) => own.map(([term, weight]) => ({ first: at, last: at, terms: [term], weight })));
}

const surfaceOf = ({ tokenizations }: QueryWord): string => tokenizations[0][0].surface;

/** Returns the stem of a word that can be part of a compound. */
function stemOf({ tokenizations, isFunctionWord }: QueryWord): string | undefined {
  const [tokens] = tokenizations;
  if (isFunctionWord || tokenizations.length > 1 || tokens.length > 1) return undefined;
  const [{ term }] = tokens;
  return term.length >= MIN_PART_LENGTH && LETTERS.test(term) ? term : undefined;
}

function alternativesOf({ tokenizations, prefix }: QueryWord): Alternative[] {
  const tokens = tokenizations.flat();
  return [...tokens.map(({ term }) => ({ term })), ...(prefix ? [{ prefix: tokens.at(-1)!.surface }] : [])];
}

/** Returns whether a word is the first or the middle part of a compound. */
function beginsWith({ beginning, firstParts }: CompoundTerm, stem: string): boolean {
  return beginning.startsWith(stem) || firstParts.some((part) => part.endsWith(stem));
}
