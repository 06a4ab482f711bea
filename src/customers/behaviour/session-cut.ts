import { hashText32 } from '../../learn/hash-text';
import { seededRandom } from '../../learn/seeded-random';
import type { SessionRange, VisitorEvent } from './visitor-sessions';

/** Half of the cuts follow an event immediately, as an answer after an event does. The others come later. */
const DELAYED_SHARE = 0.5;
/** Delays of the other cuts, in ms: between these limits, with equal density of their logarithms. */
const MIN_DELAY_MS = 1_000;
const MAX_DELAY_MS = 10 * 60_000;

/**
 * Draws the instant at which a session is observed. It draws one of the times at which the session has events, each
 * with equal probability, and a delay after it. The draw depends only on the visitor and the session's times.
 * @returns milliseconds since 1970 (UTC); events before it may be known, labels start at it
 */
export function drawCut(visitor: string, events: readonly VisitorEvent[], { from, to }: SessionRange): number {
  const times: number[] = [];
  for (let index = from; index < to; index++) {
    const { at } = events[index]!;
    if (times.at(-1) !== at) times.push(at);
  }
  const random = seededRandom(hashText32(`${visitor}\n${times[0]}`));
  const time = times[Math.floor(random() * times.length)]!;
  const isDelayed = random() < DELAYED_SHARE;
  const delay = isDelayed ? MIN_DELAY_MS * Math.pow(MAX_DELAY_MS / MIN_DELAY_MS, random()) : 0;
  return time + 1 + Math.floor(delay);
}
