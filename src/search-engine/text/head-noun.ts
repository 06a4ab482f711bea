import { hasDigits } from '../spelling/part-number';
import type { LanguageAnalyzer } from './language-analyzer';
import { isSizeCode } from './property-words';
import { groupOverlapping, tokenizationsOf } from './query-word';
import type { TextToken } from './token';

/** Languages in which a noun stands before its adjectives. */
const NOUN_FIRST = new Set(['ar', 'ca', 'es', 'fa', 'fr', 'gl', 'he', 'id', 'it', 'ms', 'pt', 'ro', 'th', 'vi']);

/** Returns whether a noun stands before its adjectives in a language. @param language ISO 639-1 */
export const isNounFirst = (language: string): boolean => NOUN_FIRST.has(language);

/** A comma, bracket or dash ends the name of a product: `Mug, blue`, `Mug - blue`, `Mug (blue)`. */
const BOUNDARY = /[,;:|(){}[\]•·、，：；（）【】「」]|\s[-–—/]+\s/;
const LATIN_LETTER = /^\p{Script=Latin}$/u;
/** Words that join two nouns: `salt and pepper mill`. */
const AND = new Set('and en et e y og och ja und и'.split(' '));
/** Words that join a number of things and the things: `set of 3 cups`. */
const OF = new Set('of aus von de da di van av af из'.split(' '));

/** The noun that says what a product is, and the word that describes it. */
export interface HeadNoun {
  readonly term: string;
  /** The neighbouring word, if it is no property: `dog` of `ball dog toy`. */
  readonly modifier: string | undefined;
}

/**
 * Returns the noun of a title or of the name of a category that says what it is: the last word before a comma, a dash, a
 * bracket or a preposition, or the first word in a language in which adjectives follow. Numbers, sizes and property words
 * are none.
 * @param text the text of the tokens
 * @param isBrand returns whether a term belongs to the brand of the product, which is none either
 */
export function headNoun(
  text: string,
  tokens: readonly TextToken[],
  analyzer: LanguageAnalyzer,
  isBrand: (term: string) => boolean = () => false,
): HeadNoun | undefined {
  const words = wordsOf(tokens);
  const isNoun = words.map(
    ({ surface, term }) =>
      !hasDigits(surface) &&
      (surface.length > 1 || !LATIN_LETTER.test(surface)) &&
      !isSizeCode(surface) &&
      !analyzer.isFunctionWord(surface) &&
      !analyzer.isPropertyWord(surface) &&
      !analyzer.isPersonWord(surface) &&
      !isBrand(term),
  );
  // The words [from, to) are the name. Stop words are left out of it.
  let from = 0;
  let to = 0;
  let hasNoun = false;
  let counted: readonly [from: number, to: number] = [0, 0];
  for (; to < words.length; to++) {
    const word = words[to];
    if (hasNoun && BOUNDARY.test(text.slice(words[to - 1].end, word.start))) break;
    hasNoun ||= isNoun[to];
    if (!hasNoun || !analyzer.isStopWord(word.surface) || AND.has(word.surface)) continue;
    if (!OF.has(word.surface) || to + 1 === words.length || !hasDigits(words[to + 1].surface)) break;
    counted = [from, to];
    from = to + 1;
    hasNoun = false;
  }
  const [first, last] = hasNoun ? [from, to] : counted;
  const named = range(first, last).filter((at) => !analyzer.isStopWord(words[at].surface));
  const isFirst = isNounFirst(analyzer.language);
  const at = isFirst ? named.findIndex((word) => isNoun[word]) : named.findLastIndex((word) => isNoun[word]);
  if (at < 0) return undefined;
  const next = isFirst ? at + 1 : at - 1;
  const modifier = isNoun[named[next]] ? words[named[next]].term : undefined;
  return { term: words[named[at]].term, modifier };
}

/** Returns the words of a text, in the tokenization with the fewest tokens. */
function wordsOf(tokens: readonly TextToken[]): readonly TextToken[] {
  const isPlain = tokens.every(({ start }, at) => at === 0 || start >= tokens[at - 1].end);
  return isPlain ? tokens : groupOverlapping(tokens).flatMap((group) => tokenizationsOf(group)[0]);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

const CATEGORY_PARTS = /[&+/,]| (?:and|en|et|e|y|og|och|und|и) /;

/** Returns the head noun of each part of a category's own name: `Coffee & Tea` has two. */
export function headNounsOfCategory(name: string, analyzer: LanguageAnalyzer): string[] {
  return name.split(CATEGORY_PARTS).flatMap((part) => {
    const tokens = analyzer.analyze(part);
    const head = headNoun(part, tokens, analyzer);
    if (head !== undefined) return [head.term];
    // Of one word, it is the kind of product: `Children`.
    return tokens.length === 1 && !analyzer.isFunctionWord(tokens[0].surface) ? [tokens[0].term] : [];
  });
}
