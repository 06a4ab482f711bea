import { BoundedQueue } from '../../platform/bounded-queue';
import type { Logger } from '../../platform/log';
import type { SystemService } from './system.service';
import type { System } from './system.type';

const LOOK_MS = 2_000;

/** How the shop runs, every two seconds: looked at once for all who watch, and not at all while nobody does. */
export class SystemFeed {
  private readonly watching = new Set<BoundedQueue<System>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly systems: Pick<SystemService, 'system'>,
    private readonly log: Logger,
    private readonly everyMs = LOOK_MS,
  ) {}

  async open(): Promise<AsyncIterableIterator<System>> {
    const first = await this.systems.system();
    // Whoever is slow to read gets the newest, not the history.
    const queue = new BoundedQueue<System>({ limit: 1, onClose: () => this.leave(queue) });
    queue.push(first, 'system');
    this.watching.add(queue);
    this.timer ??= setInterval(() => void this.look(), this.everyMs);
    return queue;
  }

  private leave(queue: BoundedQueue<System>): void {
    this.watching.delete(queue);
    if (this.watching.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async look(): Promise<void> {
    try {
      const system = await this.systems.system();
      for (const queue of this.watching) queue.push(system, 'system');
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'system not looked at; it will be tried again');
    }
  }
}
