import { BudgetExceeded } from '../../expressions/budget';
import type { PoolClient } from '../../platform/postgres';
import type { LiveStream } from '../live-stream';
import { readPartialsInOrder } from '../partial-aggregates.store';
import type { PartialAggregates } from '../partial-aggregates';
import type { Pane } from '../window/panes';
import { decodeJoinPartial, type JoinCandidate, type JoinPartial } from './join-candidate';
import type { CompiledJoin } from './compile-join';
import { bucketIdOf, SAFE_LOOKUP_EVENTS, countBufferedByBucket, readBufferedPartners } from './join-buffer.store';
import { incompleteRangesOf } from './incomplete-ranges.store';
import { readPairs, type PairOfEvents } from './paired-events.store';
import { MAX_EVENTS_PER_BUCKET, pairOf, SymmetricHashJoin, type Pair } from './symmetric-hash-join';

/** Number of events whose partners are looked up together. */
const CHUNK = 1_000;
/** An upper bound of all log positions. */
export const POSITION_UPPER_BOUND = Number.MAX_SAFE_INTEGER;

/** The pending partial result of one batch in a join. */
export interface PendingJoinPartial extends JoinPartial {
  readonly batch: number;
}

/** A live stream that is a join. */
export interface LiveJoin extends LiveStream {
  readonly join: CompiledJoin;
}

export function asLiveJoin(live: LiveStream): LiveJoin | null {
  const { join } = live.compiled;
  return join && { ...live, join };
}

/**
 * Reads the pending batches of a join in log order. Positions become visible in this order, so no earlier batch can
 * appear later.
 * @param upTo last log position to read
 */
export async function readJoinPartials(
  client: PoolClient,
  live: LiveJoin,
  upTo: number,
  maxBatches: number,
  maxBytes: number,
): Promise<{ readonly parts: readonly PendingJoinPartial[]; readonly more: boolean }> {
  const { parts, more } = await readPartialsInOrder(client, live, upTo, maxBatches, maxBytes);
  const { aggregates } = live.compiled.spec;
  const decoded = parts.map(({ batch, bytes, position }) => ({
    batch,
    ...decodeJoinPartial(bytes, aggregates, position),
  }));
  return { parts: decoded, more };
}

/** The pairs that new events form with stored events and with each other. */
export interface FoundPairs {
  readonly pairs: readonly Pair<JoinCandidate>[];
  /** Number of candidates that were processed, from the first one. `pairs` contains all of their pairs. */
  readonly processed: number;
  /** Processed events whose bucket (same key, side and time range) had room, so that they can be in pairs. */
  readonly admitted: readonly JoinCandidate[];
  /** Processed events that are not paired, because their bucket was full. */
  readonly overflow: readonly JoinCandidate[];
}

/**
 * Finds the pairs of new events.
 * @param candidates the new events in log order, all after the stored events
 * @param pairLimit number of pairs after which no further event is processed
 */
export async function findPairs(
  client: PoolClient,
  live: LiveJoin,
  candidates: readonly JoinCandidate[],
  pairLimit: number,
): Promise<FoundPairs> {
  const { interval } = live.join;
  const newEvents = new SymmetricHashJoin<JoinCandidate>(interval);
  const pairs: Pair<JoinCandidate>[] = [];
  const admitted: JoinCandidate[] = [];
  const overflow: JoinCandidate[] = [];
  let processed = 0;
  let chunkSize = CHUNK;
  while (processed < candidates.length && pairs.length < pairLimit) {
    const chunk = candidates.slice(processed, processed + chunkSize);
    const admittedInChunk = await admitCandidates(client, live, chunk, newEvents);
    const stored = await readBufferedPartners(
      client,
      live,
      interval,
      admittedInChunk.map(({ candidate }) => candidate),
    );
    if (stored === null) {
      chunkSize = SAFE_LOOKUP_EVENTS;
      continue;
    }
    let processedInChunk = chunk.length;
    for (const [n, { at, candidate }] of admittedInChunk.entries()) {
      if (pairs.length >= pairLimit) {
        processedInChunk = at;
        break;
      }
      for (const partner of [...stored[n]!, ...newEvents.partnersOf(candidate)]) pairs.push(pairOf(candidate, partner));
      newEvents.insert(candidate);
      admitted.push(candidate);
    }
    const admittedSet = new Set(admittedInChunk.map(({ at }) => at));
    overflow.push(...chunk.slice(0, processedInChunk).filter((_, at) => !admittedSet.has(at)));
    processed += processedInChunk;
    chunkSize = Math.min(2 * chunkSize, CHUNK);
  }
  return { pairs, processed, admitted, overflow };
}

/** Selects the events that are paired: the first {@link MAX_EVENTS_PER_BUCKET} of a bucket. @returns them with their indexes */
async function admitCandidates(
  client: PoolClient,
  live: LiveJoin,
  candidates: readonly JoinCandidate[],
  newEvents: SymmetricHashJoin<JoinCandidate>,
): Promise<readonly { readonly at: number; readonly candidate: JoinCandidate }[]> {
  const { interval } = live.join;
  const stored = await countBufferedByBucket(client, live, interval, candidates);
  const countByBucket = new Map<string, number>();
  return candidates.flatMap((candidate, at) => {
    const bucketId = bucketIdOf(candidate, interval);
    const before = countByBucket.get(bucketId) ?? (stored.get(bucketId) ?? 0) + newEvents.countInBucket(candidate);
    countByBucket.set(bucketId, before + 1);
    return before < MAX_EVENTS_PER_BUCKET ? { at, candidate } : [];
  });
}

/** @throws BudgetExceeded */
export function addPairs({ join }: LiveJoin, pairs: readonly PairOfEvents[], into: PartialAggregates): void {
  for (const { event, context, other, position } of pairs) join.addPair(event, context, other, into, position);
}

/** Partial aggregates that are not merged yet. */
export interface PendingPartials {
  readonly part: PartialAggregates;
  /** Time ranges in which pairs may be missing. */
  readonly incompleteRanges: readonly Pane[];
}

/**
 * Computes what the pending batches of a join add to windows, without writing. If an expression fails, returns the
 * result up to the error; the next merge will mark the version as FAILED.
 * @returns null if the batches exceed one of the limits
 */
export async function loadPendingPairs(
  client: PoolClient,
  live: LiveJoin,
  limits: { readonly parts: number; readonly bytes: number; readonly pairs: number },
): Promise<PendingPartials | null> {
  const { parts, more } = await readJoinPartials(client, live, POSITION_UPPER_BOUND, limits.parts, limits.bytes);
  if (more) return null;
  const candidates = parts.flatMap((part) => part.candidates);
  const { pairs, processed, overflow } = await findPairs(client, live, candidates, limits.pairs);
  if (processed < candidates.length) return null;
  const into = live.compiled.empty();
  for (const { late } of parts) into.merge(late);
  try {
    addPairs(live, await readPairs(client, pairs, live.compiled.fields), into);
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
  }
  return { part: into, incompleteRanges: incompleteRangesOf(overflow, live.join.interval) };
}
