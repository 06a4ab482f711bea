import { MS_PER_DAY } from '../../learn/durations';
import { timeOf, type AnswerExpectation } from './conversation-script';

/** The response to a message of the customer, as the API gives it to the shop's own key. */
export interface AnswerReply {
  /** Null if the message was refused. Its confidence is null if no model has understood it. */
  readonly message: { readonly intent: string | null; readonly confidence: number | null } | null;
  readonly answer: ReceivedAnswer | null;
  readonly conversation: { readonly status: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

export interface ReceivedAnswer {
  readonly outcome: string;
  readonly text: string;
  readonly choices: readonly OfferedChoice[];
  /** The kinds of requests that its buttons send. */
  readonly actions: readonly { readonly kind: string }[];
  readonly sources: readonly AnswerSource[];
  readonly cards: readonly { readonly __typename: string; readonly id: string }[];
  readonly quotes: readonly { readonly articleId: string }[];
}

export interface OfferedChoice {
  readonly id: string;
  readonly text: string;
  readonly orderId: string | null;
  readonly productId: string | null;
}

/** A value of an answer, and the field that it comes from. */
export interface AnswerSource {
  readonly kind: string;
  readonly objectId: string;
  readonly field: string;
  readonly value: string;
  readonly text: string;
}

/**
 * Returns how a response differs from what was expected, one sentence each; empty if it does not.
 * @param personLabels the labels of the button that asks for a person, in all languages
 * @param now to which durations in expected values relate, in milliseconds since 1970
 */
export function faultsOfReply(
  expected: AnswerExpectation,
  reply: AnswerReply,
  { personLabels, now }: { personLabels: readonly string[]; now: number },
): string[] {
  const faults: string[] = [];
  const { message, answer, conversation, userErrors } = reply;
  const code = userErrors[0]?.code;
  if (code !== expected.refused) faults.push(`refused: ${shown(code)} instead of ${shown(expected.refused)}`);
  const isAnswered = expected.answered ?? expected.refused === undefined;
  if ((answer !== null) !== isAnswered) faults.push(isAnswered ? 'there is no answer' : 'there is an answer');
  const compare = (name: string, found: string | null | undefined, wanted: AnswerExpectation['intent']) => {
    if (wanted === undefined) return;
    const right = [wanted].flat();
    if (!right.includes(found ?? null))
      faults.push(`${name}: ${shown(found)} instead of ${right.map(shown).join(' or ')}`);
  };
  compare('intent', message?.intent ?? null, expected.intent);
  compare('status', conversation?.status, expected.status);
  if (answer === null) return faults;
  compare('outcome', answer.outcome, expected.outcome);
  for (const [place, value] of Object.entries(expected.states ?? {})) {
    const found = answer.sources.filter(({ kind, objectId, field }) => `${kind} ${objectId} ${field}` === place);
    if (!found.some((source) => value === null || isSame(source.value, value, now)))
      faults.push(`states: ${place} is ${found.map((each) => each.value).join(', ') || 'absent'}, not ${shown(value)}`);
  }
  const stated = new Set([
    ...answer.sources.map(({ kind, objectId }) => `${kind} ${objectId}`),
    ...answer.cards.map(nameOfCard),
  ]);
  for (const name of expected.statesNot ?? []) if (stated.has(name)) faults.push(`it states ${name}`);
  const text = answer.text.toLowerCase();
  for (const part of expected.says ?? [])
    if (!text.includes(part.toLowerCase())) faults.push(`it does not say ${shown(part)}`);
  for (const part of expected.saysNot ?? [])
    if (text.includes(part.toLowerCase())) faults.push(`it says ${shown(part)}`);
  const { saysAny = [] } = expected;
  if (saysAny.length > 0 && !saysAny.some((part) => text.includes(part.toLowerCase())))
    faults.push(`it says none of ${saysAny.map(shown).join(', ')}`);
  const compareSets = (name: string, found: readonly string[], wanted: readonly string[] | undefined) => {
    if (wanted !== undefined && [...found].sort().join('\n') !== [...wanted].sort().join('\n'))
      faults.push(`${name}: [${found.join(', ')}] instead of [${wanted.join(', ')}]`);
  };
  compareSets('cards', answer.cards.map(nameOfCard), expected.cards);
  compareSets(
    'quotes',
    answer.quotes.map(({ articleId }) => articleId),
    expected.quotes,
  );
  const labels = answer.choices.map((choice) => choice.text);
  const chosen = answer.choices.map(({ orderId, productId }) =>
    orderId === null ? `PRODUCT ${productId}` : `ORDER ${orderId}`,
  );
  for (const start of expected.choices ?? [])
    if (!chosen.includes(start) && !labels.some((label) => label.startsWith(start)))
      faults.push(`no button ${shown(start)} among [${labels.join(', ')}]`);
  const offered = answer.actions.map(({ kind }) => kind);
  for (const kind of expected.offers ?? []) if (!offered.includes(kind)) faults.push(`it does not offer ${kind}`);
  for (const kind of expected.offersNot ?? []) if (offered.includes(kind)) faults.push(`it offers ${kind}`);
  const offersPerson = labels.some((label) => personLabels.includes(label));
  if (expected.offersPerson !== undefined && offersPerson !== expected.offersPerson)
    faults.push(offersPerson ? 'it offers a person' : 'it offers no person');
  return faults;
}

/**
 * Returns what an answer states without a source, one sentence each; empty if each of its digits is a part of a value
 * with a source or of a passage that it quotes, and each of these values is in its text.
 */
export function untracedValues({ text, sources }: Pick<ReceivedAnswer, 'text' | 'sources'>): string[] {
  const missing = sources.filter((source) => !text.includes(source.text));
  const longestFirst = sources.map((source) => source.text).sort((a, b) => b.length - a.length);
  const rest = longestFirst.reduce(
    (left, value) => (value === '' ? left : left.replaceAll(wholeText(value), ' ')),
    text,
  );
  const digits = rest.match(/\p{N}+/gu) ?? [];
  return [
    ...missing.map(({ kind, objectId, field }) => `the value of ${kind} ${objectId} ${field} is not in its text`),
    ...digits.map((number) => `it states ${number}, which has no source`),
  ];
}

/** A text that is not a part of a longer number. */
function wholeText(text: string): RegExp {
  const escaped = text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<!\\p{N})${escaped}(?!\\p{N})`, 'gu');
}

function isSame(value: string, wanted: string, now: number): boolean {
  if (value === wanted) return true;
  const time = timeOf(wanted, now)?.getTime() ?? NaN;
  return Math.abs(Date.parse(value) - time) <= MS_PER_DAY;
}

function nameOfCard({ __typename: type, id }: ReceivedAnswer['cards'][number]): string {
  return `${type.toUpperCase()} ${id}`;
}

function shown(value: string | null | undefined): string {
  return value === undefined || value === null ? 'none' : `"${value}"`;
}
