import { fork, type ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, startApi } from '../src/api';
import { DEMO_STOREFRONT_KEY } from '../src/demo/demo-names';
import { RateLimit } from '../src/graphql/limits/rate-limit';
import { buildGraphqlSchema } from '../src/graphql/schema';
import { resolverClasses } from '../src/rooms/open-rooms';
import { SHOP } from '../src/shop';
import { type CostRow, falsePrices, LEAST, MOST, UNIT_MS } from './cost-row';
import type { ClientAnswers, ClientStart, Request } from './cost-client';
import { SAMPLES, type Sample } from './cost-samples';
import { CostShop, type CustomerVisit } from './cost-shop';
import { syntheticCatalogue } from './search-service-shop';
import { middleOf } from './row';
import { ADMIN_KEY, benchShop, type BenchShop } from './shop';
import { storefrontFields } from './storefront-fields';
import { STOREFRONT, SYNTHETIC_PRODUCTS } from './storefront-shop';
import { headersOf } from './visit';

const WARM_UP = 20;
const [MIN_REPEATS, MAX_REPEATS] = [20, 300];
/** The CPU time of all repetitions of a sample, about. */
const SAMPLE_MS = 400;
/** Repetitions that measure the longest step. */
const STEP_REPEATS = 10;
/** After the last operation, the API process applies what mutations have written. */
const SETTLING_MS = 500;
const IDLE_MS = 3_000;

/** Prints what operations of storefront keys are charged, and the CPU time that they take. */
export async function runCosts({ json, fields }: { json: boolean; fields?: string }): Promise<number> {
  const rows = await measureCosts(fields?.split(','), json ? () => undefined : printRow);
  if (json) console.log(JSON.stringify({ bench: 'costs', rows }));
  else {
    console.log(`\ncharged outside ${LEAST} to ${MOST}, or declared above ${MOST}:`);
    for (const row of falsePrices(rows)) printRow(row);
  }
  return 0;
}

/** @param names of root fields, such as `ads`; default: all */
async function measureCosts(names: readonly string[] | undefined, onRow: (row: CostRow) => void): Promise<CostRow[]> {
  const fields = storefrontFields(buildGraphqlSchema(await resolverClasses(SHOP))).filter(
    (field) => names?.includes(field.split('.')[1]) ?? true,
  );
  const missing = fields.filter((field) => SAMPLES[field] === undefined);
  if (missing.length > 0) throw new Error(`cost-samples.ts has no sample of ${missing.join(', ')}`);
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

function configOf({ platform }: BenchShop) {
  return { ...platform.config, adminKey: ADMIN_KEY, port: 0, nodeEnv: 'production' as const, rateLimit: 0 };
}

/** A span of the main thread's time. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly cpuMs: number;
}

/** Measures operations that another process sends to the API in this process. */
class CostMeter {
  private declared = 0;
  private charged = 0;
  private collections: { readonly startTime: number; readonly duration: number }[] = [];
  /** Share of a core that the main thread uses while it has nothing to answer. */
  private idleShare = 0;
  private sent = 0;
  private readonly gc = new PerformanceObserver((list) => void this.collections.push(...list.getEntries()));

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
    this.collections = [];
    const prepared = Math.min(WARM_UP, sample.repeats ?? WARM_UP);
    const before = mainThreadMs();
    await this.send(sample, prepared);
    const perOperation = (mainThreadMs() - before) / prepared;
    const wanted = Math.ceil(SAMPLE_MS / perOperation);
    const repeats = sample.repeats ?? Math.min(MAX_REPEATS, Math.max(MIN_REPEATS, wanted));
    const { refused, declared, charged, spans } = await this.send(sample, repeats);
    const steps = await this.send(sample, Math.min(STEP_REPEATS, repeats), true);
    const ofOperations = spans.map((span) => ({ cpuMs: this.cpuWithoutGc(span), gcMs: this.gcMs(span) }));
    const cpuMs = middleOf(ofOperations.map((one) => one.cpuMs));
    return {
      ...{ field, sample: sample.name, declared: declared / repeats, charged: charged / repeats, cpuMs },
      gcMs: ofOperations.reduce((sum, one) => sum + one.gcMs, 0) / spans.length,
      declaredRatio: cpuMs / ((declared / repeats) * UNIT_MS),
      chargedRatio: cpuMs / ((charged / repeats) * UNIT_MS),
      stepMs: Math.max(...steps.spans.map((span) => this.cpuWithoutGc(span))),
      refused: refused && (/"code":"([A-Z_]+)"/.exec(refused)?.[1] ?? refused),
    };
  }

  stop(): void {
    this.client.disconnect();
    this.gc.disconnect();
    this.shop.close();
  }

  private gcMs({ from, to }: Span): number {
    const within = this.collections.filter(({ startTime }) => startTime >= from && startTime < to);
    return within.reduce((sum, { duration }) => sum + duration, 0);
  }

  private cpuWithoutGc(span: Span): number {
    return Math.max(0, span.cpuMs - this.gcMs(span) - this.idleShare * (span.to - span.from));
  }

  /** @returns the spans of operations, or those of turns of the event loop */
  private async send(sample: Sample, count: number, byTurn = false) {
    const requests: Request[] = [];
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
    this.declared = this.charged = 0;
    const spans = byTurn ? turnsOfLoop() : betweenRequests();
    this.client.send('go');
    const [answers] = (await once(this.client, 'message')) as [ClientAnswers];
    const { declared, charged } = this;
    await sleep(SETTLING_MS);
    return { declared, charged, spans: spans(), ...answers };
  }

  /** Sums up what operations are charged before they are executed, and in the end. */
  private countUnits(): void {
    for (const name of ['charge', 'chargeAfterwards', 'giveBack'] as const) {
      const charge = Reflect.get<RateLimit, 'charge'>(RateLimit.prototype, name as 'charge');
      const count = (units: number) => {
        if (name === 'charge') this.declared += units;
        this.charged += name === 'giveBack' ? -units : units;
      };
      Reflect.set(RateLimit.prototype, name, function (this: RateLimit, ...args: Parameters<RateLimit['charge']>) {
        count(args[2]);
        charge.apply(this, args);
      });
    }
  }
}

