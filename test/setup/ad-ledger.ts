/** Reads the ledger of ads, and what a log implies for it. */
import { readAdTokenKeys } from '../../src/ads/billing/billing.store';
import type { Pool } from '../../src/platform/postgres';
import { recountAds, type CountedAd, type CountedAdEvent, type CountedBudget, type CountedMerge } from './recount-ads';

interface StoredEntry extends CountedAd {
  readonly campaign: string | null;
  readonly day: string | null;
  readonly subject: string;
}

/** An event with a token, as the log has it. */
interface LoggedAdEvent extends CountedAdEvent {
  readonly id: string;
}

/** The log and the definitions, as far as the ledger depends on them. */
interface AdLog {
  readonly events: readonly LoggedAdEvent[];
  readonly merges: readonly CountedMerge[];
  readonly budgets: readonly CountedBudget[];
}

const EPOCH_MS = 'round(extract(epoch FROM received_at) * 1000)::float8';

/** All rows and columns of the tables that billing writes, as text. */
const BILLED_TABLES = ['ad_ledger', 'ad_days', 'ad_spend'];

/** Returns the content of all tables that billing writes. */
export async function readBilledTables(pool: Pool): Promise<Record<string, string[]>> {
  const tables: Record<string, string[]> = {};
  for (const table of BILLED_TABLES) {
    const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`);
    tables[table] = rows.map(({ row }) => row);
  }
  return tables;
}

/** Returns the entries of the ledger, in the order of the log. */
export async function readLedger(pool: Pool): Promise<StoredEntry[]> {
  const { rows } = await pool.query<StoredEntry>(
    `SELECT position::float8 AS position, sequence, outcome, charged::float8 AS charged, campaign_id AS campaign,
       to_char(day, 'YYYY-MM-DD') AS day, subject
     FROM ad_ledger ORDER BY ad_ledger.position, sequence`,
  );
  return rows;
}

export async function readAdLog(pool: Pool): Promise<AdLog> {
  const events = await pool.query<LoggedAdEvent>(
    `SELECT b.position::float8 AS position, e.sequence, e.id, e.type, ${EPOCH_MS} AS "receivedAt", e.subject,
       e.customer_id AS "customerId", e.session_id AS "sessionId", e.product_id AS "productId",
       e.request_id AS "requestId"
     FROM events e JOIN log_batches b ON b.batch = e.batch
     WHERE e.type IN ('IMPRESSION', 'CLICK') AND e.request_id LIKE 'o%' ORDER BY b.position, e.sequence`,
  );
  const merges = await pool.query<CountedMerge>(
    `SELECT position::float8 AS position, from_subject AS "from", into_subject AS into FROM merges ORDER BY merges.position`,
  );
  const budgets = await pool.query<CountedBudget>(
    `SELECT position::float8 AS position, object_id AS "campaignId", (after->>'totalBudget')::float8 AS "totalBudget",
       (after->>'dailyBudget')::float8 AS "dailyBudget"
     FROM ad_changes WHERE kind = 'CAMPAIGN' ORDER BY ad_changes.position`,
  );
  return { events: events.rows, merges: merges.rows, budgets: budgets.rows };
}

/** Returns what the ledger must contain, by an independent recount of the log. */
export async function recountLedger(pool: Pool, log: AdLog): Promise<CountedAd[]> {
  const { rows } = await pool.query<{ number: number; campaignId: string; timeZone: string }>(
    `SELECT (l.record->>'number')::int AS number, c.id AS "campaignId", c.record->>'timeZone' AS "timeZone"
     FROM ad_objects l JOIN ad_objects c ON c.kind = 'CAMPAIGN' AND c.id = l.record->>'campaignId'
     WHERE l.kind = 'LINE_ITEM'`,
  );
  const campaigns = new Map(rows.map(({ number, ...campaign }) => [number, campaign]));
  return recountAds({ ...log, keys: await readAdTokenKeys(pool), campaigns });
}

/** Returns the charges that exceed a budget that held at their position. */
export function overspendOf(ledger: readonly StoredEntry[], budgets: readonly CountedBudget[]): string[] {
  const spent = new Map<string, number>();
  const add = (key: string, amount: number) => spent.set(key, (spent.get(key) ?? 0) + amount).get(key)!;
  return ledger.flatMap(({ position, campaign, day, charged }) => {
    if (campaign === null || charged === 0) return [];
    const budget = budgets.findLast((one) => one.campaignId === campaign && one.position < position);
    const total = add(campaign, charged);
    const ofDay = add(`${campaign} ${day}`, charged);
    const isOver = budget === undefined || total > budget.totalBudget || ofDay > (budget.dailyBudget ?? Infinity);
    return isOver ? `${campaign} has spent ${total}, ${ofDay} of it on ${day}, at position ${position}` : [];
  });
}

/** Returns the entries whose subject is not the one that the merges of the log lead to. */
export function misassignedEntries(ledger: readonly StoredEntry[], { events, merges }: AdLog): string[] {
  const subjects = new Map(events.map(({ position, sequence, subject }) => [`${position}/${sequence}`, subject]));
  return ledger.flatMap(({ position, sequence, subject }) => {
    const expected = merges
      .filter((merge) => merge.position > position)
      .reduce((owner, { from, into }) => (owner === from ? into : owner), subjects.get(`${position}/${sequence}`)!);
    return subject === expected ? [] : `${position}/${sequence} belongs to ${expected}, not to ${subject}`;
  });
}

/** Returns the differences between the sums by day and those of the ledger. */
export async function wrongSums(pool: Pool): Promise<object[]> {
  const count = (type: string, outcomes: string) =>
    `count(*) FILTER (WHERE type = '${type}' AND outcome ${outcomes})::int`;
  const days = `SELECT campaign_id, day, line_item, CASE WHEN outcome = 'FOREIGN' THEN '' ELSE coalesce(product_id, '') END, placement,
    ${count('IMPRESSION', `IN ('CHARGED', 'FREE', 'COUNTED')`)}, ${count('CLICK', `IN ('CHARGED', 'FREE', 'COUNTED')`)},
    ${count('IMPRESSION', `= 'FREE'`)}, ${count('CLICK', `= 'FREE'`)},
    ${count('IMPRESSION', `NOT IN ('CHARGED', 'FREE', 'COUNTED')`)}, ${count('CLICK', `NOT IN ('CHARGED', 'FREE', 'COUNTED')`)},
    sum(charged)::bigint FROM ad_ledger WHERE campaign_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5`;
  const spend = `SELECT campaign_id, day, sum(charged)::bigint FROM ad_ledger WHERE charged > 0 GROUP BY 1, 2`;
  const differences = (table: string, sums: string) =>
    pool.query<{ row: string }>(
      `WITH sums AS (${sums}), stored AS (TABLE ${table})
       (SELECT 'not stored' AS what, x::text AS row FROM (TABLE sums EXCEPT ALL TABLE stored) x)
       UNION ALL (SELECT 'not in the ledger', x::text FROM (TABLE stored EXCEPT ALL TABLE sums) x)`,
    );
  return [...(await differences('ad_days', days)).rows, ...(await differences('ad_spend', spend)).rows];
}
