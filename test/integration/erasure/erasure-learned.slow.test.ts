import type { Pool, QueryConfig } from 'pg';
import pino from 'pino';
import { ErasureService } from '../../../src/erasure/erasure.service';
import { BackfillService } from '../../../src/events/backfill.service';
import { insertBatch } from '../../../src/events/inbox.store';
import { Ingest } from '../../../src/events/ingest';
import { newestErasure, readLog } from '../../../src/events/log-reader.store';
import { LOG_TOPIC, Outbox } from '../../../src/events/outbox.service';
import { newestPosition } from '../../../src/events/position.store';
import type { StoredEvent } from '../../../src/events/stored-event';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { connectPostgres } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../../../src/live-state/live-state-names';
import { LearnerState } from '../../../src/live-state/learner/learner-state';
import { ShopState } from '../../../src/live-state/shop-state';
import { ShopStateReadModel } from '../../../src/live-state/replication/shop-state.read-model';
import { SHOP } from '../../../src/shop';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { learnInProcess } from '../../setup/learn-in-process';
import { until } from '../../setup/until';
import { eventLogOf } from '../../setup/event-log';

const log = pino({ level: 'silent' });
const DAY = 86_400_000;

let shop: TestNamespace;
let pool: Pool;
let pubSub: RedisPubSub;
let outbox: Outbox;
let backfill: BackfillService;
let store: ArtefactStore;
let erasures: ErasureService;
let clock: number;
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 8 });
  pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
  outbox = new Outbox(pool, pubSub, log);
  backfill = new BackfillService(eventLogOf(pool, outbox));
  store = new ArtefactStore(pool);
  erasures = new ErasureService(eventLogOf(pool, outbox), log, 0, SHOP);
  clock = Date.now() - DAY;
  stops = [];
});

afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  await outbox.markPublished();
  await pubSub.close();
  await pool.end();
  await shop.drop();
});

let sent = 0;
const event = (customerId: string, productId: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  source: 'SUPPORT',
  id: `event-${sent++}`,
  type: 'ADD_TO_CART',
  occurredAt: (clock += 1_000),
  customerId,
  productId,
  quantity: 1,
  ...more,
});

function learn({ artefacts = store, through = pubSub, database = pool } = {}): { stop: () => Promise<void> } {
  const learner = learnInProcess({ pool: database, pubSub: through, artefacts, log });
  stops.push(() => learner.stop());
  return learner;
}

/** Fills the log with 30 batches of 2,000 events: a pass over it reads one batch at a time. */
async function fillLog(): Promise<void> {
  for (let batch = 0; batch < 30; batch++) {
    await backfill.append(Array.from({ length: 2_000 }, (_, n) => event(`customer-${n}`, `p${(n + batch) % 97}`)));
  }
}

/**
 * Returns a pool for a learner that calls `before` before it reads the next batch of a second pass over the log, and
 * waits for it.
 * @param learnedTo returns the last log position that was learned before the pass; 0 before the log has been learned
 */
function betweenBatches(learnedTo: () => number, before: () => Promise<void>): Pool {
  const query = async (...[statement, ...values]: Parameters<Pool['query']>) => {
    const { name, values: [after] = [] } = statement as unknown as QueryConfig;
    if (name === 'log-batches' && (after as number) < learnedTo()) await before();
    return pool.query(statement, ...values);
  };
  return Object.assign(Object.create(pool) as Pool, { query });
}

async function readModel(): Promise<ShopStateReadModel> {
  const model = new ShopStateReadModel({ pool, pubSub, artefacts: store, log });
  await model.start();
  stops.push(() => model.close());
  return model;
}

/** The state that a learner computes from the log when it starts now. */
async function recount(): Promise<Buffer> {
  const state = new LearnerState();
  for (let at = 0; ;) {
    const slice = await readLog(pool, at, 20_000);
    if (!slice) return Buffer.from(state.shop.encode());
    for (const entry of slice.entries) state.applyEntry(entry);
    at = slice.position;
  }
}

