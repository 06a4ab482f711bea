import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readIntentParts } from '../src/evaluation/intents/intent-files';
import { readLines } from '../src/imports/lines';
import { intentsFitter } from '../src/support/understanding/intents-fitter';
import type { Door } from './create-streams';
import { keepAliveAgent, post } from './post';
import { refreshThroughApi } from './refresh-through-api';
import { percentile, type BenchRow } from './row';
import { asManyAsCan, steadily, type Sending } from './search-service-load';
import { benchShop, type BenchShop } from './shop';
import {
  CUSTOMERS,
  fillProducts,
  orderId,
  ORDERS_PER_CUSTOMER,
  productTitles,
  recordExamples,
  recordFacts,
} from './support-shop';
import { withoutRefreshes } from './without-refreshes';

const CLINC150 = process.env.BENCH_CLINC150 ?? path.resolve(__dirname, '../../../shared/data/clinc150.json.gz');
/** Each measurement takes this long. */
const SECONDS = Number(process.env.BENCH_SUPPORT_SECONDS ?? 20);
const WARM_UP_SECONDS = 6;
/** Messages of each kind, one after another. */
const SAMPLES_PER_KIND = 30;
/** At full speed. More would wait for the connections to PostgreSQL until the API refuses messages. */
const CONNECTIONS = 16;
const MAX_CONNECTIONS = 200;
/** Questions in a conversation. Then the customer starts another one. */
const QUESTIONS = 10;
const LONG_TEXT = 2_000;
const MODEL_PATIENCE_MS = 30_000;

const START = `mutation($input: StartConversationInput!) {
  startConversation(input: $input) { conversation { id } userErrors { code } } }`;
/** The fields that the chat of the demo shop shows. */
const MESSAGE = `id messageId author operatorName text sentAt awaitsAnswer outcome choices { id text } sources { objectId }
  quotes { articleId title url } helpful cards { __typename ... on Order { id status placedAt }
    ... on Shipment { id carrier trackingNumber shipmentStatus: status deliveredAt estimate { earliest latest } }
    ... on Product { id title imageUrls availability price { amount currency } listPrice { amount currency } } }`;
const ASK = `mutation($input: AskSupportInput!) { askSupport(input: $input) {
  conversation { id status operatorName revision } message { ${MESSAGE} } answer { ${MESSAGE} } userErrors { code } } }`;

interface Kind {
  readonly name: string;
  readonly outcomes: readonly string[];
  /** @param n number of the message */
  readonly text: (customer: number, n: number) => string;
}

/** A repair kit may be a question about repairs. */
const TITLES = productTitles().filter((title) => !title.includes('Repair'));
const titleAt = (n: number) => TITLES[n % TITLES.length];
const KINDS: readonly Kind[] = [
  { name: 'where is my order', outcomes: ['ANSWERED'], text: () => 'Hi, where is my order?' },
  {
    name: 'an order by its number',
    outcomes: ['ANSWERED'],
    text: (customer, n) => `When does order ${orderId(customer, n % ORDERS_PER_CUSTOMER)} arrive?`,
  },
  { name: 'a return', outcomes: ['ASKED_BACK'], text: () => 'I want to return something that I bought' },
  { name: 'a product', outcomes: ['ANSWERED'], text: (_, n) => `Is the ${titleAt(n)} in stock?` },
  { name: 'delivery costs (an article)', outcomes: ['ANSWERED'], text: () => 'How much does delivery cost?' },
  {
    name: 'out of scope',
    outcomes: ['NOT_UNDERSTOOD', 'ASKED_BACK'],
    text: () => 'Who won the football world cup when you were young?',
  },
  { name: 'a greeting', outcomes: ['ANSWERED'], text: () => 'Hello!' },
  { name: 'where is my order, in Chinese', outcomes: ['ANSWERED'], text: () => '我的订单在哪里？' },
  { name: `${LONG_TEXT} characters in 40 sentences`, outcomes: ['ANSWERED'], text: (_, n) => longText(n) },
];

/** Returns a story of the greatest length that ends with a question. */
function longText(n: number): string {
  const story = Array.from({ length: 60 }, (_, at) => `My aunt saw the ${titleAt(n + at)}.`).join(' ');
  const question = ' Where is my order?';
  return `${story.slice(0, LONG_TEXT - question.length - 1)}.${question}`;
}

