import { appendTo } from '../../learn/group-by';
import { plainCharacters } from '../../search-engine/text/plain-characters';
import { namedAmounts, namedDays, namedEmails } from './named-values';

/** A number or code in a text that may name an order or a parcel. */
export interface NamedNumber {
  /** As it is written, without a leading #. Digits of other scripts and full-width characters are plain ones. */
  readonly text: string;
  /** Whether the text says that it is a number: after `#` or a word such as `order`. */
  readonly isNumbered: boolean;
  /** Whether it is a number of an order or parcel: the text says so, or it is long. */
  readonly isCertain: boolean;
  /** The orders of the writer that it names, by their numbers or those of their parcels. */
  readonly orderIds: readonly string[];
  /** The parcels of the writer that it names. */
  readonly shipmentIds: readonly string[];
}

/** A number of an order or parcel of the writer. */
export interface OwnNumber {
  /** The id of the order, or the id or tracking number of the parcel. */
  readonly name: string;
  readonly orderId: string;
  /** Null for the number of an order. */
  readonly shipmentId: string | null;
}

/** Maximum number of numbers of a message that are none of the writer's own. */
const MAX_NUMBERS = 5;
/** Maximum length of a number, in characters. */
const MAX_LENGTH = 90;
/** Number of words and numbers of which one number may consist: `JD01 4600 0007`. */
const MAX_JOINED = 16;
/** Number of codes of a message that are looked up. */
const MAX_CODES = 600;
/** A code with this many characters and digits is a number of an order or parcel, even if no word says so. */
const MIN_CERTAIN_LENGTH = 6;
const MIN_CERTAIN_DIGITS = 4;
/** Fewer digits, or a shorter code with letters, are several words: the `42 2` of `size 42, 2 of them`. */
const MIN_JOINED_DIGITS = 5;
const MIN_JOINED_LENGTH = 4;

/** The numbers of a list differ in length by this at most, in characters. */
const MAX_LENGTH_DIFFERENCE = 2;

const PART = /[A-Za-z0-9]+/g;
const DIGIT = /[0-9]/;
/** What may stand between the parts of one number. */
const GAP = /^[ \t/\u2044\u2215._#-]{1,3}$/;
/** Between digits, no part alone is a number: `49.99`. */
const TIGHT_BETWEEN_DIGITS = /^[.,]$/;
/** A letter of a script with blanks between words. Those of other scripts, and Korean particles, end a number. */
const LETTER =
  /(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}])\p{L}/u;
