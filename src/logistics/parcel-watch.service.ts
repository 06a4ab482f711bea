import { setImmediate } from 'node:timers/promises';
import type { EventLog } from '../events/event-log';
import { shipmentIdOf } from '../events/log-event';
import { historicalChange } from '../events/historical-change';
import type { StoredEvent } from '../events/stored-event';
import type { Lease } from '../platform/lease';
import { LeasedLoop, type LeasedWork } from '../platform/leased-loop';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { DeliveryEstimates } from './delivery-estimates.service';
import { openNotices, type Notice } from './parcel-notices';
import { eventOfNotice, idOfNotice } from './shipment-event';
import { withdrawalTime } from '../orders/withdrawal-time';
import {
  lockUnchanged,
  postponeChecks,
  readDueShipments,
  readNotice,
  type LoggedNotice,
  type StoredShipment,
} from './shipment.store';

const LEASE_NAME = 'parcel-watch';
const LEASE_MS = 5_000;
/** Interval at which workers without the lease try to acquire it. */
const ACQUIRE_MS = 1_000;
/** Pause between two sweeps. */
const SWEEP_MS = 1_000;
/** Maximum number of parcels that are examined at once. */
const MAX_PARCELS = 500;
/** Maximum number of parcels that are examined without a pause. */
const MAX_EXAMINED = 20;
/** When a parcel that could not be examined is examined again. */
const RETRY_MS = 10 * 60_000;
/** Notices of what was longer ago are history, such as that of an import: they advance no watermark. */
const HISTORY_MS = 2 * 86_400_000;

export interface ParcelWatchOptions {
  readonly pool: Pool;
  readonly eventLog: EventLog;
  readonly estimates: Pick<DeliveryEstimates, 'stuckAt'>;
  readonly log: Logger;
  /** How long a parcel is not called late after its promise, or after the promise was recorded. */
  readonly lateGraceMs: number;
}

interface ExaminedNotice {
  readonly event: StoredEvent;
  /** Whether it is about what was long ago. */
  readonly isHistory: boolean;
}

interface Examined {
  readonly shipment: StoredShipment;
  readonly notices: readonly ExaminedNotice[];
  /** What is to be noticed later, at the earliest; null for nothing. */
  readonly dueAt: Date | null;
}

/**
 * Records what happens to parcels without a scan that says so: that they are late, or no longer, or stuck. It also records deliveries
 * and first exceptions with the lane and the duration, which streams need. One worker does so at a time. A repeated
 * sweep records nothing twice, because each notice is part of the stored shipment.
 */
export class ParcelWatch {
  private readonly loop: LeasedLoop;

  constructor(private readonly options: ParcelWatchOptions) {
    this.loop = new LeasedLoop({
      pool: options.pool,
      log: options.log,
      name: LEASE_NAME,
      leaseMs: LEASE_MS,
      acquireMs: ACQUIRE_MS,
      retryMs: ACQUIRE_MS,
      failure: 'parcels not examined; retrying',
      begin: (lease) => this.sweepWith(lease),
    });
  }

  /** Runs until {@link close}. */
  async run(): Promise<void> {
    await this.loop.run();
  }

  /** Ends {@link run} after the current transaction. */
  close(): void {
    this.loop.close();
  }

  private sweepWith(lease: Lease): LeasedWork {
    let swept = 0;
    const run = async () => {
      while (!this.loop.isClosing && lease.held) {
        const parcels = await this.sweep();
        swept += parcels;
        if (parcels < MAX_PARCELS) await this.loop.pause(SWEEP_MS);
      }
    };
    return { run, position: () => swept };
  }

  /** Examines the parcels that are due, up to 500 of them. @returns their number */
  async sweep(): Promise<number> {
    const { pool } = this.options;
    const now = Date.now();
    const due = await readDueShipments(pool, new Date(now), MAX_PARCELS);
    const examined: Examined[] = [];
    for (let at = 0; at < due.length; at += MAX_EXAMINED) {
      const page = due.slice(at, at + MAX_EXAMINED);
      examined.push(...(await Promise.all(page.map((shipment) => this.examine(shipment, now)))));
      // The same process ingests events.
      await setImmediate();
    }
    const history = withNotices(examined, ({ isHistory }) => isHistory);
    if (history.length > 0) await this.record(history, now, true);
    // A parcel with history has changed: its news are recorded in the next sweep.
    const hasHistory = new Set(history.map(({ shipment }) => shipment.id));
    const others = examined.filter(({ shipment }) => !hasHistory.has(shipment.id));
    const news = withNotices(others, () => true);
    if (news.length > 0) await this.record(news, now, false);
    await postponeChecks(
      pool,
      others.filter(({ notices }) => notices.length === 0),
    );
    return due.length;
  }

