import type { AnswerLanguage } from '../language/languages';
import { functionWords } from '../../search-engine/text/function-words';
import { lexiconOf, withoutInner, type Concept, type NumberList, type WordList } from '../language/lexicon';
import { mayFollowRefusal, textOf, withoutRefusals, type RefusalPart, type UnrefusedText } from './refusals';

/** The words of what customers request, or refuse. */
export const REQUESTED: readonly WordList[] = [
  'cancel',
  'changeOrder',
  'returnGoods',
  'exchangeGoods',
  'refundMoney',
  'personWanted',
];
const CLAUSE_END = /[,;:.!?，。；：！？、\n]+/gu;
/** What follows so many clauses is one. */
const MAX_CLAUSES = 40;
/** A text with fewer characters asks for nothing. */
const MIN_ASKED_LENGTH = 4;

/**
 * Removes the parts of a message that refuse a cancellation, return, refund, exchange, change or person. A negation
 * refuses the request of its clause; where a word such as `but` follows, up to that. `Don't forget to` and `why don't you`
 * refuse nothing.
 */
export function withoutRefused(text: string, language: AnswerLanguage): UnrefusedText {
  // English and Chinese have frames of their own.
  if (language === 'en' || language === 'zh') return withoutRefusals(text);
  const lexicon = lexiconOf(language);
  const parts: RefusalPart[] = [];
  for (const { from, to } of clausesOf(text, language)) {
    const clause = text.slice(from, to);
    const polite = lexicon.find('politeNegation', clause);
    const requests = REQUESTED.flatMap((list) => lexicon.find(list, clause));
    const isIn = (one: Place, other: Place) => other.from <= one.from && other.to >= one.to;
    // `I don't like it at all` is a reason to return something.
    const negations = [...lexicon.find('not', clause), ...lexicon.find('refuse', clause)];
    const reasons = requests
      .filter((request) => negations.some((negation) => isIn(negation, request)))
      .map(({ from, to }) => ({ from, to: negations.find((negation) => negation.from === to + 1)?.to ?? to }));
    const negates = (list: 'not' | 'refuse') =>
      lexicon.find(list, clause).some((one) => ![...polite, ...reasons].some((other) => isIn(one, other)));
    // `I have not received a refund` denies what has happened, and refuses nothing.
    const isNegated = negates('refuse') || (negates('not') && !lexicon.has('reports', clause));
    // `Why don't you cancel it?` proposes, and `why was it not cancelled?` asks.
    const asksWhy = lexicon.has('reason', clause);
    const isRefused = isNegated && requests.length > 0 && !asksWhy && !isQuestion(text, to);
    const last = parts.at(-1);
    if (last?.isRefused === isRefused) parts[parts.length - 1] = { text: last.text + clause, isRefused };
    else parts.push({ text: clause, isRefused });
  }
  const isRefusal = parts.some((part) => part.isRefused);
  const rest = isRefusal
    ? parts
        .filter((part) => !part.isRefused)
        .map((part) => part.text)
        .join(' ')
    : text;
  return { isRefusal, rest, asks: saysSomething(rest, language, ['wish', 'not']), parts };
}

interface Place {
  readonly from: number;
  readonly to: number;
}

function isQuestion(text: string, end: number): boolean {
  return /[?？]\s*$/u.test(text.slice(0, end));
}

/** Returns the clauses of a text, which together are the whole text. */
function clausesOf(text: string, language: AnswerLanguage): Place[] {
  const ends = Array.from(text.matchAll(CLAUSE_END), ({ 0: marks, index }) => index + marks.length).slice(
    0,
    MAX_CLAUSES,
  );
  const lexicon = lexiconOf(language);
  const negations = lexicon.find('not', text);
  // What negates and says `but` in one word ends the clause that it negates: `not this, but …`.
  const starts = withoutInner(lexicon.find('but', text)).map(({ from, to }) =>
    negations.some((not) => not.from >= from && not.to <= to) ? to : from,
  );
  // `It does not fit and I would like to return it`.
  const joints = withoutInner(lexicon.find('conjunctions', text)).map(({ to }) => to);
  const cuts = [...new Set([0, ...[...ends, ...starts, ...joints].slice(0, MAX_CLAUSES), text.length])].sort(
    (a, b) => a - b,
  );
  return cuts.slice(1).map((to, at) => ({ from: cuts[at]!, to }));
}

/** By intents whose answer does something or hands off: the words of which a rest must have one. */
const ACTION_LISTS: ReadonlyMap<string, readonly WordList[]> = new Map([
  ['cancel-order', ['cancel']],
  ['change-order', ['changeOrder']],
  ['return-item', ['returnGoods', 'refundMoney']],
  ['refund-status', ['refundMoney']],
  ['exchange-item', ['exchangeGoods']],
  ['speak-to-person', ['personWanted']],
  ['complaint', []],
]);
const CHANGED: ReadonlySet<Concept> = new Set(['change', 'address']);

/**
 * Returns whether a message that refuses something may have an intent. One that leads to an action must be named, and
 * behind the refusal of the same action.
 * @param namesOther whether the refused parts and the others name orders, and not the same
 */
export function mayFollow(
  intent: string,
  unrefused: UnrefusedText,
  language: AnswerLanguage,
  namesOther: boolean,
): boolean {
  if (language === 'en' || language === 'zh') return mayFollowRefusal(intent, unrefused, namesOther);
  const lists = ACTION_LISTS.get(intent);
  if (lists === undefined) return true;
  const lexicon = lexiconOf(language);
  const names = (text: string) =>
    lists.some((list) => lexicon.has(list, text)) ||
    (intent === 'change-order' && lexicon.conceptsIn(text).some(({ id }) => CHANGED.has(id)));
  const last = unrefused.parts.findLastIndex(({ text, isRefused }) => isRefused && names(text));
  return names(last === -1 || namesOther ? unrefused.rest : textOf(unrefused.parts.slice(last + 1), false));
}

/** Returns whether a message takes back the last answer, and asks for nothing itself: `no, not that`. */
export function retracts(text: string, language: AnswerLanguage): boolean {
  const lexicon = lexiconOf(language);
  if (!lexicon.has('retract', text)) return false;
  return !saysSomething(text, language, ['retract', 'not']);
}

/** Words with which something is chosen, besides its place. */
export const CHOOSING: readonly WordList[] = ['it', 'other', 'wish', 'not', 'retract'];
export const CHOSEN: readonly Concept[] = ['order', 'parcel'];

/** Returns whether a text has more than the words of some lists, some concepts and the words that have no meaning. */
export function saysSomething(
  text: string,
  language: AnswerLanguage,
  lists: readonly WordList[],
  numberLists: readonly NumberList[] = [],
  concepts: readonly Concept[] = [],
): boolean {
  const lexicon = lexiconOf(language);
  const places = (rest: string) => lexicon.conceptsIn(rest).filter(({ id }) => concepts.includes(id));
  let rest = text;
  for (const find of [
    ...numberLists.map((list) => () => lexicon.numbersIn(list, rest)),
    ...lists.map((list) => () => lexicon.find(list, rest)),
    () => places(rest),
  ])
    for (const { from, to } of find()) rest = rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to);
  if (concepts.length > 0) {
    const ignored = functionWords(language);
    rest = rest.replaceAll(/[\p{L}\p{N}']+/gu, (word) => (ignored.has(word) ? ' ' : word));
  }
  return rest.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= MIN_ASKED_LENGTH;
}
