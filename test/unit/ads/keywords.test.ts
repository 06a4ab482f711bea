import { faultOfKeywords, KeywordWords } from '../../../src/ads/decision/keywords';
import { LanguageAnalyzer } from '../../../src/search-engine/text/language-analyzer';
import { stemmedForms } from '../../../src/search-engine/text/parse-query';

const analyzer = new LanguageAnalyzer({ language: 'en' });
const words = new KeywordWords();

/** Returns the fault of keywords in a shop with the word c++. */
function fault(query: string, keywords: Partial<Parameters<typeof faultOfKeywords>[0]>) {
  const forms = query === '' ? [] : stemmedForms(query, analyzer, (word) => word === 'c++');
  const none = { exactKeywords: [], phraseKeywords: [], negativeKeywords: [] };
  return faultOfKeywords({ ...none, ...keywords }, forms, (keyword) => words.of(keyword, analyzer));
}

it('a keyword matches a query as typed and as it is searched for', () => {
  expect(fault('voucher+', { exactKeywords: ['voucher'] })).toBeUndefined();
  expect(fault('gift voucher+', { phraseKeywords: ['voucher'] })).toBeUndefined();
  expect(fault('gift voucher+', { negativeKeywords: ['voucher'] })).toBe('NEGATIVE_KEYWORD');
  expect(fault('c++', { exactKeywords: ['c++'] })).toBeUndefined();
  expect(fault('c++', { exactKeywords: ['c'] })).toBe('NO_KEYWORD');
  expect(fault('c', { exactKeywords: ['c++'] })).toBe('NO_KEYWORD');
  expect(fault('book -voucher+', { phraseKeywords: ['voucher'] })).toBe('NO_KEYWORD');
  expect(fault('', { exactKeywords: ['!'] })).toBe('NO_KEYWORD');
  expect(fault('', {})).toBeUndefined();
});
