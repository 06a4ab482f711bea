import { COUNTRIES, CURRENCIES, readCountry, readCurrency, readLanguage } from '../../../src/platform/codes';

it.each<[string, string | null]>([
  ['DE', 'DE'],
  ['de', 'DE'],
  ['De', 'DE'],
  ['GB', 'GB'],
  ['UK', 'GB'],
  ['uk', 'GB'],
  ['EL', 'GR'],
  ['el', 'GR'],
  ...['XX', 'ZZ', 'EU', 'XK', 'AA', 'DD', '', 'D', 'DEU', 'Deutschland', 'ß', 'ＤＥ', ' DE', 'D1', '49'].map(none),
])('reads the country %j as %j', (text, country) => {
  expect(readCountry(text)).toBe(country ?? undefined);
});

it('knows all countries', () => {
  expect(COUNTRIES.size).toBe(249);
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  expect([...COUNTRIES].filter((code) => names.of(code) === undefined)).toEqual([]);
});

it.each<[string, string | null]>([
  ['EUR', 'EUR'],
  ['eur', 'EUR'],
  ['Gbp', 'GBP'],
  // Past orders may be in a former currency.
  ['DEM', 'DEM'],
  ['HRK', 'HRK'],
  ['BGL', 'BGL'],
  ['xcg', 'XCG'],
  // `Intl` may not know them.
  ['XAD', 'XAD'],
  ['ZWN', 'ZWN'],
  // `Intl` knows them, but ISO 4217 does not.
  ...['CNH', 'cnh', 'ARL', 'BRZ', 'KRO', 'MAF', 'YUR'].map(none),
  ...['XXX', 'XTS', 'EURO', 'EU', '', '€', 'RMB', 'ABC', 'BTC', 'ＥＵＲ', 'euß'].map(none),
])('reads the currency %j as %j', (text, currency) => {
  expect(readCurrency(text)).toBe(currency ?? undefined);
});

it('knows the currencies of both lists', () => {
  expect(CURRENCIES.size).toBe(305);
  expect([...CURRENCIES].filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
});

it.each<[string, string | null]>([
  ['de', 'de'],
  ['DE', 'de'],
  ['pt_br', 'pt-BR'],
  ['zh-hant-tw', 'zh-Hant-TW'],
  ['deu', 'de'],
  ['iw', 'he'],
  ['en-UK', 'en-GB'],
  ['no', 'no'],
  ...['xx', 'jp', 'cz', 'german', 'English', '', 'd', '12', 'und', 'de-', 'de--AT', `de-${'x'.repeat(40)}`].map(none),
])('reads the language %j as %j', (text, language) => {
  expect(readLanguage(text)).toBe(language ?? undefined);
});

function none(text: string): [string, null] {
  return [text, null];
}
