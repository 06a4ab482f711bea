import { AD_TOKEN_KEY, AD_TOKEN_LENGTHS, AD_TOKEN_PREFIX, adTokenKeys, type AdTokenKeys } from '../../auth/ad-token';
import { followerPosition, lockFollower, storeFollowerPosition } from '../../events/follower.store';
import { withIdentityRanges } from '../../events/identity-ranges.store';
import { addCounts } from '../../platform/add-counts';
import { withLongTimeout, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryOne, queryRows, type SqlClient } from '../../platform/sql';
import { AD_BILLING_LEASE } from './ad-topics';
import {
  isValidOutcome,
  LOOK_BACK_MS,
  type AdEvent,
  type AdEventType,
  type AdPurchase,
  type CampaignTerms,
  type LedgerEntry,
  type LineItemTerms,
  type RecentEntry,
  type RecentPurchase,
  type SubjectMerge,
} from './judge-ad-events';

const MILLISECONDS = (column: string) => `round(extract(epoch FROM ${column}) * 1000)::float8`;
const ENTRY = `position, sequence, ${MILLISECONDS('received_at')} AS "receivedAt", ${MILLISECONDS('occurred_at')} AS "occurredAt", type, outcome, subject, decision, slot,
  line_item AS "lineItem", campaign_id AS "campaignId", product_id AS "productId", placement, exploration, price, charged,
  probability, to_char(day, 'YYYY-MM-DD') AS day`;
/** Whether an entry of the ledger counts as an impression or a click: see `isValidOutcome`. */
export const IS_VALID = `outcome IN ('CHARGED', 'FREE', 'COUNTED')`;

/** Blocks other billing and erasures until the transaction ends. @returns the log position that the ledger covers */
export function lockLedger(client: PoolClient): Promise<number> {
  return lockFollower(client, AD_BILLING_LEASE);
}

/** Returns the newest log position, and whether a line item was defined up to it. */
export async function readFirstLineItem(client: PoolClient): Promise<{ newest: number; hasLineItems: boolean }> {
  // Two statements: the second one sees everything that the first one's position covers.
  const { newest } = await queryOne<{ newest: number }>(
    client,
    'SELECT position AS newest FROM log_position WHERE id = 1',
  );
  const { hasLineItems } = await queryOne<{ hasLineItems: boolean }>(
    client,
    `SELECT EXISTS (SELECT FROM ad_objects WHERE kind = 'LINE_ITEM') AS "hasLineItems"`,
  );
  return { newest, hasLineItems };
}

/**
 * Reads the events with tokens between two log positions (the first one excluded), in the order of the log. Joins batch
 * by batch: otherwise, a plan made while the log was small would scan the whole log even after it has grown.
 */
export function readAdEvents(client: PoolClient, after: number, until: number): Promise<AdEvent[]> {
  return queryRows<AdEvent>(client, AD_EVENTS, [after, until]);
}

/** SQL: the group of a product at a log position. */
const groupAt = (productId: string, position: string) => `(
  SELECT facts->>'groupId' FROM product_versions WHERE id = ${productId} AND product_versions.position <= ${position}
  ORDER BY product_versions.position DESC LIMIT 1) AS "groupId"`;

const AD_EVENTS = `
  SELECT b.position, e.* FROM (
    SELECT position, batch FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position
  ) b CROSS JOIN LATERAL (
    SELECT sequence, type, ${MILLISECONDS('received_at')} AS "receivedAt", ${MILLISECONDS('occurred_at')} AS "occurredAt", subject, customer_id AS "customerId",
      session_id AS "sessionId", product_id AS "productId", ${groupAt('events.product_id', 'b.position')},
      request_id AS "requestId"
    FROM events
    WHERE batch = b.batch AND type IN ('IMPRESSION', 'CLICK') AND starts_with(request_id, '${AD_TOKEN_PREFIX}')
      AND length(request_id) BETWEEN ${AD_TOKEN_LENGTHS.min} AND ${AD_TOKEN_LENGTHS.max}
      AND subject IS NOT NULL
    ORDER BY sequence OFFSET 0
  ) e ORDER BY b.position, e.sequence`;

