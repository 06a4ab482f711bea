import { detect as detectLanguage } from 'tinyld';
import { plainCharacters } from '../../search-engine/text/plain-characters';
import { functionWords } from '../../search-engine/text/function-words';
import { GENERIC_WORDS } from '../understanding/generic-words';
import { starterExamples } from './starter-examples';
import { ANSWER_LANGUAGES, isAnswerLanguage, type AnswerLanguage } from './languages';
import { fold } from './fold';
import { lexiconOf } from './lexicon';
import { NOT_SPOKEN } from './texts';

const HAN = /\p{Script=Han}/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Two letters of a script that no answer is written in; one may be a unit, such as Ω. */
const OTHER_SCRIPT =
  /(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Latin}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}])\p{L}){2}/u;
/** Characters of which nearly every Chinese sentence has one, and few names; and actions, which stand alone. */
const CHINESE_FUNCTION_CHARACTER =
  /[的了吗嗎呢吧是我你您他她它们們在有没沒不哪什么麼怎请請想要能可这這那个個和与與到给給帮幫谢謝还還就也都被把让讓再多少几幾]|取消|退款|退货|退貨|换货|換貨|发货|發貨|查询|查詢|投诉|投訴|人工/gu;
/** With Chinese function characters, one word of a language in Latin script may be a part of a name. */
const MIN_LATIN_WORDS = 2;

/** What the language of the conversation so far is worth, in words that only that language has. */
const KEPT_WEIGHT = 0.8;
/** A text in another language has this many words at least, and at most this share of them is known. */
const MIN_OTHER_WORDS = 3;
const MAX_KNOWN_SHARE = 0.5;
/** Number of characters of which the language is detected. */
const MAX_DETECTED = 300;
/** A number or code, such as `GT-1005`, belongs to no language. */
const CODE = /[\p{L}\p{N}_-]+/gu;

/** Words that people also borrow from other languages. */
const POLITE =
  /\b(?:hi|hello|hey|hola|bonjour|hallo|moin|ciao|ok|okay|thx|thanks|pls|please|por favor|merci|gracias|danke)\b/giu;

const LATIN_LANGUAGES = ANSWER_LANGUAGES.filter((language) => language !== 'zh' && language !== 'ja');

/** The language of a text: one that answers are written in, or the tag of another one. */
export interface TextLanguage {
  readonly language: AnswerLanguage;
  /** ISO 639-1, if the text is in another language. Then `language` is that of the conversation. */
  readonly other: string | null;
}

/** By word: how much it says for a language. */
let wordWeights: ReadonlyMap<string, ReadonlyMap<AnswerLanguage, number>> | undefined;

/** Words of the starter examples, of the lexicon and of grammar. A word that two languages have says half as much. */
function weights(): ReadonlyMap<string, ReadonlyMap<AnswerLanguage, number>> {
  if (wordWeights !== undefined) return wordWeights;
  const languages = new Map<string, Set<AnswerLanguage>>();
  for (const language of LATIN_LANGUAGES) {
    const examples = Object.values(starterExamples(language)).flat();
    // A word of one example may be a name.
    const counts = new Map<string, number>();
    for (const text of examples)
      for (const word of new Set(wordsOf(text))) counts.set(word, (counts.get(word) ?? 0) + 1);
    const words = [
      ...[...counts].filter(([, count]) => count > 1).map(([word]) => word),
      ...functionWords(language),
      ...lexiconOf(language).words(),
    ];
    for (const word of words) languages.set(word, (languages.get(word) ?? new Set()).add(language));
  }
  return (wordWeights = new Map(
    [...languages].map(([word, of]) => [word, new Map([...of].map((language) => [language, 1 / of.size]))]),
  ));
}

/**
 * Returns the language of a text, by its script and its words. A text that says little has that of the conversation.
 * @param before the language of the conversation so far; null if nothing is known
 */
