import type { TimeCursor } from '../graphql/connection';
import { canonicalJson } from '../platform/canonical-json';
import { withLongTimeout, type Pool, type PoolClient } from '../platform/postgres';
import { execute, queryColumn, queryOne, queryRows } from '../platform/sql';
import { subjectOfShipment } from '../events/log-event';
import type { PastParcelFilter } from './estimate/past-parcel-estimate';
import type { RecordedScan, ShipmentRecord } from './shipment-event';
import type { ShipmentStatus } from './shipment-state';
import { isStuck, nextCheck } from './parcel-notices';
import { openPromise, stateOfShipment, type Noticed, type ShipmentVoids, type TrackedShipment } from './shipment';

/** A shipment as it is stored. */
export interface StoredShipment extends TrackedShipment {
  /** Number of changes. */
  readonly revision: number;
}

interface ShipmentRow {
  readonly id: string;
  readonly record: ShipmentRecord | null;
  readonly recordAt: number | null;
  readonly scans: readonly RecordedScan[];
  readonly voids: ShipmentVoids;
  readonly startedAt: number;
  readonly noticed: Noticed;
  readonly revision: number;
}

export const MS = (column: string) => `round(date_part('epoch', ${column}) * 1000)`;
const COLUMNS = `id, record, ${MS('record_at')} AS "recordAt", scans, voids, ${MS('started_at')} AS "startedAt", noticed, revision`;

/**
 * Locks the rows of shipments until the transaction ends, and creates those that are missing. Rows are locked in the
 * order of their ids, as by all statements of this file, so that transactions can't deadlock.
 * @returns the shipments that had events before, by id
 */
export async function lockShipments(client: PoolClient, ids: readonly string[]): Promise<Map<string, StoredShipment>> {
  await execute(client, {
    name: 'create-shipments',
    text: `INSERT INTO shipments (id, started_at) SELECT id, to_timestamp(0) FROM unnest($1::text[]) AS asked (id)
           ORDER BY id ON CONFLICT (id) DO NOTHING`,
    values: [ids],
  });
  return lockStoredShipments(client, ids);
}

/** Locks the rows of stored shipments until the transaction ends. @returns the shipments, by id */
export async function lockStoredShipments(
  client: PoolClient,
  ids: readonly string[],
): Promise<Map<string, StoredShipment>> {
  const rows = await queryRows<ShipmentRow>(client, {
    name: 'lock-shipments',
    text: `SELECT ${COLUMNS} FROM shipments WHERE id = ANY($1) ORDER BY id FOR UPDATE`,
    values: [ids],
  });
  return new Map(rows.filter(({ revision }) => revision > 0).map((row) => [row.id, toShipment(row)]));
}

/**
 * Writes shipments after new events. The caller has locked them with {@link lockShipments}. Each column is an array with
 * JSON as text, because json_populate_recordset takes five times as long as the update itself.
 * @param before those of them that had events before
 */
export async function writeShipments(
  client: PoolClient,
  shipments: readonly TrackedShipment[],
  before: readonly TrackedShipment[],
): Promise<void> {
  const rows = shipments.map(writtenOf);
  const former = new Map(before.map((shipment) => [shipment.id, shipment]));
  await execute(client, {
    name: 'write-shipments',
    text: `UPDATE shipments s SET order_id = w.order_id, carrier = w.carrier, record = w.record::json,
             record_at = w.record_at, scans = w.scans::json, voids = w.voids::json, status = w.status,
             promised_at = w.promised_at,
             delivered_at = w.delivered_at, started_at = w.started_at,
             noticed = w.noticed::json, is_stuck = w.is_stuck, due_at = w.due_at,
             awaits_order = s.awaits_order OR w.awaits_order,
             lost_delivery = s.lost_delivery OR w.lost_delivery,
             revision = s.revision + 1
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[],
             $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::boolean[], $13::timestamptz[],
             $14::text[], $15::boolean[], $16::boolean[])
             AS w (id, order_id, carrier, record, record_at, scans, status, promised_at, delivered_at, started_at,
               noticed, is_stuck, due_at, voids, lost_delivery, awaits_order)
           WHERE s.id = w.id`,
    values: [
      rows.map(({ id }) => id),
      rows.map(({ orderId }) => orderId),
      rows.map(({ carrier }) => carrier),
      rows.map(({ record }) => record && JSON.stringify(record)),
      rows.map(({ recordAt }) => isoTime(recordAt)),
      rows.map(({ scans }) => JSON.stringify(scans)),
      rows.map(({ status }) => status),
      rows.map(({ promisedAt }) => isoTime(promisedAt)),
      rows.map(({ deliveredAt }) => isoTime(deliveredAt)),
      rows.map(({ startedAt }) => isoTime(startedAt)),
      rows.map(({ noticed }) => JSON.stringify(noticed)),
      rows.map(({ isStuck }) => isStuck),
      shipments.map((shipment) => isoTime(nextCheck(shipment) ?? null)),
      rows.map(({ voids }) => JSON.stringify(voids)),
      shipments.map((shipment) => hasLostDelivery(former.get(shipment.id), shipment)),
      shipments.map((shipment) => awaitsOrder(former.get(shipment.id), shipment)),
    ],
  });
}

