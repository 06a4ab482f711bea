import { seededRandom } from '../../../src/learn/seeded-random';
import { event, IngestShop, NOW } from '../../setup/ingest-shop';

let shop: IngestShop;
let oracle: IngestShop;

beforeAll(async () => {
  [shop, oracle] = [await IngestShop.open(), await IngestShop.open()];
});

afterAll(async () => {
  await shop.close();
  await oracle.close();
});

describe('batches that are stored in the log together', () => {
  it('are stored as they would be one after another, with their repeats, conflicts and late events', async () => {
    const random = seededRandom(5);
    const below = (n: number) => Math.floor(n * random());
    // Few identities, so that many repeat, some with other content; some are too late for the batches received later.
    const any = () =>
      event(`customer-${below(6)}`, {
        id: `id-${below(40)}`,
        productId: `p${below(2)}`,
        occurredAt: NOW - below(2) * 540_000,
      });
    for (let round = 0; round < 4; round++) {
      const batches = Array.from({ length: 5 }, () => Array.from({ length: 1 + below(8) }, any));
      const receipts = await shop.accept(batches);
      const { outcome, ...left } = await shop.together(receipts);
      expect(left).toEqual({ next: [], individually: [], blocked: [] });
      for (const receipt of await oracle.accept(batches)) await oracle.alone(receipt);
      const positions = await shop.rows('SELECT position, state FROM inbox WHERE id = ANY($1)', [receipts]);
      expect(positions).toEqual(receipts.map(() => ({ position: outcome?.position, state: 'DONE' })));
    }
    const [all, expected] = [await shop.everything(), await oracle.everything()];
    expect(all).toEqual(expected);
    const { rejected, late } = expected as { rejected: unknown[]; late: unknown[] };
    expect([rejected.length > 5, late.length > 0]).toEqual([true, true]);
    expect(await shop.rows('SELECT count(*)::int AS n FROM outbox')).toEqual([{ n: 4 }]);
  });

  it('are processed one by one if one of them breaks, and no attempt is counted for the others', async () => {
    await shop.pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.id = 'bad' THEN RAISE EXCEPTION 'this one breaks whoever takes it'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const receipts = await shop.accept([[event('a')], [event('a', { id: 'bad' })], [event('b')]]);
    expect(await shop.together(receipts)).toEqual({ outcome: null, next: [], individually: receipts, blocked: [] });
    const states = () =>
      shop.rows('SELECT state, attempts FROM inbox WHERE id = ANY($1) ORDER BY received_at', [receipts]);
    expect(await states()).toEqual(receipts.map(() => ({ state: 'FAILING', attempts: 0 })));
    const outcomes = await Promise.allSettled(receipts.map(shop.alone));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await states()).toEqual([
      { state: 'DONE', attempts: 1 },
      { state: 'FAILING', attempts: 1 },
      { state: 'DONE', attempts: 1 },
    ]);
    // A batch that has failed before is not combined with others again.
    const [fresh] = await shop.accept([[event('c')]]);
    expect(await shop.together([receipts[1], fresh, receipts[0]])).toMatchObject({
      outcome: { inserted: 1 },
      individually: [receipts[1]],
    });
  });

  it('have no more than 1,000 events in total; the rest follows', async () => {
    const sizes = [600, 400, 1, 1_200];
    const receipts = await shop.accept(sizes.map((size) => Array.from({ length: size }, () => event('many'))));
    expect(await shop.together(receipts)).toMatchObject({
      outcome: { inserted: 1_000 },
      next: receipts.slice(2),
      individually: [],
    });
    expect(await shop.together(receipts.slice(2))).toMatchObject({ outcome: { inserted: 1 }, next: [receipts[3]] });
    expect(await shop.together([receipts[3]])).toMatchObject({ outcome: { inserted: 1_200 }, next: [] });
  });

  it('are no more than fit into the target duration by the duration of the last transaction', async () => {
    await shop.pool.query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION slow()`);
    try {
      const receipts = await shop.accept(Array.from({ length: 7 }, () => [event('slow')]));
      await shop.alone(receipts[0]);
      // Each event takes at least 0.2 s, so at most three fit, and on a busy machine fewer.
      const { outcome, next } = await shop.together(receipts.slice(1), 500);
      expect(outcome?.inserted).toBeGreaterThanOrEqual(1);
      expect(outcome?.inserted).toBeLessThanOrEqual(3);
      expect(next).toEqual(receipts.slice(1 + (outcome?.inserted ?? 0)));
      expect(await shop.together(next, 0)).toMatchObject({ outcome: { inserted: 1 }, next: next.slice(1) });
      const all = await shop.together(next.slice(1), 3_600_000);
      expect(all).toMatchObject({ outcome: { inserted: next.length - 1 }, next: [] });
    } finally {
      await shop.pool.query('DROP TRIGGER slow ON events');
    }
  });
});

it('windows are looked up one by one, even if many were added since autovacuum last ran', async () => {
  const looked = async () => {
    await shop.pool.query('SELECT pg_stat_force_next_flush()');
    const [{ n }] = (await shop.rows(
      `SELECT coalesce(sum(idx_tup_read), 0)::int AS n FROM pg_stat_user_indexes
       WHERE relname = 'stream_windows' AND schemaname = current_schema()`,
    )) as [{ n: number }];
    return n;
  };
  const before = await looked();
  for (let round = 0; round < 8; round++) {
    const [receipt] = await shop.accept([Array.from({ length: 500 }, (_, n) => event(`new-${round}-${n}`))]);
    await shop.alone(receipt);
    await shop.fold();
  }
  // Comparing each of 500 with all existing ones would read seven million rows.
  expect((await looked()) - before).toBeLessThan(700_000);
});

describe('batches that all repeat one identity', () => {
  it('are stored in as few transactions as others, for any order of requests, and the first event is stored', async () => {
    const COUNT = 300;
    const own = await IngestShop.open();
    try {
      const repeat = (n: number) => event('page', { id: 'again', productId: `p${n}` });
      const receipts = await own.accept(
        Array.from({ length: COUNT }, (_, n) => [repeat(n), event(`other-${n}`, { id: `other-${n}` })]),
      );
      // Requests as of a worker that gets the newest batches: the batches that they wait for come with them.
      for (let waiting: readonly string[] = receipts.slice(-20); waiting.length > 0;) {
        const { next, individually, blocked } = await own.together(waiting);
        expect([...individually, ...blocked]).toEqual([]);
        waiting = next;
      }
      expect(await own.rows('SELECT count(*)::int AS n FROM inbox WHERE done_at IS NULL')).toEqual([{ n: 0 }]);
      expect(await own.rows('SELECT count(*)::int AS n FROM outbox')).toEqual([{ n: 1 }]);
      expect(await own.rows("SELECT product_id FROM events WHERE id = 'again'")).toEqual([{ product_id: 'p0' }]);
      expect(await own.rows('SELECT count(*)::int AS n FROM events')).toEqual([{ n: COUNT + 1 }]);
      expect(await own.rows("SELECT event->>'productId' AS p FROM rejected_events ORDER BY received_at")).toEqual(
        Array.from({ length: COUNT - 1 }, (_, n) => ({ p: `p${n + 1}` })),
      );
    } finally {
      await own.close();
    }
  });

  it('are not requested again if they were stored with those that waited for older ones', async () => {
    const own = await IngestShop.open();
    try {
      const batch = (...ids: string[]) => ids.map((id) => event(id, { id }));
      const receipts = await own.accept([
        batch('x'),
        batch('y'),
        batch('x', 'ab'),
        batch('ab', 'bc'),
        batch('y', 'bc'),
      ]);
      expect(await own.together(receipts.slice(2))).toMatchObject({ next: [], individually: [], blocked: [] });
      expect(await own.rows('SELECT count(*)::int AS n FROM inbox WHERE done_at IS NULL')).toEqual([{ n: 0 }]);
    } finally {
      await own.close();
    }
  });

  it('wait behind one that has failed, and a batch that shares nothing with it does not', async () => {
    const own = await IngestShop.open();
    try {
      const chain = (id: string) => [event(id, { id })];
      const receipts = await own.accept(['tried', 'tried', 'free', 'free', 'free'].map(chain));
      await own.pool.query("UPDATE inbox SET attempts = 1, state = 'FAILING', last_error = 'no' WHERE id = $1", [
        receipts[0],
      ]);
      const asked = [receipts[1], receipts[4]];
      const { outcome, next } = await own.together(asked);
      expect(outcome).toMatchObject({ inserted: 1, duplicates: 2 });
      expect(await own.together(next)).toMatchObject({ outcome: null, next: [], blocked: [receipts[1]] });
    } finally {
      await own.close();
    }
  });
});