export function readMergesBetween(client: PoolClient, after: number, until: number): Promise<SubjectMerge[]> {
  return queryRows<SubjectMerge>(
    client,
    `SELECT position, from_subject AS "from", into_subject AS into FROM merges
     WHERE position > $1 AND position <= $2 ORDER BY position`,
    [after, until],
  );
}

/** Returns the entries of erased people in a range of the log. */
export function readErasedEntries(client: PoolClient, after: number, until: number): Promise<LedgerEntry[]> {
  return queryRows<LedgerEntry>(
    client,
    `SELECT ${ENTRY} FROM ad_ledger WHERE position > $1 AND position <= $2 AND subject IS NULL
     ORDER BY position, sequence`,
    [after, until],
  );
}

export async function readAdTokenKeys(client: SqlClient): Promise<AdTokenKeys> {
  return adTokenKeys(
    await queryRows<{ name: string; value: string }>(
      client,
      'SELECT name, value FROM settings WHERE starts_with(name, $1)',
      [AD_TOKEN_KEY],
    ),
  );
}

/** A line item and its campaign, as the ledger needs them. */
export interface BilledLineItem {
  readonly number: number;
  readonly id: string;
  readonly campaignId: string;
  readonly timeZone: string;
}

const BILLED_LINE_ITEMS = `
  SELECT l.number, l.id, c.id AS "campaignId", c.record->>'timeZone' AS "timeZone"
  FROM ad_objects l JOIN ad_objects c ON c.kind = 'CAMPAIGN' AND c.id = l.parent_id WHERE l.kind = 'LINE_ITEM'`;

export function readBilledLineItems(client: PoolClient, numbers: readonly number[]): Promise<BilledLineItem[]> {
  return queryRows<BilledLineItem>(client, `${BILLED_LINE_ITEMS} AND l.number = ANY($1::int[])`, [numbers]);
}

export function readAllBilledLineItems(client: PoolClient): Promise<BilledLineItem[]> {
  return queryRows<BilledLineItem>(client, BILLED_LINE_ITEMS);
}

/** SQL: when the pause began in which a change `c` left the definition; null if it did not leave it paused. */
const PAUSED_AT = `(
  SELECT ${MILLISECONDS('min(p.changed_at)')} FROM ad_changes p
  WHERE p.object_id = c.object_id AND p.kind = c.kind AND p.position <= c.position AND p.position > coalesce((
    SELECT max(r.position) FROM ad_changes r
    WHERE r.object_id = c.object_id AND r.kind = c.kind AND r.position <= c.position
      AND NOT (r.after->>'isPaused')::boolean
  ), 0))`;
const TERMS = `c.object_id AS "objectId", c.position, ${PAUSED_AT} AS "pausedAt"`;

/** SQL: the changes `c` of definitions ($1) of a kind that held from one log position ($2) to another ($3). */
const changesOf = (kind: 'CAMPAIGN' | 'LINE_ITEM') => `unnest($1::text[]) AS named (id) CROSS JOIN LATERAL (
  SELECT * FROM ad_changes WHERE object_id = named.id AND kind = '${kind}' AND position <= $3
    AND position >= coalesce((
      SELECT max(position) FROM ad_changes WHERE object_id = named.id AND kind = '${kind}' AND position <= $2
    ), 0)
) c`;

/** Terms with the id of their definition. */
type OfObject<Terms> = Terms & { readonly objectId: string };

/** Returns what held for campaigns from one log position to another, in order of position. */
export function readCampaignTerms(
  client: PoolClient,
  ids: readonly string[],
  after: number,
  until: number,
): Promise<OfObject<CampaignTerms>[]> {
  return queryRows<OfObject<CampaignTerms>>(
    client,
    `SELECT ${TERMS}, (c.after->>'totalBudget')::float8 AS "totalBudget", (c.after->>'dailyBudget')::float8 AS "dailyBudget",
       ${MILLISECONDS(`(c.after->>'endsAt')::timestamptz`)} AS "endsAt"
     FROM ${changesOf('CAMPAIGN')} ORDER BY c.position`,
    [ids, after, until],
  );
}

/** Returns what held for line items from one log position to another, in order of position. */
export function readLineItemTerms(
  client: PoolClient,
  ids: readonly string[],
  after: number,
  until: number,
): Promise<OfObject<LineItemTerms>[]> {
  return queryRows<OfObject<LineItemTerms>>(
    client,
    `SELECT ${TERMS}, (c.after->>'frequencyCap')::int AS "frequencyCap" FROM ${changesOf('LINE_ITEM')} ORDER BY c.position`,
    [ids, after, until],
  );
}

