/** Sends many times more events than the shop can process, from clients that do not wait for responses. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { caughtUp } from '../../setup/caught-up';
import { BATCH, floodEvent } from '../../setup/flood-events';
import { ADMIN_KEY } from '../../setup/processes';
import { until } from '../../setup/until';
import type { FaultShop } from './fault-shop';
import { type MemoryPeaks, watchMemory } from './memory-peaks';

/** Number of concurrent requests that sends as much as the shop accepts. */
const SENDERS = 6;
/** A fresh event is normally in its list within this time. */
const USUAL_MS = 1_000;
const PATIENCE_MS = 120_000;
const DAYS_AGO = 3 * 86_400_000;

/** The result message of flood-client.js. */
interface Sent {
  /** Numbers of the acknowledged batches. */
  readonly acknowledged: readonly number[];
  /** Numbers of the batches for which it is unknown whether they were stored. */
  readonly unknown: readonly number[];
  /** Number of refused requests by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Events. */
  readonly offered: number;
  readonly seconds: number;
}

export interface Flooded {
  readonly seconds: number;
  /** Events a second. */
  readonly offered: number;
  readonly acknowledged: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly memory: readonly MemoryPeaks[];
  /** Accepted events that were not in the log when the flood ended. */
  readonly backlog: number;
  /** Milliseconds from then until everything was in the log. */
  readonly drainedMs: number;
  /** Milliseconds from then until the learner had published all of it. */
  readonly learnedMs: number;
  /** Milliseconds from then until a fresh event was in its live list as soon as normally. */
  readonly livesMs: number;
}

export class Flood {
  private readonly firstEventAt = Date.now() - DAYS_AGO;
  private readonly client: ChildProcess = fork(path.resolve(__dirname, '../../setup/flood-client.js'));

  constructor(private readonly shop: FaultShop) {}

  /**
   * Sends as much as the shop accepts; each sender waits for its response. @returns how many events a second reach the
   * log
   */
  async capacity(forMs: number): Promise<number> {
    const logged = () => this.ask('SELECT coalesce(sum(events), 0) FROM log_batches');
    const before = await logged();
    const began = performance.now();
    const sending = this.send({ forMs, senders: SENDERS });
    await new Promise((resolve) => setTimeout(resolve, forMs));
    const rate = (((await logged()) - before) * 1_000) / (performance.now() - began);
    await sending;
    await caughtUp(this.shop.services.pool, ['inbox', 'learner'], PATIENCE_MS);
    return rate;
  }

  /** @param rate events a second, independent of the responses */
  async run(rate: number, forMs: number): Promise<Flooded> {
    const memory = watchMemory(this.shop);
    const sending = this.send({ forMs, rate });
    await this.said((message) => message === 'over');
    const peaks = memory.end();
    const backlog = await this.ask('SELECT coalesce(sum(count), 0) FROM inbox WHERE done_at IS NULL');
    const again = await this.again();
    const { offered, acknowledged, refused, seconds } = await sending;
    return {
      seconds,
      offered: offered / seconds,
      acknowledged: (acknowledged.length * BATCH) / seconds,
      refused,
      memory: peaks,
      backlog,
      ...again,
    };
  }

  /**
   * Returns the milliseconds from the end of the flood until a fresh event is in its live list as soon as normally, and
   * until no work is pending.
   */
  private async again(): Promise<Pick<Flooded, 'livesMs' | 'drainedMs' | 'learnedMs'>> {
    const began = performance.now();
    const since = () => performance.now() - began;
    const [lives, drainedMs] = await Promise.all([
      Promise.all(this.shop.living.map((probe) => probe.livesWithin(USUAL_MS))),
      caughtUp(this.shop.services.pool, ['inbox'], PATIENCE_MS).then(since),
    ]);
    await caughtUp(this.shop.services.pool, ['learner'], PATIENCE_MS);
    return { livesMs: Math.max(...lives), drainedMs, learnedMs: since() };
  }

  close(): void {
    this.client.disconnect();
  }

  private async send(task: { forMs: number; senders?: number; rate?: number }): Promise<Sent> {
    const { apis, others } = this.shop;
    const { firstEventAt } = this;
    this.client.send({ ...task, firstEventAt, ports: apis.map(({ port }) => port), apiKey: ADMIN_KEY });
    const sent = (await this.said((message) => message !== 'over')) as Sent;
    for (const batch of sent.acknowledged) others.acknowledged.push(...this.eventsOf(batch));
    for (const batch of [...sent.acknowledged, ...sent.unknown]) others.sent.push(...this.eventsOf(batch));
    return sent;
  }

  private said(wanted: (message: unknown) => boolean): Promise<unknown> {
    return new Promise((resolve) => {
      const hear = (message: unknown) => {
        if (!wanted(message)) return;
        this.client.off('message', hear);
        resolve(message);
      };
      this.client.on('message', hear);
    });
  }

  /** Reads one number from the database, and retries, because the database is busy too. */
  private async ask(sql: string): Promise<number> {
    const { services } = this.shop;
    const answer = await until(
      () => services.count(sql).catch(() => undefined),
      (n) => n !== undefined,
      PATIENCE_MS,
    );
    return answer as number;
  }

  private eventsOf(batch: number) {
    return Array.from({ length: BATCH }, (_, n) => floodEvent(batch * BATCH + n, this.firstEventAt));
  }
}
