import type { PoolClient } from '../../platform/postgres';
import { countOrFail } from '../count-or-fail.store';
import { stopVersion } from '../stream.store';
import { insertPartials, removePartials } from '../partial-aggregates.store';
import type { PartialAggregates } from '../partial-aggregates';
import type { LoggedEvent } from '../stored-log.store';
import type { Pane } from '../window/panes';
import { encodeJoinPartial, type JoinCandidate } from './join-candidate';
import { storeIncompleteRanges } from './incomplete-ranges.store';
import { updateJoinCounts, addToJoinBuffer } from './join-buffer.store';
import { readPairs } from './paired-events.store';
import { addPairs, findPairs, readJoinPartials, type LiveJoin, type PendingJoinPartial } from './pending-pairs.store';

/** Maximum number of events that wait for partners in the join buffer of a stream. It bounds disk usage. */
export const MAX_JOIN_BUFFER_EVENTS = 2_000_000;
/** Maximum number of batches per transaction. */
const MAX_BATCHES = 200;
/** Maximum size of the batches of a transaction, in bytes. An event takes about 30 bytes. */
const MAX_BYTES = 256 * 2 ** 10;
/** Number of pairs after which a transaction processes no further event. */
const MAX_PAIRS = 2_000;

/** The result of pairing pending batches. */
export interface PairingResult {
  /** Partial aggregates to merge into windows; null if the stream failed and counts no more events. */
  readonly part: PartialAggregates | null;
  /** Batches of which all or some events were processed. */
  readonly batches: readonly number[];
  /** New time ranges in which pairs may be missing. */
  readonly incompleteRanges: readonly Pane[];
  /** Whether more work is pending. */
  readonly more: boolean;
}

/**
 * Pairs the events of pending batches with earlier events, in log order. Each pair is counted when the second of its
 * events is processed. Events beyond the limits of one transaction stay pending. The caller must hold the row lock of
 * the stream version.
 * @param joinBufferSize number of events in the join buffer
 * @param upTo log position of the last batch to read
 * @returns null if nothing is pending
 */
export async function pairPendingEvents(
  client: PoolClient,
  live: LiveJoin,
  joinBufferSize: number,
  upTo: number,
): Promise<PairingResult | null> {
  const { stream, version, compiled, join } = live;
  const { parts, more } = await readJoinPartials(client, live, upTo, MAX_BATCHES, MAX_BYTES);
  if (parts.length === 0) return null;
  const candidates = parts.flatMap((part) => part.candidates);
  const { pairs, processed, admitted, overflow } = await findPairs(client, live, candidates, MAX_PAIRS);
  const pairEvents = await readPairs(client, pairs, compiled.fields);
  const part = await countOrFail(client, live, (into) => addPairs(live, pairEvents, into));
  if (part === null) return { part, batches: [], incompleteRanges: [], more: false };
  const processedParts = await removePendingEvents(client, live, parts, processed);
  for (const { late } of processedParts) part.merge(late);
  await addToJoinBuffer(client, live, join.interval, admitted);
  await updateJoinCounts(client, live, admitted.length, overflow.length);
  const fresh = await storeIncompleteRanges(client, live, join.interval, overflow);
  if (joinBufferSize + admitted.length > MAX_JOIN_BUFFER_EVENTS)
    await stopVersion(
      client,
      stream,
      version,
      'FULL',
      `the join buffer has more than ${MAX_JOIN_BUFFER_EVENTS} events that are waiting for partners`,
    );
  return {
    part,
    batches: processedParts.map(({ batch }) => batch),
    incompleteRanges: fresh,
    more: more || processed < candidates.length,
  };
}

/**
 * Removes the first `eventCount` events of the pending partial results. A partial result is removed as a whole, or
 * replaced by its remaining events.
 * @returns the partial results that were removed or replaced, with all their events
 */
async function removePendingEvents(
  client: PoolClient,
  live: LiveJoin,
  parts: readonly PendingJoinPartial[],
  eventCount: number,
): Promise<readonly PendingJoinPartial[]> {
  const processedParts: PendingJoinPartial[] = [];
  let left = eventCount;
  let remainder: PendingJoinPartial | undefined;
  for (const part of parts) {
    if (remainder !== undefined || (left === 0 && part.candidates.length > 0)) break;
    processedParts.push(part);
    if (part.candidates.length > left)
      remainder = { ...part, candidates: part.candidates.slice(left), late: live.compiled.empty() };
    left -= Math.min(left, part.candidates.length);
  }
  await removePartials(
    client,
    live,
    processedParts.map(({ batch }) => batch),
  );
  if (remainder !== undefined)
    await insertPartials(client, [{ ...live, batch: remainder.batch, bytes: encodeJoinPartial(remainder) }]);
  return processedParts;
}

/**
 * Stores past events as pending partial results, like those of new batches. {@link pairPendingEvents} pairs them later.
 * @returns false if an expression fails, which marks the stream as FAILED
 */
export async function storePastEvents(
  client: PoolClient,
  live: LiveJoin,
  events: readonly LoggedEvent[],
): Promise<boolean> {
  const { join, compiled } = live;
  const byBatch = new Map<number, { candidates: JoinCandidate[]; late: PartialAggregates }>();
  const counted = await countOrFail(client, live, () => {
    for (const { event, batch, position, sequence, ...arrival } of events) {
      let part = byBatch.get(batch);
      if (part === undefined) byBatch.set(batch, (part = { candidates: [], late: compiled.empty() }));
      for (const side of join.sidesOf(event, arrival, part.late)) part.candidates.push({ ...side, position, sequence });
    }
  });
  if (counted === null) return false;
  const parts = [...byBatch].filter(([, { candidates, late }]) => candidates.length > 0 || !late.isEmpty);
  await insertPartials(
    client,
    parts.map(([batch, part]) => ({ ...live, batch, bytes: encodeJoinPartial(part) })),
  );
  return true;
}
