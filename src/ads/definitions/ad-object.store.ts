import { withLongTimeout, type PoolClient } from '../../platform/postgres';
import { execute, queryColumn, queryFirst, queryOne, queryRows, type SqlClient } from '../../platform/sql';
import type { AdDefinition, AdObjectKind, AdPlacementRecord, AdRecords, LineItemRecord } from './ad-records';

/** The reserves of a placement of a campaign. */
interface CampaignReserves
  extends Pick<AdPlacementRecord, 'reserveCpc' | 'reserveCpm'>, Pick<LineItemRecord, 'bidKind'> {
  readonly campaignId: string;
}

/** Returns all definitions of the ads. */
export function readAdDefinitions(client: SqlClient): Promise<AdDefinition[]> {
  return queryRows<AdDefinition>(client, withLongTimeout('SELECT kind, record FROM ad_objects ORDER BY kind, id'));
}

export async function findAdObject<Kind extends AdObjectKind>(
  client: SqlClient,
  kind: Kind,
  id: string,
): Promise<AdRecords[Kind] | undefined> {
  const row = await queryFirst<{ record: AdRecords[Kind] }>(client, {
    name: 'ad-object',
    text: 'SELECT record FROM ad_objects WHERE kind = $1 AND id = $2',
    values: [kind, id],
  });
  return row?.record;
}

/**
 * Returns up to `count` definitions of a kind in order of id.
 * @param after only those with a greater id
 * @param parentId only the campaigns of this advertiser, or the line items of this campaign
 */
export function pageOfAdObjects<Kind extends AdObjectKind>(
  client: SqlClient,
  kind: Kind,
  { after, count, parentId }: { readonly after?: string; readonly count: number; readonly parentId?: string | null },
): Promise<AdRecords[Kind][]> {
  return queryColumn<{ record: AdRecords[Kind] }>(
    client,
    `SELECT record FROM ad_objects
     WHERE kind = $1 AND ($2::text IS NULL OR id > $2 COLLATE "C") AND ($3::text IS NULL OR parent_id = $3)
     ORDER BY id COLLATE "C" LIMIT $4`,
    [kind, after ?? null, parentId ?? null, count],
  );
}

/**
 * Returns the reserves of the placements of campaigns, by the bid kinds of their line items that are not paused and bid at
 * least the reserve.
 */
export function readReserves(client: SqlClient, campaignIds: readonly string[]): Promise<CampaignReserves[]> {
  return queryRows<CampaignReserves>(
    client,
    `SELECT DISTINCT l.record->>'campaignId' AS "campaignId", l.record->>'bidKind' AS "bidKind",
       (p.record->>'reserveCpc')::float8 AS "reserveCpc", (p.record->>'reserveCpm')::float8 AS "reserveCpm"
     FROM ad_objects l CROSS JOIN LATERAL jsonb_array_elements_text(l.record->'placements') AS placement (id)
     JOIN ad_objects p ON p.kind = 'PLACEMENT' AND p.id = placement.id
     WHERE l.kind = 'LINE_ITEM' AND l.parent_id = ANY($1::text[]) AND NOT (l.record->>'isPaused')::boolean
       AND (l.record->>'bid')::float8 >= (p.record->>CASE l.record->>'bidKind' WHEN 'CPC' THEN 'reserveCpc' ELSE 'reserveCpm' END)::float8`,
    [campaignIds],
  );
}

/** Blocks other writers of definitions until the transaction ends. */
export async function lockAdObjects(client: PoolClient): Promise<void> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':ads', 0))`);
}

/** @param parentId count only the definitions of this advertiser or campaign */
export async function countAdObjects(client: PoolClient, kind: AdObjectKind, parentId?: string): Promise<number> {
  const row = await queryOne<{ count: number }>(
    client,
    'SELECT count(*)::int AS count FROM ad_objects WHERE kind = $1 AND ($2::text IS NULL OR parent_id = $2)',
    [kind, parentId ?? null],
  );
  return row.count;
}

/** Returns the number of a new line item. */
export async function nextLineItemNumber(client: PoolClient): Promise<number> {
  const row = await queryOne<{ number: number }>(
    client,
    'SELECT coalesce(max(number), 0) + 1 AS number FROM ad_objects',
  );
  return row.number;
}

export async function writeAdObject(
  client: PoolClient,
  definition: AdDefinition,
  parentId: string | null,
): Promise<void> {
  const { kind, record } = definition;
  await execute(
    client,
    `INSERT INTO ad_objects (kind, id, parent_id, number, record) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (kind, id) DO UPDATE SET record = excluded.record`,
    [kind, record.id, parentId, definition.kind === 'LINE_ITEM' ? definition.record.number : null, record],
  );
}

/** A change of a definition, for the audit trail. Billing reads the budgets of each position here. */
export interface AdChangeRecord {
  readonly position: number;
  readonly kind: AdObjectKind;
  readonly objectId: string;
  /** The id of the API key. */
  readonly keyId: string;
  readonly changedAt: string;
  readonly before: AdRecords[AdObjectKind] | null;
  readonly after: AdRecords[AdObjectKind];
}

export async function writeAdChange(client: PoolClient, change: AdChangeRecord): Promise<void> {
  const { position, kind, objectId, keyId, changedAt, before, after } = change;
  await execute(
    client,
    `INSERT INTO ad_changes (position, kind, object_id, key_id, changed_at, before, after)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [position, kind, objectId, keyId, changedAt, before, after],
  );
}

/** Returns up to `count` changes, the newest first. @param before only those at earlier log positions */
export function pageOfAdChanges(
  client: SqlClient,
  { before, count, objectId }: { readonly before?: number; readonly count: number; readonly objectId?: string | null },
): Promise<AdChangeRecord[]> {
  return queryRows<AdChangeRecord>(
    client,
    `SELECT position, kind, object_id AS "objectId", key_id AS "keyId",
       to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "changedAt", before, after
     FROM ad_changes WHERE ($1::bigint IS NULL OR position < $1) AND ($2::text IS NULL OR object_id = $2)
     ORDER BY position DESC LIMIT $3`,
    [before ?? null, objectId ?? null, count],
  );
}
