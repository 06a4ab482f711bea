import { setImmediate } from 'node:timers/promises';
import { runInTurns } from '../platform/run-in-turns';
import type { ProductPairs } from './product-pairs';

/** How long the state may be worked on before the event loop does what else there is to do. */
const TURN_MS = 8;
/** How long lists are computed before events have their turn again. */
const LISTS_MS = 30;
/** No list is behind its counts for longer. */
const MAX_LIST_AGE_MS = 600_000;
/** While events keep coming, a rebuild of the pairs comes after so many times what the last one took. */
const REBUILD_PAUSE = 10;

/**
 * When the learner computes what it may leave out for a while: lists of nearest products, and, while it has a long way to
 * go, all pairs. A shop whose pairs are all counted needs none of this.
 */
export class PairUpkeep {
  private sweptAt = performance.now();
  private headSeenAt = performance.now();
  private rebuiltAt = -Infinity;
  private rebuildMs = 0;

  /** Before a stretch of the log with more behind it: counting all pairs at its end costs less than following each event. */
  beforeBacklog(pairs: ProductPairs): void {
    if (pairs.isPartial) pairs.pause();
  }

  /**
   * Brings pairs up to date as far as there is time.
   * @param isIdle whether no event waits
   * @param onStep called now and then while it takes long
   * @returns false where pairs are still left out: then nothing may be published
   */
  async catchUp(pairs: ProductPairs, isIdle: boolean, onStep: () => void = () => undefined): Promise<boolean> {
    if (!pairs.isPartial) return true;
    this.lookAtHead(pairs);
    if (pairs.isPaused) {
      const isDue = performance.now() >= this.rebuiltAt + REBUILD_PAUSE * this.rebuildMs;
      if (!isIdle && !isDue) return false;
      await this.rebuild(pairs, onStep);
      return true;
    }
    this.sweep(pairs);
    await this.refresh(pairs);
    return true;
  }

  /** Counts all pairs that were left out. */
  async rebuild(pairs: ProductPairs, onStep: () => void = () => undefined): Promise<void> {
    const began = performance.now();
    await runInTurns(observed(pairs.rebuilding(), onStep), TURN_MS);
    this.rebuiltAt = performance.now();
    this.rebuildMs = this.rebuiltAt - began;
  }

  private async refresh(pairs: ProductPairs): Promise<void> {
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

  private lookAtHead(pairs: ProductPairs): void {
    if (performance.now() - this.headSeenAt < MAX_LIST_AGE_MS) return;
    this.headSeenAt = performance.now();
    if (pairs.isHeadOutdated) pairs.pause();
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
