import { MAX_CHARACTERS } from '../text/parse-query';
import { plainCharacters } from '../text/plain-characters';

/** A condition that words of a query state. */
export interface QueryCondition {
  /** The words, as typed. */
  readonly text: string;
  /** `price`, or a numeric attribute. */
  readonly field: string;
  readonly from?: number;
  readonly to?: number;
  /** Whether `to` itself satisfies the condition: `up to 50`, in contrast to `under 50`. */
  readonly includesTo: boolean;
}

export interface ReadConditions {
  /** The text without the words of the conditions. */
  readonly rest: string;
  readonly conditions: readonly QueryCondition[];
}

/** Words that state a condition, by language. Those in `weak` state one only with a currency. */
interface ConditionWords {
  readonly under: string;
  readonly upTo: string;
  readonly over: string;
  readonly from: string;
  /** Words before the first, and between the first and the second number of a range. */
  readonly between: readonly (readonly [before: string, and: string])[];
  /** Words of measures after a number that is not a price. */
  readonly measures: string;
}

const WORDS: Readonly<Record<string, ConditionWords>> = {
  de: {
    under: 'unter|weniger als|günstiger als|billiger als',
    upTo: 'bis zu|bis|maximal|max|höchstens',
    over: 'über|mehr als|teurer als',
    from: 'ab|mindestens|min',
    between: [
      ['zwischen', 'und'],
      ['von', 'bis'],
    ],
    measures: 'jahren?|monaten?|tagen?|stunden?|teile?|stück|seiten|grad|prozent',
  },
  en: {
    under: 'under|below|less than|cheaper than',
    upTo: 'up to|no more than|not more than|at most|maximum|max|within',
    over: 'over|above|more than',
    from: 'from|at least|minimum|min|starting at',
    between: [
      ['between', 'and'],
      ['from', 'to'],
    ],
    measures:
      'years?|yrs?|months?|days?|weeks?|hours?|hrs?|minutes?|mins?|pieces?|pcs|pages?|degrees?|percent|players?|miles?|s',
  },
  es: {
    under: 'menos de|más barato que|mas barato que|por debajo de',
    upTo: 'hasta|máximo|maximo|max',
    over: 'más de|mas de|por encima de',
    from: 'desde|a partir de|mínimo|minimo|min',
    between: [
      ['entre', 'y'],
      ['de', 'a'],
    ],
    measures: 'años?|anos?|meses|mes|días?|dias?|horas?|piezas?|páginas?|grados?',
  },
  fr: {
    under: 'moins de|moins cher que|en dessous de|sous',
    upTo: "jusqu'à|jusqu’à|jusqua|maximum|max",
    over: 'plus de|au-dessus de|au dessus de',
    from: 'à partir de|a partir de|minimum|min',
    between: [
      ['entre', 'et'],
      ['de', 'à'],
    ],
    measures: 'ans?|mois|jours?|heures?|pièces?|pieces?|pages?|degrés?',
  },
  it: {
    under: 'meno di|sotto i|sotto',
    upTo: 'fino a|massimo|max',
    over: 'più di|piu di|sopra i|sopra',
    from: 'da|almeno|minimo',
    between: [
      ['tra|fra', 'e'],
      ['da', 'a'],
    ],
    measures: 'anni|anno|mesi|giorni|ore|pezzi|pagine|gradi',
  },
  nl: {
    under: 'onder|minder dan|goedkoper dan',
    upTo: 'tot|maximaal|max|hoogstens',
    over: 'boven|meer dan',
    from: 'vanaf|minstens|min',
    between: [
      ['tussen', 'en'],
      ['van', 'tot'],
    ],
    measures: 'jaar|jaren|maanden|dagen|uur|stuks|delig|graden',
  },
  ru: {
    under: 'дешевле|меньше|менее',
    upTo: 'до|максимум',
    over: 'дороже|больше|более',
    from: 'от|минимум',
    between: [['от', 'до']],
    measures: 'лет|года?|месяцев|дней|часов|штук|градусов',
  },
  sv: {
    under: 'under|mindre än|billigare än',
    upTo: 'upp till|högst|max',
    over: 'över|mer än',
    from: 'från|minst',
    between: [
      ['mellan', 'och'],
      ['från', 'till'],
    ],
    measures: 'år|månader|dagar|timmar|bitar|sidor|grader',
  },
};