/**
 * Customer answers: `askSupport` over GraphQL, with a key of the shop that names the customers, each with five orders
 * and ten parcels. Rows of each kind of message, one after another, of the mix at full speed over 16 connections, and of the
 * mix at half of that rate, independent of response times. Then a fit of the model of intents on CLINC150 in the background
 * process. One API and one worker process, PostgreSQL with fsync, and the senders share the machine. Customers,
 * products and messages are synthetic.
 */
export async function measureSupport(): Promise<BenchRow[]> {
  if (!existsSync(CLINC150)) throw new Error(`${CLINC150} is not there; BENCH_CLINC150 may name another place`);
  const shop = await benchShop();
  try {
    await fillProducts(shop);
    await withoutRefreshes(shop);
    const door = await shop.open({ env: { RETURN_DAYS: '30' } });
    await recordFacts(shop, door);
    console.error('a model of intents from the starter examples …');
    await refreshIntents(door);
    const support = new SupportLoad(shop, door);
    await support.awaitModel();
    const rows = [...(await support.measureKinds()), ...(await support.measureRates())];
    return [...rows, ...(await measureTraining(shop, door))];
  } finally {
    await shop.close();
  }
}

/** Messages of customers. A conversation has one message at a time. */
class SupportLoad {
  private readonly agent = keepAliveAgent(MAX_CONNECTIONS);
  private readonly free: { readonly id: string; readonly customer: number; asked: number }[] = [];
  private sent = 0;
  private started = 0;
  /** Messages of a measurement that were refused, or stored only, because of overload. */
  private refused = 0;

  constructor(
    private readonly shop: BenchShop,
    private readonly door: Door,
  ) {}

  /** The API process loads a version a moment after it was promoted. */
  async awaitModel(): Promise<void> {
    const begun = performance.now();
    const greeting = KINDS.find(({ name }) => name === 'a greeting')!;
    for (;;) {
      try {
        await this.ask(greeting);
        return;
      } catch (error) {
        if (performance.now() - begun > MODEL_PATIENCE_MS) throw error;
      }
    }
  }

  async measureKinds(): Promise<BenchRow[]> {
    console.error('warming up …');
    await this.measure(asManyAsCan(WARM_UP_SECONDS, CONNECTIONS));
    console.error('one message after another …');
    const { times } = await this.measure(async (ask) => {
      for (let n = 0; n < KINDS.length * SAMPLES_PER_KIND; n++) await ask();
    });
    return KINDS.map(({ name }) => rowOf(name, times.get(name) ?? []));
  }

  async measureRates(): Promise<BenchRow[]> {
    console.error('as many messages as possible …');
    const most = await this.measure(asManyAsCan(SECONDS, CONNECTIONS));
    const half = most.rate / 2;
    console.error(`${half.toFixed(0)} messages a second …`);
    const paced = await this.measure(steadily(half, SECONDS));
    return [
      { ...rowOf(`all kinds, ${CONNECTIONS} connections`, all(most.times)), rate: most.rate, cpu: most.cpu },
      { ...rowOf('all kinds, at half of that rate', all(paced.times)), rate: paced.rate, cpu: paced.cpu },
    ].map((measured) => ({ ...measured, unit: 'msg/s' }));
  }

  private async measure(send: Sending) {
    this.refused = 0;
    const times = new Map<string, number[]>(KINDS.map(({ name }) => [name, []]));
    const began = performance.now();
    const cpu = await this.shop.stageCpuOf(() =>
      send(async () => {
        const kind = KINDS[this.sent % KINDS.length];
        const took = await this.ask(kind);
        times.get(kind.name)?.push(took);
      }),
    );
    const count = all(times).length;
    const each = (seconds: number) => (1_000 * seconds) / count;
    const { API, worker, PostgreSQL } = cpu;
    console.error(
      `  ms of CPU a message: API ${each(API).toFixed(2)}, worker ${each(worker).toFixed(2)}, PostgreSQL ${each(PostgreSQL).toFixed(2)}`,
    );
    if (this.refused > 0) console.error(`  ${this.refused} of ${count} messages were not answered: overload`);
    const rate = count / ((performance.now() - began) / 1_000);
    return { times, rate, cpu: each(API + worker + PostgreSQL) };
  }