/** SQL: when a product was bought. A shop whose clock is fast states a time to come. */
const BOUGHT_AT = `${MILLISECONDS('least(occurred_at, received_at)')} AS "boughtAt"`;

/** Returns the purchases between two log positions (the first one excluded), in the order of the log. */
export function readPurchasesBetween(client: PoolClient, after: number, until: number): Promise<AdPurchase[]> {
  return queryRows<AdPurchase>(
    client,
    `SELECT b.position, e.* FROM (
       SELECT position, batch FROM log_batches WHERE position > $1 AND position <= $2 ORDER BY position
     ) b CROSS JOIN LATERAL (
       SELECT sequence, subject, product_id AS "productId", ${groupAt('events.product_id', 'b.position')}, ${BOUGHT_AT}
       FROM events
       WHERE batch = b.batch AND type = 'PURCHASE' AND subject IS NOT NULL AND product_id IS NOT NULL
       ORDER BY sequence OFFSET 0
     ) e ORDER BY b.position, e.sequence`,
    [after, until],
  );
}

/**
 * Returns the purchases of visitors up to a log position, with their merges up to it, of the time that limits look back
 * from `since` (ms since 1970).
 */
export function readRecentPurchases(
  client: PoolClient,
  subjects: readonly string[],
  until: number,
  since: number,
): Promise<RecentPurchase[]> {
  return queryRows<RecentPurchase>(
    client,
    `${withIdentityRanges('$2::bigint')}
     SELECT r.owner AS subject, e."productId", ${groupAt('e."productId"', 'e.position')}, e."boughtAt" FROM ranges r CROSS JOIN LATERAL (
       SELECT product_id AS "productId", ${BOUGHT_AT},
         (SELECT position FROM log_batches WHERE batch = events.batch) AS position
       FROM events WHERE subject = r.subject AND occurred_at >= $3 AND type = 'PURCHASE' AND product_id IS NOT NULL OFFSET 0
     ) e WHERE e.position > r.lower AND e.position <= r.upper`,
    [subjects, until, new Date(since - LOOK_BACK_MS.PURCHASE)],
  );
}

/** Returns the entries of these tokens that count. */
export function readUses(
  client: PoolClient,
  decisions: readonly string[],
): Promise<{ type: AdEventType; decision: string | null; slot: number | null }[]> {
  return queryRows<{ type: AdEventType; decision: string | null; slot: number | null }>(
    client,
    `SELECT type, decision, slot FROM ad_ledger WHERE decision = ANY($1::text[]) AND ${IS_VALID}`,
    [decisions],
  );
}

/**
 * Returns the entries of visitors that count, of the time that limits look back from `since` (ms since 1970).
 * @param capped the numbers of the line items with a frequency cap
 */
export function readRecentEntries(
  client: PoolClient,
  subjects: readonly string[],
  since: number,
  capped: readonly number[],
): Promise<RecentEntry[]> {
  return queryRows<RecentEntry>(
    client,
    `SELECT type, ${MILLISECONDS('received_at')} AS "receivedAt", subject, line_item AS "lineItem",
       to_char(day, 'YYYY-MM-DD') AS day
     FROM ad_ledger WHERE subject = ANY($1::text[]) AND received_at > $2 AND ${IS_VALID}
       AND (type = 'CLICK' OR received_at > $3 OR received_at > $4 AND line_item = ANY($5::int[]))`,
    [
      subjects,
      new Date(since - LOOK_BACK_MS.CLICK),
      new Date(since - LOOK_BACK_MS.IMPRESSION),
      new Date(since - LOOK_BACK_MS.CAPPED_IMPRESSION),
      capped,
    ],
  );
}

export function readSpend(
  client: SqlClient,
  campaignIds: readonly string[],
): Promise<{ campaignId: string; day: string; spend: number }[]> {
  return queryRows<{ campaignId: string; day: string; spend: number }>(
    client,
    `SELECT campaign_id AS "campaignId", to_char(day, 'YYYY-MM-DD') AS day, spend FROM ad_spend
     WHERE campaign_id = ANY($1::text[])`,
    [campaignIds],
  );
}

