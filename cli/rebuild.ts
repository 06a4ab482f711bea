import { parseArgs } from 'node:util';
import { Attribution, VISIT_DELAY_MS } from '../src/attribution/attribution.service';
import {
  countAttributedLines,
  countOutdatedVisitors,
  readUsedSettings,
} from '../src/attribution/attribution-progress.store';
import { BUSINESS_TOPIC } from '../src/attribution/attribution-topics';
import { readConfig } from '../src/config';
import { newestPosition } from '../src/events/position.store';
import { JobStore, type ModelJob } from '../src/models/job.store';
import { kindsOf } from '../src/models/fitter';
import type { ModelKind } from '../src/models/model-kind';
import { RefreshProcesses } from '../src/models/refresh-process';
import { attemptJob } from '../src/models/run-refresh';
import { VersionStore, type StoredVersion } from '../src/models/version.store';
import type { Platform } from '../src/platform/connect';
import { SearchCounter } from '../src/search/query-log/search-counter.service';
import { SHOP } from '../src/shop';
import { UsageError } from './usage-error';
import { withShop } from './with-shop';
import { countAllSearches } from '../src/search/query-log/search-progress.store';

/** The argument that recounts past searches instead of fitting a model. */
const SEARCHES_TARGET = 'searches';
/** The argument that computes visits and attribution again. */
const ATTRIBUTION_TARGET = 'attribution';

const TARGETS = [...kindsOf(SHOP), SEARCHES_TARGET, ATTRIBUTION_TARGET];

export const REBUILD_USAGE = `rebuild ${TARGETS.join('|')} [--json]`;

const POLL_MS = 300;

/**
 * Runs `rebuild MODEL`, which fits and evaluates the next version of a model, `rebuild searches`, which counts the
 * past searches in the log again, or `rebuild attribution`, which computes visits and attributed orders again.
 * @throws Error if the rebuild fails
 */
export async function runRebuild(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length === 1 && positionals[0] === SEARCHES_TARGET) {
    const counted = await withShop(readConfig(), 'rebuild', countSearches);
    if (values.json) console.log(JSON.stringify(counted));
    else console.log(`${counted.searches} searches counted`);
    return;
  }
  if (positionals.length === 1 && positionals[0] === ATTRIBUTION_TARGET) {
    const computed = await withShop(readConfig(), 'rebuild', computeAttribution);
    if (values.json) console.log(JSON.stringify(computed));
    else console.log(`${computed.lines} order lines attributed`);
    return;
  }
  const kind = kindsOf(SHOP).find((each) => each === positionals[0]);
  if (positionals.length !== 1 || kind === undefined)
    throw new UsageError(`rebuild needs exactly one of ${TARGETS.join(', ')}`);
  const version = await withShop(readConfig(), 'rebuild', (platform) => rebuild(platform, kind));
  if (values.json) console.log(JSON.stringify({ model: kind, version }));
  else console.log(version ? describeVersion(version) : 'There is not enough data to learn from yet.');
}

/** Counts the past searches again. Nothing is counted twice, even if a worker counts at the same time. */
async function countSearches({ pool, config }: Platform): Promise<{ position: number; searches: number }> {
  const counter = new SearchCounter(pool, { keptDays: config.searchesDays, timeZone: config.timeZone });
  await counter.reset();
  let position = 0;
  for (let counted = await counter.advance(); counted !== null; counted = await counter.advance()) {
    position = counted.position;
    if (process.stderr.isTTY) process.stderr.write(`\rcounted up to log position ${position}`);
  }
  return { position, searches: await countAllSearches(pool) };
}

/**
 * Computes visits and attributed orders again, with the settings that the shop uses. A worker may do so at the same time.
 * What happens meanwhile is not waited for.
 */
async function computeAttribution({ pool, pubSub, config }: Platform): Promise<{ position: number; lines: number }> {
  const used = await readUsedSettings(pool);
  const settings = used ?? { timeZone: config.timeZone, windowDays: config.attributionDays };
  const attribution = new Attribution(pool, { ...settings, isImporting: () => Promise.resolve(false) });
  const end = await newestPosition(pool);
  await attribution.reset();
  let { position } = await attribution.step();
  for (; position < end; { position } = await attribution.step())
    if (process.stderr.isTTY) process.stderr.write(`\rread up to log position ${position}`);
  const due = new Date(Date.now() + VISIT_DELAY_MS);
  while ((await countOutdatedVisitors(pool, due)) > 0) {
    const { more } = await attribution.step();
    if (!more) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  pubSub.publish(BUSINESS_TOPIC, position);
  return { position, lines: await countAttributedLines(pool) };
}

async function rebuild(platform: Platform, kind: ModelKind): Promise<StoredVersion | null> {
  const { pool, pubSub, artefacts } = platform;
  const jobs = new JobStore(pool, pubSub);
  let job = await jobs.request(kind, 'OPERATOR');
  const processes = new RefreshProcesses(platform);
  let fitting: Promise<boolean> | undefined;
  // A worker may already run the job. If that worker ends, its lease expires and this process takes over the job.
  // Failures are ignored here, because they are stored in the job.
  const fit = () =>
    attemptJob(platform, job, (startedJob, token) => processes.start(startedJob, token).ended)
      .catch(() => true)
      .finally(() => (fitting = undefined));
  while (job.endedAt === null) {
    fitting ??= fit();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    job = await pollJob(jobs, job.id, job.stage ?? '');
  }
  await fitting;
  if (job.state === 'FAILED') throw new Error(`rebuilding ${kind} failed: ${job.error}`);
  return job.version === null ? null : new VersionStore(pool, artefacts, pubSub).find(job.version);
}

async function pollJob(jobs: JobStore, id: string, before: string): Promise<ModelJob> {
  const job = await jobs.find(id);
  if (!job) throw new Error('the job no longer exists');
  if (job.stage && job.stage !== before) console.error(`${Math.round(100 * job.progress)} %  ${job.stage}`);
  return job;
}

function describeVersion({ number, verdict, reasons, figures, seconds }: StoredVersion): string {
  const measured = Object.entries(figures).map(([name, value]) => `  ${name}: ${Number(value.toPrecision(4))}`);
  const why = reasons.map((reason) => `  ${reason}`);
  return [`version ${number} ${verdict.toLowerCase()} after ${seconds.toFixed(1)} s`, ...why, ...measured].join('\n');
}
