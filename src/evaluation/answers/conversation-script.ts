import { parseDurationMs } from '../../learn/durations';

/** Conversations of customers, with what each answer has to be, and the facts of the shop that they ask about. */
export interface ConversationScript {
  readonly facts: ScriptFacts;
  readonly conversations: readonly ScriptedConversation[];
}

/** The inputs of mutations, in the order in which they are sent. */
export const FACT_PARTS = ['products', 'articles', 'orders', 'payments', 'moves', 'shipments', 'scans'] as const;
type FactPart = (typeof FACT_PARTS)[number];
export type Fact = Readonly<Record<string, unknown>>;
export type ScriptFacts = Readonly<Record<FactPart, readonly Fact[]>>;

/** Without a customer and without an order of a guest, the customer is an unknown visitor. */
export interface ScriptedConversation {
  readonly name: string;
  readonly customerId?: string;
  readonly guestOrderId?: string;
  /** BCP 47. */
  readonly language?: string;
  /** Why it does not end as it should. If it does, that is a fault, so that this is removed. */
  readonly knownFault?: string;
  readonly messages: readonly ScriptedMessage[];
}

export interface ScriptedMessage {
  /** The text of the customer. */
  readonly say?: string;
  /**
   * How the label of the button begins that the customer presses, among those of the answer before, or what it chooses, as
   * `KIND ID`.
   */
  readonly choose?: string;
  readonly expect?: AnswerExpectation;
  /** What a right answer is; of several, one must hold. With it, the conversation has a verdict (`judge.ts`). */
  readonly right?: OneOrMore<AnswerExpectation>;
}

/** What an answer must be. What is absent may be anything. */
export interface AnswerExpectation {
  /** The code of the error, if the message must be refused. */
  readonly refused?: string;
  /** Whether there is an automatic answer. Default: unless the message is refused. */
  readonly answered?: boolean;
  /** The intent, or those that are right; null for a message that is not understood. */
  readonly intent?: OneOrMore<string | null>;
  readonly outcome?: OneOrMore<string>;
  /** Values that it states, by `KIND ID field`; null for any value. A time is right to within a day. */
  readonly states?: Readonly<Record<string, string | null>>;
  /** Objects of which it states nothing, as `KIND ID`. */
  readonly statesNot?: readonly string[];
  /** Texts that it contains, ignoring case. */
  readonly says?: readonly string[];
  readonly saysNot?: readonly string[];
  /** Texts of which it contains one, ignoring case. */
  readonly saysAny?: readonly string[];
  /** All its cards, as `KIND ID`. */
  readonly cards?: readonly string[];
  /** The ids of all articles that it quotes. */
  readonly quotes?: readonly string[];
  /** How the labels of some of its buttons begin, or which orders and products some of them choose, as `KIND ID`. */
  readonly choices?: readonly string[];
  /** The kinds of requests that it offers by a button. */
  readonly offers?: readonly string[];
  readonly offersNot?: readonly string[];
  /** Whether one of its buttons asks for a person. */
  readonly offersPerson?: boolean;
  /** The status of the conversation afterwards. */
  readonly status?: string;
}

type OneOrMore<Value> = Value | readonly Value[];

