import type { AnswerLanguage } from '../language/languages';
import { lexiconOf, type WordList } from '../language/lexicon';
import { namedAmounts } from './named-values';

/** What the answer to a question must contain. */
export const ASKED_KINDS = [
  'DURATION',
  'AMOUNT',
  'QUANTITY',
  'DAY',
  'REASON',
  'PERSON',
  'PLACE',
  'MANNER',
  'WHICH',
  'YES_NO',
] as const;
export type AskedKind = (typeof ASKED_KINDS)[number];

/** The kinds that a text shows: whether it has such a value. */
export type StatedKind = Extract<AskedKind, 'DURATION' | 'AMOUNT' | 'QUANTITY' | 'DAY' | 'MANNER'>;

const LISTS: Readonly<Record<AskedKind, WordList>> = {
  DURATION: 'duration',
  AMOUNT: 'amount',
  QUANTITY: 'quantity',
  DAY: 'day',
  REASON: 'reason',
  PERSON: 'person',
  PLACE: 'place',
  MANNER: 'manner',
  WHICH: 'which',
  YES_NO: 'yesNo',
};

/** Returns what a question asks for: of the words at one place, the longest decide. Empty if it does not show. */
export function askedKinds(text: string, language: AnswerLanguage): ReadonlySet<AskedKind> {
  const lexicon = lexiconOf(language);
  const found = ASKED_KINDS.flatMap((kind) => lexicon.find(LISTS[kind], text).map((place) => ({ ...place, kind })));
  // `How long` is not also `how`; the first word of `is it clear when …` does not ask for yes or no alone.
  const kept = found.filter((one) => !found.some((other) => other !== one && isInside(one, other)));
  return new Set(kept.map(({ kind }) => kind));
}

/** Returns whether words that ask for something begin within the first characters of a text. */
export function isFrameAt(text: string, language: AnswerLanguage, maxFrom: number): boolean {
  const lexicon = lexiconOf(language);
  return ASKED_KINDS.some((kind) => lexicon.find(LISTS[kind], text).some(({ from }) => from <= maxFrom));
}

function isInside(inner: { from: number; to: number }, outer: { from: number; to: number }): boolean {
  return inner.from >= outer.from && inner.to <= outer.to && inner.to - inner.from < outer.to - outer.from;
}

const NUMBER = /\p{N}+/u;
const CLOCK = /\b\d{1,2}\s?(?:[:.]\d\d|h\b|am\b|pm\b|uhr\b|[点時时])/iu;
const DAYS_OF_WEEK = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
  'weekend',
  'weekday',
];
/** Concepts of days. */
export const CALENDAR: ReadonlySet<string> = new Set([...DAYS_OF_WEEK, 'holiday', 'business-day', 'today', 'tomorrow']);
/** A number stands this many characters before its unit at most: `2 to 4 working days`. */
const MAX_UNIT_DISTANCE = 14;

/** Returns the kinds of values that a text has. */
export function statedKinds(text: string, language: AnswerLanguage): ReadonlySet<StatedKind> {
  const lexicon = lexiconOf(language);
  const kinds = new Set<StatedKind>();
  const numbers = [
    ...Array.from(text.matchAll(new RegExp(NUMBER, 'gu')), ({ 0: digits, index }) => index + digits.length),
    ...lexicon.numbersIn('numbers', text).map(({ to }) => to),
  ];
  if (numbers.length > 0) kinds.add('QUANTITY');
  const units = lexicon.find('durationUnits', text);
  if (units.some(({ from }) => numbers.some((end) => end <= from && from - end <= MAX_UNIT_DISTANCE)))
    kinds.add('DURATION').add('DAY');
  if (namedAmounts(text).length > 0 || lexicon.has('free', text)) kinds.add('AMOUNT');
  const names = lexicon.conceptsIn(text).map(({ id }) => id);
  if (CLOCK.test(text) || names.some((id) => CALENDAR.has(id)) || lexicon.numbersIn('months', text).length > 0)
    kinds.add('DAY');
  if (lexicon.has('instructs', text)) kinds.add('MANNER');
  return kinds;
}

/**
 * Returns whether a text answers a question, as far as that shows: to a question for a duration, an amount, a number or
 * a day it has one. Of several kinds, one suffices.
 */
export function hasAskedKind(asked: ReadonlySet<AskedKind>, stated: ReadonlySet<StatedKind>): boolean {
  const needed = [...asked].filter((kind): kind is StatedKind => STATED_KINDS.has(kind));
  return needed.length === 0 || needed.some((kind) => stated.has(kind));
}

const STATED_KINDS: ReadonlySet<AskedKind> = new Set(['DURATION', 'AMOUNT', 'QUANTITY', 'DAY']);
