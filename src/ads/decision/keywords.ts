import { LRUCache } from 'lru-cache';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import { stemmedQuery } from '../../search-engine/text/parse-query';
import type { LineItemRecord } from '../definitions/ad-records';

type Keywords = Pick<LineItemRecord, 'exactKeywords' | 'phraseKeywords' | 'negativeKeywords'>;

export type KeywordFault = 'NO_KEYWORD' | 'NEGATIVE_KEYWORD';

/**
 * Returns why a line item does not match a query; undefined if it does. Texts are compared as words in their stems,
 * joined by spaces. An exact keyword has the same words as the query; a phrase or negative keyword is a sequence of them.
 * A line item without exact and phrase keywords matches every list, also one without a query.
 * @param query the words of the query; '' without one
 * @param wordsOf returns the words of a keyword
 */
export function faultOfKeywords(
  lineItem: Keywords,
  query: string,
  wordsOf: (keyword: string) => string,
): KeywordFault | undefined {
  const { exactKeywords, phraseKeywords, negativeKeywords } = lineItem;
  const contains = (keyword: string) => {
    const words = wordsOf(keyword);
    return words !== '' && ` ${query} `.includes(` ${words} `);
  };
  if (negativeKeywords.some(contains)) return 'NEGATIVE_KEYWORD';
  if (exactKeywords.length + phraseKeywords.length === 0) return undefined;
  const isExact = (keyword: string) => {
    const words = wordsOf(keyword);
    return words !== '' && words === query;
  };
  return exactKeywords.some(isExact) || phraseKeywords.some(contains) ? undefined : 'NO_KEYWORD';
}

/** Returns all keywords of a line item. */
export const keywordsOf = ({ exactKeywords, phraseKeywords, negativeKeywords }: Keywords): string[] => [
  ...exactKeywords,
  ...phraseKeywords,
  ...negativeKeywords,
];

/** Caches the words of keywords. Analyzing them for each decision would take longer than the decision. */
export class KeywordWords {
  private readonly cache = new LRUCache<string, string>({ max: 100_000 });

  of(keyword: string, analyzer: LanguageAnalyzer): string {
    const key = `${analyzer.id} ${keyword}`;
    let words = this.cache.get(key);
    if (words === undefined) this.cache.set(key, (words = stemmedQuery(keyword, analyzer)));
    return words;
  }
}
