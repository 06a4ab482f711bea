import { judge } from './judge';
import type { Observation } from './observation';
import type { ObservedKeys } from './observed';
import { stepsAt, type StandingAlert } from './steps';

/** An alert as it would have gone; milliseconds since 1970. */
export interface ReplayedAlert {
  readonly key: string;
  readonly startedAt: number;
  readonly firedAt: number | null;
  readonly resolvedAt: number | null;
  /** What its conditions looked at when its state last changed. */
  readonly observed: Observation;
}

/** Where the alert is in the list. */
interface Replayed extends StandingAlert {
  readonly at: number;
}

/**
 * Goes through the past look by look as the evaluator does through the present, which looks every second: what is
 * pending fires in between, when it has been met for long enough and nothing else is known yet.
 */
export class AlertReplay {
  /** In order of when they began. */
  readonly alerts: ReplayedAlert[] = [];
  private readonly open = new Map<string, Replayed>();
  private known: ObservedKeys = new Map();

  constructor(private readonly forMs: number) {}

  /** Keys with an alert that is not resolved. */
  get keys(): string[] {
    return [...this.open.keys()];
  }

  look(now: number, observed: ObservedKeys): void {
    this.until(now);
    this.known = observed;
    for (const { key, open, state, observed: shown } of stepsAt(this.open, observed, now, this.forMs)) {
      if (state === 'RESOLVED' && open !== null) {
        this.open.delete(key);
        this.alerts[open.at] = { ...this.alerts[open.at], resolvedAt: now, observed: shown };
      } else if (state === 'FIRING' && open !== null) this.fire(open, now, shown);
      else if (state !== 'RESOLVED') this.raise({ key, state, startedAt: now, at: this.alerts.length }, shown);
    }
  }

  /** Nothing else came to be known until then. */
  until(now: number): void {
    for (const open of this.open.values()) {
      const due = open.startedAt + this.forMs;
      if (open.state !== 'PENDING' || due >= now) continue;
      const { finding, shown } = this.known.get(open.key) ?? { finding: null, shown: {} };
      if (judge(open, finding, due, this.forMs) === 'FIRING') this.fire(open, due, shown);
    }
  }

  private raise(open: Replayed, observed: Observation): void {
    const { key, state, startedAt } = open;
    this.open.set(key, open);
    this.alerts.push({ key, startedAt, firedAt: state === 'FIRING' ? startedAt : null, resolvedAt: null, observed });
  }

  private fire(open: Replayed, firedAt: number, observed: Observation): void {
    this.open.set(open.key, { ...open, state: 'FIRING' });
    this.alerts[open.at] = { ...this.alerts[open.at], firedAt, observed };
  }
}
