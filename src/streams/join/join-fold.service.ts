import type { PoolClient } from '../../platform/postgres';
import { counted, fail } from '../live-streams.service';
import { addParts, removeParts } from '../part-store.service';
import type { Partials } from '../partials';
import type { LoggedEvent } from '../stored-log.service';
import type { Pane } from '../window/panes';
import { encodeJoinPart, type Candidate } from './candidate';
import { noteCrowded } from './crowded.store';
import { noteRemembered, rememberEvents } from './join-store.service';
import { readPairs } from './paired-events.service';
import { countPairs, findPairs, readJoinParts, type LiveJoin, type PendingPart } from './pending-pairs.service';

/** Maximum number of events in the join buffer of a stream, to bound disk usage. */
export const MAX_REMEMBERED_EVENTS = 2_000_000;
/**
 * Limits per transaction: batches, their bytes (about 30 per event), and pairs (exceeded by at most those of one
 * event).
 */
const MAX_PARTS = 200;
const MAX_BYTES = 256 * 2 ** 10;
const MAX_PAIRS = 2_000;

/** The result of pairing pending batches. */
export interface FoldedPairs {
  /** Partial aggregates to merge into windows; null if the stream failed and counts no more events. */
  readonly part: Partials | null;
  /** Batches of which all or some events were paired. */
  readonly batches: readonly number[];
  /** New time ranges in which pairs may be missing. */
  readonly crowded: readonly Pane[];
  /** Whether more work is pending. */
  readonly more: boolean;
}

/**
 * Pairs the events of pending batches with earlier events, in log order. Each pair is counted when the second of its
 * events is processed. Events beyond the limits of one transaction stay pending. The caller must hold the row lock of
 * the version.
 * @param remembered size of the join buffer
 * @param upTo the position of the last batch
 * @returns null if nothing is pending
 */
export async function foldPairs(
  client: PoolClient,
  live: LiveJoin,
  remembered: number,
  upTo: number,
): Promise<FoldedPairs | null> {
  const { stream, version, compiled, join } = live;
  const { parts, more } = await readJoinParts(client, live, upTo, MAX_PARTS, MAX_BYTES);
  if (parts.length === 0) return null;
  const candidates = parts.flatMap((part) => part.candidates);
  const { pairs, taken, admitted, crowded } = await findPairs(client, live, candidates, MAX_PAIRS);
  const read = await readPairs(client, pairs, compiled.fields);
  const part = await counted(client, live, (into) => countPairs(live, read, into));
  if (part === null) return { part, batches: [], crowded: [], more: false };
  const begun = await takeAway(client, live, parts, taken);
  for (const { late } of begun) part.merge(late);
  await rememberEvents(client, live, join.interval, admitted);
  await noteRemembered(client, live, admitted.length, crowded.length);
  const fresh = await noteCrowded(client, live, join.interval, crowded);
  if (remembered + admitted.length > MAX_REMEMBERED_EVENTS)
    await fail(
      client,
      stream,
      version,
      'FULL',
      `the join buffer has more than ${MAX_REMEMBERED_EVENTS} events that are waiting for partners`,
    );
  return { part, batches: begun.map(({ batch }) => batch), crowded: fresh, more: more || taken < candidates.length };
}

/**
 * Removes the first `taken` events from the pending rows; the rest of a row stays pending.
 * @returns the rows it used
 */
async function takeAway(
  client: PoolClient,
  live: LiveJoin,
  parts: readonly PendingPart[],
  taken: number,
): Promise<readonly PendingPart[]> {
  const begun: PendingPart[] = [];
  let left = taken;
  let rest: PendingPart | undefined;
  for (const part of parts) {
    if (rest !== undefined || (left === 0 && part.candidates.length > 0)) break;
    begun.push(part);
    if (part.candidates.length > left)
      rest = { ...part, candidates: part.candidates.slice(left), late: live.compiled.empty() };
    left -= Math.min(left, part.candidates.length);
  }
  await removeParts(
    client,
    live,
    begun.map(({ batch }) => batch),
  );
  if (rest !== undefined) await addParts(client, [{ ...live, batch: rest.batch, bytes: encodeJoinPart(rest) }]);
  return begun;
}

/**
 * Stores past events as pending rows, like those of new batches, to be paired from there.
 * @returns false on an error
 */
export async function offerPast(client: PoolClient, live: LiveJoin, events: readonly LoggedEvent[]): Promise<boolean> {
  const { join, compiled } = live;
  const byBatch = new Map<number, { candidates: Candidate[]; late: Partials }>();
  const isWell = await counted(client, live, () => {
    for (const { event, batch, position, sequence, ...arrival } of events) {
      let part = byBatch.get(batch);
      if (part === undefined) byBatch.set(batch, (part = { candidates: [], late: compiled.empty() }));
      for (const side of join.offer(event, arrival, part.late)) part.candidates.push({ ...side, position, sequence });
    }
  });
  if (isWell === null) return false;
  const parts = [...byBatch].filter(([, { candidates, late }]) => candidates.length > 0 || !late.isEmpty);
  await addParts(
    client,
    parts.map(([batch, part]) => ({ ...live, batch, bytes: encodeJoinPart(part) })),
  );
  return true;
}
