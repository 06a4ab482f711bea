import { parseArgs } from 'node:util';
import { readConfig } from '../src/config';
import { deleteCheckpoints } from '../src/live-state/learner/checkpoint.service';
import { type ReplayReport, replayRooms } from '../src/live-state/replay/replay';
import { SHOP } from '../src/shop';
import { UsageError } from './usage-error';
import { withShop } from './with-shop';

export const REPLAY_USAGE = 'replay [--json] | replay --relearn';

/** What the rooms compare. */
const RECOUNTS = SHOP.flatMap(({ recounts = [] }) => recounts);
/** As in `a, b and c`. */
const compared = new Intl.ListFormat('en-GB');
const MAX_PRINTED_DIFFERENCES = 20;

/**
 * Runs `replay`: computes the learner's counts (live state) and what the rooms derive again from the log, and compares them with what is
 * stored.
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
  const report = await withShop(readConfig(), 'replay', (platform) => replayRooms(platform, SHOP));
  const seconds = Math.round(performance.now() - began) / 1000;
  if (values.json) printJson(report, seconds);
  else print(report, seconds);
  const { length } = report.differences;
  if (length > 0)
    throw new Error(`the checkpoint at position ${report.position} differs from the log in ${length} values`);
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
      `${compared.format(['The checkpoint', ...RECOUNTS.map(({ what }) => what)])} match the log byte for byte.`,
    );
  for (const { part, key, checkpoint, replay } of differences.slice(0, MAX_PRINTED_DIFFERENCES)) {
    console.log(`${part}: ${key}: ${checkpoint ?? 'missing'} in the checkpoint, ${replay ?? 'missing'} in the replay`);
  }
  if (differences.length > MAX_PRINTED_DIFFERENCES)
    console.log(`… and ${differences.length - MAX_PRINTED_DIFFERENCES} more`);
}
