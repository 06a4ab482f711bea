import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { BoundedQueue } from '../platform/bounded-queue';
import type { Logger } from '../platform/log';
import type { OrderReader } from './order-reader.service';
import type { Order } from './order.type';
import type { OrdersReadModel } from './orders.read-model';

const RETRY_MS = 1_000;

/** A live order: the whole of it first, then the whole of it again whenever it has changed. Ends when it is gone. */
export class OrderFeed {
  constructor(
    private readonly orders: OrderReader,
    private readonly changes: OrdersReadModel,
    private readonly log: Logger,
  ) {}

  async open(id: string, viewer: Viewer): Promise<AsyncIterableIterator<Order>> {
    let told = -1;
    let looking: Promise<void> = Promise.resolve();
    let waiting = false;
    let closed = false;
    let retry: NodeJS.Timeout | undefined;
    // Only the newest state matters to a subscriber who is slow to read.
    const queue = new BoundedQueue<Order>({ limit: 1, onClose: () => close() });
    const look = async () => {
      waiting = false;
      const order = await this.orders.find(id, viewer);
      if (Number(order.revision) <= told) return;
      told = Number(order.revision);
      queue.push(order, 'order');
    };
    // Register first, then read, then drop what is not newer.
    const lookSoon = () => {
      if (waiting) return;
      waiting = true;
      looking = looking.then(look).catch((error: Error) => {
        if (error instanceof ApiError && error.code === 'NOT_FOUND') return queue.end();
        this.log.warn({ error: error.message }, 'live order not read; it will be tried again');
        clearTimeout(retry);
        if (!closed) retry = setTimeout(lookSoon, RETRY_MS);
      });
    };
    const stop = this.changes.watch(id, lookSoon);
    const close = () => {
      closed = true;
      clearTimeout(retry);
      stop();
    };
    try {
      await look();
    } catch (error) {
      await queue.return();
      throw error;
    }
    return queue;
  }
}
