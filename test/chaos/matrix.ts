/** `npm run chaos`: one fault after the other on one shop under load, measured; at the end everything is recounted. */
import { writeFileSync } from 'node:fs';
import { FaultShop } from './harness/fault-shop';
import { FAULTS } from './harness/faults';
import { within } from './harness/load';
import type { LiveProbe } from './harness/live-probe';
import { expectExact, recount } from './harness/recounted';

const APIS = 2;
const WORKERS = 3;
const RATE = Number(process.env.CHAOS_RATE ?? 2_000);
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 120);
const RECOVERY_MS = 5_000;
/** What does not recover within this does not recover. */
const PATIENCE_MS = 60_000;
const EXTRA_MS = 180_000;

interface Row {
  readonly fault: string;
  readonly promise: string;
  readonly proof: string;
  /** From the fault's beginning until the next one's. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly recordsMs: number;
  readonly livesMs: number;
  readonly learnsMs: number;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the fault matrix', () => {
  let shop: FaultShop;
  let exact = false;
  let began = 0;
  let seconds = 0;
  let total = 0;
  /** A row, and which of the acknowledged events are its own. */
  const measured: { row: Omit<Row, 'lost' | 'acknowledged'>; ids: Set<string> }[] = [];
  const rows: Row[] = [];

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: APIS, workers: WORKERS, rate: RATE });
    shop.load.start();
    began = performance.now();
    await sleep(2_000);
  }, 60_000);

  afterAll(async () => {
    const report = { shop: { apis: APIS, workers: WORKERS, rate: RATE, seconds, achieved: total }, exact, rows };
    if (process.env.CHAOS_REPORT) writeFileSync(process.env.CHAOS_REPORT, JSON.stringify(report));
    await shop.close();
  }, 60_000);

  const slowest = async (measure: (probe: LiveProbe) => Promise<number>) =>
    Math.max(...(await Promise.all(shop.living.map(measure))));

  it.each(FAULTS)(
    '$name: lists are live again within five seconds',
    async ({ name, promise, strike }) => {
      const before = new Set(shop.acknowledged.map(({ id }) => id));
      const proofOf = await strike(shop);
      const [recordsMs, livesMs, learnsMs] = await within(
        PATIENCE_MS,
        Promise.all([
          slowest((probe) => probe.recordsAgain()),
          slowest((probe) => probe.livesAgain()),
          slowest((probe) => probe.learnsAgain()),
        ]),
      );
      const proof = await proofOf();
      // The load's seconds are shared out among the faults.
      const share = ((measured.length + 1) * SECONDS * 1_000) / FAULTS.length;
      await sleep(Math.max(0, share - (performance.now() - began)));
      const ids = new Set(shop.acknowledged.map(({ id }) => id).filter((id) => !before.has(id)));
      measured.push({ row: { fault: name, promise, proof, recordsMs, livesMs, learnsMs }, ids });
      expect(livesMs).toBeLessThan(RECOVERY_MS);
      expect(learnsMs).toBeLessThan(RECOVERY_MS);
    },
    PATIENCE_MS + EXTRA_MS + SECONDS * 1_000,
  );

  it(
    'loses nothing that was acknowledged, and everything equals a recount',
    async () => {
      seconds = Math.round((performance.now() - began) / 1_000);
      await shop.load.stop();
      total = Math.round((shop.load.taken / (performance.now() - began)) * 1_000);
      await shop.settle(EXTRA_MS);
      const recounted = await recount(shop);
      const lost = new Set(recounted.lost);
      for (const { row, ids } of measured) {
        rows.push({ ...row, acknowledged: ids.size, lost: [...ids].filter((id) => lost.has(id)).length });
      }
      expectExact(recounted);
      exact = true;
    },
    2 * EXTRA_MS,
  );
});
