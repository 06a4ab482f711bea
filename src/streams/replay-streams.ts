import type { Difference } from '../live-state/replay/replay-difference';
import { inSnapshot, type Pool } from '../platform/postgres';
import { newestPosition } from '../events/position.store';
import { compileStream, type CompiledStream } from './compile-stream';
import { mergeRanges } from './join/time-ranges';
import { readIncompleteRanges } from './join/incomplete-ranges.store';
import { asLiveJoin, loadPendingPairs, type PendingPartials } from './join/pending-pairs.store';
import { PairRecount } from './join/pair-recount.service';
import { limitKeys } from './key-limit';
import { readPartials } from './partial-aggregates.store';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import { applyKeyLimits } from './apply-key-limits.store';
import { readStoredLogSlice } from './stored-log.store';
import { readStoredWindows } from './window.store';
import type { Pane } from './window/panes';
import { readReplayedVersions, readReplayedVersion, type ReplayedVersion } from './stream-replay.store';

const SLICE_EVENTS = 5_000;
/** A limit that no stream reaches. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER - 1;
const ALL_PENDING = { parts: NO_LIMIT, bytes: NO_LIMIT, pairs: NO_LIMIT };
const ALL_TIME = { from: Date.UTC(1, 0, 1), to: Date.UTC(9999, 0, 1), keys: null };

/** Recounts every stream from the log, and compares each window byte by byte with the shown one. Writes nothing. */
export async function replayStreams(pool: Pool): Promise<Difference[]> {
  const rows = await readReplayedVersions(pool);
  const differences: Difference[][] = [];
  for (const row of rows) differences.push(await compareStream(pool, row));
  return differences.flat();
}

async function compareStream(
  pool: Pool,
  { stream, version, spec, fromPosition }: ReplayedVersion,
): Promise<Difference[]> {
  const compiled = compileStream(spec);
  const snapshot = await inSnapshot(pool, async (client) => {
    const live = { stream, version, compiled };
    // Other processes continue to write. They may have changed the stream or removed windows since it was listed.
    const shown = await readReplayedVersion(client, live);
    if (shown === undefined) return null;
    const join = asLiveJoin(live);
    const pending = join && ((await loadPendingPairs(client, join, ALL_PENDING)) as PendingPartials);
    const fresh = pending?.part ?? ((await readPartials(client, live, NO_LIMIT)) as PartialAggregates);
    const { part, evicted } = await applyKeyLimits(client, live, fresh, shown.keys);
    const gone = new Set(evicted.map(windowLabelOf));
    const stored =
      join === null ? [] : await readIncompleteRanges(client, live, { start: ALL_TIME.from, end: ALL_TIME.to });
    const crowded = mergeRanges([...stored, ...(pending?.incompleteRanges ?? [])]);
    for (const window of await readStoredWindows(client, live, ALL_TIME, NO_LIMIT))
      if (!gone.has(windowLabelOf(window))) part.mergeWindow(window);
    return { kept: part, crowded, position: await newestPosition(client), keptFrom: shown.keptFrom };
  });
  if (snapshot === null) return [];
  const { kept, position, keptFrom } = snapshot;
  const { counted, incompleteRanges } = await recountFromLog(pool, compiled, fromPosition, position);
  const from = keptFrom?.getTime() ?? -Infinity;
  const storedWindows = byLabel(kept.startingFrom(from));
  const recountedWindows = byLabel(counted.startingFrom(from));
  const endingAfterFrom = (ranges: readonly Pane[]) => ranges.filter(({ end }) => end > from);
  const rangesKept = endingAfterFrom(snapshot.crowded);
  const rangesCounted = endingAfterFrom(incompleteRanges);
  const ranges = {
    ...{ part: `stream ${stream}`, key: 'time ranges in which pairs may be missing' },
    ...{ checkpoint: rangesKept.length, replay: rangesCounted.length },
  };
  const isSame = JSON.stringify(rangesKept) === JSON.stringify(rangesCounted);
  const windows = [...new Set([...storedWindows.keys(), ...recountedWindows.keys()])].flatMap((place) => {
    const [a, b] = [storedWindows.get(place), recountedWindows.get(place)];
    if (a && b && a.end === b.end && Buffer.compare(a.state.encode(), b.state.encode()) === 0) return [];
    return [
      { part: `stream ${stream}`, key: place, checkpoint: a?.state.events ?? null, replay: b?.state.events ?? null },
    ];
  });
  return isSame ? windows : [...windows, ranges];
}

interface Recount {
  readonly counted: PartialAggregates;
  /** Time ranges in which pairs may be missing. */
  readonly incompleteRanges: readonly Pane[];
}

async function recountFromLog(pool: Pool, stream: CompiledStream, after: number, until: number): Promise<Recount> {
  const counted = stream.empty();
  const pairs = stream.join && new PairRecount(pool, stream.join, stream.latenessMs);
  for (let at = after; at < until;) {
    const slice = await readStoredLogSlice(pool, at, until, SLICE_EVENTS, stream.fields);
    if (pairs !== null) await pairs.add(slice, counted);
    else for (const { event, position, ...arrival } of slice.events) stream.add(event, arrival, counted, position);
    at = slice.position;
  }
  return { counted: limitKeys(counted, stream), incompleteRanges: pairs?.incompleteRanges ?? [] };
}

function byLabel(partials: PartialAggregates): Map<string, KeyedWindow> {
  return new Map(partials.all().map((window) => [windowLabelOf(window), window]));
}

function windowLabelOf({ key, start }: KeyedWindow): string {
  return `${key} @ ${new Date(start).toISOString()}`.trim();
}
