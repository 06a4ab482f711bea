/**
 * `npm run chaos`: causes one fault after another on one shop under load, measures the recovery, and compares
 * everything with a recount at the end.
 */
import { writeFileSync } from 'node:fs';
import { FaultShop } from './harness/fault-shop';
import { FAULTS as ALL_FAULTS } from './harness/faults';
import { within } from './harness/load';
import type { LiveProbe } from './harness/live-probe';
import { expectExact, recount } from './harness/recounted';
import { OtherTraffic } from './harness/traffic/other-traffic';
import { RECOVERY_MS } from './harness/recovery';

const APIS = 2;
const WORKERS = 3;
const RATE = Number(process.env.CHAOS_RATE ?? 2_000);
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 120);
/** Runs only the faults whose names contain one of these texts. */
const ONLY = process.env.CHAOS_ONLY?.split('\n').filter(Boolean) ?? [];
const FAULTS = ALL_FAULTS.filter(({ name }) => ONLY.length === 0 || ONLY.some((part) => name.includes(part)));
/** A fault that takes longer than this counts as not recovered. */
const PATIENCE_MS = 60_000;
const EXTRA_MS = 180_000;
/** Space for everything that the run writes. */
const DISK_MIB = 8_192;

interface Row {
  readonly fault: string;
  readonly promise: string;
  readonly proof: string;
  /** From the beginning of the fault until the next one; `null` if it could not be caused on this machine. */
  readonly acknowledged: number | null;
  readonly lost: number | null;
  readonly recordsMs: number | null;
  readonly livesMs: number | null;
  readonly learnsMs: number | null;
  /** Events that the counter without the transaction counted twice. */
  readonly naive: number | null;
}

/** A row, the acknowledged events that belong to it, and its time. */
interface Measured {
  readonly row: Omit<Row, 'lost' | 'acknowledged' | 'naive'>;
  readonly ids: ReadonlySet<string>;
  readonly from: Date;
  readonly until: Date;
}

const NOTHING = { acknowledged: null, lost: null, recordsMs: null, livesMs: null, learnsMs: null, naive: null };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the fault matrix', () => {
  let shop: FaultShop;
  let traffic: OtherTraffic;
  let exact = false;
  let began = 0;
  let seconds = 0;
  let total = 0;
  let naive: { readonly total: number; readonly tooMany: number } | undefined;
  const measured = new Map<string, Measured>();
  const obstacles = new Map<string, string>();
  const rows: Row[] = [];

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: APIS, workers: WORKERS, rate: RATE, diskMiB: DISK_MIB, naive: true });
    traffic = new OtherTraffic(shop);
    shop.load.start();
    traffic.start();
    began = performance.now();
    await sleep(2_000);
  }, 60_000);

  afterAll(async () => {
    const about = {
      apis: APIS,
      workers: WORKERS,
      rate: RATE,
      seconds,
      achieved: total,
      traffic: traffic.done(),
      naive,
    };
    if (process.env.CHAOS_REPORT) writeFileSync(process.env.CHAOS_REPORT, JSON.stringify({ shop: about, exact, rows }));
    await shop.close();
  }, 60_000);

  const slowest = async (measure: (probe: LiveProbe) => Promise<number>) =>
    Math.max(...(await Promise.all(shop.living.map(measure))));

  it.each(FAULTS)(
    '$name: lists are live again within five seconds',
    async ({ name, promise, obstacle, strike }) => {
      const why = obstacle?.(shop);
      if (why !== undefined) {
        process.stderr.write(`\nNOT RUN: ${name}: ${why}\n`);
        return void obstacles.set(name, why);
      }
      const before = new Set(shop.acknowledged.map(({ id }) => id));
      const from = new Date();
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
      // The faults share the duration of the load.
      const share = ((measured.size + 1) * SECONDS * 1_000) / FAULTS.length;
      await sleep(Math.max(0, share - (performance.now() - began)));
      const ids = new Set(shop.acknowledged.map(({ id }) => id).filter((id) => !before.has(id)));
      const row = { fault: name, promise, proof, recordsMs, livesMs, learnsMs };
      measured.set(name, { row, ids, from, until: new Date() });
      expect(livesMs).toBeLessThan(RECOVERY_MS);
      expect(learnsMs).toBeLessThan(RECOVERY_MS);
    },
    PATIENCE_MS + EXTRA_MS + SECONDS * 1_000,
  );

  async function rowOf(name: string, promise: string, lost: ReadonlySet<string>): Promise<Row[]> {
    const why = obstacles.get(name);
    if (why !== undefined) return [{ fault: name, promise, proof: `**not run**: ${why}`, ...NOTHING }];
    const found = measured.get(name);
    if (!found) return [];
    const { row, ids, from, until } = found;
    const again = (await shop.naive?.tooMany(from, until)) ?? null;
    return [{ ...row, acknowledged: ids.size, lost: [...ids].filter((id) => lost.has(id)).length, naive: again }];
  }

  it(
    'loses no acknowledged event, and equals a recount',
    async () => {
      seconds = Math.round((performance.now() - began) / 1_000);
      await Promise.all([shop.load.stop(), traffic.stop()]);
      total = Math.round((shop.load.taken / (performance.now() - began)) * 1_000);
      await shop.settle(EXTRA_MS);
      const recounted = await recount(shop, traffic.apart);
      const lost = new Set(recounted.lost);
      for (const { name, promise } of FAULTS) rows.push(...(await rowOf(name, promise, lost)));
      expectExact(recounted);
      await traffic.expectExact(recounted);
      exact = true;
    },
    2 * EXTRA_MS,
  );

  it('shows that workers that count without the transaction miscount', async () => {
    naive = { total: (await shop.naive?.total()) ?? 0, tooMany: (await shop.naive?.tooMany()) ?? 0 };
    expect(naive.tooMany).toBeGreaterThan(0);
  });
});
