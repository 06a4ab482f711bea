import { commitChange } from '../../../src/events/commit-change';
import { Outbox } from '../../../src/events/outbox.service';
import type { ProfileChange } from '../../../src/customers/profiles/profile-change';
import {
  eraseFromProfiles,
  removeProfiles,
  storeOptOuts,
  storeProfileChanges,
  storeProfiles,
} from '../../../src/customers/profiles/profile.store';
import { SegmentService } from '../../../src/customers/segments/segment.service';
import { SegmentSizesService } from '../../../src/customers/segments/segment-sizes.service';
import type { SegmentSizes } from '../../../src/customers/segments/segment-sizes.type';
import type { SegmentsArtefact } from '../../../src/customers/segments/segments-artefact';
import { appendTo } from '../../../src/learn/group-by';
import { populationStabilityIndex } from '../../../src/learn/population-stability-index';
import { randomItem } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, inTransaction, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const DAY = 86_400_000;
/** Its days begin 5 hours and 45 minutes before those of UTC, all the year. */
const TIME_ZONE = 'Asia/Kathmandu';
const OFFSET = 345 * 60_000;
const TODAY = Math.floor((Date.now() + OFFSET) / DAY) * DAY - OFFSET;
const DAYS = 12;
const CUSTOMERS = Array.from({ length: 15 }, (_, n) => `c${n}`);
const SEGMENTS = ['1', '2', '3'];
const STEPS = 250;

const FIGURES = { recencyDays: 1, orders: 1, gapDays: null, basket: 1, netAmount: 1, discountShare: 0 };
const ARTEFACT = {
  asOf: TODAY - 20 * DAY,
  currency: 'EUR',
  segments: SEGMENTS.map((id, n) => ({
    id: Number(id),
    name: `Segment ${id}`,
    description: '',
    size: 10 * (n + 1),
    profile: FIGURES,
  })),
} as unknown as SegmentsArtefact;

