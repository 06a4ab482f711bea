import { ByteReader } from '../../../src/learn/byte-reader';
import { ByteWriter } from '../../../src/learn/byte-writer';
import { ItemTransitions } from '../../../src/learn/item-transitions';
import { NearestSessions } from '../../../src/learn/nearest-sessions';
import { recentProducts, type WeightedProducts } from '../../../src/learn/recent-products';
import { runTask } from '../../../src/learn/resumable-task';
import { seededRandom } from '../../../src/learn/seeded-random';
import { SESSION_IDLE_MS } from '../../../src/learn/durations';
import { SessionStore, type SubjectEvent } from '../../../src/learn/session-store';
import { naiveNearest, naiveSessions, naiveTransitions, type NaiveSession } from './naive-sessions';

const MINUTE = 60_000;

/** Returns the content of a store in the form of the batch computation. */
function contentOf({ table }: SessionStore): NaiveSession[] {
  return table.sorted().map((session) => ({
    subject: table.subjects[session],
    order: table.orderOf(session),
    start: table.starts[session],
    end: table.endOf(session),
    products: table.entries.entries(session).map((at) => [table.entries.cells[at], table.timeAt(at)] as const),
  }));
}

function scoresOf(score: (add: (product: number, score: number) => void) => void): Map<number, number> {
  const scores = new Map<number, number>();
  score((product, value) => scores.set(product, (scores.get(product) ?? 0) + value));
  return scores;
}

function expectSameScores(actual: Map<number, number>, expected: Map<number, number>): void {
  const byProduct = (a: [number, number], b: [number, number]) => a[0] - b[0];
  const [left, right] = [actual, expected].map((scores) => Array.from(scores).sort(byProduct));
  expect(left.map(([product]) => product)).toEqual(right.map(([product]) => product));
  left.forEach(([, score], i) => expect(score).toBeCloseTo(right[i][1], 9));
}

function bytesOf(store: SessionStore): Uint8Array {
  const writer = new ByteWriter();
  runTask(store.writeInSteps(writer));
  return writer.finish();
}

/** The events that a batch computation reads: merges and removals apply to the events before them. */
class Log {
  events: SubjectEvent[] = [];

  merge(from: number, into: number): void {
    this.events = this.events.map((event) => (event.subject === from ? { ...event, subject: into } : event));
  }

  remove(subject: number): void {
    this.events = this.events.filter((event) => event.subject !== subject);
  }
}

