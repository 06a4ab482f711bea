import type { RedisPubSub } from '../platform/pubsub';
import type { MergedVersion } from './window-merger.service';
import type { WindowChange } from './stream-counter.service';

/** Returns the pub/sub topic for changes of a stream. Its messages are {@link WindowsChanged}. */
export function windowTopic(stream: string): string {
  return `stream:${stream}`;
}

export interface WindowsChanged {
  /** `[key, start]` of each changed window; absent if there are too many, or if all windows may have changed. */
  readonly changed?: readonly (readonly [string, number])[];
}

/** Maximum number of changed windows that one message lists. */
export const MAX_NOTIFIED_CHANGES = 2_000;
/** Maximum number of batches in `published`. A batch that was dropped from it is published again when it is merged. */
const MAX_PUBLISHED_BATCHES = 20_000;

/**
 * Notifies subscribers of changed windows: once when a batch is counted, and not again when it is merged, because
 * merging does not change query results.
 */
export class WindowChangeNotifier {
  private readonly published = new Set<string>();

  constructor(private readonly pubSub: Pick<RedisPubSub, 'publish'>) {}

  /** Publishes the windows that a batch has changed, after the batch was appended to the log. */
  onBatchCounted(batch: number, changes: readonly WindowChange[]): void {
    for (const { stream, version, changed } of changes) {
      if (changed === null) continue;
      // A batch that another process merges is never removed from `published`, so the oldest entries are dropped.
      for (const oldest of this.published)
        if (this.published.size >= MAX_PUBLISHED_BATCHES) this.published.delete(oldest);
        else break;
      this.published.add(batchIdOf(stream, version, batch));
      this.publishChanges(stream, changed);
    }
  }

  /** Handles a merge: publishes changes by batches of other processes, and changes that only the merge determines. */
  onMerged({ stream, version, batches, changed, rerouted }: MergedVersion): void {
    const unpublished = batches.filter((batch) => !this.published.delete(batchIdOf(stream, version, batch)));
    this.publishChanges(stream, unpublished.length > 0 ? changed : rerouted);
  }

  publishChanges(stream: string, changed: readonly (readonly [string, number])[]): void {
    if (changed.length > MAX_NOTIFIED_CHANGES) this.publishAllChanged(stream);
    else if (changed.length > 0) this.pubSub.publish(windowTopic(stream), { changed } satisfies WindowsChanged);
  }

  /** Publishes that any window of a stream may have changed. */
  publishAllChanged(stream: string): void {
    this.pubSub.publish(windowTopic(stream), {} satisfies WindowsChanged);
  }
}

function batchIdOf(stream: string, version: number, batch: number): string {
  return `${version} ${batch} ${stream}`;
}
