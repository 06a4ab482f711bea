import { LRUCache } from 'lru-cache';
import { ApiError } from '../graphql/errors';
import type { Pool } from '../platform/postgres';
import { positionOf } from './inbox';
import type { LogFollower } from './log-follower';

/** How long a query may wait for its receipt, in milliseconds. */
const BOUND_MS = 3_000;
/** Between two looks at the table… */
const POLL_MS = 400;
/** …and at what the log has told meanwhile. */
const LISTEN_MS = 3;
const DIRECT = /^p([1-9]\d{0,15})$/;
const INBOX = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The receipt of a mutation that took its position itself. */
export function receiptOf(position: number): string {
  return `p${position}`;
}

/** Read your writes: from a receipt to the position that has to be applied. */
export class Receipts {
  private readonly known = new LRUCache<string, number>({ max: 10_000 });

  private readonly waiting = new Map<string, Promise<number | null>>();

  constructor(
    private readonly pool: Pool,
    private readonly follower: () => LogFollower,
  ) {}

  /** Told by the log: `receipt` is in it, at `position`. */
  learned(receipt: string, position: number): void {
    this.known.set(receipt, position);
  }

  /**
   * Waits until this process has applied what the receipt stands for.
   * @returns its position
   * @throws ApiError BAD_USER_INPUT for what is no receipt, NOT_FOUND for an unknown one, TIMEOUT when it takes too long
   */
  async applied(receipt: string): Promise<number> {
    const until = performance.now() + BOUND_MS;
    const position = await this.position(receipt, until);
    const left = Math.max(0, until - performance.now());
    if (position !== null && (await this.follower().waitFor(position, left))) return position;
    throw new ApiError('TIMEOUT', 'What the receipt stands for has not arrived here yet: ask again');
  }

  private async position(receipt: string, until: number): Promise<number | null> {
    const direct = DIRECT.exec(receipt);
    if (direct) return Number(direct[1]);
    if (!INBOX.test(receipt)) throw new ApiError('BAD_USER_INPUT', 'awaitReceipt is not a receipt');
    const known = this.known.get(receipt);
    if (known !== undefined) return known;
    do {
      let waiting = this.waiting.get(receipt);
      if (!waiting) {
        waiting = this.look(receipt, until).finally(() => this.waiting.delete(receipt));
        this.waiting.set(receipt, waiting);
      }
      const found = await waiting;
      if (found !== null) return found;
      // Whoever looked may have begun earlier, and given up earlier.
    } while (performance.now() < until);
    return null;
  }

  /** Asks the table, and hears what the log tells meanwhile. One look a receipt, however many wait for it. */
  private async look(receipt: string, until: number): Promise<number | null> {
    for (;;) {
      const stored = await positionOf(this.pool, receipt);
      if (stored === undefined) throw new ApiError('NOT_FOUND', 'awaitReceipt is not a receipt of this shop');
      if (stored !== null) return stored;
      const again = performance.now() + POLL_MS;
      while (performance.now() < again) {
        const known = this.known.get(receipt);
        if (known !== undefined) return known;
        if (performance.now() > until) return null;
        await new Promise((resolve) => setTimeout(resolve, LISTEN_MS));
      }
    }
  }
}
