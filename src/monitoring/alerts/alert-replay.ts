import { judge } from './judge';
import type { Observation } from './observation';
import type { ObservedKeys } from './observed';
import { stepsAt, type StandingAlert } from './steps';

/** An alert of the replay. Times are in milliseconds since 1970. */
export interface ReplayedAlert {
  readonly key: string;
  readonly startedAt: number;
  readonly firedAt: number | null;
  readonly resolvedAt: number | null;
  /** The values that its conditions read when its state last changed. */
  readonly observed: Observation;
}

/** An open alert of the replay. */
interface Replayed extends StandingAlert {
  /** The index of the alert in the list. */
  readonly at: number;
}

/**
 * Replays historical observations as the evaluator would have processed them. The evaluator runs every second, so a
 * pending alert also fires between two observations, when its condition has been met for long enough.
 */
export class AlertReplay {
  /** All alerts, in order of their start. */
  readonly alerts: ReplayedAlert[] = [];
  private readonly open = new Map<string, Replayed>();
  private known: ObservedKeys = new Map();

  constructor(private readonly forMs: number) {}

  /** The keys with an open alert. */
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

  /** Advances the time to `now` without a new observation. */
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
