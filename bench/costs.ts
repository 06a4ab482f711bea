import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, startApi } from '../src/api';
import { DEMO_STOREFRONT_KEY } from '../src/demo/demo-names';
import { fieldsOf, scopeOfField } from '../src/graphql/enforce-scopes';
import { RateLimit } from '../src/graphql/limits/rate-limit';
import { Turns } from '../src/graphql/limits/turns';
import { buildGraphqlSchema } from '../src/graphql/schema';
import { RESOLVERS } from '../src/resolvers';
import type { ClientAnswers, ClientStart } from './cost-client';
import { SAMPLES, type Sample } from './cost-samples';
import { CostShop, type CustomerVisit } from './cost-shop';
import { syntheticCatalogue } from './search-service-shop';
import { benchShop, type BenchShop } from './shop';
import { STOREFRONT, SYNTHETIC_PRODUCTS } from './storefront-shop';
import { headersOf } from './visit';

/** A unit of `costOf` stands for this much CPU time of the main thread. */
const UNIT_MS = 0.002;
/** Ratios within this range are true prices. */
const [LEAST, MOST] = [0.5, 2];
const WARM_UP = 5;
const MIN_REPEATS = 10;
const MAX_REPEATS = 200;
/** All repetitions of a sample take about as long. */
const SAMPLE_MS = 1_000;
/** After mutations, the API process applies what it was told. */
const SETTLING_MS = 500;
const IDLE_MS = 3_000;
const ADMIN_KEY = 'bench-admin-key-0123456789';

export interface CostRow {
  readonly field: string;
  readonly sample: string;
  /** What one operation is charged before and after it, with what it took to evaluate expressions. */
  readonly units: number;
  /** CPU time of the main thread for one operation, without garbage collection. */
  readonly cpuMs: number;
  readonly gcMs: number;
  /** How many times as much CPU time a unit takes as it stands for. */
  readonly ratio: number;
  /** The longest step on the main thread, with garbage collection. */
  readonly stepMs: number;
  /** The code of the error if the operation was refused. */
  readonly refused?: string;
}

/** Prints what operations of storefront keys are charged, and the CPU time that they take. */
export async function runCosts({ json, fields }: { json: boolean; fields?: string }): Promise<number> {
  const rows = await measureCosts(fields?.split(','), json ? () => undefined : printRow);
  if (json) console.log(JSON.stringify({ bench: 'costs', rows }));
  else {
    console.log(`\noutside ${LEAST} to ${MOST}:`);
    for (const row of outside(rows)) printRow(row);
  }
  return 0;
}

/** Returns the rows whose units are too many or too few, the worst first. */
export function outside(rows: readonly CostRow[]): CostRow[] {
  const farness = ({ ratio }: CostRow) => Math.abs(Math.log(ratio));
  return rows
    .filter(({ ratio, refused }) => refused === undefined && (ratio < LEAST || ratio > MOST))
    .sort((a, b) => farness(b) - farness(a));
}

/** @param names of root fields, such as `ads`; default: all */
export async function measureCosts(
  names: readonly string[] | undefined,
  onRow: (row: CostRow) => void,
): Promise<CostRow[]> {
  const fields = storefrontFields().filter((field) => names?.includes(field.split('.')[1]) ?? true);
  const missing = fields.find((field) => SAMPLES[field] === undefined);
  if (missing !== undefined) throw new Error(`cost-samples.ts has no sample of ${missing}`);
  const shop = await benchShop();
  let api: Api | undefined;
  try {
    const products = await STOREFRONT.fill(shop);
    shop.startWorker();
    api = await startApi(configOf(shop));
    const door = { port: api.port, adminKey: ADMIN_KEY };
    const costShop = new CostShop(door, DEMO_STOREFRONT_KEY, products, syntheticCatalogue(SYNTHETIC_PRODUCTS));
    const meter = await CostMeter.start(api.port, costShop);
    const rows: CostRow[] = [];
    for (const field of fields)
      for (const sample of SAMPLES[field]) {
        const row = await meter.measure(field, sample);
        rows.push(row);
        onRow(row);
      }
    meter.stop();
    return rows;
  } finally {
    await api?.close();
    await shop.close();
  }
}

/** The queries and mutations that a storefront key may use. */
function storefrontFields(): string[] {
  const schema = buildGraphqlSchema(RESOLVERS);
  return [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
    fieldsOf(type)
      .filter((field) => scopeOfField(schema, type, field) === 'STOREFRONT')
      .map(({ name }) => `${type.name}.${name}`),
  );
}