/** In the languages of answers, and some others. */
const NAMED_THINGS = [
  'orders?|numbers?|parcels?|packages?|tracking|shipments?|invoices?|заказ\\p{L}{0,2}',
  '(?:bestell|auftrags|sendungs|rechnungs|paket)(?:ung|nummer|nr\\.?)?|bestellungen|auftrag|sendung|rechnung|nummer',
  'commandes?|colis|num[ée]ros?|factures?|suivi|pedidos?|[óo]rden(?:es)?|paquetes?|env[íi]os?|n[úu]meros?|facturas?',
  '订单号?|訂單|单号|單號|包裹|快递|快遞|运单|運單|注文(?:番号)?|荷物|番号|伝票|小包',
].join('|');
const NAMING_WORD = new RegExp(
  `(?:#|(?<!\\p{Script=Latin})(?:${NAMED_THINGS}|nos?\\.?|nr\\.?|n[°º]))\\W{0,3}(?:is|are|ist|est|es|number|no\\.?|id|nummer|nr\\.?|num[ée]ro|n[úu]mero|n[°º]|号码?|號碼?|是|番号|の|は|が)?\\W{0,3}$`,
  'iu',
);
const NAMING_WORD_ALONE = new RegExp(`^(?:${NAMED_THINGS}|nos?|nr|id)$`, 'iu');
/** Between the numbers of one list: `orders 1001, 1002 and 1003`. */
const LIST_GAP = /^(?:[\s,;/&#+]|and|or|und|oder|et|ou|y|e|o|no\.|nr\.|和|与|與|及|跟|、|，|と)+$/iu;

/** `Order1001`, `order-1001`, `No1001` and `заказ1001` are a word and a number. */
const WORD_AND_NUMBER =
  /(?<![\p{L}\p{N}_-])(orders?|parcels?|packages?|shipments?|invoices?|nos?|nr|(?:(?!\p{Script=Latin})\p{L}){3,20})-?(\d{2,90})/giu;
/** `1001,1002` and `1001-1002` may be two numbers. */
const TWO_NUMBERS = /(?<![A-Za-z0-9])([A-Za-z0-9]{1,90})([,-])(?=([A-Za-z0-9]{1,90}))/g;
/** A comma before fewer digits is a decimal one. */
const MIN_DIGITS_BEHIND_COMMA = 3;

/** Returns the text with a blank between a word and a number, and a semicolon between two numbers, by those of the writer's own. */
function separated(plain: string, own: readonly OwnNumber[] = []): string {
  const codes = new Set(own.map(({ name }) => codeOf(name)));
  const names = own.map(({ name }) => name.toLowerCase());
  return plain
    .replaceAll(WORD_AND_NUMBER, (found, word: string, number: string) =>
      names.some((name) => name.startsWith(found.toLowerCase())) ? found : `${word} ${number}`,
    )
    .replaceAll(TWO_NUMBERS, (found, first: string, mark: string, second: string) => {
      const [a, b] = [first.toLowerCase(), second.toLowerCase()];
      const areBoth = codes.has(a) && codes.has(b) && !codes.has(a + b);
      return areBoth && (mark === '-' || b.length >= MIN_DIGITS_BEHIND_COMMA) ? `${first};` : found;
    });
}

/** Returns the text with plain characters, and without those that can't be seen. */
function plainText(text: string): string {
  return plainCharacters(text).replaceAll(/\p{Cf}/gu, '');
}

/** How numbers are compared: people write `jd01 4600-0007` for JD0146000007. `findOwnNumbers` does the same. */
function codeOf(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** Returns the codes in a text that may be numbers of the writer's orders and parcels, in small letters. */
export function codesIn(text: string): string[] {
  const plain = plainText(text);
  const codes = new Set<string>();
  for (const variant of new Set([separated(plain), plain.replaceAll(/([0-9])[,-](?=[0-9])/g, '$1;'), plain])) {
    const parts = partsOf(variant);
    for (let first = 0; first < parts.length && codes.size < MAX_CODES; first++)
      for (const { from, to } of joinedFrom(variant, parts, first)) codes.add(codeOf(variant.slice(from, to)));
  }
  return [...codes].slice(0, MAX_CODES);
}

/**
 * Returns the numbers in a text that may name an order or a parcel, in the order of the text: all those of the writer's
 * own, the longest if one contains another, and some others.
 * @param own those that have one of the {@link codesIn codes}
 */
export function namedNumbers(text: string, own: readonly OwnNumber[] = []): NamedNumber[] {
  const plain = separated(plainText(text), own);
  const parts = partsOf(plain);
  const found: FoundNumber[] = [];
  const ownNumbers = own.length === 0 ? [] : findOwn(plain, parts, own);
  let others = 0;
  for (const number of [...ownNumbers, ...findWritten(plain, parts)].sort((a, b) => a.from - b.from)) {
    const isOwn = number.orderIds.length > 0;
    if (!isOwn && (others === MAX_NUMBERS || ownNumbers.some((each) => overlap(each, number)))) continue;
    const isNumbered =
      number.isNumbered ||
      (isListed(plain, number, found) && !isCount(plain, number, A_WORD) && (isOwn || isAlike(number, found)));
    if (!isOwn && codeOf(number.text).length < 2 && !isNumbered) continue;
    found.push({ ...number, isNumbered, isCertain: number.isCertain || isNumbered });
    if (!isOwn) others++;
  }
  const stated = withoutChance(plain, found);
  const numbers = stated.map(({ from: _, to: __, ...number }) => number);
  return [...new Map(numbers.map((number) => [number.text.toLowerCase(), number])).values()];
}

/** Returns the numbers without those of the writer's own that may be so by chance, if others surely are: a house number. */
function withoutChance(plain: string, numbers: readonly FoundNumber[]): FoundNumber[] {
  const lists: FoundNumber[][] = [];
  for (const number of numbers) {
    const before = lists.at(-1)?.at(-1);
    const isOfList = before !== undefined && LIST_GAP.test(plain.slice(before.to, number.from));
    if (isOfList && !isCount(plain, number, A_WORD)) lists.at(-1)!.push(number);
    else lists.push([number]);
  }
  const isSure = ({ isNumbered, isCertain, orderIds }: FoundNumber) => orderIds.length > 0 && (isNumbered || isCertain);
  if (!numbers.some(isSure)) return [...numbers];
  return lists.flatMap((list) => list.filter(({ orderIds }) => orderIds.length === 0 || list.some(isSure)));
}

interface Range {
  readonly from: number;
  readonly to: number;
}

type FoundNumber = NamedNumber & Range;

function overlap(a: Range, b: Range): boolean {
  return a.from < b.to && b.from < a.to;
}

/** Returns the runs of letters and digits in a text, which numbers consist of. */
function partsOf(plain: string): Range[] {
  return Array.from(plain.matchAll(PART), ({ index, 0: part }) => ({ from: index, to: index + part.length }));
}

/** Returns whether a number can begin or end at a position, outside of a part. */
function isBoundary(plain: string, at: number): boolean {
  const [before = '', after = ''] = [plain[at - 1], plain[at]];
  const [outside, inside, beyond = ''] = /[A-Za-z0-9]/.test(after)
    ? [before, after, plain[at - 2]]
    : [after, before, plain[at + 1]];
  if (LETTER.test(outside) || outside === '@') return false;
  if (outside === '-' || outside === '_') return !/[A-Za-z0-9]/.test(beyond);
  if (!TIGHT_BETWEEN_DIGITS.test(outside) || !DIGIT.test(inside) || !DIGIT.test(beyond)) return true;
  const right = /[A-Za-z0-9]/.test(after) ? at : at + 1;
  return outside === ',' && /^\d{4}/.test(plain.slice(right, right + 4));
}

/** Returns what may be one number that begins with a part, the shortest first. */
function joinedFrom(plain: string, parts: readonly Range[], first: number): Range[] {
  const { from } = parts[first]!;
  const joined: Range[] = [];
  if (!isBoundary(plain, from)) return joined;
  for (let last = first; last < Math.min(parts.length, first + MAX_JOINED); last++) {
    const { to } = parts[last]!;
    if (to - from > MAX_LENGTH || (last > first && !GAP.test(plain.slice(parts[last - 1]!.to, parts[last]!.from))))
      break;
    if (isBoundary(plain, to) && DIGIT.test(plain.slice(from, to))) joined.push({ from, to });
  }
  return joined;
}

/** Returns the numbers of the writer's own in a text, from left to right, each the longest. */
function findOwn(plain: string, parts: readonly Range[], own: readonly OwnNumber[]): FoundNumber[] {
  const byCode = new Map<string, OwnNumber[]>();
  for (const each of own) appendTo(byCode, codeOf(each.name), each);
  const values = rangesOf(
    plain,
    [...namedDays(plain), ...namedAmounts(plain)].map((each) => each.text),
  );
  const emails = rangesOf(plain, namedEmails(plain));
  const found: FoundNumber[] = [];
  const longestFrom = (first: number): (FoundNumber & { readonly isExact: boolean }) | undefined => {
    let longest: (FoundNumber & { readonly isExact: boolean }) | undefined;
    for (const range of joinedFrom(plain, parts, first).reverse()) {
      const text = plain.slice(range.from, range.to);
      const code = codeOf(text);
      const named = byCode.get(code);
      if (named === undefined || isCount(plain, range, A_COUNTED_WORD)) continue;
      const exact = named.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
      const isNumbered =
        followsNamingWord(plain, range.from) || (isListed(plain, range, found) && !isCount(plain, range, A_WORD));
      const isValue = [...values, ...emails].some(({ from, to }) => from <= range.from && range.to <= to);
      const isJoined = !/^[A-Za-z0-9]+$/.test(text) && exact.length === 0;
      const isShort = /^\d+$/.test(code) ? code.length < MIN_JOINED_DIGITS : code.length < MIN_JOINED_LENGTH;
      if (!isNumbered && (isValue || code.length < 2 || (isJoined && isShort))) continue;
      const meant = exact.length > 0 ? exact : named;
      const number = {
        ...{ ...range, text, isNumbered, isCertain: isNumbered || isLong(text), isExact: exact.length > 0 },
        orderIds: [...new Set(meant.map(({ orderId }) => orderId))],
        shipmentIds: [...new Set(meant.flatMap(({ shipmentId }) => shipmentId ?? []))],
      };
      if (number.isExact && (isNumbered || longest === undefined)) return number;
      longest ??= number;
    }
    return longest;
  };
  for (let at = 0; at < parts.length; at++) {
    const { from, to } = parts[at]!;
    const longest = longestFrom(at);
    if (longest === undefined) continue;
    // `Order 1001` may be ORDER-1001, but not if there is a 1001.
    const isWord = longest.to > to && NAMING_WORD_ALONE.test(plain.slice(from, to));
    if (isWord && !longest.isExact && longestFrom(at + 1)?.isExact === true) continue;
    const { isExact: _, ...number } = longest;
    found.push(number);
    while (at + 1 < parts.length && parts[at + 1]!.from < number.to) at++;
  }
  return found;
}

function rangesOf(plain: string, texts: readonly string[]): Range[] {
  return texts.flatMap((text) =>
    Array.from(plain.matchAll(wholeNumber(text)), ({ index }) => ({ from: index, to: index + text.length })),
  );
}

/** Returns the codes in a text that look like numbers, from left to right. */
function findWritten(plain: string, parts: readonly Range[]): FoundNumber[] {
  const found: FoundNumber[] = [];
  for (let at = 0; at < parts.length; at++) {
    const { from } = parts[at]!;
    const isNamed = followsNamingWord(plain, from);
    const grouped = groupedFrom(plain, from, isNamed);
    let to = grouped?.to ?? parts[at]!.to;
    if (grouped === undefined)
      for (let next = at + 1; next < parts.length && isWrittenTogether(plain, to, parts[next]!.from); next++)
        to = parts[next]!.to;
    const text = plain.slice(from, to);
    const isFirst = isBoundary(plain, from);
    while (at + 1 < parts.length && parts[at + 1]!.from < to) at++;
    if (
      !isFirst ||
      !isBoundary(plain, to) ||
      !DIGIT.test(text) ||
      text.length > MAX_LENGTH ||
      isDate(text) ||
      HOURS.test(text)
    )
      continue;
    const isNumbered = isNamed && !isCount(plain, { from, to }, A_WORD);
    const isCertain = isNumbered || grouped !== undefined || isLong(text);
    found.push({ from, to, text, isNumbered, isCertain, orderIds: [], shipmentIds: [] });
  }
  return found;
}

/** Returns whether what stands between two parts joins them in one number: `WEB-1001`, `2026/1001`, `1001.2`. */
function isWrittenTogether(plain: string, from: number, to: number): boolean {
  const gap = plain.slice(from, to);
  if (gap === '-' || gap === '_') return true;
  return (gap === '/' || gap === '.') && DIGIT.test(plain[from - 1]!) && DIGIT.test(plain[to]!);
}

/** Groups of letters and digits, as carriers print them: `1Z 999 AA1 01 2345 6784`, `RR 123 456 785 DE`. */
const GROUPS =
  /(?:[A-Z]{2} )?(?=[A-Z]{0,5}[0-9])[A-Za-z0-9]{2,6}(?: (?=[A-Z]{0,5}[0-9])[A-Za-z0-9]{2,6}){2,8}(?: [A-Z]{2}(?![A-Za-z0-9]))?(?![A-Za-z0-9])/y;
const MIN_GROUPED_DIGITS = 8;

/** Digits alone in groups may be those of a telephone, unless a word says what they are. */
function groupedFrom(plain: string, from: number, isNumbered: boolean): Range | undefined {
  GROUPS.lastIndex = from;
  const text = GROUPS.exec(plain)?.[0];
  if (text === undefined || text.replaceAll(/[^0-9]/g, '').length < MIN_GROUPED_DIGITS) return undefined;
  return isNumbered || /[A-Za-z]/.test(text) ? { from, to: from + text.length } : undefined;
}

/** An amount, a month or a share of something is no number because it is long. */
const VALUE = /^(?:\d+\.\d{1,2}|\d{1,2}\/\d{1,4}|\d{4}\/\d{1,2})$/;

function isLong(text: string): boolean {
  const code = codeOf(text);
  return (
    text.length >= MIN_CERTAIN_LENGTH &&
    code.replaceAll(/[^0-9]/g, '').length >= MIN_CERTAIN_DIGITS &&
    !VALUE.test(text)
  );
}

/** `24h`, `24/48h`. */
const HOURS = /^\d{1,3}(?:\/\d{1,3})?(?:h|hrs?|std)$/i;

const DATE = /^(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{2}|\d{4}))$/;

function isDate(text: string): boolean {
  const [, year, month, day, first, second] = DATE.exec(text) ?? [];
  const [a, b] = year === undefined ? [Number(first), Number(second)] : [Number(month), Number(day)];
  return Math.min(a, b) >= 1 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31;
}

function followsNamingWord(plain: string, from: number): boolean {
  return NAMING_WORD.test(plain.slice(Math.max(0, from - 30), from));
}

const A_UNIT = '\\s?(?:[天日周年月元块个個件双雙条條次]|小时|小時|分钟|分鐘|星期|礼拜)';
/** Words behind the number of an order: `order 7 is late`. */
const A_WORD = new RegExp(
  `^(?:${A_UNIT}|\\s+(?!(?:and|or|please|pls|plz|is|are|was|were|has|have|hasn|isn|und|ist|sind|wurde|kommt|hat|bitte|et|est|a|y|es|está|ha|por)(?!\\p{L}))(?!\\p{Script=Han})\\p{L})`,
  'iu',
);
/** `2 lamps`, `7 days`, `2 of 3`. */
const A_COUNTED_WORD = new RegExp(
  `^(?:${A_UNIT}|\\s+(?:of|x|(?!(?:is|was|has|its|this|as|does)\\b)[a-z]+s)(?!\\p{L}))`,
  'iu',
);

/** Returns whether one or two digits count what follows them: the 7 of `I placed my order 7 days ago`. */
function isCount(plain: string, { from, to }: Range, following: RegExp): boolean {
  return /^\d{1,2}$/.test(plain.slice(from, to)) && plain[from - 1] !== '#' && following.test(plain.slice(to, to + 30));
}

/** Returns whether a number continues a list of numbers: `orders 1001 and 1002`. */
function isListed(plain: string, { from }: Range, found: readonly FoundNumber[]): boolean {
  const before = found.at(-1);
  return before?.isNumbered === true && before.to <= from && LIST_GAP.test(plain.slice(before.to, from));
}

/** Returns whether a number looks like the one before it in a list: the 2 of `order 1001, 2 shirts` does not. */
function isAlike({ text }: FoundNumber, found: readonly FoundNumber[]): boolean {
  return Math.abs(text.length - found.at(-1)!.text.length) <= MAX_LENGTH_DIFFERENCE;
}

/** Words with which a number is named, and that say nothing else: `the one with 100319`. */
const AROUND_A_NUMBER =
  /(?<!\p{L})(?:orders?|numbers?|no|nr|it|is|its|and|the|one|with|that|this|of|my|mine|i|mean|meant|please|bestellung|bestellnummer|nummer|die|das|der|meine|ist|und|mit|bitte|es|commande|numéro|numero|la|le|ma|mon|c'est|est|et|avec|pedido|número|el|mi|y|con|por|favor)(?!\p{L})|订单|訂單|号|號|和|与|與|是|注文|番号|です|は|の|と/giu;

/** Returns whether a text says nothing but numbers of orders or parcels. */
export function isOnlyNumber(text: string, numbers: readonly NamedNumber[]): boolean {
  const rest = numbers.reduce((left, number) => left.replace(number.text, ''), plainText(text));
  return numbers.length > 0 && /^[\s#.,:;!?()"'’&+/、，。：？！-]*$/u.test(rest.replaceAll(AROUND_A_NUMBER, ''));
}

/** How a number of an order looks to the model of intents. The form of numbers differs from shop to shop. */
export const PLAIN_NUMBER = '10234';

/** Returns a text with a plain number in place of each certain number of an order or parcel. */
export function withPlainNumbers(text: string, numbers: readonly NamedNumber[]): string {
  const certain = numbers.filter(({ isCertain }) => isCertain).map((number) => number.text);
  if (certain.length === 0) return text;
  const replaced = (from: string) =>
    certain
      .sort((a, b) => b.length - a.length)
      .reduce((left, number) => left.replaceAll(wholeNumber(number), PLAIN_NUMBER), from);
  return replaced(separated(replaced(plainText(text))));
}

function wholeNumber(number: string): RegExp {
  const escaped = number.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return new RegExp(`(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`, 'g');
}

export const ENTITY_KINDS = ['NUMBER', 'DATE', 'AMOUNT', 'EMAIL'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export interface Entity {
  readonly kind: EntityKind;
  readonly text: string;
}

/** Returns what a text names: numbers of orders and parcels, days, amounts and e-mail addresses. */
export function entitiesOf(text: string): Entity[] {
  const as = (kind: Entity['kind'], texts: readonly string[]) => texts.map((each): Entity => ({ kind, text: each }));
  const texts = (values: readonly { readonly text: string }[]) => values.map((value) => value.text);
  return [
    ...as('NUMBER', texts(namedNumbers(text).filter(({ isCertain }) => isCertain))),
    ...as('DATE', texts(namedDays(text))),
    ...as('AMOUNT', texts(namedAmounts(text))),
    ...as('EMAIL', namedEmails(text)),
  ];
}
