import { BoundedQueue } from '../../platform/bounded-queue';
import type { Logger } from '../../platform/log';
import type { SystemService } from './system.service';
import type { System } from './system.type';

const UPDATE_INTERVAL_MS = 2_000;

/** Sends the system state to all subscribers every two seconds. Without subscribers, the state is not read. */
export class SystemFeed {
  private readonly subscribers = new Set<BoundedQueue<System>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly systems: Pick<SystemService, 'system'>,
    private readonly log: Logger,
    private readonly intervalMs = UPDATE_INTERVAL_MS,
  ) {}

  async open(): Promise<AsyncIterableIterator<System>> {
    const first = await this.systems.system();
    // A slow subscriber gets only the newest state.
    const queue = new BoundedQueue<System>({ limit: 1, onClose: () => this.unsubscribe(queue) });
    queue.push(first, 'system');
    this.subscribers.add(queue);
    this.timer ??= setInterval(() => void this.broadcast(), this.intervalMs);
    return queue;
  }

  private unsubscribe(queue: BoundedQueue<System>): void {
    this.subscribers.delete(queue);
    if (this.subscribers.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async broadcast(): Promise<void> {
    try {
      const system = await this.systems.system();
      for (const queue of this.subscribers) queue.push(system, 'system');
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'system state not read; will be retried');
    }
  }
}
