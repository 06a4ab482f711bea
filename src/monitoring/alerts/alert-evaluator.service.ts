import { ErasedMeanwhile } from '../../events/tombstone.service';
import type { Logger } from '../../platform/log';
import { Lease } from '../../platform/lease';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { RuleFault, type AlertRuleRecord } from './alert-rule';
import {
  ALERT_TOPIC,
  ALERTS_LEASE,
  forgetResolved,
  noteEvaluated,
  readRules,
  readStanding,
  tellOfFiring,
  writeChanges,
  type Change,
  type OpenAlert,
  type Standing,
  type Written,
} from './alert-store.service';
import type { Observer } from './observe.service';
import { stepsAt } from './steps';
import { SAMPLE_MS } from './system-samples.service';

const LEASE_MS = 3_000;
/** How often rules are evaluated, and how often those without the lease ask for it. */
const TURN_MS = 1_000;
/** What can't be evaluated is not tried at every turn. */
const FAULT_MS = 15_000;
const FORGET_MS = 600_000;

export interface EvaluatorOptions {
  readonly pool: Pool;
  readonly pubSub: Pick<RedisPubSub, 'publish'>;
  readonly log: Logger;
  readonly observer: Observer;
  /** Keeps how the system is, for previews. */
  readonly sample: () => Promise<void>;
  /** Deliveries that are due. */
  readonly deliver: (deliveries: readonly string[]) => void;
}

/**
 * Evaluates alert rules, in whichever worker holds the lease. How alerts stand is in PostgreSQL alone: the next owner goes
 * on where this one ended, and what an owner writes late is refused by its token.
 */
export class AlertEvaluator {
  private closing = false;
  private wake: () => void = () => undefined;
  private forgotAt = -Infinity;
  private sampledAt = -Infinity;
  private sampling: Promise<void> = Promise.resolve();
  /** Rules that could not be evaluated: in which revision, and until when that is believed. */
  private readonly faulty = new Map<string, { readonly revision: number; readonly until: number }>();

  constructor(private readonly options: EvaluatorOptions) {}

  /** Until closed. */
  async run(): Promise<void> {
    const { pool, log } = this.options;
    while (!this.closing) {
      try {
        const lease = await Lease.acquire(pool, log, ALERTS_LEASE, LEASE_MS);
        if (lease) await this.lead(lease);
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'alerts are not evaluated; it will be tried again');
      }
      await this.rest();
    }
  }

  /** Finishes what it is at. */
  close(): void {
    this.closing = true;
    this.wake();
  }

  private async lead(lease: Lease): Promise<void> {
    lease.keep(
      () => 0,
      (reason) => this.options.log.warn({ reason }, 'lease of alerts lost'),
    );
    try {
      while (!this.closing && lease.held) {
        await this.turn(lease.token);
        await this.rest();
      }
    } finally {
      await this.sampling;
      await lease.release().catch(() => undefined);
    }
  }

  private async turn(token: number): Promise<void> {
    const { pool } = this.options;
    const rules = await readRules(pool);
    if (rules.length > 0) {
      const standing = await readStanding(pool);
      const faults = new Map<string, string | null>();
      for (const rule of rules) {
        const faulty = this.faulty.get(rule.id);
        if (faulty?.revision === rule.revision && performance.now() < faulty.until) continue;
        const fault = await this.evaluate(rule, standing, token);
        faults.set(rule.id, fault);
        if (fault === null) this.faulty.delete(rule.id);
        else this.faulty.set(rule.id, { revision: rule.revision, until: performance.now() + FAULT_MS });
      }
      await noteEvaluated(pool, faults);
    }
    this.sample();
    if (performance.now() < this.forgotAt + FORGET_MS) return;
    // Some at every turn until all are gone.
    if (!(await forgetResolved(pool))) this.forgotAt = performance.now();
  }

  /** Not waited for: where Redis is away it takes its time, and rules are looked at every second. */
  private sample(): void {
    if (performance.now() < this.sampledAt + SAMPLE_MS) return;
    this.sampledAt = performance.now();
    this.sampling = this.options
      .sample()
      .catch((error: Error) => this.options.log.warn({ error: error.message }, 'the system was not sampled'));
  }

  /** @returns why it can't be evaluated; null where it was */
  private async evaluate(
    rule: AlertRuleRecord,
    { now, position, alerts }: Standing,
    token: number,
  ): Promise<string | null> {
    const { pool, observer } = this.options;
    const open = alerts.filter((alert) => alert.rule === rule.id);
    const standing = new Map(
      open.map((alert) => {
        const { key, state, startedAt } = alert;
        return [key, { key, state, startedAt: startedAt.getTime(), alert }] as const;
      }),
    );
    try {
      const observed = await observer.observe(rule.spec, [...standing.keys()]);
      const changes = stepsAt(standing, observed, now.getTime(), rule.spec.forMs).map((step): Change => ({
        ...step,
        open: step.open?.alert ?? null,
      }));
      if (changes.length > 0) this.tell(await writeChanges(pool, rule, changes, { token, position }));
      await this.unsilence(rule, open, now);
      return null;
    } catch (error) {
      // What was looked at may have been of them: the next turn looks again.
      if (error instanceof ErasedMeanwhile) return null;
      if (!(error instanceof RuleFault))
        this.options.log.warn({ rule: rule.id, error: (error as Error).message }, 'rule');
      return (error as Error).message.slice(0, 1_000);
    }
  }

  private async unsilence(rule: AlertRuleRecord, open: readonly OpenAlert[], now: Date): Promise<void> {
    if (rule.silencedUntil !== null && rule.silencedUntil > now) return;
    for (const alert of open) {
      if (alert.state !== 'FIRING' || alert.notified) continue;
      this.tell(await tellOfFiring(this.options.pool, rule, alert));
    }
  }

  private tell({ alerts, deliveries }: Written): void {
    for (const id of alerts) this.options.pubSub.publish(ALERT_TOPIC, id);
    this.options.deliver(deliveries);
  }

  private async rest(): Promise<void> {
    if (this.closing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, TURN_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
