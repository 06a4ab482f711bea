import type { LogChange } from './position.store';
import type { ReadModel } from './read-model';

/**
 * A read model that loads nothing in advance. What it caches is read on demand. After a load, and after a change that
 * does not say what it has changed, all of it is outdated.
 */
export abstract class OnDemandReadModel implements ReadModel {
  apply(change: LogChange, position: number): void {
    if (change.reload) this.onReload(position);
    else this.applyChange(change, position);
  }

  /** Discards what is cached, and notifies all watchers: anything may have changed up to this log position. */
  abstract onReload(position: number): void;

  /** Applies a change that says what it has changed. */
  protected abstract applyChange(change: LogChange, position: number): void;
}