  /** A parcel that can't be examined is logged and examined again later, so that it does not delay the others. */
  private async examine(shipment: StoredShipment, now: number): Promise<Examined> {
    try {
      const stuckAt = await this.options.estimates.stuckAt(shipment);
      const open = openNotices(shipment, stuckAt, this.options.lateGraceMs);
      const due = open.filter(({ dueAt }) => dueAt <= now);
      const later = open.filter(({ dueAt }) => dueAt > now).map(({ dueAt }) => dueAt);
      return {
        shipment,
        notices: await Promise.all(due.map((notice) => this.eventOf(shipment, notice, now))),
        dueAt: later.length === 0 ? null : new Date(Math.min(...later)),
      };
    } catch (error) {
      this.options.log.warn({ shipment: shipment.id, error: (error as Error).message }, 'parcel not examined');
      return { shipment, notices: [], dueAt: new Date(now + RETRY_MS) };
    }
  }

  /**
   * Returns the event of a notice. That a parcel is not late or delivered after all repeats the event that said so, with
   * its time, its carrier and its lane: streams then take it out of the window and the group that have counted it. If
   * that is longer ago than they wait for events, the event has the present time, and the other time as `since`.
   */
  private async eventOf(shipment: StoredShipment, notice: Notice, now: number): Promise<ExaminedNotice> {
    const event = eventOfNotice(shipment, notice);
    const { late, delivery } = shipment.noticed;
    const isOfDelivery = notice.name.startsWith('parcel_delivered');
    const [name, before] = isOfDelivery ? (['parcel_delivered', delivery] as const) : (['parcel_late', late] as const);
    const former =
      notice.number !== undefined && before !== undefined
        ? await readNotice(this.options.pool, idOfNotice(shipment.id, name, before.number), before.at)
        : undefined;
    // If subscribers and webhooks have heard of the notice before, they hear what follows.
    const isHistory = notice.at < now - HISTORY_MS && (former?.backfill ?? true);
    if (former === undefined || !notice.name.endsWith('_withdrawn')) return { event, isHistory };
    return { event: withdrawalOf(event, former, now), isHistory };
  }

  /** Appends the notices of those shipments that have not changed meanwhile. The others are examined again. */
  private async record(examined: readonly Examined[], now: number, backfill: boolean): Promise<void> {
    const receivedAt = new Date(now);
    await this.options.eventLog.commit(async ({ client, append }) => {
      const ids = new Set(
        await lockUnchanged(
          client,
          examined.map(({ shipment }) => shipment),
        ),
      );
      const unchanged = examined.filter(({ shipment }) => ids.has(shipment.id));
      const events = unchanged.flatMap(({ notices }) => notices.map(({ event }) => event));
      if (events.length === 0) return { change: null };
      const { inserted } = await append(events, { receivedAt: () => receivedAt, backfill });
      // The log refuses events of parcels that are being erased. They must not be due for ever.
      const recorded = new Set(inserted.map(({ id }) => shipmentIdOf(id)));
      await postponeChecks(
        client,
        unchanged.filter(({ shipment }) => !recorded.has(shipment.id)),
      );
      if (inserted.length === 0) return { change: null };
      return { change: backfill ? historicalChange(inserted) : { events: inserted } };
    });
  }
}

/**
 * Returns the event that withdraws a notice.
 * @param event with the time of the notice
 * @param former the logged event of the notice
 */
export function withdrawalOf(event: StoredEvent, former: LoggedNotice, now: number): StoredEvent {
  const { occurredAt: since } = event;
  // Of an import, streams read both again.
  const occurredAt = former.backfill ? since : withdrawalTime(since, former.receivedAt, now);
  const properties = { ...former.properties, ...(occurredAt === since ? {} : { since }) };
  return { ...event, occurredAt, properties };
}

/** Returns the parcels that have such notices, without their other notices. */
function withNotices(examined: readonly Examined[], matches: (notice: ExaminedNotice) => boolean): Examined[] {
  return examined
    .map((each) => ({ ...each, notices: each.notices.filter(matches) }))
    .filter(({ notices }) => notices.length > 0);
}
