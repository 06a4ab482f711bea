import { overloadedError } from '../graphql/limits/overloaded-error';
import { runPeriodically } from '../platform/run-periodically';
import type { Logger } from '../platform/log';
import type { InboxLoad } from './inbox-pressure.store';

const MEASURE_INTERVAL_MS = 250;
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
 * Refusal starts at the limit and ends at half of the limit. Without this hysteresis, clients would be accepted and
 * refused alternately.
 */
export class BackPressure {
  private load: InboxLoad = { ageMs: 0, events: 0 };
  /** Total number of admitted events. */
  private admitted = 0;
  private isRefusing = false;
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
  admit(events: number): void {
    if (this.isRefusing)
      throw overloadedError('The workers are behind with accepted events. Retry after retryAfterMs.');
    this.admitted += events;
    this.updateState({ ageMs: this.load.ageMs, events: this.load.events + events });
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
    const share = this.isRefusing ? 0.5 : 1;
    const refusing = load.ageMs >= maxAgeMs * share || load.events >= maxEvents * share;
    if (refusing !== this.isRefusing)
      log.warn({ ...load }, refusing ? 'inbox full: refusing events' : 'accepting events');
    this.isRefusing = refusing;
  }
}
