import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { BoundedQueue } from '../platform/bounded-queue';
import type { Logger } from '../platform/log';
import type { OrderReader } from './order-reader.service';
import type { Order } from './order.type';
import type { OrderWatchers } from './order-watchers';

const RETRY_MS = 1_000;

/**
 * Serves subscriptions to an order: sends the complete order first and after each change. A subscription ends when its
 * viewer may no longer read the order.
 */
export class OrderFeed {
  constructor(
    private readonly orders: OrderReader,
    private readonly changes: OrderWatchers,
    private readonly log: Logger,
  ) {}

  async open(id: string, viewer: Viewer): Promise<AsyncIterableIterator<Order>> {
    let sentRevision = -1;
    let reading: Promise<void> = Promise.resolve();
    let isReadQueued = false;
    let closed = false;
    let retry: NodeJS.Timeout | undefined;
    // A slow subscriber needs only the newest state.
    const queue = new BoundedQueue<Order>({ limit: 1, onClose: () => close() });
    const read = async () => {
      isReadQueued = false;
      const order = await this.orders.find(id, viewer);
      if (Number(order.revision) <= sentRevision) return;
      sentRevision = Number(order.revision);
      queue.push(order, 'order');
    };
    // Called for each change. It is registered before the first read, so that no change is missed.
    const queueRead = () => {
      if (isReadQueued) return;
      isReadQueued = true;
      reading = reading.then(read).catch((error: Error) => {
        if (error instanceof ApiError && error.code === 'NOT_FOUND') return queue.end();
        this.log.warn({ error: error.message }, 'live order not read; it will be tried again');
        clearTimeout(retry);
        if (!closed) retry = setTimeout(queueRead, RETRY_MS);
      });
    };
    const stop = this.changes.watch(id, queueRead);
    const close = () => {
      closed = true;
      clearTimeout(retry);
      stop();
    };
    try {
      await read();
    } catch (error) {
      await queue.return();
      throw error;
    }
    return queue;
  }
}