describe('the session store', () => {
  it('splits at a pause of 30 minutes, and keeps each order by itself', () => {
    const store = new SessionStore();
    const insert = (minute: number, product: number, order = -1) =>
      store.insert({ subject: 1, order, product, at: minute * MINUTE });
    insert(0, 5);
    insert(29, 6);
    insert(59, 5);
    insert(62, 7, 3);
    insert(62, 4, 3);
    expect(contentOf(store)).toEqual([
      {
        subject: 1,
        order: -1,
        start: 0,
        end: 29 * MINUTE,
        products: [
          [5, 0],
          [6, 29 * MINUTE],
        ],
      },
      { subject: 1, order: -1, start: 59 * MINUTE, end: 59 * MINUTE, products: [[5, 59 * MINUTE]] },
      {
        subject: 1,
        order: 3,
        start: 62 * MINUTE,
        end: 62 * MINUTE,
        products: [
          [4, 62 * MINUTE],
          [7, 62 * MINUTE],
        ],
      },
    ]);
    // A late event joins two sessions.
    insert(45, 9);
    expect(contentOf(store)[0]).toMatchObject({ start: 0, end: 59 * MINUTE });
    expect(contentOf(store)).toHaveLength(2);
  });

  it.each(Array.from({ length: 30 }, (_, i) => [i + 1]))(
    'equals the batch computation after merges, erasures and late events (seed %i)',
    (seed) => {
      const random = seededRandom(seed);
      const below = (limit: number): number => Math.floor(random() * limit);
      const maxEntries = [Infinity, 60, 25][seed % 3];
      const store = new SessionStore({ maxEntries });
      const log = new Log();
      let clock = 0;
      for (let step = 0; step < 400; step++) {
        const action = random();
        if (action < 0.03) {
          const [from, into] = [below(8), below(8)];
          store.merge(from, into);
          log.merge(from, into);
        } else if (action < 0.045) {
          const subject = below(8);
          store.remove(subject);
          log.remove(subject);
        } else {
          // Minutes, so that times are often equal, and exactly 30 minutes apart.
          clock += below(6) * MINUTE;
          const lateness = random() < 0.3 ? below(600) * MINUTE : 0;
          const order = random() < 0.3 ? below(5) : -1;
          const event = { subject: below(8), order, product: below(12), at: clock - lateness };
          store.insert(event);
          log.events.push(event);
        }
        if (step % 20 !== 0) continue;
        const sessions = naiveSessions(log.events, store.horizon, SESSION_IDLE_MS);
        expect(contentOf(store)).toEqual(sessions);
        expect(store.table.size).toBe(sessions.length);
        expect(store.table.entryCount).toBe(sessions.reduce((sum, { products }) => sum + products.length, 0));
        const query: WeightedProducts = recentProducts([1, 4, 7, 9], [below(3), below(3), below(3), below(3)]);
        const own = below(9) - 1;
        for (const settings of [
          { newest: 500, neighbours: 100 },
          { newest: 4, neighbours: 2 },
        ]) {
          const nearest = new NearestSessions(store.table, settings);
          expectSameScores(
            scoresOf((add) => nearest.score(query, own, add)),
            naiveNearest(sessions, query, own, settings),
          );
        }
        for (const settings of [
          { newest: 500, steps: 10, exponent: 0.5 },
          { newest: 3, steps: 2, exponent: 1 },
        ]) {
          const transitions = new ItemTransitions(store.table, settings);
          expectSameScores(
            scoresOf((add) => transitions.score(query, own, add)),
            naiveTransitions(sessions, query, own, settings),
          );
        }
      }
      if (maxEntries < Infinity) expect(store.horizon).toBeGreaterThan(-Infinity);
      expect(store.table.entryCount).toBeLessThanOrEqual(maxEntries);
    },
  );

  it('has the same sessions in a replica that applies deltas, and after it is stored and loaded', () => {
    const random = seededRandom(11);
    const below = (limit: number): number => Math.floor(random() * limit);
    let store = new SessionStore({ maxEntries: 80 });
    const replica = new SessionStore();
    const unbroken = new SessionStore({ maxEntries: 80 });
    let clock = 0;
    for (let step = 0; step < 1_200; step++) {
      clock += below(6) * MINUTE;
      const event = {
        subject: below(8),
        order: random() < 0.3 ? below(5) : -1,
        product: below(12),
        at: clock - (random() < 0.3 ? below(600) * MINUTE : 0),
      };
      const merged = random() < 0.03 ? [below(8), below(8)] : undefined;
      for (const each of [store, unbroken]) {
        each.insert(event);
        if (merged) each.merge(merged[0], merged[1], (order) => (order + 1) % 5);
        if (step % 50 === 49) each.removeOrder(step % 8, 2);
      }
      if (random() < 0.2) {
        const writer = new ByteWriter();
        runTask(store.writeChangesInSteps(writer));
        replica.readChanges(new ByteReader(writer.finish()));
        expect(contentOf(replica)).toEqual(contentOf(store));
        expect(replica.horizon).toBe(store.horizon);
        expect(store.pendingChanges()).toBe(0);
      }
      if (step % 97 !== 0) continue;
      const bytes = bytesOf(store);
      const changes = new ByteWriter();
      runTask(store.writeChangesInSteps(changes));
      replica.readChanges(new ByteReader(changes.finish()));
      store = new SessionStore({ maxEntries: 80 });
      runTask(store.readInSteps(new ByteReader(bytes)));
      expect(contentOf(store)).toEqual(contentOf(unbroken));
      expect(bytesOf(store)).toEqual(bytes);
      expect(bytesOf(unbroken)).toEqual(bytes);
    }
    expect(store.horizon).toBeGreaterThan(0);
  });

  it('does not depend on the sequence of the events', () => {
    const random = seededRandom(5);
    const events = Array.from({ length: 300 }, () => ({
      subject: Math.floor(random() * 5),
      order: Math.floor(random() * 3) - 1,
      product: Math.floor(random() * 9),
      at: Math.floor(random() * 4_000) * MINUTE,
    }));
    const stores = [events, events.toReversed(), events.toSorted((a, b) => a.at - b.at)].map((sequence) => {
      const store = new SessionStore();
      for (const event of sequence) store.insert(event);
      return contentOf(store);
    });
    expect(stores[1]).toEqual(stores[0]);
    expect(stores[2]).toEqual(stores[0]);
  });

  it('keeps all events of a subject in one session if no pause ends it', () => {
    const store = new SessionStore({ idleMs: Infinity });
    for (const at of [5_000, 1, 900]) store.insert({ subject: 2, order: -1, product: at, at: at * MINUTE });
    expect(store.sessionsOf(2)).toHaveLength(1);
  });

  it('drops whole sessions, the oldest first, and what continues them', () => {
    const store = new SessionStore({ maxEntries: 10 });
    for (let product = 0; product < 11; product++) {
      store.insert({ subject: product, order: -1, product, at: product * 10 * MINUTE });
    }
    expect(store.horizon).toBe(20 * MINUTE);
    expect(store.table.entryCount).toBe(9);
    // It continues the dropped session of subject 1, and then itself.
    store.insert({ subject: 1, order: -1, product: 3, at: 39 * MINUTE });
    store.insert({ subject: 1, order: -1, product: 4, at: 68 * MINUTE });
    expect(store.sessionsOf(1)).toEqual([]);
    store.insert({ subject: 1, order: -1, product: 4, at: 98 * MINUTE });
    expect(store.sessionsOf(1)).toHaveLength(1);
  });
});

