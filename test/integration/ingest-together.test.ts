import type { Pool } from 'pg';
import pino from 'pino';
import { accept } from '../../src/events/inbox';
import { identityHash } from '../../src/events/inbox-order';
import { ingestBatch, ingestTogether } from '../../src/events/ingest';
import { Outbox } from '../../src/events/outbox';
import type { StoredEvent } from '../../src/events/stored-event';
import { seededRandom } from '../../src/learn/seeded-random';
import { connectPostgres } from '../../src/platform/postgres';
import { RedisPubSub } from '../../src/platform/pubsub';
import { Fold } from '../../src/streams/fold.service';
import { specOf } from '../../src/streams/stream-spec.service';
import { testNamespace, type TestNamespace } from '../setup/shop';

const NOW = Date.UTC(2026, 5, 1, 12);
const VERSION = { stream: 'by-customer', version: 0 };
const SPEC = specOf({
  id: VERSION.stream,
  keys: [{ name: 'customer', expression: 'event.customerId' }],
  window: { kind: 'TUMBLING', size: 'P1D', timeZone: 'Europe/Berlin' },
  lateness: 'PT10M',
  aggregates: [
    { name: 'count', kind: 'COUNT' },
    { name: 'products', kind: 'DISTINCT', expression: 'event.productId' },
  ],
});

class IngestShop {
  accepted = 0;

  private constructor(
    private readonly shop: TestNamespace,
    readonly pool: Pool,
    private readonly pubSub: RedisPubSub,
    readonly outbox: Outbox,
    private readonly folding: Fold,
  ) {}

  static async open(): Promise<IngestShop> {
    const shop = await testNamespace();
    const log = pino({ level: 'silent' });
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 6 });
    const pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    await pool.query('ALTER TABLE stream_windows SET (autovacuum_enabled = false)');
    await pool.query(
      `INSERT INTO stream_versions (stream, version, spec, personal, state, filled) VALUES ($1, $2, $3, true, 'LIVE', 0)`,
      [VERSION.stream, VERSION.version, JSON.stringify(SPEC)],
    );
    return new IngestShop(shop, pool, pubSub, new Outbox(pool, pubSub, log), new Fold(pool));
  }

  /** @returns the receipts, of batches that were received ten seconds apart */
  async accept(batches: readonly (readonly StoredEvent[])[]): Promise<string[]> {
    const receipts: string[] = [];
    for (const events of batches) receipts.push(await accept(this.pool, events, events.map(identityHash)));
    await this.pool.query(
      `UPDATE inbox SET received_at = to_timestamp($2 / 1000.0) + ($3 + n) * interval '10 seconds'
       FROM unnest($1::uuid[]) WITH ORDINALITY AS given (receipt, n) WHERE id = receipt`,
      [receipts, NOW, this.accepted],
    );
    this.accepted += receipts.length;
    return receipts;
  }

  together = (receipts: readonly string[]) => ingestTogether(this.pool, this.outbox, receipts);

  alone = (receipt: string) => ingestBatch(this.pool, this.outbox, receipt);

  fold = () => this.folding.parts([VERSION]);

  async rows(sql: string, values: unknown[] = []): Promise<unknown[]> {
    return (await this.pool.query<Record<string, unknown>>(sql, values)).rows;
  }

  /** What the batches have become, but for positions and receipts. */
  async everything(): Promise<unknown> {
    await this.fold();
    return {
      log: await this.rows(
        `SELECT source, id, occurred_at, received_at, customer_id, product_id, quantity, digest::text FROM events
         ORDER BY batch, sequence`,
      ),
      customers: await this.rows('SELECT id, created_at FROM customers ORDER BY id'),
      rejected: await this.rows(
        `SELECT r.received_at, i.received_at AS "of", r.code, r.event FROM rejected_events r JOIN inbox i ON i.id = r.inbox_id
         ORDER BY r.received_at, r.event::text`,
      ),
      windows: await this.rows('SELECT key, start_at, end_at, state FROM stream_windows ORDER BY key, start_at'),
      late: await this.rows('SELECT key, start_at, count, ids FROM stream_late ORDER BY key, start_at'),
      inbox: await this.rows('SELECT state, attempts, last_error, count FROM inbox ORDER BY received_at'),
    };
  }

  async close(): Promise<void> {
    await this.outbox.mark();
    await this.pubSub.close();
    await this.pool.end();
    await this.shop.drop();
  }
}

let shop: IngestShop;
let oracle: IngestShop;

beforeAll(async () => {
  [shop, oracle] = [await IngestShop.open(), await IngestShop.open()];
});

afterAll(async () => {
  await shop.close();
  await oracle.close();
});

