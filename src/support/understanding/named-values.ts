import { plainCharacters } from '../../search-engine/text/plain-characters';

/** A day that a text names. */
export interface NamedDay {
  readonly text: string;
  /** Null if the text names none. */
  readonly year: number | null;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** An amount of money that a text names. */
export interface NamedAmount {
  readonly text: string;
  readonly amount: number;
}

/** Maximum number of days, and of amounts, that are read from one text. */
const MAX_VALUES = 5;
/** By how they begin, so that each text has one: `juin` and `juillet`, `mars` and `mai`. */
const MONTHS: readonly (readonly [beginning: RegExp, names: string])[] = [
  [/^(?:jan|jän|ene)/iu, 'jan(?:uary|uar|vier|v)?|jänner|ene(?:ro)?'],
  [/^(?:f[eé][bv])/iu, 'feb(?:ruary|ruar|rero)?|f[ée]vr(?:ier)?'],
  [/^m[aä]r/iu, 'mar(?:ch|s|zo)?|märz|maerz'],
  [/^(?:apr|avr|abr)/iu, 'apr(?:il)?|avr(?:il)?|abr(?:il)?'],
  [/^ma[yi]/iu, 'mayo?|mai'],
  [/^jui?n/iu, 'june?|juni|juin|junio'],
  [/^jui?l/iu, 'july?|juli|juil(?:let)?|julio'],
  [/^(?:au|ao|ag)/iu, 'aug(?:ust)?|ao[uû]t|ago(?:sto)?'],
  [/^se/iu, 'sept?(?:ember|embre|iembre)?|setiembre'],
  [/^o[ck]t/iu, 'oct(?:ober|obre|ubre)?|okt(?:ober)?'],
  [/^no/iu, 'nov(?:ember|embre|iembre)?'],
  [/^d/iu, 'dec(?:ember)?|dez(?:ember)?|d[ée]c(?:embre)?|dic(?:iembre)?'],
];
const MONTH = `(${MONTHS.map(([, names]) => names).join('|')})\\.?`;
const YEAR = '(?:,?\\s{1,3}(?:del? )?(\\d{4}))?';
/** Each with the groups year, month and day, in an order of its own. */
const DAY_PATTERNS: readonly { readonly pattern: RegExp; readonly groups: readonly ('year' | 'month' | 'day')[] }[] = [
  { pattern: /(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/g, groups: ['year', 'month', 'day'] },
  { pattern: /(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]/g, groups: ['year', 'month', 'day'] },
  { pattern: /(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})?(?!\d)/g, groups: ['day', 'month', 'year'] },
  {
    pattern: new RegExp(
      `(?<!\\d)(\\d{1,2})(?:st|nd|rd|th|er|\\.)?(?:\\s{1,3}(?:of|de))?\\s{1,3}${MONTH}${YEAR}(?![\\p{L}\\d])`,
      'giu',
    ),
    groups: ['day', 'month', 'year'],
  },
  {
    pattern: new RegExp(`(?<!\\p{L})${MONTH}\\s{1,3}(\\d{1,2})(?:st|nd|rd|th)?${YEAR}(?![\\p{L}\\d])`, 'giu'),
    groups: ['month', 'day', 'year'],
  },
];

/** Returns the days in a text, also if they name no year. A form such as 3/4, which names two days, is none. */
export function namedDays(written: string): NamedDay[] {
  const text = plainCharacters(written);
  const found = DAY_PATTERNS.flatMap(({ pattern, groups }) =>
    Array.from(text.matchAll(pattern), ([whole, ...values]) => {
      const value = (name: (typeof groups)[number]) => values[groups.indexOf(name)];
      const year = value('year');
      return {
        text: whole.trim(),
        year: year === undefined ? null : Number(year),
        month: monthOf(value('month')!),
        day: Number(value('day')),
      };
    }),
  );
  return found.filter(({ month, day }) => month >= 1 && month <= 12 && day >= 1 && day <= 31).slice(0, MAX_VALUES);
}

function monthOf(text: string): number {
  const index = MONTHS.findIndex(([beginning]) => beginning.test(text));
  return index === -1 ? Number(text) : index + 1;
}

const CURRENCY =
  '(?:[€$£¥￥]|[欧美日港]?元|英镑|瑞士法郎|块钱|円|ユーロ|ドル|EUR|USD|GBP|CNY|JPY|CHF|euros?|dollars?|pounds?)';
const AMOUNT = '(\\d{1,3}(?:[,. ]\\d{3}){0,3}(?:[.,]\\d{1,2})?|\\d{1,9}(?:[.,]\\d{1,2})?)(?![\\d])';
const AMOUNTS = new RegExp(`${CURRENCY}\\s?${AMOUNT}|(?<![\\d.,])${AMOUNT}\\s?${CURRENCY}(?![a-z])`, 'gi');

/** Returns the amounts of money in a text: numbers with a currency before or after them. */
export function namedAmounts(text: string): NamedAmount[] {
  return Array.from(plainCharacters(text).matchAll(AMOUNTS), ([whole, after, before]) => ({
    text: whole.trim(),
    amount: decimalOf((after ?? before)!),
  })).slice(0, MAX_VALUES);
}

/** The last comma or dot before one or two digits is the decimal one. */
function decimalOf(number: string): number {
  const [, whole = number, cents = '0'] = /^(.*)[.,](\d{1,2})$/.exec(number) ?? [];
  return Number(`${whole.replaceAll(/[,. ]/g, '')}.${cents}`);
}

const EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,5}(?![\p{L}\p{N}-])/gu;

/** Returns the e-mail addresses in a text. */
export function namedEmails(text: string): string[] {
  return Array.from(text.matchAll(EMAIL), ([email]) => email).slice(0, MAX_VALUES);
}