const UNITS =
  'mm|cm|m|km|in|inch(?:es)?|zoll|ft|feet|ml|cl|l|lit(?:er|re)s?|g|kg|kilos?|oz|lbs?|w|watts?|v|volts?|gb|tb|mah|hz|x|%|"|″';
/** Words for currencies, in the languages of {@link WORDS} and in those of the currencies. Codes can stand before, too. */
const CURRENCY_WORDS = [
  'euros?|евро|eurot?|dollars?|dollari|dollaro|dólares|dolares|доллар(?:ов|а)?|pounds?|sterline|фунт(?:ов|а)?',
  'franken|francs?|franchi|francos|франк(?:ов|а)?|kr|kronor|kroner|kronen|kronas?|coronas|couronnes|corone|крон[аы]?',
  'zł|zloty|złotych|złote|złoty|zlotys|злотых|kč|kc|korun|koruny|руб|рублей|рубля|рубль|rub(?:el|les?)|roubles?|roebels?|rublos|rubli',
  'rupees?|rupien|rupias|roupies|рупий|yen|йен|yuan|юаней|lira|forint|lei|bucks|quid',
].join('|');
const CURRENCY_CODES =
  'eur|usd|gbp|chf|sek|nok|dkk|pln|czk|rub|jpy|cny|inr|aud|cad|nzd|huf|ron|bgn|try|uah|brl|mxn|zar|krw';
const CURRENCY_SIGNS = '(?:us|ca|au|nz|hk)?\\$|[€£¥₽₹₺₴₩₪₫₦฿]';
const CURRENCY_BEFORE = `(?:${CURRENCY_SIGNS}|(?:${CURRENCY_CODES}|rs|kč|kr)\\.?)\\s?`;
/** A price without decimals: `1000,-`, `500:-`. */
const NO_DECIMALS = '[.,:]-(?!\\p{N})';
const CURRENCY_AFTER = `(?:(?:${NO_DECIMALS})?\\s?(?:(?:${CURRENCY_SIGNS})|(?:${CURRENCY_CODES}|${CURRENCY_WORDS})(?![\\p{L}\\p{N}])\\.?)|${NO_DECIMALS})`;
/** A number with a currency. `iron 40` has none. */
const HAS_CURRENCY = new RegExp(`(?<![\\p{L}\\p{N}])${CURRENCY_BEFORE}(?=\\d)|(?<=\\d|\\dk)${CURRENCY_AFTER}`, 'iu');
const HAS_DIGIT = /\p{Nd}/u;
/** Thousands are separated by points, commas, apostrophes or up to two blanks of any kind; `1k` is a thousand. */
const numberWith = (separators: string) =>
  String.raw`\d{1,3}(?:(?:${separators})\d{3}){1,3}(?!\d)(?:[.,]\d{1,2})?(?!\d)|\d{1,2}(?:,\d{2}){1,3},\d{3}(?!\d)(?:\.\d{1,2})?(?!\d)|\d{1,7}(?:[.,]\d{1,2})?(?:k(?![\p{L}\p{N}]))?`;
const NUMBER = numberWith(String.raw`[.,'’]|\s{1,2}`);
const NUMBER_WITHOUT_BLANKS = numberWith("[.,'’]");
const PERSON_COUNT =
  /(?:(?<![\p{L}\p{N}])(?:for|für|pour|para|voor|för|per|для)\s+)?(?<![\p{L}\p{N}.,])(\d{1,3})[\s-]?(?:people|persons?|man|pax|personen|personnes?|personas?|personer|человека?)(?![\p{L}\p{N}])/iu;
/** Names of numeric attributes that say for how many persons a product is. */
const PERSON_ATTRIBUTES = new Set(['persons', 'people', 'person', 'sleeps', 'personen', 'personnes', 'personas']);

