import { parseArgs } from 'node:util';
import { readConfig } from '../src/config';
import type { Platform } from '../src/platform/connect';
import { replayAds } from '../src/ads/billing/replay-ads';
import { deleteCheckpoints } from '../src/live-state/learner/checkpoint.service';
import { replay, type ReplayReport } from '../src/live-state/replay/replay';
import { replayShipments } from '../src/logistics/replay-shipments';
import { replayStreams } from '../src/streams/replay-streams';
import { UsageError } from './usage-error';
import { withShop } from './with-shop';

export const REPLAY_USAGE = 'replay [--json] | replay --relearn';

const MAX_PRINTED_DIFFERENCES = 20;

/**
 * Runs `replay`: computes the learner's counts (live state), the windows of all streams, all shipments and the ledger of the ads again
 * from the log, and compares them with the stored ones.
 * @throws Error if they differ
 */
export async function runReplay(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, relearn: { type: 'boolean', default: false } },
  });
  if (positionals.length > 0) throw new UsageError('replay takes no arguments');
  if (values.relearn) {
    await withShop(readConfig(), 'replay', ({ pool }) => deleteCheckpoints(pool));
    return console.log('Deleted the checkpoints: the learner starts again with the first event of the log.');
  }
  const began = performance.now();
  const report = await withShop(readConfig(), 'replay', replayAll);
  const seconds = Math.round(performance.now() - began) / 1000;
  if (values.json) printJson(report, seconds);
  else print(report, seconds);
  const { length } = report.differences;
  if (length > 0)
    throw new Error(`the checkpoint at position ${report.position} differs from the log in ${length} values`);
}

/** Replays the learner's live state, the windows of all streams, all shipments and the ledger of the ads. */
async function replayAll(platform: Platform): Promise<ReplayReport> {
  const report = await replay(platform);
  const { pool } = platform;
  const others = [...(await replayStreams(pool)), ...(await replayShipments(pool)), ...(await replayAds(pool))];
  return { ...report, differences: [...report.differences, ...others] };
}

function printJson({ differences, ...report }: ReplayReport, seconds: number): void {
  const equal = differences.length === 0;
  const shown = differences.slice(0, MAX_PRINTED_DIFFERENCES);
  console.log(JSON.stringify({ ...report, seconds, equal, differing: differences.length, differences: shown }));
}

function print({ position, newest, events, differences }: ReplayReport, seconds: number): void {
  console.log(`${events} events up to position ${position} (the log is at ${newest}), replayed in ${seconds} s`);
  if (differences.length === 0)
    console.log(
      'The checkpoint, all stream windows, all shipments and the ledger of the ads match the log byte for byte.',
    );
  for (const { part, key, checkpoint, replay } of differences.slice(0, MAX_PRINTED_DIFFERENCES)) {
    console.log(`${part}: ${key}: ${checkpoint ?? 'missing'} in the checkpoint, ${replay ?? 'missing'} in the replay`);
  }
  if (differences.length > MAX_PRINTED_DIFFERENCES)
    console.log(`… and ${differences.length - MAX_PRINTED_DIFFERENCES} more`);
}