export function languageOfText(text: string, before: AnswerLanguage | null): TextLanguage {
  const all = plainCharacters(text.normalize('NFKC'));
  const impolite = all.replaceAll(POLITE, ' ');
  const plain = /\p{L}/u.test(impolite) ? impolite : all;
  const kept = { language: before ?? 'en', other: null };
  if (OTHER_SCRIPT.test(plain)) return { ...kept, other: otherLanguage(plain) };
  const words = wordsOf(plain.replaceAll(CODE, (word) => (/\p{N}/u.test(word) ? ' ' : word)));
  if (KANA.test(plain)) return { language: 'ja', other: null };
  if (HAN.test(plain) && !isLatinSentence(plain, words))
    return { language: before === 'ja' ? 'ja' : 'zh', other: null };
  // Names and `OK` alone change no language: Chinese answers stay Chinese after `iPhone 15`.
  if (
    words.length === 0 ||
    ((before === 'zh' || before === 'ja') &&
      words.length < MIN_OTHER_WORDS &&
      !words.some((word) => word !== 'ok' && isSentenceWord(word)))
  )
    return kept;
  const scores = LATIN_LANGUAGES.map((language) => ({
    language,
    known: words.filter((word) => weights().get(word)?.has(language)).length,
    score:
      words.reduce((sum, word) => sum + (weights().get(word)?.get(language) ?? 0), 0) +
      (language === before ? KEPT_WEIGHT : 0),
  }));
  const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
  if (best.score === 0) return words.length < MIN_OTHER_WORDS ? kept : { ...kept, other: otherLanguage(plain) };
  // Entries of the lexicon may be the beginning or the end of a word.
  const isOwn = (word: string) =>
    weights().get(word)?.has(best.language) === true || lexiconOf(best.language).conceptsIn(word).length > 0;
  if (words.length >= MIN_OTHER_WORDS && words.filter(isOwn).length <= words.length * MAX_KNOWN_SHARE) {
    const other = otherLanguage(plain);
    if (other !== null) return { ...kept, other };
  }
  if (best.known === 0) return kept;
  return { language: best.language, other: null };
}

/** @param language BCP 47; null if none is stated */
export function statedLanguage(language: string | null): AnswerLanguage | null {
  const [subtag = ''] = (language ?? '').toLowerCase().split(/[-_]/);
  if (subtag === 'cmn' || subtag === 'yue') return 'zh';
  return isAnswerLanguage(subtag) ? subtag : null;
}

/** Returns the ISO 639-1 code of a language in which there are no answers; null if it is none of them. */
function otherLanguage(text: string): string | null {
  const found = detectLanguage(text.slice(0, MAX_DETECTED));
  return Object.hasOwn(NOT_SPOKEN, found) ? found : null;
}

function wordsOf(text: string): string[] {
  return fold(text).match(/\p{Script=Latin}+/gu) ?? [];
}

const SENTENCE_LANGUAGES = ['da', 'de', 'en', 'es', 'fi', 'fr', 'it', 'nl', 'no', 'pt', 'sv'];
const SUPPORT_WORDS =
  'order orders parcel package delivery delivered deliver cancel return refund exchange invoice tracking track status address payment paid received name customer hello hi hey thanks please help buy find';

let sentenceWords: ReadonlySet<string> | undefined;

/** Returns whether a word belongs to a sentence of a language in Latin script rather than to a name. */
function isSentenceWord(word: string): boolean {
  sentenceWords ??= new Set([
    ...SENTENCE_LANGUAGES.flatMap((language) => [...functionWords(language)]),
    ...[...GENERIC_WORDS, ...SUPPORT_WORDS.split(' ')],
  ]);
  return sentenceWords.has(word);
}

/** Returns whether a text with Chinese characters is a sentence of a language in Latin script with a Chinese name. */
function isLatinSentence(text: string, words: readonly string[]): boolean {
  const latin = words.filter((word) => word.length > 1 && isSentenceWord(word)).length;
  const chinese = text.match(CHINESE_FUNCTION_CHARACTER)?.length ?? 0;
  return latin >= (chinese === 0 ? 1 : MIN_LATIN_WORDS) && latin > chinese;
}
