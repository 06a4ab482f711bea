import type { Logger } from './log';
import { Progress } from './progress';
import type { RedisPubSub } from './pubsub';
import { runPeriodically } from './run-periodically';

export interface ReplicaOptions {
  readonly pubSub: Pick<RedisPubSub, 'listen' | 'onReconnect'>;
  readonly log: Logger;
  /** The pub/sub topic of the changes. */
  readonly topic: string;
  /** The position before anything is loaded. Replicas whose changes have no positions stay at it. */
  readonly from: number;
  /** Interval at which {@link Replica.compare} finds out what was not delivered, in milliseconds. */
  readonly compareMs: number;
  /** The message that is logged when what is missing can't be read. The next comparison reads it again. */
  readonly failure: string;
}

/**
 * A copy of data that others change: it subscribes to the changes, loads the data, applies the changes, and reads what is
 * missing after a gap, after it was disconnected, and when a comparison shows that a message was lost.
 */
export abstract class Replica {
  protected readonly progress: Progress;
  protected closed = false;
  private readonly stops: (() => void)[] = [];
  private catchingUp: Promise<void> | undefined;
  private catchUpAgain = false;

  constructor(private readonly replication: ReplicaOptions) {
    this.progress = new Progress(replication.from);
  }

  /** The position whose change was applied last, in the sequence of the changes. */
  get position(): number {
    return this.progress.value;
  }

  /** Resolves to true once `position` is applied, or to false after `boundMs`. */
  waitFor(position: number, boundMs: number): Promise<boolean> {
    return this.progress.reaches(position, boundMs);
  }

  /** Resolves when the data are loaded. */
  async start(): Promise<void> {
    const { pubSub, topic, compareMs, log } = this.replication;
    this.stops.push(
      pubSub.listen(topic, (message) => this.receive(message)),
      pubSub.onReconnect(() => this.onReconnect()),
    );
    await this.loadFirst();
    if (this.closed) return;
    const comparing = runPeriodically(compareMs, log, () => this.tryToCompare());
    this.stops.push(() => void comparing.stop());
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const stop of this.stops) stop();
    await this.catchingUp;
  }

  /** Applies the change of a message, or remembers it until those before it are applied or read. */
  protected abstract receive(message: Buffer): void;
  protected abstract loadFirst(): Promise<void>;
  /** Reads the changes that are missing, or loads the data again. */
  protected abstract readMissing(): Promise<void>;
  /** Catches up if messages were lost. */
  protected abstract compare(): Promise<void>;

  /** Called when messages may have been lost because this process was not connected. */
  protected onReconnect(): void {
    void this.catchUp();
  }

  /** Compares. If that fails, it is logged, and the next comparison tries it again. */
  protected async tryToCompare(): Promise<void> {
    const { log, failure } = this.replication;
    await this.compare().catch((error: Error) => log.warn({ error: error.message }, failure));
  }

  /** Reads what is missing. Only one read runs at a time; a call during a read makes it run once more. */
  protected catchUp(): Promise<void> {
    if (this.catchingUp) {
      this.catchUpAgain = true;
      return this.catchingUp;
    }
    const { log, failure } = this.replication;
    this.catchingUp = this.readMissing()
      .catch((error: Error) => log.warn({ error: error.message }, failure))
      .finally(() => {
        this.catchingUp = undefined;
        if (!this.catchUpAgain || this.closed) return;
        this.catchUpAgain = false;
        void this.catchUp();
      });
    return this.catchingUp;
  }
}
