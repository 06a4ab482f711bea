/** Many times more events than the shop can take, from clients that wait for nobody. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { BATCH, floodEvent } from '../../setup/flood-events';
import { ADMIN_KEY } from '../../setup/processes';
import { until } from '../../setup/until';
import type { FaultShop } from './fault-shop';
import { type MemoryPeaks, watchMemory } from './memory-peaks';

/** Requests at a time with which as much is sent as is taken. */
const SENDERS = 6;
const DAYS_AGO = 3 * 86_400_000;

/** What flood-client.js says. */
interface Sent {
  /** Batches by their numbers. */
  readonly acknowledged: readonly number[];
  /** Those of which nobody knows whether they were stored. */
  readonly unknown: readonly number[];
  /** Requests by code. */
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
}

export class Flood {
  private readonly firstEventAt = Date.now() - DAYS_AGO;
  private readonly client: ChildProcess = fork(path.resolve(__dirname, '../../setup/flood-client.js'));

  constructor(private readonly shop: FaultShop) {}

  /** As many events as are taken when each sender waits for its answer. @returns how many a second reach log and live state */
  async capacity(forMs: number): Promise<number> {
    const began = performance.now();
    const { acknowledged } = await this.send({ forMs, senders: SENDERS });
    await this.drained();
    return (acknowledged.length * BATCH * 1_000) / (performance.now() - began);
  }

  /** @param rate events a second, whatever becomes of them */
  async run(rate: number, forMs: number): Promise<Flooded> {
    const memory = watchMemory(this.shop);
    const { offered, acknowledged, refused, seconds } = await this.send({ forMs, rate });
    return {
      seconds,
      offered: offered / seconds,
      acknowledged: (acknowledged.length * BATCH) / seconds,
      refused,
      memory: memory.end(),
    };
  }

  /** Until everything accepted is in the log and learned. */
  async drained(boundMs = 120_000): Promise<void> {
    const { services } = this.shop;
    await until(
      () => services.count('SELECT count(*) FROM inbox WHERE done_at IS NULL'),
      (undone) => undone === 0,
      boundMs,
    );
    const newest = await services.count('SELECT position FROM log_position');
    await until(
      () => services.count(`SELECT position FROM leases WHERE name = 'learner'`),
      (told) => told >= newest,
      boundMs,
    );
  }

  close(): void {
    this.client.disconnect();
  }

  private async send(task: { forMs: number; senders?: number; rate?: number }): Promise<Sent> {
    const { apis, others } = this.shop;
    const { firstEventAt } = this;
    this.client.send({ ...task, firstEventAt, ports: apis.map(({ port }) => port), apiKey: ADMIN_KEY });
    const [sent] = (await once(this.client, 'message')) as [Sent];
    for (const batch of sent.acknowledged) others.acknowledged.push(...this.eventsOf(batch));
    for (const batch of [...sent.acknowledged, ...sent.unknown]) others.sent.push(...this.eventsOf(batch));
    return sent;
  }

  private eventsOf(batch: number) {
    return Array.from({ length: BATCH }, (_, n) => floodEvent(batch * BATCH + n, this.firstEventAt));
  }
}
