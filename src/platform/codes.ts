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
/**
 * The codes of ISO 4217 of present (list one) and past currencies and funds (list three), without the codes for no
 * currency and for tests. The currencies that `Intl` knows are others, and change with Node.
 */
export const CURRENCIES: ReadonlySet<string> = new Set(
  `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
  CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
  HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
  MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
  PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD
  TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD
  XPF XPT XSU XUA YER ZAR ZMW ZWG
  ADP AFA ALK ANG AOK AON AOR ARA ARP ARY ATS AYM AZM BAD BEC BEF BEL BGJ BGK BGL BGN BOP BRB BRC BRE BRN BRR BUK
  BYB BYR CHC CSD CSJ CSK CUC CYP DDM DEM ECS ECV EEK ESA ESB ESP FIM FRF GEK GHC GHP GNE GNS GQE GRD GWE GWP HRD
  HRK IEP ILP ILR ISJ ITL LAJ LSM LTL LTT LUC LUF LUL LVL LVR MGF MLF MRO MTL MTP MVQ MXP MZE MZM NIC NLG PEH PEI
  PES PLZ PTE RHD ROK ROL RUR SDD SDP SIT SKK SLL SRG STD SUR TJR TMM TPE TRL UAK UGS UGW USS UYN UYP VEB VEF VNC
  XEU XFO XFU XRE YDD YUD YUM YUN ZAL ZMK ZRN ZRZ ZWC ZWD ZWL ZWN ZWR`.split(/\s+/),
);
const MAX_LANGUAGE_LENGTH = 35;

const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

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
  if (CURRENCIES.has(text)) return text;
  // Checked first, because capitals of other letters can be two of these: ß.
  if (!/^[A-Za-z]{3}$/.test(text)) return undefined;
  const code = text.toUpperCase();
  return CURRENCIES.has(code) ? code : undefined;
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
