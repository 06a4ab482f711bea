import { overloaded } from '../graphql/overloaded';
import { every } from '../platform/every';
import type { Logger } from '../platform/log';
import type { InboxLoad } from './inbox-pressure.service';

const MEASURE_MS = 250;
export interface BackPressureOptions {
  readonly measure: () => Promise<InboxLoad>;
  readonly log: Logger;
  readonly maxAgeMs: number;
  readonly maxEvents: number;
}

/**
 * Says when no more events may be accepted: what is accepted has to reach the log in time. Measured a few times a second,
 * not per request; what this process accepts in between is added. Once refusing, it goes on until half of the limit is
 * free again: at the limit itself every client would be let in and refused by turns.
 */
export class BackPressure {
  private load: InboxLoad = { ageMs: 0, events: 0 };
  private refusing = false;
  private measuring: { stop(): Promise<void> } | undefined;

  constructor(private readonly options: BackPressureOptions) {}

  async start(): Promise<void> {
    await this.measure();
    // Where the database does not answer, writing says so itself: the last measurement stands.
    this.measuring = every(MEASURE_MS, this.options.log, () => this.measure().catch(() => undefined));
  }

  /**
   * Counts events about to be written.
   * @throws ApiError OVERLOADED where they may not be
   */
  admit(events: number): void {
    if (this.refusing) throw overloaded('More events have been accepted than the workers keep up with');
    this.judge({ ageMs: this.load.ageMs, events: this.load.events + events });
  }

  async stop(): Promise<void> {
    await this.measuring?.stop();
  }

  private async measure(): Promise<void> {
    this.judge(await this.options.measure());
  }

  private judge(load: InboxLoad): void {
    const { maxAgeMs, maxEvents, log } = this.options;
    this.load = load;
    const share = this.refusing ? 0.5 : 1;
    const refusing = load.ageMs >= maxAgeMs * share || load.events >= maxEvents * share;
    if (refusing !== this.refusing)
      log.warn({ ...load }, refusing ? 'inbox full: refusing events' : 'accepting events');
    this.refusing = refusing;
  }
}