function configOf({ platform }: BenchShop) {
  return { ...platform.config, adminKey: ADMIN_KEY, port: 0, nodeEnv: 'production' as const, rateLimit: 0 };
}

/** Measures operations that another process sends to the API in this process. */
class CostMeter {
  private units = 0;
  private gcMs = 0;
  private longestStepMs = 0;
  /** Share of a core that the main thread uses while it has nothing to answer. */
  private idleShare = 0;
  private sent = 0;
  private readonly gc = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) this.gcMs += duration;
  });

  private constructor(
    private readonly port: number,
    private readonly shop: CostShop,
    private readonly visits: readonly CustomerVisit[],
    private readonly client: ChildProcess,
  ) {}

  static async start(port: number, shop: CostShop): Promise<CostMeter> {
    const client = fork(path.join(__dirname, 'cost-client.js'), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const meter = new CostMeter(port, shop, await shop.visits(), client);
    meter.gc.observe({ entryTypes: ['gc'] });
    meter.countUnits();
    await sleep(IDLE_MS);
    const before = mainThreadMs();
    await sleep(IDLE_MS);
    meter.idleShare = (mainThreadMs() - before) / IDLE_MS;
    return meter;
  }

  async measure(field: string, sample: Sample): Promise<CostRow> {
    const began = performance.now();
    await this.send(sample, WARM_UP);
    const perOperation = (performance.now() - began) / WARM_UP;
    const repeats = sample.repeats ?? Math.min(MAX_REPEATS, Math.max(MIN_REPEATS, Math.ceil(SAMPLE_MS / perOperation)));
    const measured = await this.send(sample, repeats);
    const cpuMs = (measured.cpuMs - measured.gcMs) / repeats;
    const units = measured.units / repeats;
    return {
      ...{ field, sample: sample.name, units, cpuMs, gcMs: measured.gcMs / repeats, stepMs: measured.stepMs },
      ratio: cpuMs / (units * UNIT_MS),
      refused: measured.refused && (/"code":"([A-Z_]+)"/.exec(measured.refused)?.[1] ?? measured.refused),
    };
  }

  stop(): void {
    this.client.disconnect();
    this.gc.disconnect();
    this.shop.close();
  }

  private async send(sample: Sample, count: number) {
    const requests: { body: string; headers: Record<string, string> }[] = [];
    for (let n = 0; n < count; n++) {
      const at = this.sent++;
      // The limit of messages to support counts by address.
      const visit = { ...this.visits[at % this.visits.length], address: `198.18.${(at >> 8) & 255}.${at & 255}` };
      const body = JSON.stringify(await sample.operation(this.shop, at, visit));
      requests.push({ body, headers: headersOf(visit) });
    }
    const start: ClientStart = { port: this.port, key: DEMO_STOREFRONT_KEY, requests };
    this.client.send(start);
    await once(this.client, 'message');
    await sleep(SETTLING_MS);
    this.units = 0;
    this.gcMs = 0;
    this.longestStepMs = 0;
    const began = performance.now();
    const before = mainThreadMs();
    this.client.send('go');
    const [answers] = (await once(this.client, 'message')) as [ClientAnswers];
    await sleep(SETTLING_MS);
    const cpuMs = mainThreadMs() - before - this.idleShare * (performance.now() - began);
    return { cpuMs, units: this.units, gcMs: this.gcMs, stepMs: this.longestStepMs, ...answers };
  }

  /** Sums up what operations are charged without measuring their time. */
  private countUnits(): void {
    Turns.prototype.onStep = (ms) => void (this.longestStepMs = Math.max(this.longestStepMs, ms));
    const { charge, chargeAfterwards } = RateLimit.prototype;
    const count = (units: number) => (this.units += units);
    RateLimit.prototype.charge = function (viewer, address, units) {
      count(units);
      charge.call(this, viewer, address, units);
    };
    RateLimit.prototype.chargeAfterwards = function (viewer, address, units) {
      count(units);
      chargeAfterwards.call(this, viewer, address, units);
    };
  }
}

/** CPU time of the main thread of this process (Linux). */
function mainThreadMs(): number {
  return Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

function printRow({ field, sample, units, cpuMs, gcMs, ratio, stepMs, refused }: CostRow): void {
  console.log(
    `${field.padEnd(30)} ${sample.padEnd(32)} ${units.toFixed(0).padStart(7)} units ${cpuMs.toFixed(3).padStart(9)} ms CPU ${gcMs.toFixed(3).padStart(8)} ms GC ${ratio.toFixed(2).padStart(7)} step ${stepMs.toFixed(0).padStart(4)} ms ${refused === undefined ? '' : `refused: ${refused}`}`,
  );
}
