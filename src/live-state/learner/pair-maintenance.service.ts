import { setImmediate } from 'node:timers/promises';
import { runYielding } from '../../platform/run-yielding';
import type { ProductPairs } from './product-pairs';

/** Time slice for work on the state before control returns to the event loop. */
const TIME_SLICE_MS = 8;
/** Maximum time for computing lists of nearest products before events are applied again. */
const LISTS_MS = 30;
/** Maximum time that a list of nearest products may lag behind the pair counts. */
const MAX_LIST_AGE_MS = 600_000;
/**
 * If the backlog (the number of waiting events) reaches a limit, the learner pauses pair counting and later rebuilds
 * all pairs at once, which is then cheaper. The limit is one event per {@link MEMBERSHIPS_PER_EVENT} memberships (a
 * membership is a product in a subject's interests or in an order), but at least {@link MIN_BACKLOG_EVENTS} and at most
 * {@link MAX_BACKLOG_EVENTS}. Nothing is published while a backlog is applied, which takes a few seconds for a backlog
 * below the limit.
 */
const MIN_BACKLOG_EVENTS = 10_000;
const MAX_BACKLOG_EVENTS = 50_000;
const MEMBERSHIPS_PER_EVENT = 150;
/** Below this rate of events, the learner can count the pairs of each event individually. */
const LOW_EVENTS_PER_SECOND = 1_000;
/**
 * Pause before a rebuild at rates above {@link LOW_EVENTS_PER_SECOND}, as a multiple of the time that the previous
 * rebuild and publishing took.
 */
const REBUILD_PAUSE = 5;
const RATE_WINDOW_MS = 1_000;

/**
 * `current`: the state may be published. `waiting`: it may not, because pair counting is paused. `rebuilt`: replicas
 * need the full state.
 */
export type PairUpdate = 'current' | 'waiting' | 'rebuilt';

/**
 * Decides when the learner computes lists of nearest products, and when it pauses pair counting because it is far
 * behind the log. A shop whose pairs are all counted does not need this.
 */
export class PairMaintenance {
  private sweptAt = performance.now();
  private headCheckedAt = performance.now();
  /** When the last rebuild began; `undefined` once its result is published. */
  private rebuildBegan: number | undefined;
  private nextRebuildAt = -Infinity;
  private windowBegan = performance.now();
  private windowEvents = 0;
  private eventsPerSecond = 0;

  /**
   * Must be called before the learner applies a batch of the log.
   * @param waitingCount number of events in this batch and after it
   * @param atEnd whether this is the last batch
   */
  beforeEvents(pairs: ProductPairs, eventCount: number, waitingCount: number, atEnd: boolean): void {
    this.windowEvents += eventCount;
    const rebuildBacklog = pairs.memberships / MEMBERSHIPS_PER_EVENT;
    const backlogLimit = Math.min(MAX_BACKLOG_EVENTS, Math.max(MIN_BACKLOG_EVENTS, rebuildBacklog));
    if (pairs.isPartial && !atEnd && waitingCount >= backlogLimit) pairs.pause();
  }

  /**
   * Rebuilds all pairs if this is due. Otherwise recomputes due lists, for at most {@link LISTS_MS}.
   * @param isIdle whether no event is waiting
   * @param onStep called between the steps of a rebuild
   */
  async update(pairs: ProductPairs, isIdle: boolean, onStep: () => void): Promise<PairUpdate> {
    if (!pairs.isPartial) return 'current';
    if (pairs.isPaused && !isIdle && !this.isRateLow() && !this.isRebuildDue()) return 'waiting';
    if (pairs.isPaused || this.isHeadOutdated(pairs)) {
      await this.rebuild(pairs, onStep);
      return 'rebuilt';
    }
    this.sweep(pairs);
    await this.refreshLists(pairs);
    return 'current';
  }

  /** Must be called after the state was published, because the pause after a rebuild includes the publishing time. */
  afterPublish(): void {
    if (this.rebuildBegan === undefined) return;
    this.scheduleNextRebuild(this.rebuildBegan);
    this.rebuildBegan = undefined;
  }

  /** Computes all outdated pairs and lists. */
  async complete(pairs: ProductPairs, onStep: () => void): Promise<void> {
    if (pairs.isPaused) await this.rebuild(pairs, onStep);
    else await runYielding(observeSteps(pairs.refreshListsInSteps(), onStep), TIME_SLICE_MS);
  }

  private async rebuild(pairs: ProductPairs, onStep: () => void): Promise<void> {
    const began = performance.now();
    await runYielding(observeSteps(pairs.rebuildInSteps(), onStep), TIME_SLICE_MS);
    this.rebuildBegan = began;
    this.scheduleNextRebuild(began);
  }

  private scheduleNextRebuild(began: number): void {
    const now = performance.now();
    this.nextRebuildAt = now + REBUILD_PAUSE * (now - began);
  }

  private isRebuildDue(): boolean {
    return performance.now() >= this.nextRebuildAt;
  }

  /** Returns whether the event rate is low. Events of a backlog count as well. */
  private isRateLow(): boolean {
    const elapsed = performance.now() - this.windowBegan;
    if (elapsed >= RATE_WINDOW_MS) {
      this.eventsPerSecond = (1_000 * this.windowEvents) / elapsed;
      this.windowBegan += elapsed;
      this.windowEvents = 0;
    }
    return this.eventsPerSecond < LOW_EVENTS_PER_SECOND;
  }

  private async refreshLists(pairs: ProductPairs): Promise<void> {
    const began = performance.now();
    let sliceBegan = began;
    for (const _ of pairs.refreshListsInSteps()) {
      const now = performance.now();
      if (now - began >= LISTS_MS) return;
      if (now - sliceBegan < TIME_SLICE_MS) continue;
      await setImmediate();
      sliceBegan = performance.now();
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

function* observeSteps(
  task: Generator<undefined, void, undefined>,
  onStep: () => void,
): Generator<undefined, void, undefined> {
  for (const _ of task) {
    onStep();
    yield;
  }
}