  /** @throws Error if the outcome is not that of the kind. @returns milliseconds until the answer */
  private async ask({ name, outcomes, text }: Kind): Promise<number> {
    const n = this.sent++;
    const conversation = this.free.shift() ?? (await this.start());
    const { id: conversationId, customer } = conversation;
    const input = { conversationId, messageId: randomUUID(), text: text(customer, n) };
    const began = performance.now();
    const answer = await this.post(ASK, input);
    const took = performance.now() - began;
    if (/"code":"OVERLOADED"|"answer":null/.test(answer)) {
      this.refused++;
      return took;
    }
    const outcome = /"outcome":"(\w+)"/.exec(answer)?.[1];
    if (outcome === undefined || !outcomes.includes(outcome))
      throw new Error(`${name}: "${input.text.slice(-200)}" was answered with ${answer.slice(0, 2_000)}`);
    if (++conversation.asked < QUESTIONS) this.free.push(conversation);
    return took;
  }

  private async start() {
    const customer = this.started++ % CUSTOMERS;
    const answer = await this.post(START, { customerId: `c${customer}` });
    const id = /"id":"([^"]+)"/.exec(answer)?.[1];
    if (id === undefined) throw new Error(`no conversation was started: ${answer.slice(0, 300)}`);
    return { id, customer, asked: 0 };
  }

  private post(query: string, input: object): Promise<string> {
    const { port, adminKey } = this.door;
    return post(port, adminKey, this.agent, JSON.stringify({ query, variables: { input } }));
  }
}

const all = (times: ReadonlyMap<string, readonly number[]>) => [...times.values()].flat();

const row = (name: string): BenchRow => ({ name, subject: 'freshet' });

function rowOf(name: string, times: readonly number[]): BenchRow {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share));
  return { ...row(name), p50, p95, p99 };
}

async function refreshIntents(door: Door): Promise<void> {
  const agent = keepAliveAgent(1);
  while (!(await refreshThroughApi(door, agent, 'INTENTS'))) console.error('  still fitting …');
  agent.destroy();
}

/** Fits the model of intents on the training part of CLINC150 and the starter examples. */
async function measureTraining(shop: BenchShop, door: Door): Promise<BenchRow[]> {
  const lines: string[] = [];
  for await (const batch of readLines(CLINC150)) lines.push(...batch);
  const { train } = readIntentParts(lines.join('\n'));
  const examples = [...new Map(train.map((example) => [example.text, example])).values()];
  console.error(`a model of intents from ${examples.length} examples of CLINC150 …`);
  await recordExamples(
    door,
    examples.map(({ text, intent }) => ({ text, intent: intent.replaceAll('_', '-') })),
  );
  for (;;) {
    const { refresh } = await shop.stageCpuOf(() => refreshIntents(door));
    const { seconds, verdict, reasons, shopExamples, bytes } = await newestVersion(shop);
    // Otherwise the worker had begun a refresh while the examples were sent.
    if (shopExamples < examples.length) continue;
    console.error(`  ${verdict} ${reasons.join('; ')}`);
    const mebibytes = (bytes ?? (await artefactBytes(shop))) / 2 ** 20;
    return [
      { ...row('fit of CLINC150 in the background'), p50: 1_000 * seconds, rate: refresh, unit: 's CPU' },
      { ...row('its artefact'), rate: mebibytes, unit: 'MiB' },
    ];
  }
}

interface Version {
  readonly seconds: number;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly shopExamples: number;
  /** Null if the gate refused it: then its bytes are not stored. */
  readonly bytes: number | null;
}

async function newestVersion({ platform }: BenchShop): Promise<Version> {
  const { rows } = await platform.pool.query<Version>(
    `SELECT v.seconds, v.verdict, v.reasons, (v.parameters->>'shopExamples')::int AS "shopExamples", a.size AS bytes
     FROM model_versions v LEFT JOIN artefacts a ON a.id = v.id WHERE v.kind = 'intents' ORDER BY v.number DESC LIMIT 1`,
  );
  return rows[0];
}

/** Fits the model again, in this process. @returns the size of the artefact in bytes */
async function artefactBytes({ platform }: BenchShop): Promise<number> {
  const context = { pool: platform.pool, incumbent: null, best: null, seed: 1, onProgress: () => undefined };
  const fitted = await intentsFitter.fit(context);
  return 'bytes' in fitted ? fitted.bytes.length : NaN;
}
