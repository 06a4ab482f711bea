import { nextAlertState } from './next-alert-state';
import type { Observation } from './observation';
import type { ResultsByKey } from './evaluate-rule';
import { alertStateChanges, type KeyedAlertState } from './alert-state-changes';

/** An alert that a replay has raised. Times are in milliseconds since 1970. */
export interface ReplayedAlert {
  readonly key: string;
  readonly startedAt: number;
  readonly firedAt: number | null;
  readonly resolvedAt: number | null;
  /** The values that the alert's conditions read when the alert's state last changed. */
  readonly observed: Observation;
}

/** An open (not resolved) alert of a replay. */
interface OpenReplayedAlert extends KeyedAlertState {
  /** The index of the alert in {@link AlertReplay.alerts}. */
  readonly alertIndex: number;
}

/**
 * Computes the alerts that past observations of a rule would have raised. The evaluator runs every second, so a pending
 * alert also fires between two observations, when its condition has been met for long enough.
 */
export class AlertReplay {
  /** All alerts, in order of their start. */
  readonly alerts: ReplayedAlert[] = [];
  private readonly open = new Map<string, OpenReplayedAlert>();
  private lastResults: ResultsByKey = new Map();

  constructor(private readonly forMs: number) {}

  /** The keys that have an open alert. */
  get keys(): string[] {
    return [...this.open.keys()];
  }

  observe(now: number, resultsByKey: ResultsByKey): void {
    this.advanceTo(now);
    this.lastResults = resultsByKey;
    for (const { key, open, state, observed: usedFields } of alertStateChanges(
      this.open,
      resultsByKey,
      now,
      this.forMs,
    )) {
      if (state === 'RESOLVED' && open !== null) {
        this.open.delete(key);
        this.update(open, { resolvedAt: now, observed: usedFields });
      } else if (state === 'FIRING' && open !== null) this.fire(open, now, usedFields);
      else if (state !== 'RESOLVED')
        this.raise({ key, state, startedAt: now, alertIndex: this.alerts.length }, usedFields);
    }
  }

  /** Advances the time to `now` without a new observation. */
  advanceTo(now: number): void {
    for (const open of this.open.values()) {
      const due = open.startedAt + this.forMs;
      if (open.state !== 'PENDING' || due >= now) continue;
      const { conditionResult, usedFields } = this.lastResults.get(open.key) ?? {
        conditionResult: null,
        usedFields: {},
      };
      if (nextAlertState(open, conditionResult, due, this.forMs) === 'FIRING') this.fire(open, due, usedFields);
    }
  }

  private raise(open: OpenReplayedAlert, observed: Observation): void {
    const { key, state, startedAt } = open;
    this.open.set(key, open);
    this.alerts.push({ key, startedAt, firedAt: state === 'FIRING' ? startedAt : null, resolvedAt: null, observed });
  }

  private fire(open: OpenReplayedAlert, firedAt: number, observed: Observation): void {
    this.open.set(open.key, { ...open, state: 'FIRING' });
    this.update(open, { firedAt, observed });
  }

  private update({ alertIndex }: OpenReplayedAlert, change: Partial<ReplayedAlert>): void {
    this.alerts[alertIndex] = { ...this.alerts[alertIndex]!, ...change };
  }
}
