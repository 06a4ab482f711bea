import { attemptJob, type RefreshOptions } from '../src/models/run-refresh';
import { JobStore } from '../src/models/job.store';
import type { RefreshInput, RefreshMessage } from '../src/models/refresh-process';
import { startBackgroundProcess } from '../src/platform/background-process';
import { programFile } from '../src/platform/program-file';
import type { BenchRow } from './row';
import type { BenchShop } from './shop';
import { cpuOfChildren, cpuOfEndedChildren } from './usage';

export const CUSTOMER_MODELS = ['segments', 'value', 'behaviour'] as const;
/** The program of a refresh, see `RefreshProcesses`. */
const PROGRAM = 'refresh.process';
/** The stage in which a fit reads the log and computes features. */
const READING = 'reading the log';
/** As the worker sets it. */
const MAX_HEAP_MIB = 2_048;

/**
 * Fits one model in a refresh process, as a worker does, and promotes it if it passes the gate.
 * @returns two rows, with the CPU time of the process: from complete features to the stored version, and all of it, with
 *   reading the log and the CPU time of PostgreSQL
 */
export async function measureFit(shop: BenchShop, model: (typeof CUSTOMER_MODELS)[number]): Promise<BenchRow[]> {
  const { platform } = shop;
  const options: RefreshOptions = platform;
  const requested = await new JobStore(platform.pool, platform.pubSub).request(model, 'OPERATOR');
  const cpuBefore = cpuOfEndedChildren();
  const databaseBefore = (await shop.databaseUsage()).cpuSeconds;
  const began = performance.now();
  let readAt = NaN;
  let readingCpu = 0;
  let shown = '';
  await attemptJob(options, requested, async (job, token) => {
    const input: RefreshInput = { ignoresErasures: false, config: platform.config, job, token };
    const onMessage = (message: RefreshMessage) => {
      if (!('stage' in message)) return;
      if (message.stage !== READING && Number.isNaN(readAt)) {
        readAt = performance.now();
        readingCpu = cpuOfChildren(PROGRAM);
      }
      if (message.stage !== shown)
        console.error(`  ${model}: ${((performance.now() - began) / 1_000).toFixed(1)} s ${(shown = message.stage)}`);
    };
    const limits = { maxHeapMib: MAX_HEAP_MIB };
    const { ended } = startBackgroundProcess(programFile(PROGRAM), input, limits, onMessage);
    return ((await ended) as { position: number }).position;
  });
  const ended = performance.now();
  const cpu = cpuOfEndedChildren() - cpuBefore;
  const databaseCpu = (await shop.databaseUsage()).cpuSeconds - databaseBefore;
  const active = await platform.artefacts.active(model);
  if (active === null) throw new Error(`${model} was not promoted: ${await lastVerdict(shop, model)}`);
  return [
    {
      name: `${model}: fit, features already computed`,
      subject: 'freshet',
      p50: ended - readAt,
      rate: cpu - readingCpu,
      unit: 's CPU',
    },
    {
      name: `${model}: fit, with reading the log`,
      subject: 'freshet',
      p50: ended - began,
      rate: cpu + databaseCpu,
      unit: 's CPU',
    },
  ];
}

async function lastVerdict({ platform }: BenchShop, model: string): Promise<string> {
  const { rows } = await platform.pool.query<{ error: string | null }>(
    'SELECT error FROM jobs WHERE model = $1 ORDER BY requested_at DESC LIMIT 1',
    [model],
  );
  return rows[0]?.error ?? 'the gate refused it';
}
