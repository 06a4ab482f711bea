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

/** Events whose partners are looked for at once. */
const CHUNK = 1_000;
/** Beyond every position. */
export const NEWEST = Number.MAX_SAFE_INTEGER;

/** What a batch has added to a stream of pairs. */
export interface PendingPart extends JoinPart {
  readonly batch: number;
}

/** A stream of pairs, ready to be asked. */
export interface LiveJoin extends LiveStream {
  readonly join: CompiledJoin;
}

export function liveJoin(live: LiveStream): LiveJoin | null {
  const { join } = live.compiled;
  return join && { ...live, join };
}

/**
 * What batches have added to a stream of pairs and is not folded in yet, in the order of the log. Positions become visible
 * in that order: nothing comes later that would go before.
 * @param upTo a position
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

/** Pairs of which the second event is among some that came after all that is remembered. */
export interface Found {
  readonly pairs: readonly Pair<Candidate>[];
  /** So many of the events, from the first on, have all of their pairs among these. */
  readonly taken: number;
  /** Of these events, those that may have partners: the others are beyond what their key may have. */
  readonly admitted: readonly Candidate[];
  /** …and those others. */
  readonly crowded: readonly Candidate[];
}

/**
 * @param candidates in the order of the log
 * @param most pairs, beyond which the next event is left for another time
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

/** @returns the places, among some events, of those that may have partners: of each crowd the first */
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

/** What is not folded in yet. */
export interface Pending {
  readonly part: Partials;
  /** Time ranges in which pairs may be missing. */
  readonly crowded: readonly Pane[];
}

/**
 * What pairs would add to windows that are not folded in yet. Changes nothing; of a stream that is about to be FAILED,
 * what comes before that.
 * @returns null where it is more than so many parts, bytes of them, or pairs
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
