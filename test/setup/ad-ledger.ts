/** Reads the ledger of ads, and what a log implies for it. */
import { readAdTokenKeys } from '../../src/ads/billing/billing.store';
import type { Pool } from '../../src/platform/postgres';
import {
  recountAds,
  type CountedAd,
  type CountedAdEvent,
  type CountedBudget,
  type CountedLineItemTerms,
  type CountedMerge,
  type CountedPurchase,
} from './recount-ads';

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
  readonly lineItems: readonly CountedLineItemTerms[];
  readonly purchases: readonly CountedPurchase[];
}

/** A change of a campaign or line item. */
interface StoredChange {
  readonly kind: string;
  readonly id: string;
  readonly position: number;
  readonly changedAt: number;
  readonly after: {
    readonly number: number;
    readonly totalBudget: number;
    readonly dailyBudget: number | null;
    readonly frequencyCap: number | null;
    readonly endsAt: string | null;
    readonly isPaused: boolean;
  };
}

const EPOCH_MS = 'round(extract(epoch FROM received_at) * 1000)::float8';

/** SQL: the group of the product of an event `e` of a batch `b`. */
const GROUP = `(SELECT (array_agg(v.facts->>'groupId' ORDER BY v.position DESC))[1] FROM product_versions v
  WHERE v.id = e.product_id AND v.position <= b.position)`;

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
    `SELECT b.position::float8 AS position, e.sequence, e.id, e.type, ${EPOCH_MS} AS "receivedAt",
       round(extract(epoch FROM e.occurred_at) * 1000)::float8 AS "occurredAt", e.subject,
       e.customer_id AS "customerId", e.session_id AS "sessionId", e.product_id AS "productId",
       ${GROUP} AS "groupId", e.request_id AS "requestId"
     FROM events e JOIN log_batches b ON b.batch = e.batch
     WHERE e.type IN ('IMPRESSION', 'CLICK') AND e.request_id LIKE 'o%' ORDER BY b.position, e.sequence`,
  );
  const merges = await pool.query<CountedMerge>(
    `SELECT position::float8 AS position, from_subject AS "from", into_subject AS into FROM merges ORDER BY merges.position`,
  );
  const { rows } = await pool.query<StoredChange>(
    `SELECT kind, object_id AS id, position::float8 AS position, after,
       round(extract(epoch FROM changed_at) * 1000)::float8 AS "changedAt"
     FROM ad_changes WHERE kind IN ('CAMPAIGN', 'LINE_ITEM') ORDER BY ad_changes.position`,
  );
  const pauses = new Map<string, number>();
  const changes = rows.map((change) => {
    const key = `${change.kind} ${change.id}`;
    if (!change.after.isPaused) pauses.delete(key);
    else if (!pauses.has(key)) pauses.set(key, change.changedAt);
    return { ...change, pausedAt: pauses.get(key) ?? null };
  });
  const budgets = changes
    .filter(({ kind }) => kind === 'CAMPAIGN')
    .map(({ id, position, pausedAt, after: { totalBudget, dailyBudget, endsAt } }) => ({
      ...{ campaignId: id, position, pausedAt, totalBudget, dailyBudget },
      endsAt: endsAt === null ? null : Date.parse(endsAt),
    }));
  const lineItems = changes
    .filter(({ kind }) => kind === 'LINE_ITEM')
    .map(({ position, pausedAt, after }) => ({
      ...{ lineItem: after.number, position, pausedAt, frequencyCap: after.frequencyCap },
    }));
  const purchases = await pool.query<CountedPurchase>(
    `SELECT b.position::float8 AS position, e.sequence, e.subject, e.product_id AS "productId", ${GROUP} AS "groupId",
       round(extract(epoch FROM least(e.occurred_at, e.received_at)) * 1000)::float8 AS "boughtAt"
     FROM events e JOIN log_batches b ON b.batch = e.batch
     WHERE e.type = 'PURCHASE' AND e.subject IS NOT NULL AND e.product_id IS NOT NULL`,
  );
  return { events: events.rows, merges: merges.rows, budgets, lineItems, purchases: purchases.rows };
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
