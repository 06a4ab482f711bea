import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import { writeDecisions, type AdDecisionRow } from './ad-decision.store';

const FLUSH_MS = 250;
/** Maximum number of decisions that wait to be stored. Further ones are not explained later. */
const MAX_WAITING = 10_000;

/** Stores the explanations of decisions in batches. Answers don't wait for it. */
export class AdDecisionLog {
  private waiting: AdDecisionRow[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
  ) {}

  add(decision: AdDecisionRow): void {
    if (this.waiting.length >= MAX_WAITING) return;
    this.waiting.push(decision);
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Stores what waits. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { waiting } = this;
    this.waiting = [];
    if (waiting.length > 0)
      this.writing = this.writing
        .then(() => writeDecisions(this.pool, waiting))
        .catch((error: Error) =>
          this.log.warn({ error: error.message, decisions: waiting.length }, 'explanations of ads not stored'),
        );
    return this.writing;
  }
}