/** The spend of a campaign: in all, and by each of the last days. */
export interface RecentSpend {
  readonly campaignId: string;
  readonly total: number;
  readonly days: Readonly<Record<string, number>>;
}

/**
 * Returns the spend of campaigns, with that of each day (`YYYY-MM-DD`) since a time.
 * @param campaignIds null for all campaigns
 */
export function readRecentSpend(
  client: SqlClient,
  campaignIds: readonly string[] | null,
  since: Date,
): Promise<RecentSpend[]> {
  return queryRows<RecentSpend>(
    client,
    `SELECT campaign_id AS "campaignId", sum(spend)::float8 AS total,
       coalesce(json_object_agg(to_char(day, 'YYYY-MM-DD'), spend) FILTER (WHERE day >= $2::timestamptz::date), '{}') AS days
     FROM ad_spend WHERE $1::text[] IS NULL OR campaign_id = ANY($1) GROUP BY campaign_id`,
    [campaignIds, since],
  );
}

/** Returns how many impressions of line items count for a visitor since a time. */
export function readVisitorImpressions(
  client: SqlClient,
  subject: string,
  since: Date,
): Promise<{ lineItem: number | null; impressions: number }[]> {
  return queryRows<{ lineItem: number | null; impressions: number }>(client, {
    name: 'ad-visitor-impressions',
    text: `SELECT line_item AS "lineItem", count(*)::int AS impressions FROM ad_ledger
      WHERE subject = $1 AND received_at > $2 AND type = 'IMPRESSION' AND ${IS_VALID} GROUP BY line_item`,
    values: [subject, since],
  });
}

/** Adds entries to the ledger. */
export async function writeEntries(client: PoolClient, entries: readonly LedgerEntry[]): Promise<void> {
  await execute(
    client,
    `INSERT INTO ad_ledger (position, sequence, received_at, occurred_at, type, outcome, subject, decision, slot, line_item,
       campaign_id, product_id, placement, exploration, price, charged, probability, day)
     SELECT position, sequence, to_timestamp("receivedAt" / 1000.0), to_timestamp("occurredAt" / 1000.0), type, outcome, subject, decision, slot, "lineItem",
       "campaignId", "productId", placement, exploration, price, charged, probability, day
     FROM json_to_recordset($1) AS e (position bigint, sequence int, "receivedAt" float8, "occurredAt" float8, type text, outcome text,
       subject text, decision text, slot smallint, "lineItem" int, "campaignId" text, "productId" text, placement text,
       exploration boolean, price bigint, charged bigint, probability real, day date)`,
    [JSON.stringify(entries)],
  );
}

/** Adds entries to the sums by day. Forged ones are in no sum. */
export async function addToSums(client: PoolClient, entries: readonly LedgerEntry[]): Promise<void> {
  const known = entries.filter(({ campaignId }) => campaignId !== null);
  const isOne = (condition: boolean) => (condition ? 1 : 0);
  await addCounts(
    client,
    {
      table: 'ad_days',
      keys: { campaign_id: 'text', day: 'date', line_item: 'int', product_id: 'text', placement: 'text' },
      counts: {
        ...{ impressions: 'int', clicks: 'int', free_impressions: 'int', free_clicks: 'int' },
        ...{ invalid_impressions: 'int', invalid_clicks: 'int', spend: 'bigint' },
      },
    },
    known.map(({ campaignId, day, lineItem, productId, placement, type, outcome, charged }) => {
      const [isClick, isValid, isFree] = [type === 'CLICK', isValidOutcome(outcome), outcome === 'FREE'];
      return {
        ...{
          campaign_id: campaignId!,
          day: day!,
          line_item: lineItem!,
          product_id: outcome === 'FOREIGN' ? '' : (productId ?? ''),
        },
        placement: placement!,
        impressions: isOne(isValid && !isClick),
        clicks: isOne(isValid && isClick),
        free_impressions: isOne(isFree && !isClick),
        free_clicks: isOne(isFree && isClick),
        invalid_impressions: isOne(!isValid && !isClick),
        invalid_clicks: isOne(!isValid && isClick),
        spend: charged,
      };
    }),
  );
  await addCounts(
    client,
    { table: 'ad_spend', keys: { campaign_id: 'text', day: 'date' }, counts: { spend: 'bigint' } },
    known.map(({ campaignId, day, charged }) => ({ campaign_id: campaignId!, day: day!, spend: charged })),
  );
}

