import { BudgetExceeded } from '../../expressions/budget';
import type { PoolClient } from '../../platform/postgres';
import type { LiveStream } from '../live-streams.service';
import { readPartsInOrder } from '../part-store.service';
import type { Partials } from '../partials';
import type { Pane } from '../window/panes';
import { decodeJoinPart, type Candidate, type JoinPart } from './candidate';
import type { CompiledJoin } from './compile-join';
import { crowdAt, FEW, storedCrowds, storedPartners } from './join-store.service';
import { rangesOf } from './crowded.store';
import { readPairs, type PairOfEvents } from './paired-events.service';
import { MAX_EVENTS_PER_INTERVAL, pairOf, Pairing, type Pair } from './pairing';

/** Number of events whose partners are looked up together. */
const CHUNK = 1_000;
/** An upper bound of all positions. */
export const NEWEST = Number.MAX_SAFE_INTEGER;

/** The pending partial result of one batch in a join. */
export interface PendingPart extends JoinPart {
  readonly batch: number;
}

/** A live stream that is a join. */
export interface LiveJoin extends LiveStream {
  readonly join: CompiledJoin;
}

export function liveJoin(live: LiveStream): LiveJoin | null {
  const { join } = live.compiled;
  return join && { ...live, join };
}

/**
 * Reads the pending batches of a join in log order. Positions become visible in this order, so no earlier batch can
 * appear later.
 * @param upTo last position to read
 */
export async function readJoinParts(
  client: PoolClient,
  live: LiveJoin,
  upTo: number,
  most: number,
  mostBytes: number,
): Promise<{ readonly parts: readonly PendingPart[]; readonly more: boolean }> {
  const { parts, more } = await readPartsInOrder(client, live, upTo, most, mostBytes);
  const { aggregates } = live.compiled.spec;
  const decoded = parts.map(({ batch, bytes, position }) => ({
    batch,
    ...decodeJoinPart(bytes, aggregates, position),
  }));
  return { parts: decoded, more };
}

/** The pairs that new events form with stored events and with each other. */
export interface Found {
  readonly pairs: readonly Pair<Candidate>[];
  /** Number of processed events, from the first one. `pairs` contains all their pairs. */
  readonly taken: number;
  /** Processed events that are paired. */
  readonly admitted: readonly Candidate[];
  /** Processed events that are not paired, because their bucket was full. */
  readonly crowded: readonly Candidate[];
}

/**
 * Finds the pairs of new events.
 * @param candidates in log order, after all events in the join buffer
 * @param most number of pairs after which no further event is processed
 */
export async function findPairs(
  client: PoolClient,
  live: LiveJoin,
  candidates: readonly Candidate[],
  most: number,
): Promise<Found> {
  const { interval } = live.join;
  const fresh = new Pairing<Candidate>(interval);
  const pairs: Pair<Candidate>[] = [];
  const admitted: Candidate[] = [];
  const crowded: Candidate[] = [];
  let taken = 0;
  let together = CHUNK;
  while (taken < candidates.length && pairs.length < most) {
    const chunk = candidates.slice(taken, taken + together);
    const places = await admit(client, live, chunk, fresh);
    const stored = await storedPartners(
      client,
      live,
      interval,
      places.map((at) => chunk[at]),
    );
    if (stored === null) {
      together = FEW;
      continue;
    }
    let done = chunk.length;
    for (const [n, at] of places.entries()) {
      if (pairs.length >= most) {
        done = at;
        break;
      }
      const candidate = chunk[at];
      for (const partner of [...stored[n], ...fresh.partnersOf(candidate)]) pairs.push(pairOf(candidate, partner));
      fresh.remember(candidate);
      admitted.push(candidate);
    }
    const isAdmitted = new Set(places);
    crowded.push(...chunk.slice(0, done).filter((_, at) => !isAdmitted.has(at)));
    taken += done;
    together = Math.min(2 * together, CHUNK);
  }
  return { pairs, taken, admitted, crowded };
}

/** Selects the events that are paired: the first ones of each bucket. @returns indexes of the events */
async function admit(
  client: PoolClient,
  live: LiveJoin,
  candidates: readonly Candidate[],
  fresh: Pairing<Candidate>,
): Promise<readonly number[]> {
  const { interval } = live.join;
  const stored = await storedCrowds(client, live, interval, candidates);
  const crowds = new Map<string, number>();
  return candidates.flatMap((candidate, at) => {
    const crowd = crowdAt(candidate, interval);
    const before = crowds.get(crowd) ?? (stored.get(crowd) ?? 0) + fresh.crowdOf(candidate);
    crowds.set(crowd, before + 1);
    return before < MAX_EVENTS_PER_INTERVAL ? at : [];
  });
}

/** @throws BudgetExceeded */
export function countPairs({ join }: LiveJoin, pairs: readonly PairOfEvents[], into: Partials): void {
  for (const { event, known, other, position } of pairs) join.take(event, known, other, into, position);
}

/** Partial aggregates that are not merged yet. */
export interface Pending {
  readonly part: Partials;
  /** Time ranges in which pairs may be missing. */
  readonly crowded: readonly Pane[];
}

/**
 * Computes what the pending batches of a join add to windows, without writing. If an expression fails, which the next
 * merge will mark as FAILED, returns the result up to the error.
 * @returns null if the batches exceed one of the limits
 */
export async function readPending(
  client: PoolClient,
  live: LiveJoin,
  most: { readonly parts: number; readonly bytes: number; readonly pairs: number },
): Promise<Pending | null> {
  const { parts, more } = await readJoinParts(client, live, NEWEST, most.parts, most.bytes);
  if (more) return null;
  const candidates = parts.flatMap((part) => part.candidates);
  const { pairs, taken, crowded } = await findPairs(client, live, candidates, most.pairs);
  if (taken < candidates.length) return null;
  const into = live.compiled.empty();
  for (const { late } of parts) into.merge(late);
  try {
    countPairs(live, await readPairs(client, pairs, live.compiled.fields), into);
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
  }
  return { part: into, crowded: rangesOf(crowded, live.join.interval) };
}