let sent = 0;
const event = (customerId: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  source: 'SUPPORT',
  id: `event-${sent++}`,
  type: 'VIEW',
  occurredAt: NOW,
  customerId,
  productId: 'p',
  quantity: 1,
  ...more,
});

describe('batches that are taken into the log together', () => {
  it('are there as they would be one after another, with their repeats, conflicts and late events', async () => {
    const random = seededRandom(5);
    const below = (n: number) => Math.floor(n * random());
    // Few identities, so that many come again, some with other content; some too late for the batches received later.
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
      expect(left).toEqual({ next: [], apart: [], blocked: [] });
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

  it('are in the log as they were accepted, whatever the order in which several workers get them', async () => {
    const random = seededRandom(11);
    const below = (n: number) => Math.floor(n * random());
    const shuffled = (ids: readonly string[]) =>
      ids
        .map((id) => ({ id, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ id }) => id);
    shop.accepted = oracle.accepted = 1_000;
    for (let round = 0; round < 6; round++) {
      const any = () => event(`customer-${below(4)}`, { id: `round-${round}-${below(30)}`, productId: `p${below(3)}` });
      const batches = Array.from({ length: 12 }, () => Array.from({ length: 1 + below(6) }, any));
      const receipts = await shop.accept(batches);
      for (const receipt of await oracle.accept(batches)) await oracle.alone(receipt);
      const unfinished = async () => {
        const rows = await shop.rows('SELECT id FROM inbox WHERE id = ANY($1) AND done_at IS NULL', [receipts]);
        return (rows as { id: string }[]).map(({ id }) => id);
      };
      for (let left = shuffled(receipts); left.length > 0; left = shuffled(await unfinished())) {
        const lanes = [left.slice(0, 4), left.slice(4, 8), left.slice(8)].filter((ids) => ids.length > 0);
        await Promise.all(lanes.map((ids) => (ids.length > 1 && below(2) ? shop.together(ids) : shop.alone(ids[0]))));
      }
    }
    const outcome = async (of: IngestShop) => ({
      log: await of.rows(
        "SELECT id, received_at, customer_id, product_id FROM events WHERE id LIKE 'round-%' ORDER BY id",
      ),
      rejected: await of.rows(
        "SELECT received_at, code, event FROM rejected_events WHERE event->>'id' LIKE 'round-%' ORDER BY received_at, event::text",
      ),
    });
    const expected = await outcome(oracle);
    expect(await outcome(shop)).toEqual(expected);
    expect(expected.rejected.length).toBeGreaterThan(100);
  });

  it('are worked at one by one where one of them breaks, and no attempt is counted for the others', async () => {
    await shop.pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.id = 'bad' THEN RAISE EXCEPTION 'this one breaks whoever takes it'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const receipts = await shop.accept([[event('a')], [event('a', { id: 'bad' })], [event('b')]]);
    expect(await shop.together(receipts)).toEqual({ outcome: null, next: [], apart: receipts, blocked: [] });
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
    // What has failed before is not put together with others again.
    const [fresh] = await shop.accept([[event('c')]]);
    expect(await shop.together([receipts[1], fresh, receipts[0]])).toMatchObject({
      outcome: { inserted: 1 },
      apart: [receipts[1], receipts[0]],
    });
  });

  it('are no more than 1,000 events, of which the rest is next', async () => {
    const sizes = [600, 400, 1, 1_200];
    const receipts = await shop.accept(sizes.map((size) => Array.from({ length: size }, () => event('many'))));
    expect(await shop.together(receipts)).toMatchObject({
      outcome: { inserted: 1_000 },
      next: receipts.slice(2),
      apart: [],
    });
    expect(await shop.together(receipts.slice(2))).toMatchObject({ outcome: { inserted: 1 }, next: [receipts[3]] });
    expect(await shop.together([receipts[3]])).toMatchObject({ outcome: { inserted: 1_200 }, next: [] });
  });

  it('are no more than are done in half a second, where each takes long', async () => {
    await shop.pool.query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION slow()`);
    try {
      const receipts = await shop.accept(Array.from({ length: 7 }, () => [event('slow')]));
      await shop.alone(receipts[0]);
      const { outcome, next } = await shop.together(receipts.slice(1));
      expect(outcome?.inserted).toBeGreaterThanOrEqual(1);
      expect(outcome?.inserted).toBeLessThanOrEqual(3);
      expect(next).toEqual(receipts.slice(1 + (outcome?.inserted ?? 0)));
    } finally {
      await shop.pool.query('DROP TRIGGER slow ON events');
    }
  });
});

it('windows that have become many since autovacuum last looked are looked up one by one all the same', async () => {
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
  // Were each of 500 compared with all that are there, it would be seven million.
  expect((await looked()) - before).toBeLessThan(700_000);
});