describe('a session store with many sessions', () => {
  it('drops few sessions at a time, even if one event is much older than all others', () => {
    const [maxEntries, start] = [10_000, Date.UTC(2026, 0, 1)];
    const store = new SessionStore({ maxEntries });
    store.insert({ subject: 0, order: -1, product: 1, at: 0 });
    let fewest = Infinity;
    for (let n = 0; n < 3 * maxEntries; n++) {
      store.insert({ subject: n, order: -1, product: n % 7, at: start + n * 1_000 });
      if (store.horizon > -Infinity) fewest = Math.min(fewest, store.table.entryCount);
    }
    expect(fewest).toBeLessThanOrEqual(maxEntries);
    expect(fewest).toBeGreaterThan(0.98 * maxEntries);
  });

  it('finds the earliest start from which on it may hold all products, or one that is slightly later', () => {
    const random = seededRandom(5);
    const evenly = () => Math.floor(random() * 1e9);
    const skewed = () => Math.floor(1.7e12 - Math.exp(random() * 28));
    const tied = () => 1e6 * Math.floor(random() * 20);
    for (const startOf of [evenly, skewed, tied]) {
      const { table } = new SessionStore();
      const entries = new Map<number, number>();
      for (let n = 0; n < 20_000; n++) {
        const start = startOf();
        const session = table.create(n, -1, start, start);
        const products = 1 + Math.floor(3 * random());
        for (let product = 0; product < products; product++) table.record(session, product, start);
        entries.set(start, (entries.get(start) ?? 0) + products);
      }
      for (let n = 0; n < 10_000; n++) if (n % 2 === 0) drop(n);
      const ascending = Array.from(entries).sort(([a], [b]) => a - b);
      for (const share of [0, 0.1, 0.5, 0.99, 0.9999, 1, 2]) {
        const maxEntries = Math.floor(share * table.entryCount);
        let [earliest, remaining] = [0, table.entryCount];
        while (remaining > maxEntries) remaining -= ascending[earliest++][1];
        const found = table.startOfNewest(maxEntries);
        const last = ascending.findIndex(([start]) => start === found);
        const chosen = last < 0 ? ascending.length : last;
        expect(chosen).toBeGreaterThanOrEqual(earliest);
        const surplus = ascending.slice(earliest, chosen).reduce((sum, [, count]) => sum + count, 0);
        expect(surplus).toBeLessThanOrEqual(table.entryCount / 4_096);
        if (last < 0) expect(found).toBe(ascending.at(-1)![0] + 1);
      }

      function drop(subject: number): void {
        const session = table.sessionsOf.cells[table.sessionsOf.start(subject)];
        const start = table.starts[session];
        const left = entries.get(start)! - table.entries.length(session);
        if (left > 0) entries.set(start, left);
        else entries.delete(start);
        table.delete(session);
      }
    }
  });

  it('has the same index of products after it is loaded, even of sessions that start before all that were sampled', () => {
    const store = new SessionStore();
    const sessions = 140_000;
    // A load samples every third session: none of those that start early.
    for (let subject = 0; subject < sessions; subject++)
      store.insert({ subject, order: -1, product: subject % 50, at: subject % 3 === 1 ? subject : 1e9 - subject });
    const loaded = new SessionStore();
    runTask(loaded.readInSteps(new ByteReader(bytesOf(store))));
    const subjectsOf = ({ table }: SessionStore, product: number) =>
      table.postings.entries(product).map((at) => table.subjects[table.postings.cells[at]]);
    for (let product = 0; product < 50; product++) {
      expect(subjectsOf(loaded, product)).toHaveLength(sessions / 50);
      expect(subjectsOf(loaded, product)).toEqual(subjectsOf(store, product));
    }
  });

  it('asks for the full state if more sessions have changed than a delta holds', () => {
    const store = new SessionStore();
    for (let n = 0; n < 1_000; n++) store.insert({ subject: n, order: -1, product: 1, at: n });
    expect(store.pendingChanges()).toBe(2_000);
    for (let n = 0; n < 60_000; n++) store.insert({ subject: n, order: -1, product: 1, at: n + 31 * MINUTE });
    expect(store.pendingChanges()).toBe(Infinity);
    store.clearChanges();
    expect(store.pendingChanges()).toBe(0);
  });

  it('has empty indexes of subjects, orders and products after everything was dropped', () => {
    const store = new SessionStore({ maxEntries: 50 });
    for (let n = 0; n < 50; n++) store.insert({ subject: n, order: n % 2 === 0 ? n : -1, product: n, at: n });
    store.insert({ subject: 99, order: -1, product: 99, at: 10 * MINUTE });
    for (let n = 100; n < 150; n++) store.insert({ subject: n, order: -1, product: n, at: n * MINUTE });
    const { postings, sessionsOf, sessionsOfOrder } = store.table;
    for (let n = 0; n < 50; n++) {
      expect([postings.length(n), sessionsOf.length(n), sessionsOfOrder.length(n)]).toEqual([0, 0, 0]);
    }
  });
});

