import type { Pool } from '../platform/postgres';
import { queryOne, queryRows } from '../platform/sql';
import type { PastParcelFilter } from './estimate/past-parcel-estimate';
import type { Scan, TransitStage } from './parcel';
import type { ShipmentRecord } from './shipment-event';
import { LANE, MS } from './shipment.store';

/** A parcel that was delivered to a customer. Times are in milliseconds since 1970 (UTC). */
export interface DeliveredParcel {
  readonly record: ShipmentRecord;
  readonly deliveredAt: number;
  /** In order of time. */
  readonly scans: readonly Pick<Scan, 'type' | 'at'>[];
}

/** When a delivered parcel reached a status, and when it was delivered, in milliseconds since 1970 (UTC). */
export interface PastTransit {
  readonly country: string | null;
  readonly stageAt: readonly number[];
  readonly deliveredAt: number;
}

/** SQL: the conditions of the indexes of delivered parcels. */
const DELIVERED = `delivered_at IS NOT NULL AND record->>'kind' = 'OUTBOUND'`;

/** Returns about `count` of the parcels that were delivered since a time, drawn by their ids; all, if there are fewer. */
export async function drawDelivered(pool: Pool, since: Date, count: number): Promise<DeliveredParcel[]> {
  const { total } = await queryOne<{ total: number }>(
    pool,
    `SELECT count(*)::int AS total FROM shipments WHERE ${DELIVERED} AND delivered_at >= $1`,
    [since],
  );
  return queryRows<DeliveredParcel>(
    pool,
    `SELECT record, ${MS('delivered_at')} AS "deliveredAt", coalesce((
       SELECT jsonb_agg(jsonb_build_object('type', scan->'type', 'at', scan->'at') ORDER BY n)
       FROM jsonb_array_elements(scans) WITH ORDINALITY AS listed (scan, n)
     ), '[]') AS scans
     FROM shipments WHERE ${DELIVERED} AND delivered_at >= $1 AND (hashtext(id) & 2147483647) % $2 = 0
     ORDER BY delivered_at LIMIT $3`,
    [since, Math.max(1, Math.round(total / count)), 2 * count],
  );
}

/** Returns the transits of the `count` parcels of a group that were delivered last until a time. */
export function readTransitsUntil(
  pool: Pool,
  { carrier, service, lane }: PastParcelFilter,
  stage: TransitStage,
  until: Date,
  count: number,
): Promise<PastTransit[]> {
  return queryRows<PastTransit>(
    pool,
    `SELECT record->>'country' AS country, ${MS('delivered_at')} AS "deliveredAt",
       ARRAY(SELECT (scan->>'at')::float8 FROM jsonb_array_elements(scans) scan WHERE scan->>'type' = $5) AS "stageAt"
     FROM shipments WHERE carrier = $2 AND ($3::text IS NULL OR coalesce(record->>'service', '') = $3)
       AND ($4::text IS NULL OR ${LANE} = $4) AND ${DELIVERED} AND delivered_at <= $6
     ORDER BY delivered_at DESC LIMIT $1`,
    [count, carrier, service === undefined ? null : (service ?? ''), lane ?? null, stage, until],
  );
}
