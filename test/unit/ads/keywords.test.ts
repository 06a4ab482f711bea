import { faultOfKeywords, KeywordWords } from '../../../src/ads/decision/keywords';
import { LanguageAnalyzer } from '../../../src/search-engine/text/language-analyzer';
import { stemmedQueryAmong } from '../../../src/search-engine/text/parse-query';

const english = new LanguageAnalyzer({ language: 'en' });
const keywords = new KeywordWords();

describe('keywords of line items', () => {
  /** Returns the fault of keywords in a shop with the word c++. */
  const wordsOf = (keyword: string) => keywords.of(keyword, english);
  const faultOf = (query: string, item: Readonly<Record<string, readonly string[]>>) =>
    faultOfKeywords(
      { exactKeywords: [], phraseKeywords: [], negativeKeywords: [], ...item },
      stemmedQueryAmong(
        query,
        english,
        (word) => word === 'c++',
        () => Object.values(item).flat().map(wordsOf),
      ),
      wordsOf,
    );

  it.each([
    ['lamp -red', { negativeKeywords: ['red'] }, undefined],
    ['red lamp', { negativeKeywords: ['red'] }, 'NEGATIVE_KEYWORD'],
    ['lamp -red', { phraseKeywords: ['red'] }, 'NO_KEYWORD'],
    ['lamp -red', { phraseKeywords: ['lamp'] }, undefined],
    ['desk -red lamp', { phraseKeywords: ['desk lamp'] }, undefined],
    ['lamp -red', { exactKeywords: ['lamp red'] }, 'NO_KEYWORD'],
    ['lamp red', { exactKeywords: ['lamp -red'] }, 'NO_KEYWORD'],
    ['-red lamps', { exactKeywords: ['lamp -red'] }, undefined],
    ['c++ primer', { phraseKeywords: ['c'] }, 'NO_KEYWORD'],
    ['c++ primer', { phraseKeywords: ['C++'] }, undefined],
    ['c primer', { phraseKeywords: ['C++'] }, 'NO_KEYWORD'],
    ['c++', { exactKeywords: ['c'] }, 'NO_KEYWORD'],
    // The shop has no word with this sign, so the query is the word without it, too.
    ['voucher+', { exactKeywords: ['voucher'] }, undefined],
    ['gift voucher+', { phraseKeywords: ['voucher'] }, undefined],
    ['gift voucher+', { negativeKeywords: ['voucher'] }, 'NEGATIVE_KEYWORD'],
    // A keyword has the word with its sign.
    ['c#', { phraseKeywords: ['c#'], negativeKeywords: ['c'] }, undefined],
    ['c# book', { phraseKeywords: ['c#'], negativeKeywords: ['c'] }, undefined],
    ['c#', { phraseKeywords: ['c'], negativeKeywords: ['c#'] }, 'NEGATIVE_KEYWORD'],
    ['c# book', { exactKeywords: ['c book'], negativeKeywords: ['old c#'] }, 'NO_KEYWORD'],
    ['book -voucher+', { phraseKeywords: ['voucher'] }, 'NO_KEYWORD'],
    ['', { exactKeywords: ['!'] }, 'NO_KEYWORD'],
    ['', {}, undefined],
  ] as const)('%s, %j: %s', (query, item, fault) => expect(faultOf(query, item)).toBe(fault));
});