describe('transitions', () => {
  it('read no further session after a thousand successors', () => {
    const store = new SessionStore();
    store.insert({ subject: 1, order: 0, product: 0, at: 0 });
    for (let n = 0; n < 1_800; n++) {
      const order = 1 + Math.floor(n / 600);
      store.insert({ subject: 1, order, product: 1 + n, at: order * 60 * MINUTE });
    }
    const query = { products: Int32Array.of(0), weights: Float64Array.of(1) };
    const scores = scoresOf((add) => new ItemTransitions(store.table).score(query, -1, add));
    expect(scores.size).toBe(1_200);
    expect(scores.get(1)).toBe(1);
    expect(scores.get(601)).toBe(1 / 2);
  });
});

describe('weights of recent products', () => {
  it('fall by 0.1 with each rank, and equal times share a rank', () => {
    const { products, weights } = recentProducts([4, 2, 9, 1], [10, 30, 30, 20]);
    expect(Array.from(products)).toEqual([2, 9, 1, 4]);
    expect(Array.from(weights)).toEqual([1, 1, 0.9, 0.8]);
  });

  it('can count products instead of times', () => {
    expect(Array.from(recentProducts([4, 2, 9, 1], [10, 30, 30, 20], 'products').weights)).toEqual([1, 1, 0.8, 0.7]);
  });

  it('count the newest ten ranks', () => {
    const many = Array.from({ length: 15 }, (_, i) => i);
    expect(Array.from(recentProducts(many, many).products)).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5]);
  });
});
