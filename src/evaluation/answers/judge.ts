import { faultsOfReply, type AnswerReply } from './check-answer';
import type { AnswerExpectation } from './conversation-script';

export const VERDICTS = ['RIGHT', 'NEITHER', 'WRONG'] as const;
/**
 * RIGHT: all that was asked is answered. WRONG: a value or passage is stated that does not answer, something refused is
 * offered, or a value has no source. NEITHER: it asks, or hands over, although it could answer.
 */
export type AnswerVerdict = (typeof VERDICTS)[number];

export interface JudgedReply {
  readonly verdict: AnswerVerdict;
  /** How it differs from the alternative that it comes closest to; empty if it is right. */
  readonly faults: readonly string[];
}

/** The outcomes that claim nothing. */
const CLAIMS_NOTHING: ReadonlySet<string> = new Set(['ASKED_BACK', 'HANDED_OFF', 'NOT_UNDERSTOOD', 'SIGN_IN_NEEDED']);

/**
 * Judges the response to a message.
 * @param right what a right answer is; one of them must hold
 * @param unfounded what it states without a source, or not as its source has it
 */
export function judgeReply(
  right: readonly AnswerExpectation[],
  reply: AnswerReply,
  unfounded: readonly string[],
  context: { readonly personLabels: readonly string[]; readonly now: number },
): JudgedReply {
  const ofAll = right.map((expected) => faultsOfReply(expected, reply, context));
  const faults = [...unfounded, ...ofAll.reduce((best, each) => (each.length < best.length ? each : best))];
  if (faults.length === 0) return { verdict: 'RIGHT', faults };
  return { verdict: unfounded.length > 0 || claims(right, reply) ? 'WRONG' : 'NEITHER', faults };
}

/** Returns whether a response states or offers something that it should not. */
function claims(right: readonly AnswerExpectation[], { answer }: AnswerReply): boolean {
  if (answer === null) return false;
  const refused = right.flatMap(({ offersNot = [] }) => offersNot);
  const offered = answer.actions.map(({ kind }) => kind);
  if (offered.some((kind) => refused.includes(kind))) return true;
  const forbidden = right.flatMap(({ statesNot = [] }) => statesNot);
  const stated = answer.sources.map(({ kind, objectId }) => `${kind} ${objectId}`);
  if (stated.some((name) => forbidden.includes(name))) return true;
  if (!CLAIMS_NOTHING.has(answer.outcome)) return true;
  // A question back may state something, too.
  const expected = right.flatMap(({ states = {}, quotes = [] }) => [
    ...Object.keys(states).map((name) => name.split(' ').slice(0, 2).join(' ')),
    ...quotes.map((id) => `ARTICLE ${id}`),
  ]);
  return answer.sources.some(
    ({ kind, objectId }) => STATED_KINDS.has(kind) && !expected.includes(`${kind} ${objectId}`),
  );
}

/** The sources of what is stated. */
const STATED_KINDS: ReadonlySet<string> = new Set(['ORDER', 'SHIPMENT', 'ESTIMATE', 'PRODUCT', 'ARTICLE']);

/** The verdict on a conversation: the worst of its answers. */
export function verdictOfAll(verdicts: readonly AnswerVerdict[]): AnswerVerdict {
  return VERDICTS[Math.max(0, ...verdicts.map((verdict) => VERDICTS.indexOf(verdict)))];
}