/**
 * Measures from each request until the next one. The kernel counts CPU time when a thread sleeps, as this one does
 * before each request.
 * @returns a function that ends the measurement
 */
function betweenRequests(): () => Span[] {
  const spans: Span[] = [];
  let last: { readonly at: number; readonly cpuMs: number } | undefined;
  const mark = () => {
    const now = { at: performance.now(), cpuMs: mainThreadMs() };
    if (last !== undefined) spans.push({ from: last.at, to: now.at, cpuMs: now.cpuMs - last.cpuMs });
    last = now;
  };
  subscribe(REQUEST_START, mark);
  return () => {
    unsubscribe(REQUEST_START, mark);
    return spans;
  };
}

const REQUEST_START = 'http.server.request.start';

/** Measures each turn of the event loop. The loop does not sleep meanwhile. */
function turnsOfLoop(): () => Span[] {
  const spans: Span[] = [];
  let isOver = false;
  let last = { at: performance.now(), cpuMs: mainThreadMs() };
  const turn = () => {
    const now = { at: performance.now(), cpuMs: mainThreadMs() };
    if (now.cpuMs > last.cpuMs) spans.push({ from: last.at, to: now.at, cpuMs: now.cpuMs - last.cpuMs });
    last = now;
    if (!isOver) setImmediate(turn);
  };
  turn();
  return () => {
    isOver = true;
    return spans;
  };
}

/** CPU time of the main thread of this process (Linux). */
function mainThreadMs(): number {
  return Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

function printRow({ field, sample, refused, ...row }: CostRow): void {
  const units = (count: number, ratio: number) => `${count.toFixed(0).padStart(8)} (${ratio.toFixed(2).padStart(5)})`;
  console.log(
    `${field.padEnd(30)} ${sample.padEnd(32)} ${row.cpuMs.toFixed(3).padStart(9)} ms CPU, declared ${units(row.declared, row.declaredRatio)}, charged ${units(row.charged, row.chargedRatio)}, ${row.gcMs.toFixed(3).padStart(7)} ms GC, step ${row.stepMs.toFixed(0).padStart(3)} ms ${refused === undefined ? '' : `refused: ${refused}`}`,
  );
}
