import { faultsOfReply, untracedValues, type AnswerReply, type OfferedChoice } from './check-answer';
import { FACT_PARTS, withTimes, type ConversationScript, type ScriptedConversation } from './conversation-script';
import { judgeReply, verdictOfAll, type AnswerVerdict } from './judge';
import { traceSources } from './trace-sources';

/**
 * Sends an operation to a shop and returns its data; repeats it while the shop is busy.
 * @param token the token of a guest, in addition to the shop's own key
 * @throws Error if there is no data
 */
export type SendOperation = <Data>(query: string, variables: object, token?: string) => Promise<Data>;

export interface ScriptRun {
  readonly send: SendOperation;
  /** A new id. */
  readonly newId: () => string;
  /** Waits for so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** When the run begins, in milliseconds since 1970. Durations in the script relate to it. */
  readonly now: number;
  readonly personLabels: readonly string[];
  readonly onProgress?: (message: string) => void;
}

export interface PlayedConversation {
  readonly name: string;
  readonly messages: number;
  readonly answers: number;
  /** How many values of its answers were compared with their fields. */
  readonly compared: number;
  /** Whether the script says that it does not end as it should; then its faults are not listed. */
  readonly hasKnownFault: boolean;
  /** What differs from the script, with the number of the message; empty if nothing does. */
  readonly faults: readonly string[];
  /** BCP 47, as the script states it. */
  readonly language: string | null;
  /** The worst of its answers to messages with a `right`; null if there is none. */
  readonly verdict: AnswerVerdict | null;
  /** Why answers are not right, with the message and the answer; empty if all are. */
  readonly objections: readonly string[];
}

const ITEMS_PER_REQUEST = 50;
const ERRORS = 'receipt userErrors { index code message }';
const OLD_ERRORS = 'receipt userErrors: errors { index code message }';
const mutation = (type: string, name: string, list: string, errors: string) =>
  `mutation($items: [${type}!]!) { result: ${name}(input: { ${list}: $items }) { ${errors} } }`;
const RECORD: Readonly<Record<(typeof FACT_PARTS)[number], string>> = {
  products: mutation('ProductInput', 'upsertProducts', 'products', OLD_ERRORS),
  articles: mutation('ArticleInput', 'upsertArticles', 'articles', ERRORS),
  orders: mutation('OrderInput', 'recordOrders', 'orders', OLD_ERRORS),
  payments: mutation('PaymentInput', 'recordPayments', 'payments', OLD_ERRORS),
  // The statuses of an order follow one another, so each is a request of its own.
  moves: `mutation($item: UpdateOrderStatusInput!) {
    result: updateOrderStatus(input: $item) { receipt userErrors: errors { code message } } }`,
  shipments: mutation('ShipmentInput', 'recordShipments', 'shipments', ERRORS),
  scans: mutation('ScanInput', 'recordScans', 'scans', ERRORS),
};
const AWAIT_PRODUCTS = `query($receipt: ID!) {
  recommendations(input: { intent: POPULAR, awaitReceipt: $receipt }, first: 1) { revision } }`;
const AWAIT_SHIPMENTS = 'query($receipt: ID!) { shipments(first: 1, awaitReceipt: $receipt) { nodes { id } } }';
const AWAIT_ARTICLES = 'query($receipt: ID!) { articles(first: 1, awaitReceipt: $receipt) { nodes { id } } }';

const START = `mutation($input: StartConversationInput!) {
  startConversation(input: $input) { conversation { id } userErrors { message } } }`;
const ASKED = `message { intent confidence } conversation { status } userErrors { code message }
  answer { outcome text choices { id text orderId productId } actions { kind } sources { kind objectId field value text }
    cards { __typename ... on Order { id } ... on Shipment { id } ... on Product { id } } quotes { articleId } }`;
const ASK = `mutation($input: AskSupportInput!) { askSupport(input: $input) { ${ASKED} } }`;
const CLOSE = 'mutation($id: ID!) { closeConversation(input: { conversationId: $id }) { userErrors { message } } }';
const ISSUE_TOKEN = `mutation($id: ID!) { issueOrderToken(input: { orderId: $id }) { token userErrors { message } } }`;

const MODEL_PATIENCE_MS = 120_000;
const MODEL_POLL_MS = 500;

/**
 * Records the facts of a script in a shop, which waits until all of them are applied.
 * @throws Error that names the first fact that the shop refuses
 */
export async function recordFacts({ facts }: ConversationScript, { send, now }: ScriptRun): Promise<void> {
  for (const part of FACT_PARTS) {
    const items = facts[part].map((fact) => withTimes(fact, now));
    const size = part === 'moves' ? 1 : ITEMS_PER_REQUEST;
    for (let at = 0; at < items.length; at += size) {
      const variables = part === 'moves' ? { item: items[at] } : { items: items.slice(at, at + size) };
      const { result } = await send<{ result: Recorded }>(RECORD[part], variables);
      const [fault] = result.userErrors;
      if (fault !== undefined)
        throw new Error(`facts.${part}[${at + (fault.index ?? 0)}]: ${fault.code}: ${fault.message}`);
      const { receipt } = result;
      if (part === 'products') await send(AWAIT_PRODUCTS, { receipt });
      if (part === 'articles') await send(AWAIT_ARTICLES, { receipt });
      if (part === 'shipments' || part === 'scans') await send(AWAIT_SHIPMENTS, { receipt });
    }
  }
}