/** Moves the entries of a merged visitor to the one that continues. */
export async function reassignEntries(client: PoolClient, { from, into, position }: SubjectMerge): Promise<void> {
  await execute(client, 'UPDATE ad_ledger SET subject = $2 WHERE subject = $1 AND position < $3', [
    from,
    into,
    position,
  ]);
}

/** Returns the entries in a range of the log, in its order. */
export function readEntries(client: PoolClient, after: number, until: number): Promise<LedgerEntry[]> {
  return queryRows<LedgerEntry>(
    client,
    `SELECT ${ENTRY} FROM ad_ledger WHERE position > $1 AND position <= $2 ORDER BY position, sequence`,
    [after, until],
  );
}

/** The spend of a campaign on a day, in millionths, where the ledger, its sums by day or those by product differ. */
export interface WrongSum {
  readonly campaignId: string;
  readonly day: string;
  readonly ofLedger: number;
  readonly ofDay: number;
  readonly ofProducts: number;
}

/** Returns up to 100 campaigns and days whose sums differ from the ledger. */
export function readWrongSums(client: SqlClient): Promise<WrongSum[]> {
  return queryRows<WrongSum>(
    client,
    withLongTimeout(`
      WITH entries AS (
        SELECT campaign_id, day, sum(charged) AS spend, count(*) FILTER (WHERE ${IS_VALID}) AS valid
        FROM ad_ledger WHERE campaign_id IS NOT NULL GROUP BY campaign_id, day
      ), products AS (
        SELECT campaign_id, day, sum(spend) AS spend, sum(impressions + clicks) AS valid FROM ad_days
        GROUP BY campaign_id, day
      )
      SELECT campaign_id AS "campaignId", to_char(day, 'YYYY-MM-DD') AS day, coalesce(e.spend, 0)::float8 AS "ofLedger",
        coalesce(d.spend, 0)::float8 AS "ofDay", coalesce(p.spend, 0)::float8 AS "ofProducts"
      FROM entries e FULL JOIN products p USING (campaign_id, day) FULL JOIN ad_spend d USING (campaign_id, day)
      WHERE coalesce(e.spend, 0) <> coalesce(d.spend, 0) OR coalesce(e.spend, 0) <> coalesce(p.spend, 0)
        OR coalesce(e.valid, 0) <> coalesce(p.valid, 0)
      ORDER BY campaign_id, day LIMIT 100`),
  );
}

/** Empties the ledger but for the entries of erased people, so that it is computed again from the log. */
export async function resetLedger(client: PoolClient): Promise<void> {
  await execute(client, withLongTimeout('DELETE FROM ad_ledger WHERE subject IS NOT NULL'));
  await execute(client, 'TRUNCATE ad_days, ad_spend');
  await storeFollowerPosition(client, AD_BILLING_LEASE, 0);
}

/** Makes the entries of erased people anonymous. What was charged stays. */
export async function eraseFromAds(client: PoolClient, subjects: readonly string[]): Promise<void> {
  await lockLedger(client);
  await execute(
    client,
    withLongTimeout('UPDATE ad_ledger SET subject = NULL WHERE subject = ANY($1::text[])', [subjects]),
  );
}

/**
 * Returns the number of line items of ads, the number of log positions that are not billed, and the number of campaigns
 * and days whose spend by day differs from that by product.
 */
export function measureAdBilling(pool: Pool): Promise<{ lineItems: number; behind: number; wrongDays: number }> {
  return queryOne<{ lineItems: number; behind: number; wrongDays: number }>(
    pool,
    `SELECT (SELECT count(*) FROM ad_objects WHERE kind = 'LINE_ITEM')::int AS "lineItems",
       (SELECT l.position - coalesce((${followerPosition(AD_BILLING_LEASE)}), 0)
        FROM log_position l WHERE id = 1)::float8 AS behind,
       (SELECT count(*) FROM (
          SELECT campaign_id, day, sum(spend) AS spend FROM ad_days GROUP BY campaign_id, day HAVING sum(spend) > 0
        ) p FULL JOIN ad_spend d USING (campaign_id, day) WHERE p.spend IS DISTINCT FROM d.spend)::int AS "wrongDays"`,
  );
}
