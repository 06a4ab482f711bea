import { languagesInScript } from '../../../../src/search-engine/text/languages-in-script';

it.each([
  ['wool rug', ['en', 'ru', 'zh'], ['en', 'ru', 'zh']],
  ['25 × 40', ['de', 'en'], ['de', 'en']],
  ['', ['de'], ['de']],
  ['книги', ['en', 'de'], ['ru', 'und']],
  ['книги', ['en', 'uk'], ['und', 'uk']],
  ['чехол iphone', ['en', 'de'], ['en', 'de', 'ru']],
  ['タオル', ['de', 'ja'], ['und', 'ja']],
  ['日本酒', ['en', 'ja'], ['und', 'ja']],
  ['红色', ['en'], ['zh', 'und']],
  ['가방', ['en', 'de'], ['ko', 'und']],
  ['קומקום', ['en', 'he'], ['en', 'he']],
])('reads %j in a shop with %j as %j', (text, languages, expected) =>
  expect(languagesInScript(text, languages)).toEqual(expected),
);
