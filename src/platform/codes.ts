/**
 * Codes of countries, currencies and languages in the form in which they are stored and compared. All fields, variables
 * and expressions with a code read it here: `de` and `DE` must not be two countries.
 */

/** The officially assigned codes of two letters of ISO 3166-1. */
export const COUNTRIES: ReadonlySet<string> = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
  CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE
  GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM
  KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ
  NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH
  SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG
  VI VN VU WF WS YE YT ZA ZM ZW`.split(/\s+/),
);
/** What people write for the United Kingdom, and what the European Union writes for Greece. */
const COUNTRY_ALIASES: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
]);
/** Codes of ISO 4217 that stand for no currency, and for tests. */
const NO_CURRENCIES: ReadonlySet<string> = new Set(['XXX', 'XTS']);
const MAX_LANGUAGE_LENGTH = 35;

const currencyNames = new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' });
const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
/** The currencies that have been read, by what was given. */
const currencies = new Map<string, string>();

export const COUNTRY_FORM = 'a country code of ISO 3166-1 such as DE';
export const CURRENCY_FORM = 'an ISO 4217 code such as EUR';
export const LANGUAGE_FORM = `a BCP 47 tag of at most ${MAX_LANGUAGE_LENGTH} characters such as de or pt-BR`;

/** Returns the code of ISO 3166-1 that a text stands for, in capital letters; undefined if it is none. */
export function readCountry(text: string): string | undefined {
  // Checked first, because capitals of other letters can be two of these: ß.
  if (!/^[A-Za-z]{2}$/.test(text)) return undefined;
  const code = text.toUpperCase();
  const country = COUNTRY_ALIASES.get(code) ?? code;
  return COUNTRIES.has(country) ? country : undefined;
}

/** Returns the code of ISO 4217 of a present or past currency, in capital letters; undefined if a text is none. */
export function readCurrency(text: string): string | undefined {
  const known = currencies.get(text);
  if (known !== undefined) return known;
  if (!/^[A-Za-z]{3}$/.test(text)) return undefined;
  const code = text.toUpperCase();
  if (NO_CURRENCIES.has(code) || currencyNames.of(code) === undefined) return undefined;
  currencies.set(text, code);
  return code;
}

/** Returns the canonical form of a BCP 47 tag whose language is known, such as `pt-BR` for `pt_br`; undefined for others. */
export function readLanguage(text: string): string | undefined {
  if (text.length > MAX_LANGUAGE_LENGTH) return undefined;
  try {
    const tag = Intl.getCanonicalLocales(text.replaceAll('_', '-'))[0]!;
    return languageNames.of(tag.split('-', 1)[0]!) === undefined ? undefined : tag;
  } catch {
    // A RangeError: the text has not the form of a tag, or its language is that of no people.
    return undefined;
  }
}
