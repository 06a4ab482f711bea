import { setImmediate } from 'node:timers/promises';
import { runInTurns } from '../platform/run-in-turns';
import type { ProductPairs } from './product-pairs';

/** How long the state may be worked on before the event loop does what else there is to do. */
const TURN_MS = 8;
/** How long lists are computed before events have their turn again. */
const LISTS_MS = 30;
/** No list is behind its counts for longer. */
const MAX_LIST_AGE_MS = 600_000;
/**
 * From so many waiting events on, the learner leaves pairs out and counts all of them at the end. A rebuild visits all
 * products of all sets, and following one event visits about 150. Following costs some seconds at most: meanwhile nothing
 * is published.
 */
const MIN_BACKLOG_EVENTS = 10_000;
const MAX_BACKLOG_EVENTS = 50_000;
const MEMBERSHIPS_PER_EVENT = 150;
/** Fewer events a second than this can be followed one by one. */
const CALM_EVENTS_PER_SECOND = 1_000;
/** While more events arrive, the pairs are counted again after so many times what the last rebuild and its publication took. */
const REBUILD_PAUSE = 5;
const RATE_WINDOW_MS = 1_000;

/** `waiting`: pairs are still left out, so nothing may be published. `rebuilt`: followers need the whole state. */
export type PairUpdate = 'current' | 'waiting' | 'rebuilt';

/**
 * Decides when the learner computes lists of nearest products, and when it leaves all pairs out because it is far behind
 * the log. A shop whose pairs are all counted needs none of this.
 */
export class PairUpkeep {
  private sweptAt = performance.now();
  private headCheckedAt = performance.now();
  /** When the last rebuild began; `undefined` once its result is published. */
  private rebuildBegan: number | undefined;
  private nextRebuildAt = -Infinity;
  private windowBegan = performance.now();
  private windowEvents = 0;
  private eventsPerSecond = 0;

  /**
   * Before the learner applies a stretch of the log.
   * @param waiting events of this stretch and after it
   * @param atEnd whether it is the last one
   */
  beforeEvents(pairs: ProductPairs, events: number, waiting: number, atEnd: boolean): void {
    this.windowEvents += events;
    const worthwhile = pairs.memberships / MEMBERSHIPS_PER_EVENT;
    const backlog = Math.min(MAX_BACKLOG_EVENTS, Math.max(MIN_BACKLOG_EVENTS, worthwhile));
    if (pairs.isPartial && !atEnd && waiting >= backlog) pairs.pause();
  }

  /**
   * Brings pairs up to date as far as there is time, at the end of the log.
   * @param isIdle whether no event waits
   * @param onStep called between the steps of a rebuild
   */
  async update(pairs: ProductPairs, isIdle: boolean, onStep: () => void): Promise<PairUpdate> {
    if (!pairs.isPartial) return 'current';
    if (pairs.isPaused && !isIdle && !this.isCalm() && !this.isRebuildDue()) return 'waiting';
    if (pairs.isPaused || this.isHeadOutdated(pairs)) {
      await this.rebuild(pairs, onStep);
      return 'rebuilt';
    }
    this.sweep(pairs);
    await this.refreshLists(pairs);
    return 'current';
  }

  /** After the state was published: the pause after a rebuild follows from both. */
  published(): void {
    if (this.rebuildBegan === undefined) return;
    this.pauseSince(this.rebuildBegan);
    this.rebuildBegan = undefined;
  }

  /** Leaves nothing to be computed. */
  async complete(pairs: ProductPairs, onStep: () => void): Promise<void> {
    if (pairs.isPaused) await this.rebuild(pairs, onStep);
    else await runInTurns(observed(pairs.refreshingLists(), onStep), TURN_MS);
  }

  private async rebuild(pairs: ProductPairs, onStep: () => void): Promise<void> {
    const began = performance.now();
    await runInTurns(observed(pairs.rebuilding(), onStep), TURN_MS);
    this.rebuildBegan = began;
    this.pauseSince(began);
  }

  private pauseSince(began: number): void {
    const now = performance.now();
    this.nextRebuildAt = now + REBUILD_PAUSE * (now - began);
  }

  private isRebuildDue(): boolean {
    return performance.now() >= this.nextRebuildAt;
  }

  /** Whether few events arrive. While the learner works off a backlog, it is not. */
  private isCalm(): boolean {
    const elapsed = performance.now() - this.windowBegan;
    if (elapsed >= RATE_WINDOW_MS) {
      this.eventsPerSecond = (1_000 * this.windowEvents) / elapsed;
      this.windowBegan += elapsed;
      this.windowEvents = 0;
    }
    return this.eventsPerSecond < CALM_EVENTS_PER_SECOND;
  }

  private async refreshLists(pairs: ProductPairs): Promise<void> {
    const began = performance.now();
    let turnBegan = began;
    for (const _ of pairs.refreshingLists()) {
      const now = performance.now();
      if (now - began >= LISTS_MS) return;
      if (now - turnBegan < TURN_MS) continue;
      await setImmediate();
      turnBegan = performance.now();
    }
  }

  private sweep(pairs: ProductPairs): void {
    const now = performance.now();
    const products = Math.floor((pairs.interest.matrix.items * (now - this.sweptAt)) / MAX_LIST_AGE_MS);
    if (products === 0) return;
    this.sweptAt = now;
    pairs.sweepLists(products);
  }

  private isHeadOutdated(pairs: ProductPairs): boolean {
    if (performance.now() - this.headCheckedAt < MAX_LIST_AGE_MS) return false;
    this.headCheckedAt = performance.now();
    return pairs.isHeadOutdated;
  }
}

function* observed(
  task: Generator<undefined, void, undefined>,
  onStep: () => void,
): Generator<undefined, void, undefined> {
  for (const _ of task) {
    onStep();
    yield;
  }
}
