import { overloadedError } from '../graphql/limits/overloaded-error';
import { runPeriodically } from '../platform/run-periodically';
import type { Logger } from '../platform/log';
import type { InboxLoad } from './inbox-pressure.store';

const MEASURE_INTERVAL_MS = 250;

/** Whose events they are: those of the shop's own keys and services, or of visitors and what Freshet records of them. */
export type Sender = 'SHOP' | 'VISITORS';
/**
 * The share of each limit that a sender may use. The rest is reserved for the shop, so that no flood from visitors, who
 * are many and strangers, stops its orders and parcels.
 */
export const SENDER_SHARES: Readonly<Record<Sender, number>> = { SHOP: 1, VISITORS: 0.75 };
/** Refusal ends when the inbox is filled to this part of the share at which it began. */
const UNTIL_SHARE = 0.5;

export interface BackPressureOptions {
  readonly measure: () => Promise<InboxLoad>;
  /** Returns the number of events that this process has admitted and not written yet. */
  readonly inFlightEvents: () => number;
  readonly log: Logger;
  readonly maxAgeMs: number;
  readonly maxEvents: number;
}

/**
 * Refuses new events while the workers are too far behind, so that every accepted event reaches the log in time. The
 * load is measured a few times a second, not per request; events that this process accepts in between are added to it.
 * Refusal starts at the sender's share of the limit and ends at half of that. Without this hysteresis, clients would be
 * accepted and refused alternately.
 *
 * A backlog that visitors have left gets older until the workers have processed it. Its age does not count against the
 * shop: until then, only the numbers of events and batches limit what the shop adds.
 */
export class BackPressure {
  private load: InboxLoad = { ageMs: 0, events: 0, batchShare: 0 };
  /** Total number of admitted events. */
  private admitted = 0;
  private readonly refused = new Set<Sender>();
  /** Whether visitors are refused, and there was more in the inbox than a few events that no worker takes. */
  private isBacklogOfVisitors = false;
  private measuring: { stop(): Promise<void> } | undefined;

  constructor(private readonly options: BackPressureOptions) {}

  async start(): Promise<void> {
    await this.measure();
    // If the database does not answer, the last measurement stays valid. Writes to the inbox report the error.
    this.measuring = runPeriodically(MEASURE_INTERVAL_MS, this.options.log, () =>
      this.measure().catch(() => undefined),
    );
  }

  /**
   * Adds to the load the events that the caller is about to write.
   * @throws ApiError OVERLOADED while events are refused
   */
  admit(events: number, sender: Sender): void {
    if (this.refused.has(sender))
      throw overloadedError('The workers are behind with accepted events. Retry after retryAfterMs.');
    this.admitted += events;
    this.updateState({ ...this.load, events: this.load.events + events });
  }

  async stop(): Promise<void> {
    await this.measuring?.stop();
  }

  private async measure(): Promise<void> {
    const { admitted } = this;
    const inFlight = this.options.inFlightEvents();
    const load = await this.options.measure();
    // The measurement may or may not include the events that were not written yet when it began, and those admitted
    // since. Both are added, so that none is forgotten. Some may count twice, so refusal may begin early.
    this.updateState({ ...load, events: load.events + inFlight + this.admitted - admitted });
  }

  private updateState(load: InboxLoad): void {
    const { maxAgeMs, maxEvents, log } = this.options;
    this.load = load;
    const depth = Math.max(load.events / maxEvents, load.batchShare);
    const fullness = Math.max(load.ageMs / maxAgeMs, depth);
    // Visitors come first, because their refusal decides which limits apply to the shop.
    for (const sender of ['VISITORS', 'SHOP'] as const) {
      const isRefused = this.refused.has(sender);
      const used = sender === 'SHOP' && this.isBacklogOfVisitors ? depth : fullness;
      const refuse = used >= SENDER_SHARES[sender] * (isRefused ? UNTIL_SHARE : 1);
      if (refuse === isRefused) continue;
      log.warn({ ...load, sender }, refuse ? 'inbox full: refusing events' : 'accepting events');
      if (refuse) this.refused.add(sender);
      else this.refused.delete(sender);
      if (sender === 'VISITORS') this.isBacklogOfVisitors = refuse && depth >= SENDER_SHARES.VISITORS * UNTIL_SHARE;
    }
  }
}
