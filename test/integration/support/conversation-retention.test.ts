import { randomUUID } from 'node:crypto';
import type { LogChange } from '../../../src/events/position.store';
import { Outbox } from '../../../src/events/outbox.service';
import type { Viewer } from '../../../src/graphql/context';
import { ObjectFeed } from '../../../src/graphql/object-feed';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { ConversationReader } from '../../../src/support/conversation-reader.service';
import { ConversationRetention } from '../../../src/support/conversation-retention.service';
import { ConversationService } from '../../../src/support/conversation.service';
import type { Conversation } from '../../../src/support/conversation.type';
import { ObjectWatchers } from '../../../src/events/object-watchers';
import { ConversationWriter } from '../../../src/support/conversation-writer.service';
import { OperatorService } from '../../../src/support/operator.service';
import { eventLogOf } from '../../setup/event-log';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const log = createLog({ logLevel: 'silent' });
const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-06-01T12:00:00Z');
const visitor: Viewer = { scope: 'STOREFRONT', keyId: 'k', sessionId: 's1' };
const operator: Viewer = { scope: 'OPERATOR', keyId: 'ann' };

describe('the retention of conversations', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  const published: LogChange[] = [];
  const watchers = new ObjectWatchers(({ conversations = [] }) => conversations);

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 8 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
    // The change of each commit, as the follower of an API process applies it.
    const publish = outbox.publish.bind(outbox);
    outbox.publish = (position, change = {}) => {
      published.push(change);
      watchers.apply(change, position);
      publish(position, change);
    };
  });

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  /** Returns the services with their clock set to a number of days before {@link NOW}. */
  const servicesOf = (daysAgo: number) => {
    const writer = new ConversationWriter(eventLogOf(pool, outbox), () => NOW - daysAgo * DAY_MS);
    const service = new ConversationService({
      writer,
      pool,
      answers: { compose: () => Promise.reject(new Error('no fact can be read')) },
      limits: { charge: () => undefined },
      log,
    });
    return { service, operators: new OperatorService(writer, () => Promise.resolve('Ann')) };
  };
  /** Starts a conversation with one message. */
  const startAt = async (daysAgo: number, text = 'hello') => {
    const { service } = servicesOf(daysAgo);
    const id = (await service.start({}, visitor, null)).conversation!.id;
    await service.ask({ conversationId: id, messageId: randomUUID(), text, choice: null }, visitor, null);
    return id;
  };
  const retention = (batchSize = 500) => new ConversationRetention(outbox, { days: 365, batchSize, now: () => NOW });
  const stored = async (table: 'conversations' | 'conversation_messages' | 'intent_examples') => {
    const column = table === 'conversations' ? 'id' : 'conversation_id';
    const { rows } = await pool.query<{ id: string }>(`SELECT DISTINCT ${column} AS id FROM ${table}`);
    return rows.map(({ id }) => id).sort();
  };

  it('deletes those that have not changed for so long in any status, and nothing else', async () => {
    const feed = new ObjectFeed<Conversation, Viewer>({
      name: 'conversation',
      find: (id, viewer) => new ConversationReader(pool).findWithMessages(id, viewer),
      watch: (id, onChange) => watchers.watch(id, onChange),
      log,
    });
    const old = await startAt(366);
    const waiting = await startAt(370);
    await servicesOf(369).service.handOff(waiting, visitor);
    const corrected = await startAt(400, 'my parcel has vanished');
    await servicesOf(400).operators.correctIntent(corrected, 1, 'late-delivery', operator);
    const young = await startAt(364, 'where is my refund');
    await servicesOf(364).operators.correctIntent(young, 1, 'refund-status', operator);
    const resumed = await startAt(800);
    await servicesOf(1).operators.reply({ conversationId: resumed, messageId: 'r1', text: 'Sorry.' }, operator);
    await pool.query(
      `INSERT INTO intent_examples (id, text, intent, updated_at) VALUES ('0', 'of the shop', 'greeting', $1)`,
      [new Date(NOW - 900 * DAY_MS)],
    );
    const states = await feed.open(old, visitor);
    expect((await states.next()).value).toMatchObject({ id: old, messageCount: 1 });

    published.length = 0;
    expect(await retention(2).deleteBatch()).toBe(2);
    expect(published).toEqual([{ conversations: [corrected, waiting] }]);
    expect(await stored('conversations')).toEqual([old, young, resumed].sort());
    expect(await retention(2).deleteBatch()).toBe(1);
    expect(await retention(2).deleteBatch()).toBe(0);
    expect(published).toEqual([{ conversations: [corrected, waiting] }, { conversations: [old] }]);

    expect(await stored('conversations')).toEqual([young, resumed].sort());
    expect(await stored('conversation_messages')).toEqual([young, resumed].sort());
    const examples = await pool.query<{ text: string }>('SELECT text FROM intent_examples ORDER BY text');
    expect(examples.rows.map(({ text }) => text)).toEqual(['of the shop', 'where is my refund']);
    expect(await states.next()).toMatchObject({ done: true });
    await expect(new ConversationReader(pool).find(old, visitor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const message = { conversationId: old, messageId: 'm2', text: 'hello again', choice: null };
    await expect(servicesOf(0).service.ask(message, visitor, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('deletes each conversation once in several workers, and leaves one that is being changed to the next run', async () => {
    const ids = new Set<string>();
    for (let n = 0; n < 6; n++) ids.add(await startAt(500 + n));
    const [held] = ids;
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM conversations WHERE id = $1 FOR UPDATE', [held]);
      const deleted = await Promise.all([1, 2, 3].map(() => retention().deleteBatch()));
      expect(deleted.reduce((sum, count) => sum + count, 0)).toBe(5);
      expect((await stored('conversations')).filter((id) => ids.has(id))).toEqual([held]);
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
    expect(await retention().deleteBatch()).toBe(1);
  });

  it('finds them in the index', async () => {
    await pool.query(`INSERT INTO conversations (id, status, started_at, updated_at)
      SELECT gen_random_uuid(), 'CLOSED', t, t FROM generate_series(1, 5000) n, LATERAL (SELECT now() - n * interval '1 minute' AS t) at`);
    await pool.query('ANALYZE conversations');
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT id FROM conversations WHERE updated_at < now() - interval '365 days' ORDER BY updated_at, id LIMIT 500 FOR UPDATE SKIP LOCKED`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('conversations_updated_at_id_idx');
    expect(plan).not.toContain('Sort');
  });
});