interface Recorded {
  readonly receipt: string | null;
  readonly userErrors: readonly { readonly index?: number; readonly code: string; readonly message: string }[];
}

/**
 * Plays each conversation of a script and compares the answers with what it expects. All conversations are closed
 * afterwards.
 * @throws Error if the shop has no model of intents within two minutes
 */
export async function playScript(
  { conversations }: ConversationScript,
  run: ScriptRun,
): Promise<readonly PlayedConversation[]> {
  await awaitModel(run);
  const played: PlayedConversation[] = [];
  for (const conversation of conversations) {
    played.push(await play(conversation, run));
    run.onProgress?.(`${played.length} of ${conversations.length} conversations`);
  }
  return played;
}

/** Asks until a model of intents has understood the question. */
async function awaitModel(run: ScriptRun): Promise<void> {
  for (let waited = 0; ; waited += MODEL_POLL_MS) {
    const id = await start({ name: 'model of intents', messages: [] }, run);
    const { message } = await ask({ conversationId: id, text: 'Hello' }, run);
    await run.send(CLOSE, { id });
    if (message?.confidence != null) return;
    if (waited >= MODEL_PATIENCE_MS)
      throw new Error(
        'the shop has no model of intents; is a worker running? refreshModel(input: { kind: INTENTS }) fits one',
      );
    run.onProgress?.('waiting for the model of intents');
    await run.pause(MODEL_POLL_MS);
  }
}

async function play(conversation: ScriptedConversation, run: ScriptRun): Promise<PlayedConversation> {
  const { name, messages, knownFault } = conversation;
  const id = await start(conversation, run);
  const faults: string[] = [];
  let [answers, compared] = [0, 0];
  const verdicts: AnswerVerdict[] = [];
  const objections: string[] = [];
  let choices: readonly OfferedChoice[] = [];
  for (const [at, { say, choose, expect = {}, right }] of messages.entries()) {
    const report = (found: readonly string[]) => faults.push(...found.map((fault) => `message ${at + 1}: ${fault}`));
    const choice = choose === undefined ? undefined : choices.find((each) => isChosen(each, choose));
    const text = say ?? choice?.text;
    if (text === undefined) {
      if (right !== undefined) {
        verdicts.push('NEITHER');
        objections.push(`[${choose}] is not offered`);
        break;
      }
      report([`no button "${choose}" among [${choices.map((each) => each.text).join(', ')}]`]);
      break;
    }
    const reply = await ask({ conversationId: id, text, choiceId: choice?.id }, run);
    report(faultsOfReply(expect, reply, run));
    choices = reply.answer?.choices ?? [];
    const unfounded = reply.answer === null ? [] : untracedValues(reply.answer);
    if (reply.answer !== null) {
      answers++;
      const traced = await traceSources(reply.answer.sources, conversation, run);
      compared += traced.compared;
      unfounded.push(...traced.faults);
      report(unfounded);
    }
    if (right === undefined) continue;
    const judged = judgeReply([right].flat(), reply, unfounded, run);
    verdicts.push(judged.verdict);
    if (judged.verdict !== 'RIGHT')
      objections.push(`${judged.verdict} “${text}” → “${reply.answer?.text ?? ''}”: ${judged.faults.join('; ')}`);
  }
  await run.send(CLOSE, { id });
  const hasKnownFault = knownFault !== undefined;
  const ended = hasKnownFault && faults.length === 0 ? ['it ends as it should: remove its knownFault'] : faults;
  return {
    name,
    messages: messages.length,
    answers,
    compared,
    hasKnownFault,
    faults: hasKnownFault && faults.length > 0 ? [] : ended,
    language: conversation.language ?? null,
    verdict: verdicts.length === 0 ? null : verdictOfAll(verdicts),
    objections,
  };
}

/** Returns whether a button is the one that a script names: by the beginning of its label, or by what it chooses. */
function isChosen({ text, orderId, productId }: OfferedChoice, choose: string): boolean {
  return text.startsWith(choose) || choose === `ORDER ${orderId}` || choose === `PRODUCT ${productId}`;
}

/** The messages after it are sent with the shop's own key, which may write in all conversations. */
async function start({ customerId, guestOrderId, language }: ScriptedConversation, run: ScriptRun): Promise<string> {
  const token = guestOrderId === undefined ? undefined : await tokenOf(guestOrderId, run);
  const isVisitor = customerId === undefined && guestOrderId === undefined;
  const input = { language, ...(isVisitor ? { sessionId: run.newId() } : { customerId }) };
  const { startConversation: started } = await run.send<{
    startConversation: { conversation: { id: string } | null; userErrors: readonly { message: string }[] };
  }>(START, { input }, token);
  if (started.conversation === null) throw new Error(started.userErrors[0]?.message);
  return started.conversation.id;
}

async function ask(
  input: { readonly conversationId: string; readonly text: string; readonly choiceId?: string },
  { send, newId }: ScriptRun,
): Promise<AnswerReply> {
  return (await send<{ askSupport: AnswerReply }>(ASK, { input: { ...input, messageId: newId() } })).askSupport;
}

async function tokenOf(orderId: string, { send }: ScriptRun): Promise<string> {
  const { issueOrderToken: issued } = await send<{
    issueOrderToken: { token: string | null; userErrors: readonly { message: string }[] };
  }>(ISSUE_TOKEN, { id: orderId });
  if (issued.token === null) throw new Error(`guest of ${orderId}: ${issued.userErrors[0]?.message}`);
  return issued.token;
}
