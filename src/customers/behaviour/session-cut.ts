import { hashText32 } from '../../learn/hash-text';
import { randomItem } from '../../learn/random-draws';
import { seededRandom } from '../../learn/seeded-random';
import type { SessionRange, VisitorEvent } from './visitor-sessions';

/** Half of the cuts follow an event immediately, as an answer after an event does. The others come later. */
const DELAYED_SHARE = 0.5;
/** Delays of the other cuts, in ms: between these limits, with equal density of their logarithms. */
const MIN_DELAY_MS = 1_000;
const MAX_DELAY_MS = 10 * 60_000;

/** The instant at which a session is observed. */
export interface SessionCut {
  /** Milliseconds since 1970 (UTC). Events before it may be known, labels start at it. */
  readonly at: number;
  /** The event that it follows. */
  readonly event: VisitorEvent;
}

/**
 * Draws the cut of a session. It draws one of the times of the session's events, each with equal probability, and a
 * delay after it. The draw depends only on the visitor and these times.
 * @param events of one visitor, in order of time
 * @param mayBeCut by event: see {@link cutCandidates}
 * @returns null if no event of the session may be cut
 */
export function drawCut(
  visitor: string,
  events: readonly VisitorEvent[],
  mayBeCut: Uint8Array,
  { from, to }: SessionRange,
): SessionCut | null {
  const candidates: VisitorEvent[] = [];
  for (let index = from; index < to; index++) {
    if (mayBeCut[index] === 0) continue;
    const event = events[index]!;
    const last = candidates.at(-1);
    if (last === undefined || last.at !== event.at) candidates.push(event);
    // If several events have the same time, the cut follows the event that was logged first.
    else if (event.position < last.position) candidates[candidates.length - 1] = event;
  }
  if (candidates.length === 0) return null;
  const random = seededRandom(hashText32(`${visitor}\n${candidates[0]!.at}`));
  const event = randomItem(candidates, random);
  const isDelayed = random() < DELAYED_SHARE;
  const delay = isDelayed ? MIN_DELAY_MS * Math.pow(MAX_DELAY_MS / MIN_DELAY_MS, random()) : 0;
  return { at: event.at + 1 + Math.floor(delay), event };
}

/**
 * Returns which events a cut may follow: those that were the newest one of the visitor when they entered the log, because
 * at a late event serving already knew what the cut would leave out. The sequence in which historical events entered the
 * log says nothing, so a cut may follow each of them.
 * @param events of one visitor, in order of time
 */
export function cutCandidates(events: readonly VisitorEvent[]): Uint8Array {
  const candidates = new Uint8Array(events.length).fill(1);
  if (events.every(({ isHistorical }) => isHistorical)) return candidates;
  const byPosition = Array.from(events.keys()).sort((a, b) => events[a]!.position - events[b]!.position);
  let newest = -Infinity;
  for (let from = 0, to = 0; from < byPosition.length; from = to) {
    const { position } = events[byPosition[from]!]!;
    for (to = from; to < byPosition.length && events[byPosition[to]!]!.position === position; to++)
      newest = Math.max(newest, events[byPosition[to]!]!.at);
    for (const index of byPosition.slice(from, to)) {
      const { at, isHistorical } = events[index]!;
      if (!isHistorical && at < newest) candidates[index] = 0;
    }
  }
  return candidates;
}
