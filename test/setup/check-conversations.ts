/** Compares stored conversations and their events with what clients have sent and seen. */
import { groupBy } from '../../src/learn/group-by';
import type { Pool } from '../../src/platform/postgres';

/** A message that a client has sent, once or several times. The messages of a conversation are in the order of sending. */
export interface SentMessage {
  readonly conversationId: string;
  readonly messageId: string;
  readonly text: string;
  /** Whether a process has answered the request. */
  isAcknowledged: boolean;
  /** The automatic answers that the responses had. */
  readonly seen: { readonly id: string; readonly text: string }[];
}

export interface StoredMessage {
  readonly conversationId: string;
  readonly ordinal: number;
  readonly clientId: string | null;
  readonly author: string;
  readonly text: string;
  readonly awaitsAnswer: boolean;
  readonly answerTo: number | null;
  readonly outcome: string | null;
}

export interface SupportEventRow {
  readonly id: string;
  readonly name: string;
  readonly outcome: string | null;
}

export interface StoredConversations {
  readonly messages: readonly StoredMessage[];
  readonly events: readonly SupportEventRow[];
}

const MESSAGES = `SELECT conversation_id AS "conversationId", ordinal, client_id AS "clientId", author, text,
    awaits_answer AS "awaitsAnswer", answer_to AS "answerTo", content->>'outcome' AS outcome
  FROM conversation_messages WHERE $1::uuid IS NULL OR conversation_id = $1 ORDER BY conversation_id, ordinal`;

/** Returns the messages of one conversation, or of all. */
export async function readStored(pool: Pool, conversationId: string | null = null): Promise<StoredMessage[]> {
  return (await pool.query<StoredMessage>(MESSAGES, [conversationId])).rows;
}

export async function readSupportEvents(pool: Pool): Promise<SupportEventRow[]> {
  const { rows } = await pool.query<SupportEventRow>(
    `SELECT id, name, properties->>'outcome' AS outcome FROM events WHERE source = 'SUPPORT' ORDER BY id`,
  );
  return rows;
}

/** Returns each fault: a message that is lost, repeated, changed or out of order, or has too few or too many answers. */
export function faultsOf(sent: readonly SentMessage[], { messages, events }: StoredConversations): string[] {
  const sentBy = groupBy(sent, ({ conversationId }) => conversationId);
  const storedBy = groupBy(messages, ({ conversationId }) => conversationId);
  const ids = new Set([...sentBy.keys(), ...storedBy.keys()]);
  return [
    ...[...ids].flatMap((id) =>
      faultsOfConversation(sentBy.get(id) ?? [], storedBy.get(id) ?? []).map((fault) => `${id}: ${fault}`),
    ),
    ...faultsOfEvents(messages, events),
  ];
}

function faultsOfConversation(sent: readonly SentMessage[], stored: readonly StoredMessage[]): string[] {
  const faults: string[] = [];
  const expectThat = (isRight: boolean, fault: string) => void (isRight || faults.push(fault));
  const questions = stored.filter(({ author }) => author === 'CUSTOMER');
  const answers = stored.filter(({ author }) => author === 'AUTOMATIC');
  const handOff = answers.find(({ outcome }) => outcome === 'HANDED_OFF')?.ordinal ?? Infinity;
  stored.forEach(({ ordinal }, n) => expectThat(ordinal === n + 1, `ordinal ${ordinal} is at place ${n + 1}`));

  let place = -1;
  for (const { clientId, text, awaitsAnswer, ordinal } of questions) {
    const at = sent.findIndex(({ messageId }) => messageId === clientId);
    expectThat(sent[at]?.text === text, `message ${ordinal} was not sent like this`);
    expectThat(at > place, `message ${ordinal} is stored twice or too late`);
    expectThat(!awaitsAnswer, `message ${ordinal} still waits`);
    place = at;
  }

  for (const { messageId, isAcknowledged, seen } of sent) {
    const [question] = questions.filter(({ clientId }) => clientId === messageId);
    if (question === undefined) {
      expectThat(!isAcknowledged, `message ${messageId} is lost`);
      continue;
    }
    const own = answers.filter(({ answerTo }) => answerTo === question.ordinal);
    // A person gets the messages that follow the hand-off, and those that were not answered before it.
    const mayHaveNone = handOff < Infinity && seen.length === 0;
    const min = mayHaveNone ? 0 : 1;
    const max = question.ordinal > handOff ? 0 : 1;
    expectThat(own.length >= min, `message ${question.ordinal} has no answer`);
    expectThat(own.length <= max, `message ${question.ordinal} has ${own.length} answers; allowed: ${max}`);
    for (const { id, text } of seen)
      expectThat(
        own.some((answer) => id.endsWith(`:${answer.ordinal}`) && answer.text === text),
        `the client has seen an answer to message ${question.ordinal} that is not stored`,
      );
  }

  for (const { ordinal, answerTo } of answers) {
    expectThat(ordinal <= handOff, `answer ${ordinal} follows the hand-off`);
    const isAnswer = questions.some((question) => question.ordinal === answerTo && question.ordinal < ordinal);
    expectThat(isAnswer, `answer ${ordinal} has no message`);
  }
  return faults;
}

/** Each automatic answer has one event, and each hand-off another one. No other events exist. */
function faultsOfEvents(messages: readonly StoredMessage[], events: readonly SupportEventRow[]): string[] {
  const expected = messages.flatMap(({ conversationId, ordinal, author, answerTo, outcome }) => {
    if (author !== 'AUTOMATIC') return [];
    const answered = `${conversationId}:${answerTo}:support_answered ${outcome}`;
    return outcome === 'HANDED_OFF' ? [answered, `${conversationId}:${ordinal}:support_handed_off`] : [answered];
  });
  const actual = events.map(({ id, outcome }) => (outcome === null ? id : `${id} ${outcome}`));
  return [
    ...without(expected, actual).map((event) => `the event ${event} is missing`),
    ...without(actual, expected).map((event) => `the event ${event} is one too many`),
  ];
}

/** Returns the first list without the entries of the second, each of which takes away one. */
function without(list: readonly string[], taken: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const entry of taken) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return list.filter((entry) => {
    const left = counts.get(entry) ?? 0;
    counts.set(entry, left - 1);
    return left <= 0;
  });
}
