import type { Pool } from 'pg';
import pino from 'pino';
import { BackfillService } from '../../../src/events/backfill.service';
import { readLog } from '../../../src/events/log-reader.store';
import { Outbox } from '../../../src/events/outbox.service';
import { newestPosition } from '../../../src/events/position.store';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { Lease } from '../../../src/platform/lease';
import { connectPostgres } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { loadCheckpoint, newestCheckpoint } from '../../../src/live-state/learner/checkpoint.service';
import { LEARNER_LIMITS } from '../../../src/live-state/learner/learner-limits';
import { LEARNER_LEASE, SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../../../src/live-state/live-state-names';
import { initialProgress } from '../../../src/live-state/learner/learner-progress';
import { LearnerState } from '../../../src/live-state/learner/learner-state';
import { StatePublisher, type LearnerTenure } from '../../../src/live-state/learner/state-publisher.service';
import { olderCheckpoint } from '../../setup/older-checkpoint';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { learnInProcess } from '../../setup/learn-in-process';
import { until } from '../../setup/until';
import { eventLogOf } from '../../setup/event-log';

jest.setTimeout(120_000);

const VISIT_PRODUCTS = LEARNER_LIMITS.productsPerSession + 50;
const UNBOUNDED_VERSION = 2;
const UNBOUNDED = { ...LEARNER_LIMITS, productsPerSession: 1_000, browsedPerSubject: 1_000 };

let shop: TestNamespace;
let pool: Pool;
let pubSub: RedisPubSub;
let store: ArtefactStore;
let logged: string[];
const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });

beforeEach(async () => {
  logged = [];
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 8 });
  pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
  store = new ArtefactStore(pool);
  const outbox = new Outbox(pool, pubSub, log);
  const visit = Array.from({ length: VISIT_PRODUCTS }, (_, n) => view('crawler', n));
  const others = Array.from({ length: 40 }, (_, n) => view(`visitor ${n % 8}`, n % 5));
  await new BackfillService(eventLogOf(pool, outbox)).append([...visit, ...others]);
  await outbox.markPublished();
});

afterEach(async () => {
  await pubSub.close();
  await pool.end();
  await shop.drop();
});

const view = (sessionId: string, product: number) => ({
  source: 'SUPPORT' as const,
  id: `${sessionId} ${product}`,
  type: 'VIEW' as const,
  occurredAt: Date.UTC(2026, 5, 1) + product,
  sessionId,
  productId: `p${product}`,
  quantity: 1,
});

async function learned(limits = LEARNER_LIMITS): Promise<LearnerState> {
  const state = new LearnerState(limits);
  const stretch = await readLog(pool, 0, 20_000);
  for (const entry of stretch?.entries ?? []) state.applyEntry(entry);
  return state;
}

/** The state of a learner that continued from a checkpoint of a release without today's limits. */
async function upgradedTurn(lease: Lease): Promise<LearnerTenure> {
  const checkpoint = olderCheckpoint((await learned(UNBOUNDED)).encode(), UNBOUNDED_VERSION);
  const state = LearnerState.decode(checkpoint);
  expect(state.mustRelearn).toBe(true);
  const secondPass = { state: new LearnerState(), position: 0, erasedAt: 0 };
  return { lease, ...initialProgress(), state, position: await newestPosition(pool), secondPass };
}

/** Saves so many checkpoints, as a busy learner does, that the first are pruned. */
async function saveSome(turn: LearnerTenure): Promise<void> {
  const announcer = new StatePublisher({ pubSub, artefacts: store, log });
  const last = turn.position;
  for (turn.position = last - 2; ; turn.position++) {
    await announcer.checkpoint(turn, { evenIfRecent: true });
    if (turn.position === last) break;
  }
}

it('the next learner after an upgraded one continues from its checkpoint, and learns the log again', async () => {
  const lease = (await Lease.acquire(pool, log, LEARNER_LEASE, 60_000)) as Lease;
  const turn = await upgradedTurn(lease);
  await saveSome(turn);
  await lease.release(turn.position);

  const newest = await newestCheckpoint(store);
  expect(newest?.shop.position).toBe(turn.position);
  const resumed = await loadCheckpoint(store, newest!);
  expect(resumed.mustRelearn).toBe(true);
  expect(resumed.encode()).toEqual(turn.state.encode());

  const learner = learnInProcess({ pool, pubSub, artefacts: store, log });
  await until(
    async () => (await newestCheckpoint(store))?.subjects.figures.wasUnbounded,
    (owes) => owes === false,
    60_000,
  );
  await learner.stop();
  expect(logged.some((line) => line.includes(`"position":${turn.position},"token":2,"msg":"learning"`))).toBe(true);
  expect(logged.some((line) => line.includes('relearning from the whole log'))).toBe(true);
  const relearned = await loadCheckpoint(store, (await newestCheckpoint(store))!);
  expect(relearned.mustRelearn).toBe(false);
  expect(relearned.encode()).toEqual((await learned()).encode());
});

it('the half with personal data is withheld while the log is learned again without an erased person', async () => {
  const lease = (await Lease.acquire(pool, log, LEARNER_LEASE, 60_000)) as Lease;
  const turn = await upgradedTurn(lease);
  turn.secondPass = { state: new LearnerState(), position: 0, erasedAt: turn.position };
  await saveSome(turn);
  expect((await store.newest(SHOP_ARTEFACT))?.position).toBe(turn.position);
  expect(await store.newest(SUBJECTS_ARTEFACT)).toBeNull();
  await lease.release(turn.position);
});