/**
 * Reads numbers with words as conditions: `lamp under 50` is `lamp` with a price below 50, `tent for 4 people` is `tent`
 * with the numeric attribute `persons` of at least 4, if the products have such an attribute. A number before a measure
 * (`under 50 cm`) is not a price, and neither is one without a currency that other words follow. In other languages than
 * those of the query, an amount needs a currency. While the last number is being typed, nothing is read.
 * @param languages languages of the query, ISO 639-1
 * @param attributes names of the numeric attributes of the products
 * @param typing whether the last word may be incomplete
 */
export function readConditions(
  text: string,
  languages: readonly string[],
  attributes: readonly string[],
  typing = false,
): ReadConditions {
  const reader = new ConditionReader(text.slice(0, MAX_CHARACTERS), typing);
  const others = HAS_CURRENCY.test(plainCharacters(text))
    ? Object.keys(WORDS).filter((language) => !languages.includes(language))
    : [];
  for (const language of HAS_DIGIT.test(text) ? [...languages, ...others] : []) {
    const needsCurrency = !languages.includes(language);
    const readOne = () =>
      patternsOf(language).some((one) =>
        reader.read(one, (match, isLast) => one.condition(match, isLast && !needsCurrency)),
      );
    if (readOne()) {
      // The other bound can follow: `over 20 € under 50`.
      readOne();
      break;
    }
  }
  const persons = attributes.find((name) => PERSON_ATTRIBUTES.has(name.toLowerCase()));
  if (persons !== undefined)
    reader.read({ pattern: () => PERSON_COUNT }, ([, count]) => ({
      field: `attributes.${persons}`,
      from: Number(count),
      includesTo: false,
    }));
  const { conditions, rest, isIncomplete } = reader;
  return conditions.length === 0 || isIncomplete ? { rest: text, conditions: [] } : { rest, conditions };
}

/** Takes conditions out of a text. */
class ConditionReader {
  readonly conditions: QueryCondition[] = [];
  /** Whether a condition is still being typed. The words before it can then be a part of it. */
  isIncomplete = false;

  constructor(
    public rest: string,
    private readonly typing: boolean,
  ) {}

  /** Reads one condition, if it does not state a bound again. @returns whether there was one */
  read(
    { pattern, hint }: Pick<ConditionPattern, 'pattern' | 'hint'>,
    conditionOf: ConditionPattern['condition'],
  ): boolean {
    const text = plainCharacters(this.rest);
    const match = hint?.test(text.toLowerCase()) === false ? null : pattern().exec(text);
    if (match === null) return false;
    const end = match.index + match[0].length;
    const condition = conditionOf(match, this.rest.slice(end).trim() === '');
    if (condition === undefined || this.conditions.some((other) => isSameBound(other, condition))) return false;
    this.isIncomplete ||= this.typing && end === this.rest.length;
    this.conditions.push({ text: this.rest.slice(match.index, end).trim(), ...condition });
    this.rest = `${this.rest.slice(0, match.index)} ${this.rest.slice(end)}`.replace(/\s+/g, ' ').trim();
    return true;
  }
}

type Bounds = Pick<QueryCondition, 'field' | 'from' | 'to'>;

const isSameBound = (one: Bounds, other: Bounds): boolean =>
  one.field === other.field &&
  ((one.from !== undefined && other.from !== undefined) || (one.to !== undefined && other.to !== undefined));

interface ConditionPattern {
  /** Returns the expression. It is compiled when it is needed, because that takes milliseconds. */
  readonly pattern: () => RegExp;
  /** An expression without flags, which compiles quickly. It matches each text in lower case that `pattern` matches. */
  readonly hint?: RegExp;
  /** @param isLast whether nothing follows the match */
  readonly condition: (match: RegExpExecArray, isLast: boolean) => Omit<QueryCondition, 'text'> | undefined;
}

/** Maximum length of a currency and blanks between a number and a word or a dash. */
const MAX_BETWEEN = 20;
const DASH_BETWEEN_NUMBERS = new RegExp(`\\d\\D{0,${MAX_BETWEEN}}[-–]\\D{0,${MAX_BETWEEN}}\\d`);

const compiled = new Map<string, readonly ConditionPattern[]>();

function patternsOf(language: string): readonly ConditionPattern[] {
  if (!Object.hasOwn(WORDS, language)) return [];
  let patterns = compiled.get(language);
  if (patterns === undefined) compiled.set(language, (patterns = compile(WORDS[language])));
  return patterns;
}