/** Compares the states byte for byte at the end of the log. */
const isRecount = async (model: ShopStateReadModel) =>
  model.position === (await newestPosition(pool)) && (await recount()).equals(Buffer.from(model.state.encode()));
const becomesRecount = (model: ShopStateReadModel) =>
  until(
    () => isRecount(model),
    (same) => same,
  );

const entryOf = ({ productId, occurredAt }: Pick<StoredEvent, 'productId' | 'occurredAt'>) =>
  `${productId} at ${occurredAt}`;

/** Returns the product and time of each entry of the sessions. */
function sessionEntries({ products, sessions: { table } }: ShopState): string[] {
  const offsets = table.sorted().flatMap((session) => table.entries.entries(session));
  return offsets.map((at) =>
    entryOf({ productId: products.idAt(table.entries.cells[at]), occurredAt: table.timeAt(at) }),
  );
}

/** Returns the states in all stored checkpoints. A checkpoint that is replaced meanwhile is left out. */
async function storedStates(): Promise<ShopState[]> {
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM artefacts WHERE kind = $1', [SHOP_ARTEFACT]);
  const loaded = await Promise.allSettled(rows.map(({ id }) => store.load(id)));
  return loaded.flatMap((each) => (each.status === 'fulfilled' ? ShopState.decode(each.value) : []));
}

describe('the sessions of an erased person', () => {
  /** Nadia's events: with her name, and in a visit before she signed in. */
  const personal = () => [
    event('nadia', 'p1'),
    event('nadia', 'p2'),
    { ...event('', 'p3', { sessionId: 'visit' }), customerId: undefined },
    event('nadia', 'p4', { sessionId: 'visit' }),
  ];

  it('are in no stored checkpoint and no API process while the log is learned again, and afterwards', async () => {
    const people = { nadia: personal(), sara: [event('sara', 'p5'), event('sara', 'p6')] };
    const entries = Object.values(people).flat().map(entryOf);
    const erased = new Set<string>();
    const found = (states: readonly ShopState[]) => states.flatMap(sessionEntries).filter((entry) => erased.has(entry));
    const erase = async (name: keyof typeof people) => {
      await until(
        () => erasures.eraseCustomer(name),
        ({ status }) => status === 'DONE',
      );
      for (const each of people[name]) erased.add(entryOf(each));
      return found(await storedStates());
    };
    await backfill.append(Object.values(people).flat());
    await fillLog();
    let learnedTo = 0;
    // The second person is erased while the log is learned again without the first, when their own events have been
    // read.
    let batches = 0;
    let second: ReturnType<typeof erase> | undefined;
    const database = betweenBatches(
      () => learnedTo,
      async () => {
        if (++batches > 1) await (second ??= erase('sara'));
      },
    );
    let storedWithout = 0;
    const artefacts = Object.assign(Object.create(store) as ArtefactStore, {
      save: async (...[saved, ...more]: Parameters<ArtefactStore['save']>) => {
        const ids = await store.save(saved, ...more);
        const shopState = saved.find(({ kind }) => kind === SHOP_ARTEFACT);
        if (shopState && ShopState.decode(shopState.bytes).lacksSessions) storedWithout++;
        return ids;
      },
    });
    learn({ artefacts, database });
    const model = await readModel();
    await becomesRecount(model);
    await until(
      async () => (await storedStates()).flatMap(sessionEntries),
      (stored) => stored.includes(entries[0]),
    );
    expect(sessionEntries(model.state)).toEqual(expect.arrayContaining(entries));

    learnedTo = model.position;
    expect(await erase('nadia')).toEqual([]);
    expect(
      await until(
        () => second,
        (stored) => stored !== undefined,
      ),
    ).toEqual([]);
    await until(
      () => found([model.state]),
      (each) => each.length === 0,
    );
    await until(
      async () => {
        // Deltas of later events must not bring sessions back.
        await backfill.append([event('otto', 'p1')]);
        expect(found([...(await storedStates()), model.state])).toEqual([]);
        return (await store.newest(SUBJECTS_ARTEFACT)) !== null;
      },
      (isLearned) => isLearned,
    );
    expect(storedWithout).toBeGreaterThan(0);

    await becomesRecount(model);
    expect(found([...(await storedStates()), model.state])).toEqual([]);
    expect(sessionEntries(model.state).length).toBeGreaterThan(10_000);
  });

  it('leave API processes also if no worker is running', async () => {
    const theirs = personal();
    await backfill.append([...theirs, event('otto', 'p1')]);
    const learner = learn();
    const model = await readModel();
    await becomesRecount(model);
    await learner.stop();
    expect(sessionEntries(model.state)).toEqual(expect.arrayContaining(theirs.map(entryOf)));
    await erasures.eraseCustomer('nadia');
    expect(await storedStates()).toEqual([]);
    await until(
      () => sessionEntries(model.state),
      (entries) => entries.length === 0,
    );
    learn();
    await becomesRecount(model);
    expect(sessionEntries(model.state)).toHaveLength(1);
  });
});

