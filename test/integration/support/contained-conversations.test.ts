import { randomUUID } from 'node:crypto';
import { Outbox } from '../../../src/events/outbox.service';
import type { Viewer } from '../../../src/graphql/context';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import type { ComposedAnswer } from '../../../src/support/answers/answer.service';
import { ContainedConversations } from '../../../src/support/contained-conversations.service';
import { ConversationWriter } from '../../../src/support/conversation-writer.service';
import { ConversationService } from '../../../src/support/conversation.service';
import { OperatorService } from '../../../src/support/operator.service';
import { eventLogOf } from '../../setup/event-log';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const log = createLog({ logLevel: 'silent' });
const HOUR_MS = 3_600_000;
const MONDAY = Date.parse('2026-06-01T12:00:00Z');
const operator: Viewer = { scope: 'OPERATOR', keyId: 'ann' };

describe('a contained conversation', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 8 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
  });

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  /** Answers `intent [order]`. */
  const compose = (text: string): ComposedAnswer => {
    const [intent, orderId] = text.split(' ');
    return {
      understood: { intent, confidence: 1, candidates: [], modelVersion: 'v1' },
      content: {
        ...{ language: 'en', outcome: 'ANSWERED', parts: [], choices: [], quotes: [] },
        cards: orderId === undefined ? [] : [{ kind: 'ORDER', id: orderId }],
      },
    };
  };
  /** Returns the services with their clock set to a number of hours after {@link MONDAY}. */
  const servicesAt = (hours: number) => {
    const writer = new ConversationWriter(eventLogOf(pool, outbox), () => MONDAY + hours * HOUR_MS);
    const service = new ConversationService({
      ...{ writer, pool, log, limits: { charge: () => undefined } },
      answers: { compose: (_conversation, _messages, { text }) => Promise.resolve(compose(text)) },
    });
    return { service, operators: new OperatorService(writer, () => Promise.resolve('Ann')) };
  };
  const visitorOf = (owner: Partial<Viewer>): Viewer => ({ scope: 'STOREFRONT', keyId: 'k', ...owner });
  const customer = () => visitorOf({ customerId: `c-${randomUUID()}` });
  const ask = async (by: Viewer, hours: number, text: string, id?: string) => {
    const { service } = servicesAt(hours);
    const conversationId = id ?? (await service.start({}, by, null)).conversation!.id;
    const asked = await service.ask({ conversationId, messageId: randomUUID(), text, choice: null }, by, null);
    expect(asked.userErrors).toEqual([]);
    return conversationId;
  };
  const sweepAt = (hours: number) =>
    new ContainedConversations(eventLogOf(pool, outbox), { pageSize: 2, now: () => MONDAY + hours * HOUR_MS }).sweep();
  const contained = async (id: string) => {
    const { rows } = await pool.query<{ id: string; properties: object; at: Date; customer: string | null }>(
      `SELECT id, properties, occurred_at AS at, customer_id AS customer FROM events
       WHERE name = 'support_contained' AND id LIKE $1 ORDER BY occurred_at`,
      [`${id}:%`],
    );
    return rows;
  };
  const countOf = async (id: string) => (await contained(id)).length;

  it('is recorded once, 72 hours after its last message, and again after the customer has come back', async () => {
    const mia = customer();
    const id = await ask(mia, 0, 'order-status 1001');
    await ask(mia, 1, 'thanks', id);
    await sweepAt(73);
    expect(await contained(id)).toEqual([]);
    for (const hours of [74, 74, 90]) await sweepAt(hours);
    expect(await contained(id)).toEqual([
      {
        ...{ id: `${id}:3:support_contained`, customer: mia.customerId, at: new Date(MONDAY + 73 * HOUR_MS) },
        properties: { intent: 'order-status', language: 'en', outcome: 'ANSWERED' },
      },
    ]);
    await ask(mia, 100, 'return-item', id);
    await sweepAt(180);
    expect((await contained(id)).map(({ properties }) => properties)).toMatchObject([
      { intent: 'order-status' },
      { intent: 'return-item' },
    ]);
  });

  it('has no person in it, not even after it is closed', async () => {
    const by = customer();
    const { service, operators } = servicesAt(1);
    const ids = [];
    for (const involve of [
      (id: string) => service.handOff(id, by),
      (id: string) => operators.takeOver(id, false, operator),
      (id: string) => operators.reply({ conversationId: id, messageId: 'r', text: 'Hello.' }, operator),
    ]) {
      const id = await ask(by, 0, 'order-status 1001');
      expect((await involve(id)).userErrors).toEqual([]);
      ids.push(id);
    }
    for (const id of ids.slice(1)) expect((await operators.close(id, operator)).userErrors).toEqual([]);
    const closed = await ask(customer(), 0, 'order-status 1001');
    await operators.close(closed, operator);
    const empty = (await service.start({}, customer(), null)).conversation!.id;
    await sweepAt(80);
    expect(await Promise.all([...ids, empty].map(countOf))).toEqual([0, 0, 0, 0]);
    expect(await countOf(closed)).toBe(1);
  });

  it.each<[string, string, string, number, boolean]>([
    ['the same', 'order-status 1001', 'order-status 1001', 10, false],
    ['the same after more than 72 hours', 'order-status 1001', 'order-status 1001', 73, true],
    ['another intent', 'order-status 1001', 'return-item 1001', 10, true],
    ['another order', 'order-status 1001', 'order-status 1002', 10, true],
    ['the same without an order', 'order-status 1001', 'order-status', 10, false],
    ['the same without an order before', 'return-item', 'return-item 1002', 10, false],
  ])('is one after which the customer does not ask %s elsewhere', async (_, first, second, hours, isContained) => {
    for (const by of [
      customer(),
      visitorOf({ sessionId: randomUUID() }),
      visitorOf({ orderId: randomUUID(), guestId: 'g' }),
    ]) {
      const id = await ask(by, 0, first);
      await ask(by, hours, second);
      await ask(customer(), 10, first);
      await sweepAt(200);
      expect(await countOf(id)).toBe(isContained ? 1 : 0);
    }
  });

  it('is not one whose customer writes to a person meanwhile, because that may be about the same', async () => {
    const by = customer();
    const other = await ask(by, 0, 'return-item 1001');
    await servicesAt(0).operators.takeOver(other, false, operator);
    const id = await ask(by, 1, 'order-status 1001');
    await ask(by, 2, 'any news?', other);
    await sweepAt(200);
    expect(await countOf(id)).toBe(0);
  });

  it('is recorded once by several workers, and by one whose transaction is killed and repeated', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push(await ask(customer(), n / 10, 'order-status 1001'));
    await pool.query(`
      CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_xact_lock_shared(72); RETURN NEW; END $$;
      CREATE TRIGGER hold BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.name = 'support_contained')
        EXECUTE FUNCTION hold()`);
    const holder = await pool.connect();
    try {
      await holder.query('SELECT pg_advisory_lock(72)');
      const sweeping = sweepAt(100).catch(() => undefined);
      const [pid] = await until(
        async () => {
          const { rows } = await pool.query<{ pid: number }>(
            `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 72 AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
          );
          return rows.map((row) => row.pid);
        },
        (pids) => pids.length > 0,
      );
      await pool.query('SELECT pg_terminate_backend($1)', [pid]);
      await holder.query('SELECT pg_advisory_unlock_all()');
      await sweeping;
    } finally {
      holder.release();
    }
    await Promise.all([sweepAt(100), sweepAt(100), sweepAt(100)]);
    expect(await Promise.all(ids.map(countOf))).toEqual([1, 1, 1, 1, 1]);
    // As if the mark had been lost.
    await pool.query('UPDATE conversations SET settles_at = $2 WHERE id = $1', [
      ids[0],
      new Date(MONDAY + 72 * HOUR_MS),
    ]);
    await sweepAt(100);
    expect(await countOf(ids[0])).toBe(1);
  });

  it('is found in an index that has only those that may still settle', async () => {
    await pool.query(`INSERT INTO conversations (id, status, started_at, updated_at, settles_at)
      SELECT gen_random_uuid(), 'CLOSED', t, t, CASE WHEN n % 5 = 0 THEN t END
      FROM generate_series(1, 5000) n, LATERAL (SELECT now() - n * interval '1 minute' AS t) at`);
    await pool.query('ANALYZE conversations');
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT id FROM conversations WHERE settles_at < now() ORDER BY settles_at, id LIMIT 100 FOR UPDATE SKIP LOCKED`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('conversations_settling_idx');
    expect(plan).not.toContain('Sort');
  });
});