/** The statuses of parcels that may be the last one that an order has waited for. */
const ENDED: readonly ShipmentStatus[] = ['DELIVERED', 'RETURNING', 'RETURNED', 'VOIDED'];

/**
 * Returns whether the order of a parcel may have to follow it: the parcel has ended, its delivery was taken back, or
 * another record of it says that it holds other units.
 */
function awaitsOrder(before: TrackedShipment | undefined, after: TrackedShipment): boolean {
  const [former, record] = [before?.newest?.record, after.newest?.record];
  if (record === undefined) return false;
  const hasEnded = record.kind === 'OUTBOUND' && ENDED.includes(stateOfShipment(after).status);
  if (hasEnded || hasLostDelivery(before, after)) return true;
  const contentOf = ({ kind, units }: ShipmentRecord) => canonicalJson({ kind, units });
  return former !== undefined && contentOf(former) !== contentOf(record);
}

function hasLostDelivery(before: TrackedShipment | undefined, after: TrackedShipment): boolean {
  const arrival = before === undefined ? null : arrivalOf(before);
  return arrival !== null && arrival !== arrivalOf(after);
}

/** Returns when a parcel to a customer was delivered, in milliseconds since 1970 (UTC); null if it was not. */
function arrivalOf(shipment: TrackedShipment): number | null {
  return shipment.newest?.record.kind === 'OUTBOUND' ? stateOfShipment(shipment).arrivedAt : null;
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function toShipment({ record, recordAt, ...row }: ShipmentRow): StoredShipment {
  const { id, scans, voids, startedAt, noticed, revision } = row;
  return {
    id,
    scans,
    voids,
    startedAt,
    noticed,
    revision,
    newest: record === null || recordAt === null ? null : { updatedAt: recordAt, record },
  };
}

export async function readShipments(db: Pool | PoolClient, ids: readonly string[]): Promise<StoredShipment[]> {
  const rows = await queryRows<ShipmentRow>(db, {
    name: 'shipments-by-id',
    text: `SELECT ${COLUMNS} FROM shipments WHERE id = ANY($1)`,
    values: [ids],
  });
  return rows.map(toShipment);
}

/** Maximum number of parcels of an order. */
export const MAX_SHIPMENTS_PER_ORDER = 100;

/** A stored shipment as {@link writeShipments} has written it. Times are in milliseconds since 1970 (UTC). */
export interface WrittenShipment {
  readonly id: string;
  readonly orderId: string | null;
  readonly carrier: string | null;
  readonly record: ShipmentRecord | null;
  readonly recordAt: number | null;
  readonly scans: readonly RecordedScan[];
  readonly voids: ShipmentVoids;
  readonly status: string;
  /** Null of a shipment that is voided or was delivered by then. */
  readonly promisedAt: number | null;
  readonly deliveredAt: number | null;
  readonly startedAt: number;
  readonly noticed: Noticed;
  readonly isStuck: boolean;
}

export function readWritten(client: PoolClient, ids: readonly string[]): Promise<WrittenShipment[]> {
  return queryRows<WrittenShipment>(
    client,
    `SELECT id, order_id AS "orderId", carrier, record, ${MS('record_at')} AS "recordAt", scans, voids, status,
       ${MS('promised_at')} AS "promisedAt", ${MS('delivered_at')} AS "deliveredAt", ${MS('started_at')} AS "startedAt",
       noticed, is_stuck AS "isStuck"
     FROM shipments WHERE id = ANY($1)`,
    [ids],
  );
}

/** Returns what {@link readWritten} should find of a shipment. */
export function writtenOf(shipment: TrackedShipment): WrittenShipment {
  const { id, newest, scans, voids, startedAt, noticed } = shipment;
  const record = newest?.record ?? null;
  const { status, deliveredAt } = stateOfShipment(shipment);
  return {
    id,
    orderId: record?.orderId ?? null,
    carrier: record?.carrier ?? null,
    record,
    recordAt: newest?.updatedAt ?? null,
    scans,
    voids,
    status,
    promisedAt: openPromise(shipment),
    deliveredAt,
    startedAt,
    noticed,
    isStuck: isStuck(shipment),
  };
}

/** Returns the shipments of an order that are not voided, the oldest first. */
export async function readShipmentsOfOrder(db: Pool | PoolClient, orderId: string): Promise<StoredShipment[]> {
  const rows = await queryRows<ShipmentRow>(db, {
    name: 'shipments-of-order',
    text: `SELECT ${COLUMNS} FROM shipments WHERE order_id = $1 AND status <> 'VOIDED' ORDER BY started_at, id LIMIT $2`,
    values: [orderId, MAX_SHIPMENTS_PER_ORDER],
  });
  return rows.map(toShipment);
}

/** A shipment of an order that is examined. */
export interface ExaminedShipment extends StoredShipment {
  /** Whether its delivery was taken back, or has another time, since the order was examined. */
  readonly lostDelivery: boolean;
}

/** Returns all shipments of an order, also those that are voided. */
export async function readShipmentsToExamine(db: PoolClient, orderId: string): Promise<ExaminedShipment[]> {
  const rows = await queryRows<ShipmentRow & { readonly lostDelivery: boolean }>(db, {
    name: 'shipments-to-examine',
    text: `SELECT ${COLUMNS}, lost_delivery AS "lostDelivery" FROM shipments WHERE order_id = $1 ORDER BY id`,
    values: [orderId],
  });
  return rows.map((row) => ({ ...toShipment(row), lostDelivery: row.lostDelivery }));
}

/** Returns the orders of those given shipments that have a record, by shipment. */
export async function readOrderIds(client: PoolClient, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await queryRows<{ id: string; orderId: string }>(client, {
    name: 'orders-of-shipments',
    text: `SELECT id, order_id AS "orderId" FROM shipments WHERE id = ANY($1) AND order_id IS NOT NULL`,
    values: [ids],
  });
  return new Map(rows.map(({ id, orderId }) => [id, orderId]));
}

/** Returns how many shipments these orders have, by order. Those that are voided do not count. */
export async function countShipments(client: PoolClient, orderIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await queryRows<{ orderId: string; count: number }>(client, {
    name: 'shipments-per-order',
    text: `SELECT order_id AS "orderId", count(*)::int AS count FROM shipments WHERE order_id = ANY($1) AND status <> 'VOIDED' GROUP BY 1`,
    values: [orderIds],
  });
  return new Map(rows.map(({ orderId, count }) => [orderId, count]));
}

export interface ShipmentFilter {
  readonly statuses: readonly ShipmentStatus[] | null;
  readonly carrier: string | null;
  readonly orderId: string | null;
  /** In upper or lower case. */
  readonly trackingNumber: string | null;
  /** Whether the promised time has passed without, or before, the delivery. */
  readonly isLate: boolean | null;
  /** Whether no scan has arrived for unusually long. */
  readonly isStuck: boolean | null;
  /** The name of the origin, or its country. */
  readonly origin: string | null;
  /** Country of the destination. */
  readonly country: string | null;
  /** Whether a record has arrived, not only scans. */
  readonly isRecorded: boolean | null;
}

/** SQL: a shipment that was delivered too late, and one that is late now. Each condition has an index. */
const LATE_CONDITIONS = ['delivered_at > promised_at', 'delivered_at IS NULL AND promised_at < now()'];

/** Returns one page of shipments, those that began last first. */
export async function pageOfShipments(
  pool: Pool,
  filter: ShipmentFilter,
  after: TimeCursor | undefined,
  count: number,
): Promise<StoredShipment[]> {
  const isStuck = filter.isStuck === null ? '' : filter.isStuck ? 'AND is_stuck' : 'AND NOT is_stuck';
  const select = (condition: string) => `
    (SELECT ${COLUMNS}, started_at FROM shipments
     WHERE ($1::text[] IS NULL OR status = ANY($1)) AND ($2::text IS NULL OR carrier = $2)
       AND ($3::text IS NULL OR order_id = $3) AND ($4::boolean IS NULL OR (order_id IS NOT NULL) = $4)
       AND ($5::timestamptz IS NULL OR (started_at, id) < ($5, $6::text)) AND ${condition} ${isStuck}
       AND ($8::text IS NULL OR coalesce(record->>'origin', record->>'originCountry') = $8)
       AND ($9::text IS NULL OR record->>'country' = $9)
       AND ($10::text IS NULL OR lower(record->>'trackingNumber') = lower($10))
     ORDER BY started_at DESC, id DESC LIMIT $7)`;
  const isNotLate = LATE_CONDITIONS.map((condition) => `(${condition}) IS NOT TRUE`).join(' AND ');
  // Without this, the index of those that were delivered late would be read to its end.
  const isOpen = filter.statuses !== null && !filter.statuses.includes('DELIVERED');
  const late = isOpen ? LATE_CONDITIONS.slice(1) : LATE_CONDITIONS;
  const conditions = filter.isLate === null ? ['true'] : filter.isLate ? late : [isNotLate];
  const rows = await queryRows<ShipmentRow>(
    pool,
    `SELECT id, record, "recordAt", scans, voids, "startedAt", noticed, revision FROM (${conditions.map(select).join(' UNION ALL ')}) page
     ORDER BY started_at DESC, id DESC LIMIT $7`,
    [
      ...[filter.statuses, filter.carrier, filter.orderId, filter.isRecorded],
      ...[after?.time ?? null, after?.texts[0] ?? null, count, filter.origin, filter.country],
      filter.trackingNumber,
    ],
  );
  return rows.map(toShipment);
}

/** SQL of `laneOfRecord`, as in the index. */
export const LANE = `coalesce(record->>'origin', record->>'originCountry', '') || ' → ' || coalesce(record->>'country', '') || ' → ' ||
  coalesce(record->>'postcodePrefix', '')`;

/** Returns the shipments to customers that were delivered last, `count` of them at most. */
export async function readDelivered(
  pool: Pool,
  { carrier, service, lane }: PastParcelFilter,
  count: number,
): Promise<StoredShipment[]> {
  const rows = await queryRows<ShipmentRow>(
    pool,
    `SELECT ${COLUMNS} FROM shipments WHERE carrier = $2 AND ($3::text IS NULL OR coalesce(record->>'service', '') = $3)
       AND ($4::text IS NULL OR ${LANE} = $4) AND delivered_at IS NOT NULL AND record->>'kind' = 'OUTBOUND'
     ORDER BY delivered_at DESC LIMIT $1`,
    [count, carrier, service === undefined ? null : (service ?? ''), lane ?? null],
  );
  return rows.map(toShipment);
}

/** Number of orders whose delivered parcels are examined at once. */
const MAX_AWAITED_ORDERS = 100;

/** Returns orders some of whose parcels have ended, or whose units have changed, and that were not examined since. */
export function readAwaitedOrders(pool: Pool): Promise<string[]> {
  return queryColumn<{ orderId: string }>(pool, {
    name: 'awaited-orders',
    text: 'SELECT DISTINCT order_id AS "orderId" FROM shipments WHERE awaits_order LIMIT $1',
    values: [MAX_AWAITED_ORDERS],
  });
}

/** SQL: the ids of the shipments that fulfil a condition, locked in the order of their ids. */
const LOCKED_WHERE = (condition: string) => `(SELECT id FROM shipments WHERE ${condition} ORDER BY id FOR UPDATE)`;

const ENDED_LIST = ENDED.map((status) => `'${status}'`).join(', ');

/** Makes a worker examine these orders again, because units of them were cancelled or returned. */
export async function awaitOrders(client: PoolClient, orderIds: readonly string[]): Promise<void> {
  await execute(client, {
    name: 'await-orders',
    text: `UPDATE shipments SET awaits_order = true, revision = revision + 1
           WHERE id IN ${LOCKED_WHERE(`order_id = ANY($1) AND status IN (${ENDED_LIST}) AND NOT awaits_order`)}
             AND record->>'kind' = 'OUTBOUND'`,
    values: [orderIds],
  });
}

/**
 * Records that the order of these shipments was examined. A shipment that has changed meanwhile is examined again.
 * @param hasMoved whether the order was moved. Then a change counts as a lost delivery, because another worker may have
 *   examined it before the move
 */
export async function recordExamined(
  pool: Pool,
  shipments: readonly StoredShipment[],
  hasMoved: boolean,
): Promise<void> {
  await execute(
    pool,
    `WITH locked AS MATERIALIZED ${LOCKED_WHERE('id = ANY($1::text[])')}
     UPDATE shipments s SET awaits_order = s.revision <> seen.revision, lost_delivery = s.revision <> seen.revision
     FROM locked, unnest($1::text[], $2::bigint[]) AS seen (id, revision)
     WHERE s.id = locked.id AND s.id = seen.id AND (s.revision = seen.revision OR $3)`,
    [shipments.map(({ id }) => id), shipments.map(({ revision }) => revision), hasMoved],
  );
}

/** Returns the ids of the shipments in these orders. */
export function shipmentsOfOrders(client: PoolClient, orderIds: readonly string[]): Promise<string[]> {
  return queryColumn<{ id: string }>(
    client,
    withLongTimeout('SELECT id FROM shipments WHERE order_id = ANY($1)', [orderIds]),
  );
}

/** Deletes the shipments among these subjects. Their events are deleted with those of the log. */
export async function eraseFromShipments(client: PoolClient, subjects: readonly string[]): Promise<void> {
  const ids = subjects.filter((name) => name.startsWith(subjectOfShipment(''))).map((name) => name.slice(2));
  await execute(client, withLongTimeout(`DELETE FROM shipments WHERE id IN ${LOCKED_WHERE('id = ANY($1)')}`, [ids]));
}

/** Returns the shipments of which something may have to be noticed now, those first that have waited longest. */
export async function readDueShipments(pool: Pool, now: Date, count: number): Promise<StoredShipment[]> {
  const rows = await queryRows<ShipmentRow>(pool, {
    name: 'due-shipments',
    text: `SELECT ${COLUMNS} FROM shipments WHERE due_at <= $1 ORDER BY due_at LIMIT $2`,
    values: [now, count],
  });
  return rows.map(toShipment);
}

export interface LoggedNotice {
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly backfill: boolean;
  /** In milliseconds since 1970 (UTC). */
  readonly receivedAt: number;
}

/** Returns the event of a notice, given its id and time in milliseconds since 1970; undefined if the log has none. */
export async function readNotice(pool: Pool, id: string, at: number): Promise<LoggedNotice | undefined> {
  const rows = await queryRows<LoggedNotice>(
    pool,
    `SELECT properties, backfill, ${MS('received_at')} AS "receivedAt" FROM events
     WHERE source = 'LOGISTICS' AND id = $1 AND occurred_at = to_timestamp($2::float8 / 1000.0)`,
    [id, at],
  );
  return rows[0];
}

/** Locks those of the shipments that have not changed since they were read. @returns their ids */
export function lockUnchanged(client: PoolClient, shipments: readonly StoredShipment[]): Promise<string[]> {
  return queryColumn<{ id: string }>(client, {
    name: 'lock-unchanged-shipments',
    text: `SELECT id FROM shipments JOIN unnest($1::text[], $2::bigint[]) AS seen (id, revision) USING (id, revision)
           ORDER BY id FOR UPDATE OF shipments`,
    values: [shipments.map(({ id }) => id), shipments.map(({ revision }) => revision)],
  });
}

/** Sets when these shipments are due next, unless they have changed since they were read. */
export async function postponeChecks(
  db: Pool | PoolClient,
  checks: readonly { readonly shipment: StoredShipment; readonly dueAt: Date | null }[],
): Promise<void> {
  if (checks.length === 0) return;
  await execute(
    db,
    `WITH locked AS MATERIALIZED ${LOCKED_WHERE('id = ANY($1::text[])')}
     UPDATE shipments s SET due_at = seen.due_at
     FROM locked, unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS seen (id, revision, due_at)
     WHERE s.id = locked.id AND s.id = seen.id AND s.revision = seen.revision`,
    [
      checks.map(({ shipment }) => shipment.id),
      checks.map(({ shipment }) => shipment.revision),
      checks.map(({ dueAt }) => dueAt),
    ],
  );
}

/** Returns the number of parcels that have scans, not all of them voided, and no record, and the age (ms) of the oldest of their first scans. */
export function measureUnrecordedShipments(pool: Pool): Promise<{ count: number; oldestAgeMs: number }> {
  return queryOne<{ count: number; oldestAgeMs: number }>(
    pool,
    `SELECT count(*)::int AS count, coalesce(date_part('epoch', now() - min(started_at)) * 1000, 0) AS "oldestAgeMs"
     FROM shipments WHERE order_id IS NULL AND scans <> '[]'`,
  );
}