describe('learned state, after a person has left the log', () => {
  it('equals a recount, in a process that followed throughout, over a log of several read batches', async () => {
    learn();
    const model = await readModel();
    await backfill.append([event('anna', 'p0')]);
    // Nadia's events determine the order in which products are numbered: without her, all have other numbers.
    for (const product of ['p3', 'p2', 'p1', 'p0']) await backfill.append([event('nadia', product)]);
    for (let n = 0; n < 1_500; n++) {
      await backfill.append([event(`customer-${n % 300}`, ['p0', 'p1', 'p0', 'p2', 'p1'][Math.floor(n / 300)])]);
    }
    await becomesRecount(model);
    const before = await recount();
    await until(
      () => erasures.eraseCustomer('nadia'),
      ({ status }) => status === 'DONE',
    );
    expect((await recount()).equals(before)).toBe(false);
    // Events of other customers are learned meanwhile and remain.
    for (let n = 0; n < 40; n++) await backfill.append([event('late', n % 2 ? 'p1' : 'p0')]);
    await becomesRecount(model);
    await backfill.append([event('later', 'p2'), event('later', 'p1')]);
    await becomesRecount(model);
  });

  it('updates live lists while the log is learned again, also after several erasures', async () => {
    await fillLog();
    let learnedTo = 0;
    const LIVE_EVENTS = 12;
    const reached: boolean[] = [];
    let position: number | undefined;
    // The pass waits after each batch until the live event that was recorded before the batch has reached the model.
    const database = betweenBatches(
      () => learnedTo,
      async () => {
        if (reached.length === LIVE_EVENTS || reached.includes(false)) return;
        if (position !== undefined) reached.push(await model.waitFor(position, 60_000));
        if (reached.length % 3 === 2) await erasures.eraseCustomer(`customer-${reached.length}`);
        ({ position } = await backfill.append([event('live', `p${reached.length}`)]));
      },
    );
    learn({ database });
    const model = await readModel();
    await becomesRecount(model);
    learnedTo = model.position;
    await erasures.eraseCustomer('customer-0');
    await until(
      () => reached,
      (each) => each.length === LIVE_EVENTS || each.includes(false),
    );
    expect(reached).toEqual(Array(LIVE_EVENTS).fill(true));

    await becomesRecount(model);
  });

  it('is published as a whole by a learner that finds no checkpoint', async () => {
    const broken = Object.assign(Object.create(store) as ArtefactStore, {
      save: () => Promise.reject(new Error('killed')),
    });
    const first = learn({ artefacts: broken });
    const model = await readModel();
    for (const product of ['p3', 'p2', 'p1', 'p0']) await backfill.append([event('nadia', product)]);
    for (const product of ['p0', 'p1']) await backfill.append([event('otto', product)]);
    await first.stop();
    await erasures.eraseCustomer('nadia');
    learn();
    await becomesRecount(model);
  });

  it('is published as a whole, also if the learner is stopped during the publication', async () => {
    for (const product of ['p3', 'p2', 'p1', 'p0']) await backfill.append([event('nadia', product)]);
    for (const product of ['p0', 'p1']) await backfill.append([event('otto', product)]);
    let armed = false;
    let struck = false;
    const through = Object.assign(Object.create(pubSub) as RedisPubSub, {
      send(topic: string, message: string | Buffer) {
        pubSub.send(topic, message);
        // The position at which the second state replaces the first one.
        if (!armed || topic !== LOG_TOPIC || !String(message).includes('"change":{}')) return;
        struck = true;
        void learner.stop();
      },
    });
    const model = await readModel();
    const learner = learn({ through });
    await becomesRecount(model);
    await backfill.append([event('otto', 'p2')]);
    await becomesRecount(model);
    armed = true;
    await erasures.eraseCustomer('nadia');
    await until(
      () => struck,
      (has) => has,
    );
    await learner.stop();
    learn();
    await backfill.append([event('mia', 'p1')]);
    await becomesRecount(model);
  });

  it("is never stored with the erased person's rows, not even by a checkpoint in progress", async () => {
    const theirs = ['p3', 'p2'].map((product) => event('nadia', product));
    for (const each of theirs) await backfill.append([each, event('otto', each.productId as string)]);
    const late = Object.assign(Object.create(store) as ArtefactStore, {
      save: async (...args: Parameters<ArtefactStore['save']>) => {
        await erasures.eraseCustomer('nadia');
        return store.save(...args);
      },
    });
    const learner = learn({ artefacts: late });
    await until(
      () => store.newest(SHOP_ARTEFACT),
      (artefact) => artefact !== null,
    );
    await learner.stop();
    const stored = (await storedStates()).flatMap(sessionEntries);
    for (const each of theirs) expect(stored).not.toContain(entryOf(each));
    const subjects = await store.newest(SUBJECTS_ARTEFACT);
    const bytes = subjects ? Buffer.from(await store.load(subjects.id)) : Buffer.alloc(0);
    expect(bytes.includes('c:nadia')).toBe(false);
    learn();
    await becomesRecount(await readModel());
    expect(await store.newest(SUBJECTS_ARTEFACT)).not.toBeNull();
  });
});