describe('sizes of segments', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let service: SegmentSizesService;
  let notifyChange: () => void = () => undefined;
  const random = seededRandom(21);
  /** For each customer, all changes that the log has not forgotten: when, and into which segment. */
  const changes = new Map<string, { at: number; to: string | null }[]>();

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    const log = createLog({ logLevel: 'error' });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
    const model = { current: ARTEFACT, watch: () => () => undefined };
    service = new SegmentSizesService({
      pool,
      model,
      segments: new SegmentService(pool, model),
      watchChanges: (onChange) => {
        notifyChange = onChange;
        return () => (notifyChange = () => undefined);
      },
      timeZone: TIME_ZONE,
      log,
    });
    await pool.query('INSERT INTO customers (id, created_at) SELECT unnest($1::text[]), now()', [CUSTOMERS]);
  });

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  const segmentAt = (customerId: string, time: number) =>
    (changes.get(customerId) ?? []).findLast(({ at }) => at < time)?.to ?? null;

  /** Moves a customer as a worker does, at a past time. */
  const move = async (customerId: string, to: string | null, at: number) => {
    const change: ProfileChange = { customerId, from: segmentAt(customerId, Infinity), to };
    const profile = { customerId, segmentId: to, value: null, asOf: at };
    const { position } = await commitChange(outbox, async (client) => {
      if (to === null) await client.query('DELETE FROM customer_profiles WHERE customer_id = $1', [customerId]);
      else await storeProfiles(client, [profile], 'EUR');
      return { change: {}, afterPosition: (next: number) => storeProfileChanges(client, next, [change]) };
    });
    await pool.query('UPDATE profile_changes SET changed_at = $2 WHERE position = $1', [position, new Date(at)]);
    appendTo(changes, customerId, { at, to });
  };
  const optOut = async (customerId: string, at: number) => {
    const { position } = await commitChange(outbox, async (client) => {
      await client.query('UPDATE customers SET profiling = false WHERE id = $1', [customerId]);
      const exits = await removeProfiles(client, [customerId]);
      return { change: {}, afterPosition: (next: number) => storeOptOuts(client, next, exits) };
    });
    await pool.query('UPDATE profile_changes SET changed_at = $2 WHERE position = $1', [position, new Date(at)]);
    changes.delete(customerId);
  };
  const optIn = (customerId: string) => pool.query('UPDATE customers SET profiling = true WHERE id = $1', [customerId]);

  /** Counts the days of a segment by following each customer. */
  const recount = (segmentId: string, first: number, last: number) => {
    const all = [...changes.values()];
    return Array.from({ length: (last - first) / DAY + 1 }, (_, n) => {
      const startAt = first + n * DAY;
      const moves = all.flatMap((own) =>
        own.map(({ at, to }, place) => ({ at, to, from: own[place - 1]?.to ?? null })),
      );
      const ofDay = moves.filter(({ at, from, to }) => at >= startAt && at < startAt + DAY && from !== to);
      return {
        day: (startAt + OFFSET) / DAY,
        startAt: new Date(startAt),
        size: [...changes.keys()].filter((id) => segmentAt(id, startAt + DAY) === segmentId).length,
        entries: ofDay.filter(({ to }) => to === segmentId).length,
        exits: ofDay.filter(({ from }) => from === segmentId).length,
      };
    });
  };

  it('of each day equal a recount that follows each customer, after opt-outs and erasures, too', async () => {
    const optedOut = new Set<string>();
    let [entries, exits, optOuts] = [0, 0, 0];
    for (let step = 0; step < STEPS; step++) {
      const at = TODAY - (DAYS - 1) * DAY + (step / STEPS) * (DAYS - 1) * DAY;
      const customerId = randomItem(CUSTOMERS, random);
      const what = random();
      if (optedOut.has(customerId)) {
        await optIn(customerId);
        optedOut.delete(customerId);
      }
      if (what < 0.06 && segmentAt(customerId, Infinity) !== null) {
        await optOut(customerId, at);
        optedOut.add(customerId);
        optOuts++;
      } else if (what < 0.09) {
        await inTransaction(pool, (client) => eraseFromProfiles(client, [`c:${customerId}`]));
        changes.delete(customerId);
      } else if (what < 0.2 && segmentAt(customerId, Infinity) !== null) await move(customerId, null, at);
      else await move(customerId, randomItem(SEGMENTS, random), at);
      if (step % 25 !== 24) continue;
      for (const id of SEGMENTS) {
        const days = await service.daily(id, new Date(TODAY - (DAYS + 1) * DAY), null);
        expect(days).toEqual(recount(id, TODAY - (DAYS + 1) * DAY, TODAY));
        entries += days.reduce((sum, day) => sum + day.entries, 0);
        exits += days.reduce((sum, day) => sum + day.exits, 0);
      }
    }
    expect(Math.min(entries, exits)).toBeGreaterThan(100);
    expect(optOuts).toBeGreaterThan(3);
  });

  it('can be limited to some days', async () => {
    const [first, last] = [TODAY - 7 * DAY, TODAY - 3 * DAY];
    const days = await service.daily('2', new Date(first + 3_600_000), new Date(last + 7_200_000));
    expect(days).toEqual(recount('2', first, last));
    expect((await service.daily('2', null, null)).length).toBe(30);
    expect(await service.daily('NEW', null, null)).toEqual([]);
    const code = expect.objectContaining({
      extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) as object,
    }) as object;
    await expect(service.daily('2', new Date(TODAY - 366 * DAY), null)).rejects.toEqual(code);
    await expect(service.daily('2', new Date(last), new Date(first))).rejects.toEqual(code);
    await expect(service.daily('2', new Date(TODAY + 3 * DAY), null)).rejects.toEqual(code);
  });

  it('are compared with the shares at the fit', async () => {
    const sizes = SEGMENTS.map((id) => CUSTOMERS.filter((customer) => segmentAt(customer, Infinity) === id).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const current = (await service.current())!;
    expect(current).toMatchObject({ customers: total, fittedAt: new Date(ARTEFACT.asOf) });
    expect(current.stabilityIndex).toBeCloseTo(populationStabilityIndex([10, 20, 30], sizes)!, 12);
    expect(current.segments.map(({ segment, size }) => [segment.id, size])).toEqual(
      SEGMENTS.map((id, n) => [id, sizes[n]]),
    );
    expect(current.segments.map(({ fittedShare }) => fittedShare)).toEqual([10 / 60, 20 / 60, 30 / 60]);
    expect(current.segments.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('are sent at first, and at most once a second after changes', async () => {
    const stream = await service.open();
    const next = async () => ((await stream.next()).value as { sizes: SegmentSizes }).sizes;
    const before = await next();
    const sizeOf = (sizes: SegmentSizes) => sizes.segments[0].size;
    const began = performance.now();
    const movers = CUSTOMERS.filter((id) => segmentAt(id, Infinity) !== '1').slice(0, 3);
    for (const id of movers) {
      await move(id, '1', TODAY);
      notifyChange();
    }
    const after = await next();
    expect(performance.now() - began).toBeGreaterThan(990);
    expect(sizeOf(after)).toBe(sizeOf(before) + movers.length);
    await stream.return?.();
  });
});