type Groups = Readonly<Record<string, string | undefined>>;

const hasCurrency = (groups: Groups): boolean =>
  Object.entries(groups).some(([name, value]) => /before|after/.test(name) && value !== undefined);

/** Returns the source for an amount with the groups NAME, NAMEbefore and NAMEafter. @param measures words of measures */
function amountOf(name: string, measures: string, number = NUMBER): string {
  // What follows a currency is not a measure: `under 500 kr in blue`.
  const notMeasured = `(?!\\s?-?(?:${UNITS}|${measures})(?![\\p{L}\\p{N}]))`;
  return `(?<${name}before>${CURRENCY_BEFORE})?(?<${name}>${number})(?![\\d.,]\\d)(?:(?<${name}after>${CURRENCY_AFTER})|${notMeasured})`;
}

function patternOf(source: string): () => RegExp {
  let expression: RegExp | undefined;
  return () => (expression ??= new RegExp(`(?<![\\p{L}\\p{N}])${source}(?!\\s?[-–]\\s?\\d)(?![\\p{L}\\p{N}])`, 'iu'));
}

const rangeOf = (source: string, hint: RegExp, needsCurrency: boolean): ConditionPattern => ({
  pattern: patternOf(source),
  hint,
  condition: ({ groups = {} }, isLast) => {
    const [low, high] = [parseNumber(groups.a), parseNumber(groups.b)];
    if ((!hasCurrency(groups) && (needsCurrency || !isLast)) || low > high) return undefined;
    return { field: 'price', from: low, to: high, includesTo: true };
  },
});

const ALL_MEASURES = Object.values(WORDS)
  .map(({ measures }) => measures)
  .join('|');
/** `20-50 €`, in all languages. In `iphone 15 300 - 500 €`, the blank separates two numbers. */
const BARE_RANGES = [NUMBER, NUMBER_WITHOUT_BLANKS].map((number) =>
  rangeOf(
    `${amountOf('a', ALL_MEASURES, number)}\\s?[-–]\\s?${amountOf('b', ALL_MEASURES)}`,
    DASH_BETWEEN_NUMBERS,
    true,
  ),
);

function compile({ under, upTo, over, from, between, measures }: ConditionWords): ConditionPattern[] {
  const amount = (name: string) => amountOf(name, measures);
  const wordsBeforeNumber = (words: string) => new RegExp(`(?:${words})\\.?\\s\\D{0,${MAX_BETWEEN}}\\d`);
  const single = (
    words: string,
    bound: 'from' | 'to',
    includesTo: boolean,
    needsCurrency: boolean,
  ): ConditionPattern => ({
    pattern: patternOf(`(?:${words})\\.?\\s+${amount('a')}`),
    hint: wordsBeforeNumber(words),
    // Without a currency, a number that other words follow can count or measure something: `under 15 pro`.
    condition: ({ groups = {} }, isLast) =>
      !hasCurrency(groups) && (needsCurrency || !isLast)
        ? undefined
        : { field: 'price', [bound]: parseNumber(groups.a), includesTo },
  });
  return [
    ...between.map(([before, and], at) =>
      rangeOf(`(?:${before})\\s+${amount('a')}\\s+${and}\\s+${amount('b')}`, wordsBeforeNumber(and), at > 0),
    ),
    ...BARE_RANGES,
    single(under, 'to', false, false),
    single(upTo, 'to', true, true),
    single(over, 'from', false, true),
    single(from, 'from', false, true),
  ];
}

/** Thousands in groups of three digits; in India, those before the last three are groups of two: `1,00,000`. */
const GROUPED = /^(\d{1,3}(?:(?:[.,'’]|\s{1,2})\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:[.,](\d{1,2}))?$/;

/** Parses a number with or without thousands separators. A mark before three digits separates thousands. */
function parseNumber(text: string): number {
  const [, whole, decimals] = GROUPED.exec(text) ?? [];
  if (whole !== undefined) return Number(`${whole.replace(/\D/g, '')}.${decimals ?? ''}`);
  return Number(text.replace(',', '.').replace(/k$/i, '')) * (/k$/i.test(text) ? 1_000 : 1);
}