/** The fields of an object that a script may have, each with a test of its value. */
type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || isText(value);
const isFlag = (value: unknown) => typeof value === 'boolean';
const isListOf = (isItem: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(isItem);
const isObject = (value: unknown): value is Fact =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const oneOrMore = (isItem: (value: unknown) => boolean) => (value: unknown) => isItem(value) || isListOf(isItem)(value);

const SCRIPT: Shape = { facts: isObject, conversations: isListOf(isObject) };
const FACTS: Shape = Object.fromEntries(FACT_PARTS.map((part) => [part, isListOf(isObject)]));
const CONVERSATION: Shape = {
  ...{ name: isText, customerId: isText, guestOrderId: isText, language: isText, knownFault: isText },
  messages: isListOf(isObject),
};
const MESSAGE: Shape = { say: isText, choose: isText, expect: isObject, right: oneOrMore(isObject) };
const EXPECTATION: Shape = {
  refused: isText,
  answered: isFlag,
  intent: oneOrMore(isTextOrNull),
  outcome: oneOrMore(isText),
  states: (value) => isObject(value) && Object.values(value).every(isTextOrNull),
  ...Object.fromEntries(
    ['statesNot', 'says', 'saysNot', 'saysAny', 'cards', 'quotes', 'choices', 'offers', 'offersNot'].map((name) => [
      name,
      isListOf(isText),
    ]),
  ),
  offersPerson: isFlag,
  status: isText,
};

/**
 * Reads a script of conversations from JSON. Unknown fields are errors: an expectation with a wrong name would never fail.
 * @param factsJson the facts, if the script does not contain them
 * @throws Error that says which part of it is wrong
 */
export function readConversationScript(json: string, factsJson?: string): ConversationScript {
  const { facts = factsJson === undefined ? {} : parsed(factsJson), conversations } = checked(
    parsed(json),
    SCRIPT,
    'the file',
  ) as { facts?: unknown; conversations?: ConversationScript['conversations'] };
  checked(facts, FACTS, 'facts');
  if (conversations === undefined || conversations.length === 0)
    throw new Error('it must have a list conversations that is not empty');
  const names = new Set<string>();
  for (const [index, conversation] of conversations.entries()) {
    const place = `conversations[${index}]`;
    checked(conversation, CONVERSATION, place);
    const { name, customerId, guestOrderId, messages } = conversation as Partial<ScriptedConversation>;
    if (name === undefined || names.has(name)) throw new Error(`${place} must have a name of its own`);
    names.add(name);
    if (customerId !== undefined && guestOrderId !== undefined)
      throw new Error(`${place} has both customerId and guestOrderId`);
    if (messages === undefined || messages.length === 0) throw new Error(`${place} has no messages`);
    for (const [at, message] of messages.entries()) {
      const messagePlace = `${place}.messages[${at}]`;
      checked(message, MESSAGE, messagePlace);
      if ((message.say === undefined) === (message.choose === undefined))
        throw new Error(`${messagePlace} must have either say or choose`);
      if (message.expect !== undefined) checked(message.expect, EXPECTATION, `${messagePlace}.expect`);
      for (const right of [message.right ?? []].flat()) checked(right, EXPECTATION, `${messagePlace}.right`);
    }
  }
  const parts = facts as Partial<ScriptFacts>;
  return {
    facts: Object.fromEntries(FACT_PARTS.map((part) => [part, parts[part] ?? []])) as unknown as ScriptFacts,
    conversations,
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`it is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function checked(value: unknown, shape: Shape, place: string): Fact {
  if (!isObject(value)) throw new Error(`${place} must be an object`);
  for (const [name, field] of Object.entries(value)) {
    const isValid = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (isValid === undefined)
      throw new Error(`${place} has the unknown field ${name}; known are ${Object.keys(shape).join(', ')}`);
    if (!isValid(field)) throw new Error(`${place}.${name} is of the wrong type`);
  }
  return value;
}

/** Returns the time of an ISO 8601 duration from now, such as `-P3D` or `PT6H`; undefined for any other text. */
export function timeOf(text: string, now: number): Date | undefined {
  const isPast = text.startsWith('-');
  const ms = parseDurationMs(isPast ? text.slice(1) : text);
  return ms === undefined ? undefined : new Date(isPast ? now - ms : now + ms);
}

/** Returns a fact with a time in place of each duration in a field whose name ends with `At`. */
export function withTimes(fact: Fact, now: number): Fact {
  return Object.fromEntries(
    Object.entries(fact).map(([name, value]) => {
      const time = name.endsWith('At') && typeof value === 'string' ? timeOf(value, now) : undefined;
      return [name, time?.toISOString() ?? value];
    }),
  );
}