it('a visit that only pending events link to the customer is erased too', async () => {
  await backfill.append([{ ...event('', 'p1', { sessionId: 'visit' }), customerId: undefined }]);
  const waiting = await insertBatch(pool, [event('nadia', 'p2', { sessionId: 'visit' })], []);
  await erasures.eraseCustomer('nadia');
  await new Ingest(eventLogOf(pool, outbox)).alone(waiting);
  const { rows } = await pool.query('SELECT id FROM events');
  expect(rows).toEqual([]);
  expect(await newestErasure(pool)).toBeGreaterThan(0);
});

it('two erasures of one customer are reported together', async () => {
  const bought = (id: string) => event('nadia', 'p1', { source: 'ORDERS', type: 'PURCHASE', id });
  await backfill.append([event('nadia', 'p1'), bought('order:1')]);
  expect(await erasures.eraseCustomer('nadia')).toMatchObject({ removedEvents: 1, keptOrderLines: 1 });
  const again = await erasures.eraseCustomer('nadia');
  expect(again).toMatchObject({ removedEvents: 1, keptOrderLines: 1, receipt: `p${await newestErasure(pool)}` });
});

it('retains baskets that were not sent as orders', async () => {
  const at = Date.now() - DAY;
  const basket = ['a', 'b', 'c'].map((id) => event('nadia', id, { type: 'PURCHASE', occurredAt: at }));
  await backfill.append(basket);
  const state = async () => {
    const learned = new LearnerState();
    for (const entry of (await readLog(pool, 0, 100))!.entries) learned.applyEntry(entry);
    const [a, b] = ['a', 'b'].map((id) => learned.shop.productIndex(id));
    return [learned.shop.purchase.count(a, b), learned.shop.interest.count(a, b)];
  };
  expect(await state()).toEqual([1, 1]);
  await erasures.eraseCustomer('nadia');
  expect(await state()).toEqual([1, 0]);
});
