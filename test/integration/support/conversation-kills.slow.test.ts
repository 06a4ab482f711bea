import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import {
  faultsOf,
  readStored,
  readSupportEvents,
  type SentMessage,
  type StoredConversations,
  type StoredMessage,
} from '../../setup/check-conversations';
import { buildGates, closeGate, type Gate, type GatePoint } from '../../setup/conversation-gates';
import { expectExactly, itIsExact } from '../../setup/final-failure';
import type { Credentials, GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY, START_SESSION, type CreateKeyAnswer, type StartSessionAnswer } from '../../setup/operations';
import { ADMIN_KEY, startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import {
  ASK_SUPPORT,
  CONVERSATION_QUERY,
  CONVERSATION_UPDATED,
  START_CONVERSATION,
  type ConversationAnswer,
  type ShownConversation,
} from '../../setup/support-operations';
import { PATIENCE_MS, until } from '../../setup/until';

/**
 * Where an API process is killed, and what it leaves then: before the message is stored, between the message and its
 * answer, and between the answer and the response.
 */
const LEFT: Readonly<Record<GatePoint, readonly string[]>> = {
  'INSERT CUSTOMER': [],
  'COMMIT CUSTOMER': ['CUSTOMER waits'],
  'INSERT AUTOMATIC': ['CUSTOMER waits'],
  'COMMIT AUTOMATIC': ['CUSTOMER', 'AUTOMATIC'],
};
/** Each process has one client of each habit. The last one sends each message to both at once. */
const HABITS = ['REPEATS', 'REPEATS', 'GIVES_UP', 'GIVES_UP', 'SENDS_TWICE'] as const;
const CLIENTS_OF_EACH = 3;
/** Messages of a conversation before the customer asks for a person. */
const QUESTIONS = ['hello', 'what does delivery cost?', 'where is my order?', 'how can i pay?', 'thanks'];
/** Pause before a client repeats what was UNAVAILABLE. */
const RETRY_MS = 200;
const REFRESH = 'mutation { refreshModel(input: { kind: INTENTS }) { job { id } } }';
const BLOCKED_FITS = `SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE relation = 'intent_examples'::regclass AND NOT granted
    AND application_name = 'freshet ' || current_schema() || ' refresh intents'`;

type Api = Awaited<ReturnType<typeof startApiProcess>>;
type Answer<K extends string> = Record<K, ConversationAnswer>;
type Habit = (typeof HABITS)[number];

interface JobRow {
  readonly state: string;
  readonly attempts: number;
}

/**
 * Returns how a request failed: the process refused the connection, ended before it responded, or waited too long for
 * the transactions that this test holds.
 */
function failureOf(error: Error): 'REFUSED' | 'BROKEN' | 'UNAVAILABLE' {
  if (error.message.includes('"code":"UNAVAILABLE"')) return 'UNAVAILABLE';
  if (error.message !== 'fetch failed' && error.message !== 'terminated') throw error;
  return (error.cause as { code?: string } | undefined)?.code === 'ECONNREFUSED' ? 'REFUSED' : 'BROKEN';
}

interface Customer {
  /** The conversation. */
  readonly id: string;
  readonly point: GatePoint;
  readonly by: Credentials;
  readonly watcher: GraphqlClient;
  readonly nextUpdate: () => Promise<ShownConversation>;
  readonly gate: Gate;
  readonly laterGates: readonly Gate[];
}

interface HeldCustomer extends Customer {
  readonly message: SentMessage;
  readonly response: string;
  readonly asking: Promise<void>;
  /** The server processes of PostgreSQL that wait at the gate. */
  readonly pids: readonly number[];
}

describe('conversations while API processes and workers are killed', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let redis: Redis;
  let apis: [Api, Api];
  let worker: OwnProcess | undefined;
  let serverKey: string;
  let storefrontKey: string;
  let stored: StoredConversations;
  const killed = new Set<Api>();
  const inFlight = new Map<Api, number>();
  const sent: SentMessage[] = [];
  const struck = {
    /** A customer whose message was at the kill point of the process when it ended. */
    customers: [] as { point: GatePoint; isRepeated: boolean; response: string; isHeld: boolean; left: string[] }[],
    /** Numbers of requests of the other clients that each kill has broken. */
    requests: new Map<Api, number>(),
    fit: null as JobRow | null,
  };
  const seenOutcomes: (string | null)[] = [];
  let finishedJob: JobRow;
  let isOver = false;
  /** Clients send nothing until then, so that a process that starts or fits need not share the cores with them. */
  let pause = Promise.resolve();

  /**
   * Sends a request, to one process after the other, until one responds.
   * @returns undefined if the process that had received it ended, and the client gives up
   */
  async function request<T>(
    first: number,
    by: Credentials,
    [query, variables]: readonly [string, object],
    givesUp = false,
  ): Promise<T | undefined> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (let at = first; ; at++) {
      const api = apis[at % 2];
      inFlight.set(api, (inFlight.get(api) ?? 0) + 1);
      try {
        return await api.client.as(by).data<T>(query, variables);
      } catch (error) {
        const failure = failureOf(error as Error);
        if (failure === 'UNAVAILABLE' ? Date.now() > giveUpAt : !killed.has(api)) throw error;
        if (failure === 'BROKEN') struck.requests.set(api, (struck.requests.get(api) ?? 0) + 1);
        if (failure === 'BROKEN' && givesUp) return undefined;
        if (failure === 'UNAVAILABLE') await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      } finally {
        inFlight.set(api, inFlight.get(api)! - 1);
      }
    }
  }

  async function start(at: number, by: Credentials, input: object): Promise<string> {
    const started = await request<Answer<'startConversation'>>(at, by, [START_CONVERSATION, { input }]);
    return started!.startConversation.conversation!.id;
  }

  function newMessage(conversationId: string, text: string): SentMessage {
    const message = { conversationId, messageId: randomUUID(), text, isAcknowledged: false, seen: [] };
    sent.push(message);
    return message;
  }

  const inputOf = ({ conversationId, messageId, text }: SentMessage, choiceId?: string) => ({
    input: { conversationId, messageId, text, choiceId },
  });

  async function ask(at: number, by: Credentials, message: SentMessage, choiceId?: string, givesUp = false) {
    const operation = [ASK_SUPPORT, inputOf(message, choiceId)] as const;
    const asked = (await request<Answer<'askSupport'>>(at, by, operation, givesUp))?.askSupport;
    if (asked === undefined) return undefined;
    expectExactly(() => expect(asked).toMatchObject({ userErrors: [], message: { text: message.text } }));
    message.isAcknowledged = true;
    if (asked.answer !== null) message.seen.push({ id: asked.answer.id, text: asked.answer.text });
    if (asked.answer !== null) seenOutcomes.push(asked.answer.outcome);
    return asked;
  }

  /** A client that holds one conversation after the other. Each ends with a person. */
  async function talk(client: number, habit: Habit): Promise<void> {
    const by = { apiKey: serverKey };
    for (let conversation = 0; !isOver; conversation++) {
      const id = await start(client, by, { sessionId: `session ${client} ${conversation}` });
      const say = async (text: string, choiceId?: string) => {
        await pause;
        const message = newMessage(id, text);
        if (habit !== 'SENDS_TWICE') return ask(client, by, message, choiceId, habit === 'GIVES_UP');
        return (await Promise.all([ask(client, by, message, choiceId), ask(client + 1, by, message, choiceId)]))[0];
      };
      for (const question of QUESTIONS) await say(question);
      const { answer } = (await say('i want to talk to a person')) ?? { answer: null };
      const choice = answer?.choices.find(({ text }) => text === 'Talk to a person');
      if (choice !== undefined) await say(choice.text, choice.id);
      await say('hello again');
    }
  }

  /** A customer who follows a new conversation at the other process. */
  async function newCustomer(slot: 0 | 1, point: GatePoint): Promise<Customer> {
    const other = apis[1 - slot].client;
    const session = await other.as({ apiKey: storefrontKey }).data<StartSessionAnswer>(START_SESSION);
    const by = { apiKey: storefrontKey, authorization: `Bearer ${session.startSession.token}` };
    const id = await start(1 - slot, by, {});
    const watcher = other.as(by);
    const updates = watcher.subscribe<{ conversationUpdated: ShownConversation }>(CONVERSATION_UPDATED, { id });
    const nextUpdate = async () => (await updates.next()).value.data!.conversationUpdated;
    expect((await nextUpdate()).messages).toEqual([]);
    const gate = await closeGate(pool, id, point);
    // No process answers what this commit stores before the test has read it.
    const laterGates = point === 'COMMIT CUSTOMER' ? [await closeGate(pool, id, 'INSERT AUTOMATIC')] : [];
    return { id, point, by, watcher, nextUpdate, gate, laterGates };
  }

  /** Sends a message to a process, and waits until its transaction is held at the kill point, or was given up. */
  async function hold(slot: 0 | 1, customer: Customer): Promise<HeldCustomer> {
    const message = newMessage(customer.id, `hello, ${customer.point}`);
    const held = { ...customer, message, response: 'none', pids: [] as number[], asking: Promise.resolve() };
    held.asking = apis[slot].client
      .as(customer.by)
      .send(ASK_SUPPORT, inputOf(message))
      .then(
        () => void (held.response = 'a response'),
        (error: Error) => void (held.response = failureOf(error)),
      );
    held.pids = await until(
      () => customer.gate.waiting(),
      (waiting) => waiting.length > 0 || held.response !== 'none',
    );
    return held;
  }

  /** Holds one customer at each of the points. */
  async function holdAll(slot: 0 | 1, commit: GatePoint): Promise<HeldCustomer[]> {
    const customers = await Promise.all(
      (['INSERT AUTOMATIC', 'INSERT CUSTOMER', commit] as const).map((point) => newCustomer(slot, point)),
    );
    const [first, ...others] = customers;
    // A held COMMIT holds all later commits.
    const held = [await hold(slot, first), ...(await Promise.all(others.map((customer) => hold(slot, customer))))];
    const isHeld = () => held.every(({ response }) => response === 'none');
    // Nor do the other clients get a response to what they write.
    await until(
      () => !isHeld() || inFlight.get(apis[slot])! >= CLIENTS_OF_EACH,
      (isReady) => isReady,
    );
    if (isHeld()) return held;
    // On a busy machine, a process may give up a transaction that is held for long.
    for (const { gate, laterGates } of held) for (const each of [gate, ...laterGates]) await each.open();
    await Promise.all(held.map(({ watcher }) => watcher.close()));
    return holdAll(slot, commit);
  }

  /**
   * Kills a process while it holds messages of three customers, each at another point. The customers then repeat their
   * messages at the other process, or wait there.
   */
  async function killApi(slot: 0 | 1, commit: GatePoint, isRepeated: boolean): Promise<void> {
    const victim = apis[slot];
    const held = await holdAll(slot, commit);
    killed.add(victim);
    await victim.kill();
    await Promise.all(held.map(({ asking }) => asking));
    const isHeld: boolean[] = [];
    // The transactions of the killed process are where they were.
    for (const { gate, pids } of held) isHeld.push((await gate.waiting()).includes(pids[0]));
    const repeating = Promise.all(isRepeated ? held.map(({ by, message }) => ask(1 - slot, by, message)) : []);
    const left = await Promise.all(held.map(({ id, point, gate }) => readLeft(id, point, gate)));
    struck.customers.push(
      ...held.map(({ point, response }, n) => ({ point, isRepeated, response, isHeld: isHeld[n], left: left[n] })),
    );
    for (const { laterGates } of held) for (const each of laterGates) await each.open();

    await repeating;
    // The other process shows the answers before the killed one is replaced. Its sweeper answers what is not repeated.
    for (const [n, { nextUpdate, watcher }] of held.entries()) {
      if (isRepeated || left[n].length > 0) while ((await nextUpdate()).messages.length < 2);
      await watcher.close();
    }
  }

  async function replaceApi(slot: 0 | 1): Promise<void> {
    const starting = startApiProcess(shop);
    pause = starting.then(() => undefined);
    apis[slot] = await starting;
  }

  /** Opens the gate, and returns the messages that the killed process left. An INSERT at the gate has no effect. */
  async function readLeft(id: string, point: GatePoint, gate: Gate): Promise<string[]> {
    if (point.startsWith('COMMIT')) await gate.open();
    const rows = await until(
      () => readStored(pool, id),
      ({ length }) => length >= LEFT[point].length,
    );
    if (!point.startsWith('COMMIT')) await gate.open();
    return rows.map(({ author, awaitsAnswer }) => (awaitsAnswer ? `${author} waits` : author));
  }

  /** Kills the worker in the middle of a fit, while customers get answers. @returns the job, which another worker repeats */
  async function killWorker(): Promise<{ finished: Promise<JobRow> }> {
    const { refreshModel } = (await request<{ refreshModel: { job: { id: string } } }>(0, { apiKey: ADMIN_KEY }, [
      REFRESH,
      {},
    ]))!;
    const job = async () => {
      const { rows } = await pool.query<JobRow>('SELECT state, attempts FROM jobs WHERE id = $1', [
        refreshModel.job.id,
      ]);
      return rows[0];
    };
    const blocked = async () => (await pool.query(BLOCKED_FITS)).rowCount;
    const holder = await pool.connect();
    await holder.query('SET idle_in_transaction_session_timeout = 0');
    await holder.query('BEGIN; LOCK TABLE intent_examples IN ACCESS EXCLUSIVE MODE');
    const victim = startWorkerProcess(shop);
    await until(blocked, (fits) => fits === 1);
    await victim.kill();
    struck.fit = await job();
    const before = seenOutcomes.length;
    await until(
      () => seenOutcomes.length,
      (now) => now > before,
    );
    // Simulates that time passes, so that the test does not wait for the locks of the dead worker.
    const keys = await redis.keys(`{${shop.namespace}}:*`);
    if (keys.length > 0) await redis.del(keys);
    await pool.query('UPDATE leases SET expires_at = now()');
    await holder.query('ROLLBACK');
    holder.release(true);
    worker = startWorkerProcess(shop);
    const finished = until(job, ({ state }) => state === 'DONE' || state === 'FAILED');
    return { finished };
  }

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 8 });
    redis = new Redis(shop.redisUrl);
    await buildGates(pool);
    apis = await Promise.all([startApiProcess(shop), startApiProcess(shop)]);
    const keyOf = async (scope: string) =>
      (await apis[0].client.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope, name: scope } })).createApiKey.secret;
    [serverKey, storefrontKey] = [await keyOf('SERVER'), await keyOf('STOREFRONT')];
    const talking = Promise.all(HABITS.map((habit, client) => talk(client, habit)));
    const killing = async () => {
      const fitting = killWorker();
      await killApi(0, 'COMMIT CUSTOMER', false);
      await replaceApi(0);
      await killApi(1, 'COMMIT AUTOMATIC', false);
      await replaceApi(1);
      const { finished } = await fitting;
      pause = finished.then(() => undefined);
      finishedJob = await finished;
      // From now on, the model understands messages.
      await until(
        () => seenOutcomes.includes('ANSWERED'),
        (isUnderstood) => isUnderstood,
      );
      await killApi(0, 'COMMIT AUTOMATIC', true);
      await replaceApi(0);
      // The remaining process answers what this one leaves.
      await killApi(1, 'COMMIT CUSTOMER', true);
      isOver = true;
    };
    await Promise.all([talking, killing()]);
    const messages = await until(
      () => readStored(pool),
      (rows) => !rows.some(({ awaitsAnswer }) => awaitsAnswer),
    );
    stored = { messages, events: await readSupportEvents(pool) };
  });

  afterAll(async () => {
    isOver = true;
    await Promise.all([...apis.map((api) => api.stop()), worker?.stop()]);
    redis.disconnect();
    await pool.end();
    await shop.drop();
  });

  it('were interrupted at each point, with other requests in flight, and in the middle of a fit', () => {
    const kills = [
      { isRepeated: false, commit: 'COMMIT CUSTOMER' },
      { isRepeated: false, commit: 'COMMIT AUTOMATIC' },
      { isRepeated: true, commit: 'COMMIT AUTOMATIC' },
      { isRepeated: true, commit: 'COMMIT CUSTOMER' },
    ] as const;
    const expected = kills.flatMap(({ isRepeated, commit }) =>
      (['INSERT AUTOMATIC', 'INSERT CUSTOMER', commit] as const).map((point) => ({
        ...{ point, isRepeated, response: 'BROKEN', isHeld: true, left: LEFT[point] },
      })),
    );
    expect(struck.customers).toEqual(expected);
    expect([...struck.requests.values()].filter((broken) => broken > 0)).toHaveLength(kills.length);
    expect(struck.fit).toEqual({ state: 'RUNNING', attempts: 1 });
    expect(finishedJob).toEqual({ state: 'DONE', attempts: 2 });
  });

  itIsExact('store each message once, and answer it once unless a person does', () => {
    expect(faultsOf(sent, stored)).toEqual([]);
    expect(stored.messages.some(({ outcome }) => outcome === 'HANDED_OFF')).toBe(true);
  });

  itIsExact('are shown by the remaining process as they are stored', async () => {
    for (const id of new Set(stored.messages.map(({ conversationId }) => conversationId))) {
      const shown = await apis[0].client.data<{ conversation: ShownConversation }>(CONVERSATION_QUERY, { id });
      const own = stored.messages.filter(({ conversationId }) => conversationId === id);
      expect(shown.conversation.messages.map(({ author, text }) => [author, text])).toEqual(
        own.map(({ author, text }) => [author, text]),
      );
    }
  });

  describe('would be found', () => {
    type Doctored = Partial<StoredConversations>;
    /** Returns the faults of a conversation that ended with a person, if its rows were different. */
    const faultsWith = (doctor: (own: StoredConversations) => Doctored) => {
      /** Whether its first three messages are a question, its answer and a question, and its client has seen all. */
      const isWhole = (id: string) => {
        const rows = stored.messages.filter(({ conversationId }) => conversationId === id);
        const own = sent.filter(({ conversationId }) => conversationId === id);
        return rows[1]?.answerTo === 1 && rows[2]?.author === 'CUSTOMER' && own.every((each) => each.isAcknowledged);
      };
      const id = stored.messages.find(
        ({ outcome, conversationId }) => outcome === 'HANDED_OFF' && isWhole(conversationId),
      )!.conversationId;
      const own = {
        messages: stored.messages.filter(({ conversationId }) => conversationId === id),
        events: stored.events.filter((event) => event.id.startsWith(id)),
      };
      const sentHere = sent.filter(({ conversationId }) => conversationId === id);
      expect(faultsOf(sentHere, own)).toEqual([]);
      return faultsOf(sentHere, { ...own, ...doctor(own) }).join('\n');
    };
    /** Changes one row. */
    const changed = ({ messages }: StoredConversations, at: number, change: Partial<StoredMessage>) => ({
      messages: messages.map((message, n) => (n === at ? { ...message, ...change } : message)),
    });
    const added = ({ messages }: StoredConversations, message: Partial<StoredMessage>) => ({
      messages: [...messages, { ...messages[0], ordinal: messages.length + 1, ...message }],
    });

    it.each<[string, (own: StoredConversations) => Doctored, string]>([
      ['a lost message', ({ messages }) => ({ messages: messages.slice(2) }), 'is lost'],
      ['a message that is stored twice', (own) => added(own, {}), 'is stored twice or too late'],
      ['a changed text', (own) => changed(own, 0, { text: 'bye' }), 'message 1 was not sent like this'],
      [
        'messages in another order',
        (own) => ({
          messages: own.messages.map((row, n, all) =>
            n === 0 ? { ...all[2], ordinal: 1 } : n === 2 ? { ...all[0], ordinal: 3 } : row,
          ),
        }),
        'message 3 is stored twice or too late',
      ],
      ['a message that waits', (own) => changed(own, 0, { awaitsAnswer: true }), 'message 1 still waits'],
      ['a message without an answer', (own) => changed(own, 1, { answerTo: null }), 'message 1 has no answer'],
      ['an answer without a message', (own) => changed(own, 1, { answerTo: null }), 'answer 2 has no message'],
      [
        'a second answer',
        (own) => added(own, { ...own.messages[1], ordinal: own.messages.length + 1 }),
        'message 1 has 2 answers; allowed: 1',
      ],
      [
        'an answer after the hand-off',
        (own) => added(own, { author: 'AUTOMATIC', answerTo: own.messages.length, outcome: 'ANSWERED' }),
        'follows the hand-off',
      ],
      [
        'an answer other than the one seen',
        (own) => changed(own, 1, { text: 'no' }),
        'the client has seen an answer to message 1',
      ],
      [
        'a gap in the ordinals',
        (own) => ({ messages: own.messages.map((row) => ({ ...row, ordinal: row.ordinal + 1 })) }),
        'ordinal 2 is at place 1',
      ],
      ['an event that is missing', ({ events }) => ({ events: events.slice(1) }), 'is missing'],
      ['an event that is logged twice', ({ events }) => ({ events: [...events, events[0]] }), 'is one too many'],
    ])('as %s', (_, doctor, fault) => {
      expect(faultsWith(doctor)).toContain(fault);
    });
  });
});
