import type { Pool } from 'pg';
import pino from 'pino';
import { BackfillService } from '../../../src/events/backfill.service';
import { Outbox } from '../../../src/events/outbox.service';
import { newestPosition } from '../../../src/events/position.store';
import { seededRandom } from '../../../src/learn/seeded-random';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { connectPostgres } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { LEARNER_LIMITS } from '../../../src/live-state/learner/learner-limits';
import { SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../../../src/live-state/live-state-names';
import { ShopStateReadModel } from '../../../src/live-state/replication/shop-state.read-model';
import { learnInProcess } from '../../setup/learn-in-process';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';
import { eventLogOf } from '../../setup/event-log';

/** So few that most pairs of the shop's products are not counted. */
const LIMITS = { ...LEARNER_LIMITS, headProducts: 6, nearestProducts: 4 };
const PRODUCTS = 40;
const CUSTOMERS = 60;

const log = pino({ level: 'silent' });
const random = seededRandom(5);
const below = (n: number) => Math.floor(n * random());
let shop: TestNamespace;
let pool: Pool;
let pubSub: RedisPubSub;
let artefacts: ArtefactStore;
let outbox: Outbox;
let interests: Map<number, Set<number>>;
const followers: ShopStateReadModel[] = [];

beforeAll(async () => {
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 8 });
  pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
  artefacts = new ArtefactStore(pool);
  outbox = new Outbox(pool, pubSub, log);
  interests = new Map();
});

afterAll(async () => {
  for (const follower of followers) await follower.close();
  await pubSub.close();
  await pool.end();
  await shop.drop();
});

/** Records views. Each customer prefers products of one kind, so that neighbours are not random. */
async function view(count: number, products = PRODUCTS): Promise<void> {
  const events = Array.from({ length: count }, () => {
    const customer = below(CUSTOMERS);
    const product = random() < 0.7 ? (customer % 4) + 4 * below(products / 4) : below(products);
    interests.set(customer, (interests.get(customer) ?? new Set()).add(product));
    return {
      source: 'SUPPORT' as const,
      id: `${random()}`,
      type: 'VIEW' as const,
      occurredAt: Date.now(),
      customerId: `${customer}`,
      productId: `p${product}`,
      quantity: 1,
    };
  });
  await new BackfillService(eventLogOf(pool, outbox)).append(events);
  await outbox.markPublished();
}

async function follow(): Promise<ShopStateReadModel> {
  const follower = new ShopStateReadModel({ pool, pubSub, artefacts, log });
  await follower.start();
  followers.push(follower);
  return follower;
}

/** Returns the pairs that a follower counts, and those of them that differ from a recount. */
function pairsOf({ state: { products, interest } }: ShopStateReadModel): { counted: string[]; wrong: string[] } {
  const sets = [...interests.values()];
  const counted: string[] = [];
  const wrong: string[] = [];
  for (let i = 0; i < products.size; i++) {
    for (let j = 0; j < i; j++) {
      if (!interest.isCounted(i, j)) continue;
      const [a, b] = [i, j].map((index) => Number(products.idAt(index).slice(1)));
      const exact = sets.filter((set) => set.has(a) && set.has(b)).length;
      const key = [a, b].sort((x, y) => x - y).join(' ');
      counted.push(key);
      if (interest.count(i, j) !== exact) wrong.push(`${key}: ${interest.count(i, j)} for ${exact}`);
    }
  }
  return { counted: counted.sort(), wrong };
}

/**
 * Checks that all followers reach the end of the log, count the same pairs, and that each count is that of a recount.
 */
async function allAgree(): Promise<string[]> {
  const end = await newestPosition(pool);
  await until(
    () => {
      const pairs = followers.map(pairsOf);
      return followers.map(({ position }, n) => ({
        isCurrent: position >= end,
        wrong: pairs[n].wrong.slice(0, 5),
        isAsFirst: pairs[n].counted.join() === pairs[0].counted.join(),
      }));
    },
    (each) => each.every(({ isCurrent, wrong, isAsFirst }) => isCurrent && wrong.length === 0 && isAsFirst),
  );
  return pairsOf(followers[0]).counted;
}

it('followers count the same pairs, exactly, while lists change and for either learner that publishes them', async () => {
  const options = { pool, pubSub, artefacts, log, limits: LIMITS };
  await view(300);
  let learner = learnInProcess(options);
  // Followers start with its checkpoint, because only that holds the size of this learner's head.
  await until(
    () => artefacts.newest(SHOP_ARTEFACT),
    (checkpoint) => (checkpoint?.position ?? 0) > 0,
  );
  await follow();
  const first = await allAgree();
  expect(first.length).toBeGreaterThan(40);
  expect(first.length).toBeLessThan((PRODUCTS * (PRODUCTS - 1)) / 4);
  for (let n = 0; n < 10; n++) await view(20);
  const second = await allAgree();
  expect(second).not.toEqual(first);
  // A late follower loads a checkpoint, after lists that changed without an event.
  await follow();
  expect(await allAgree()).toEqual(await allAgree());
  // Another learner continues from an older checkpoint, as after a kill, and computes its lists at other moments.
  for (let n = 0; n < 20; n++) {
    await view(10);
    await allAgree();
  }
  await learner.stop();
  // How many checkpoints were written depends on the time; the newest two are stored.
  const oldest = 'SELECT min(position)::float8 AS older FROM artefacts WHERE kind = $1';
  const { older } = (await pool.query<{ older: number }>(oldest, [SHOP_ARTEFACT])).rows[0];
  await pool.query('DELETE FROM artefacts WHERE kind = ANY($1) AND position > $2', [
    [SHOP_ARTEFACT, SUBJECTS_ARTEFACT],
    older,
  ]);
  expect((await artefacts.newest(SHOP_ARTEFACT))?.position).toBe(older);
  learner = learnInProcess(options);
  await allAgree();
  for (let n = 0; n < 5; n++) await view(10, PRODUCTS + 20);
  await allAgree();
  await learner.stop();
});
