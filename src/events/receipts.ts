import { LRUCache } from 'lru-cache';
import { ApiError } from '../graphql/errors';
import type { Pool } from '../platform/postgres';
import { findReceiptPosition } from './inbox.store';
import type { LogFollower } from './log-follower';

/** How long a request may wait until the write of its receipt is applied, in milliseconds. */
const MAX_WAIT_MS = 3_000;
/** Interval between two database queries for the log position of a receipt, in milliseconds. */
const POLL_INTERVAL_MS = 400;
/** Interval between two checks whether the log has published the position of a receipt, in milliseconds. */
const CHECK_INTERVAL_MS = 3;
const POSITION_RECEIPT = /^p([1-9]\d{0,15})$/;
const UUID_RECEIPT = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Returns the receipt of a mutation whose log position is already known. */
export function receiptOf(position: number): string {
  return `p${position}`;
}

/**
 * Resolves receipts to log positions and waits until this process has applied the log up to there, so that clients
 * read their own writes.
 */
export class Receipts {
  private readonly publishedPositions = new LRUCache<string, number>({ max: 10_000 });

  private readonly runningPolls = new Map<string, Promise<number | null>>();

  constructor(
    private readonly pool: Pool,
    private readonly follower: () => LogFollower,
  ) {}

  /** Records the log position of a receipt, as published by the log. */
  recordPosition(receipt: string, position: number): void {
    this.publishedPositions.set(receipt, position);
  }

  /**
   * Waits until this process has applied the write that the receipt identifies.
   * @returns the log position of the write
   * @throws ApiError BAD_USER_INPUT for a malformed receipt, NOT_FOUND for an unknown receipt, TIMEOUT after
   *   {@link MAX_WAIT_MS}
   */
  async waitUntilApplied(receipt: string): Promise<number> {
    const until = performance.now() + MAX_WAIT_MS;
    const position = await this.resolvePosition(receipt, until);
    const remainingMs = Math.max(0, until - performance.now());
    if (position !== null && (await this.follower().waitFor(position, remainingMs))) return position;
    throw new ApiError(
      'TIMEOUT',
      `The write of awaitReceipt was not applied within ${MAX_WAIT_MS} ms. Repeat the request.`,
    );
  }

  private async resolvePosition(receipt: string, until: number): Promise<number | null> {
    const direct = POSITION_RECEIPT.exec(receipt);
    if (direct) return Number(direct[1]);
    if (!UUID_RECEIPT.test(receipt))
      throw new ApiError('BAD_USER_INPUT', 'awaitReceipt is malformed: it must be the receipt of a mutation.');
    const known = this.publishedPositions.get(receipt);
    if (known !== undefined) return known;
    do {
      let runningPoll = this.runningPolls.get(receipt);
      if (!runningPoll) {
        runningPoll = this.poll(receipt, until).finally(() => this.runningPolls.delete(receipt));
        this.runningPolls.set(receipt, runningPoll);
      }
      const polledPosition = await runningPoll;
      if (polledPosition !== null) return polledPosition;
      // The shared polling loop ends at the deadline of the caller that started it. The deadline of this caller may be
      // later.
    } while (performance.now() < until);
    return null;
  }

  /**
   * Polls the database and, between two queries, checks the positions that the log has published. All callers that wait
   * for a receipt share one polling loop.
   */
  private async poll(receipt: string, until: number): Promise<number | null> {
    for (;;) {
      const stored = await findReceiptPosition(this.pool, receipt);
      if (stored === undefined)
        throw new ApiError('NOT_FOUND', 'awaitReceipt is unknown: it has expired, or another shop issued it.');
      if (stored !== null) return stored;
      const nextQueryAt = performance.now() + POLL_INTERVAL_MS;
      while (performance.now() < nextQueryAt) {
        const known = this.publishedPositions.get(receipt);
        if (known !== undefined) return known;
        if (performance.now() > until) return null;
        await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS));
      }
    }
  }
}
