import { ErasureConflict } from '../../platform/erasure-conflict';
import type { Logger } from '../../platform/log';
import type { Lease } from '../../platform/lease';
import { LeasedLoop } from '../../platform/leased-loop';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { AlertRuleError, type AlertRuleRecord } from './alert-rule';
import {
  ALERT_TOPIC,
  ALERTS_LEASE,
  deleteOldAlerts,
  recordEvaluation,
  readAlertRules,
  readOpenAlerts,
  notifyOfFiring,
  writeAlertChanges,
  type AlertChange,
  type OpenAlert,
  type OpenAlertsSnapshot,
  type WrittenAlerts,
} from './alert.store';
import type { RuleObserver } from './rule-observer.service';
import { alertStateChanges } from './alert-state-changes';
import { SYSTEM_SAMPLE_INTERVAL_MS } from './system-samples.service';

const LEASE_MS = 3_000;
/** Interval between evaluations of the rules, and between attempts to acquire the lease. */
const EVALUATION_INTERVAL_MS = 1_000;
/** A rule that can't be evaluated is retried only after this time. */
const FAULT_RETRY_MS = 15_000;
const CLEANUP_INTERVAL_MS = 600_000;
/** After a longer interruption, it is unknown whether the conditions of pending alerts were met meanwhile. */
const MAX_INTERRUPTION_MS = 60_000;

export interface EvaluatorOptions {
  readonly pool: Pool;
  readonly pubSub: Pick<RedisPubSub, 'publish'>;
  readonly log: Logger;
  readonly observer: RuleObserver;
  /** Records a sample of the system, for previews. */
  readonly sample: () => Promise<void>;
  /** Sends webhook deliveries, given by id. */
  readonly deliver: (deliveries: readonly string[]) => void;
}

/**
 * Evaluates alert rules in the worker that holds the lease. The state of alerts is stored only in PostgreSQL, so the
 * next owner continues from there. Late writes of a previous owner fail, because its fencing token is outdated.
 */
export class AlertEvaluator {
  private readonly loop: LeasedLoop;
  private cleanedUpAt = -Infinity;
  private sampledAt = -Infinity;
  private sampling: Promise<void> = Promise.resolve();
  /** Rules that could not be evaluated, by id, with their revision and the time of the next attempt. */
  private readonly faulty = new Map<string, { readonly revision: number; readonly until: number }>();

  constructor(private readonly options: EvaluatorOptions) {
    this.loop = new LeasedLoop({
      pool: options.pool,
      log: options.log,
      name: ALERTS_LEASE,
      leaseMs: LEASE_MS,
      acquireMs: EVALUATION_INTERVAL_MS,
      retryMs: EVALUATION_INTERVAL_MS,
      failure: 'alerts not evaluated; will be retried',
      begin: (lease) => ({ run: () => this.evaluateRepeatedly(lease) }),
    });
  }

  /** Runs until `close` is called. */
  run(): Promise<void> {
    return this.loop.run();
  }

  /** Stops after the current evaluation. */
  close(): void {
    this.loop.close();
  }

  private async evaluateRepeatedly(lease: Lease): Promise<void> {
    try {
      while (!this.loop.isClosing && lease.held) {
        await this.evaluateAll(lease.token);
        await this.loop.pause(EVALUATION_INTERVAL_MS);
      }
    } finally {
      await this.sampling;
    }
  }

  private async evaluateAll(token: number): Promise<void> {
    const { pool } = this.options;
    const rules = await readAlertRules(pool);
    if (rules.length > 0) {
      const snapshot = await readOpenAlerts(pool);
      const faults = new Map<string, string | null>();
      for (const rule of rules) {
        const faulty = this.faulty.get(rule.id);
        if (faulty?.revision === rule.revision && performance.now() < faulty.until) continue;
        const fault = await this.evaluate(rule, snapshot, token);
        faults.set(rule.id, fault);
        if (fault === null) this.faulty.delete(rule.id);
        else this.faulty.set(rule.id, { revision: rule.revision, until: performance.now() + FAULT_RETRY_MS });
      }
      await recordEvaluation(pool, faults);
    }
    this.sample();
    if (performance.now() < this.cleanedUpAt + CLEANUP_INTERVAL_MS) return;
    // Each evaluation deletes a limited number of alerts until no old ones are left.
    if (!(await deleteOldAlerts(pool))) this.cleanedUpAt = performance.now();
  }

  /** Records a sample without waiting for it, because it takes long while Redis is unreachable. */
  private sample(): void {
    if (performance.now() < this.sampledAt + SYSTEM_SAMPLE_INTERVAL_MS) return;
    this.sampledAt = performance.now();
    this.sampling = this.options
      .sample()
      .catch((error: Error) => this.options.log.warn({ error: error.message }, 'system sample not recorded'));
  }

  /** @returns the reason why the rule can't be evaluated; null on success */
  private async evaluate(
    rule: AlertRuleRecord,
    { now, position, alerts }: OpenAlertsSnapshot,
    token: number,
  ): Promise<string | null> {
    const { pool, observer } = this.options;
    const open = alerts.filter((alert) => alert.rule === rule.id);
    const openByKey = new Map(
      open.map((alert) => {
        const { key, state, startedAt } = alert;
        return [key, { key, state, startedAt: startedAt.getTime(), alert }] as const;
      }),
    );
    try {
      const unobserved = isInterrupted(rule, now) ? open.filter(({ state }) => state === 'PENDING') : [];
      if (unobserved.length > 0) {
        // The next evaluation raises them again, so that `for` begins now.
        const changes = unobserved.map((alert) => ({
          ...alert,
          open: alert,
          state: 'RESOLVED' as const,
          observed: {},
        }));
        this.publish(await writeAlertChanges(pool, rule, changes, { token, position }));
        return null;
      }
      const resultsByKey = await observer.observe(rule.spec, [...openByKey.keys()]);
      const changes = alertStateChanges(openByKey, resultsByKey, now.getTime(), rule.spec.forMs).map(
        (change): AlertChange => ({
          ...change,
          open: change.open?.alert ?? null,
        }),
      );
      if (changes.length > 0) this.publish(await writeAlertChanges(pool, rule, changes, { token, position }));
      await this.notifyUnsilenced(rule, open, now);
      return null;
    } catch (error) {
      // A person's data was erased meanwhile, and the keys may contain it. The next evaluation reads the keys again.
      if (error instanceof ErasureConflict) return null;
      if (!(error instanceof AlertRuleError))
        this.options.log.warn({ rule: rule.id, error: (error as Error).message }, 'rule not evaluated');
      return (error as Error).message.slice(0, 1_000);
    }
  }

  private async notifyUnsilenced(rule: AlertRuleRecord, open: readonly OpenAlert[], now: Date): Promise<void> {
    if (rule.silencedUntil !== null && rule.silencedUntil > now) return;
    for (const alert of open) {
      if (alert.state !== 'FIRING' || alert.notified) continue;
      this.publish(await notifyOfFiring(this.options.pool, rule, alert));
    }
  }

  private publish({ alerts, deliveries }: WrittenAlerts): void {
    for (const id of alerts) this.options.pubSub.publish(ALERT_TOPIC, id);
    this.options.deliver(deliveries);
  }
}

function isInterrupted({ evaluatedAt }: AlertRuleRecord, now: Date): boolean {
  return evaluatedAt !== null && now.getTime() - evaluatedAt.getTime() > MAX_INTERRUPTION_MS;
}
