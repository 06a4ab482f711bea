import { commitChange } from '../../../src/events/commit-change';
import { Outbox } from '../../../src/events/outbox.service';
import type { ProfileChange } from '../../../src/customers/profiles/profile-change';
import { newestPosition } from '../../../src/events/position.store';
import {
  pruneProfileChanges,
  removeProfiles,
  storeOptOuts,
  storeProfileChanges,
  storeProfiles,
} from '../../../src/customers/profiles/profile.store';
import { ProfilesReadModel } from '../../../src/customers/profiles/profiles.read-model';
import type { SegmentChange } from '../../../src/customers/profiles/segment-change.type';
import { SegmentChangesService } from '../../../src/customers/profiles/segment-changes.service';
import { randomItem } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const CUSTOMERS = Array.from({ length: 12 }, (_, n) => `c${n}`);
const DAY = 86_400_000;

/** What is compared of a change. */
const textOf = (change: Omit<SegmentChange, 'cursor' | 'changedAt'>): string =>
  [change.position, change.customerId, change.previousSegmentId, change.segmentId].join(' ');

describe('changes of segments', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let profiles: ProfilesReadModel;
  let service: SegmentChangesService;
  /** Every change that was committed, in order. */
  const logged: { position: string; customerId: string; previousSegmentId: string | null; segmentId: string | null }[] =
    [];
  const membership = new Map<string, string | null>();
  const random = seededRandom(11);

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    const log = createLog({ logLevel: 'error' });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
    profiles = new ProfilesReadModel(pool);
    const isActive = (id: string) => Promise.resolve(['1', '2', '3'].includes(id) ? {} : null);
    service = new SegmentChangesService(pool, profiles, isActive, log);
    await pool.query('INSERT INTO customers (id, created_at) SELECT unnest($1::text[]), now()', [CUSTOMERS]);
  });

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  /** Moves some customers in one transaction; some changes are of predictions only. */
  const moveSome = async (count = 1 + Math.floor(random() * 5)) => {
    const ids = new Set(Array.from({ length: count }, () => randomItem(CUSTOMERS, random)));
    const changes = Array.from(ids, (customerId): ProfileChange => {
      const from = membership.get(customerId) ?? null;
      return { customerId, from, to: random() < 0.2 ? from : randomItem(['1', '2', '3', null], random) };
    });
    const { position } = await commitChange(outbox, (client) =>
      Promise.resolve({
        change: { profiles: changes },
        afterPosition: (at: number) => storeProfileChanges(client, at, changes),
      }),
    );
    profiles.apply({ profiles: changes }, 1);
    for (const { customerId, from, to } of [...changes].sort((a, b) => (a.customerId < b.customerId ? -1 : 1))) {
      membership.set(customerId, to);
      if (from !== to) logged.push({ position: String(position), customerId, previousSegmentId: from, segmentId: to });
    }
  };
  const ofSegment = (id: string | null) =>
    logged
      .filter(({ previousSegmentId, segmentId }) => id === null || previousSegmentId === id || segmentId === id)
      .map(textOf);
  const take = async (feed: AsyncIterator<SegmentChange>, count: number): Promise<SegmentChange[]> => {
    const taken: SegmentChange[] = [];
    while (taken.length < count) taken.push((await feed.next()).value as SegmentChange);
    return taken;
  };

  it.each([['2'], [null]])(
    'are sent once and in order, also to a subscriber that disconnects and resumes (segment %s)',
    async (segmentId) => {
      const start = ofSegment(segmentId).length;
      let feed = await service.open(segmentId, null);
      const received: SegmentChange[] = [];
      for (let round = 0; round < 40; round++) {
        await moveSome();
        if (round % 7 === 3) {
          await feed.return!();
          await moveSome();
          await moveSome();
          feed = await service.open(segmentId, received.at(-1)!.cursor);
        }
        const missing = ofSegment(segmentId).length - start - received.length;
        // Sometimes the subscriber reads only some of the changes before it disconnects.
        received.push(...(await take(feed, round % 7 === 2 && received.length > 0 ? Math.min(1, missing) : missing)));
      }
      expect(received.map(textOf)).toEqual(ofSegment(segmentId).slice(start));
      expect(received.length).toBeGreaterThan(30);
      // Nothing else is waiting.
      await moveSome();
      const rest = ofSegment(segmentId).slice(start + received.length);
      expect((await take(feed, rest.length)).map(textOf)).toEqual(rest);
      const pending = feed.next();
      await feed.return!();
      expect(await pending).toEqual({ done: true, value: undefined });
    },
  );

  it('are all sent to a subscriber that resumes after more changes than one page has', async () => {
    const [first] = await service.page('1', null, 1);
    for (let n = 0; n < 150; n++) await moveSome(12);
    const expected = ofSegment('1');
    const feed = await service.open('1', first.cursor);
    const missing = expected.slice(expected.indexOf(textOf(first)) + 1);
    expect(missing.length).toBeGreaterThan(200);
    expect((await take(feed, missing.length)).map(textOf)).toEqual(missing);
    await feed.return!();
  });

  it('are listed page by page, newest first', async () => {
    const listed: SegmentChange[] = [];
    for (;;) {
      const page = await service.page('3', listed.at(-1)?.cursor, 17);
      listed.push(...page);
      if (page.length < 17) break;
    }
    expect(listed.map(textOf)).toEqual(ofSegment('3').reverse());
  });

  it('refuse the segment NEW and an unknown segment, and accept a cursor of any age', async () => {
    for (const id of ['NEW', '\u0000', '', '3 ', '1234567890'])
      await expect(service.open(id, null)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    await expect(service.open('77', null)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    const [change] = await service.page('1', null, 1);
    const aged = JSON.parse(Buffer.from(change.cursor, 'base64url').toString()) as [string, [number, string, string]];
    const old = JSON.stringify([aged[0], [Date.now() - 1_000 * DAY, '0', aged[1][2]]]);
    const feed = await service.open('1', Buffer.from(old).toString('base64url'));
    expect((await take(feed, 20)).map(textOf)).toEqual(ofSegment('1').slice(0, 20));
    await feed.return!();
  });

  it('are retained as long as the log: membership as of any position stays known', async () => {
    /** The segment of each customer as of a position. */
    const membersAsOf = async (position: number) => {
      const { rows } = await pool.query<{ id: string; segment: string | null }>(
        `SELECT DISTINCT ON (customer_id) customer_id AS id, to_segment AS segment FROM profile_changes
         WHERE position <= $1 AND from_segment IS DISTINCT FROM to_segment ORDER BY customer_id, position DESC`,
        [position],
      );
      return Object.fromEntries(rows.map(({ id, segment }) => [id, segment]));
    };
    // As if three years had passed.
    await pool.query(`UPDATE profile_changes SET changed_at = changed_at - interval '3 years',
      expires_at = expires_at - interval '3 years'`);
    const newest = await newestPosition(pool);
    const positions = Array.from({ length: 60 }, () => Math.ceil(random() * newest));
    const before = await Promise.all(positions.map(membersAsOf));
    await pruneProfileChanges(pool);
    expect(await Promise.all(positions.map(membersAsOf))).toEqual(before);
    expect(await pruneProfileChanges(pool)).toBe(0);
  });

  it('have no expiration, and rows that are no change of the segment expire', async () => {
    const id = 'c-expiry';
    await pool.query('INSERT INTO customers (id, created_at) VALUES ($1, now())', [id]);
    const move = (from: string | null, to: string | null) =>
      commitChange(outbox, (client) =>
        Promise.resolve({
          change: { profiles: [{ customerId: id, from, to }] },
          afterPosition: (at: number) => storeProfileChanges(client, at, [{ customerId: id, from, to }]),
        }),
      );
    await move(null, '1');
    await move('1', '1');
    await move('1', '2');
    await move('2', null);
    const { rows } = await pool.query<{ from: string | null; to: string | null; hours: number | null }>(
      `SELECT from_segment AS from, to_segment AS to, extract(epoch FROM expires_at - now())::float8 / 3600 AS hours
       FROM profile_changes WHERE customer_id = $1 ORDER BY position`,
      [id],
    );
    expect(rows.map(({ from, to, hours }) => [from, to, hours === null ? null : Math.round(hours)])).toEqual([
      [null, '1', null],
      ['1', '1', 4],
      ['1', '2', null],
      ['2', null, null],
    ]);
  });

  it('of a customer who opts out are not listed, and subscribers receive the exit', async () => {
    const id = 'c-opts-out';
    await pool.query('INSERT INTO customers (id, created_at) VALUES ($1, now())', [id]);
    await commitChange(outbox, async (client) => {
      await storeProfiles(client, [{ customerId: id, segmentId: '1', value: null, asOf: Date.now() }], 'EUR');
      const changes = [{ customerId: id, from: null, to: '1' }];
      return {
        change: { profiles: changes },
        afterPosition: (at: number) => storeProfileChanges(client, at, changes),
      };
    });
    expect((await service.page('1', null, 1))[0]).toMatchObject({ customerId: id, segmentId: '1' });
    const feed = await service.open('1', null);
    await commitChange(outbox, async (client) => {
      await client.query('UPDATE customers SET profiling = false WHERE id = $1', [id]);
      const changes = await removeProfiles(client, [id]);
      expect(changes).toEqual([{ customerId: id, from: '1', to: null }]);
      return { change: { profiles: changes }, afterPosition: (at: number) => storeOptOuts(client, at, changes) };
    });
    profiles.apply({ profiles: [{ customerId: id, from: '1', to: null }] }, 2);
    expect((await feed.next()).value).toMatchObject({ customerId: id, previousSegmentId: '1', segmentId: null });
    await feed.return!();
    expect((await service.page('1', null, 50)).filter(({ customerId }) => customerId === id)).toEqual([]);
    const { rows } = await pool.query<{ segments: number; days: number }>(
      `SELECT count(from_segment)::int + count(to_segment)::int AS segments,
         max(extract(epoch FROM expires_at - now()) / 86400)::float8 AS days
       FROM profile_changes WHERE customer_id = $1`,
      [id],
    );
    // Only the change that the opt-out is has a segment, and all of them expire within hours.
    expect(rows[0].segments).toBe(1);
    expect(rows[0].days).toBeLessThan(1);
  });
});
