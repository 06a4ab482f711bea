import type { RedisPubSub } from '../platform/pubsub';
import type { Folded } from './fold.service';
import type { WindowChange } from './live-streams.service';

/** The pub/sub topic of a stream: told with {@link WindowsChanged}. */
export function windowTopic(stream: string): string {
  return `stream:${stream}`;
}

export interface WindowsChanged {
  /** `[key, start]` of each; absent: too many to tell, or all are others. */
  readonly changed?: readonly (readonly [string, number])[];
}

/** Changes told one by one. */
export const MAX_NOTIFIED_CHANGES = 2_000;
/** Parts that are remembered as told until they are folded in; of one that is forgotten it is told twice. */
const MAX_REMEMBERED_PARTS = 20_000;

/**
 * Tells whoever subscribes to windows that they have changed: once, when a batch is counted, and not again when it is folded
 * in, which changes nothing that is read.
 */
export class WindowNews {
  private readonly told = new Set<string>();

  constructor(private readonly pubSub: Pick<RedisPubSub, 'publish'>) {}

  /** A batch is in the log. */
  counted(batch: number, changes: readonly WindowChange[]): void {
    for (const { stream, version, changed } of changes) {
      if (changed === null) continue;
      // Another process may have folded it in.
      for (const oldest of this.told)
        if (this.told.size >= MAX_REMEMBERED_PARTS) this.told.delete(oldest);
        else break;
      this.told.add(placeOf(stream, version, batch));
      this.some(stream, changed);
    }
  }

  /** Batches are folded in: those of other processes are told of now, and what has become of sessions. */
  folded({ stream, version, batches, changed, rerouted }: Folded): void {
    const untold = batches.filter((batch) => !this.told.delete(placeOf(stream, version, batch)));
    this.some(stream, untold.length > 0 ? changed : rerouted);
  }

  some(stream: string, changed: readonly (readonly [string, number])[]): void {
    if (changed.length > MAX_NOTIFIED_CHANGES) this.all(stream);
    else if (changed.length > 0) this.pubSub.publish(windowTopic(stream), { changed } satisfies WindowsChanged);
  }

  /** All of its windows may be others. */
  all(stream: string): void {
    this.pubSub.publish(windowTopic(stream), {} satisfies WindowsChanged);
  }
}

function placeOf(stream: string, version: number, batch: number): string {
  return `${version} ${batch} ${stream}`;
}
