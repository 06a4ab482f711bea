import { measureFollower } from '../../events/follower.store';
import { MS_PER_DAY } from '../../learn/durations';
import { withLongTimeout, type Pool } from '../../platform/postgres';
import { queryFirst, queryOne, queryRows, type SqlClient } from '../../platform/sql';
import { AD_BILLING_LEASE } from '../billing/ad-topics';
import { IS_VALID } from '../billing/billing.store';
import { CLICK_WINDOW_MS, type AdImpression } from './click-examples';

const PAGE = 10_000;
const MILLISECONDS = (column: string) => `round(extract(epoch FROM ${column}) * 1000)::float8`;

/**
 * Returns until when (ms since 1970) impressions must have been received to be examples: the clicks of their windows are
 * in the ledger. While billing is behind the log, the present is the time at which the last batch in the ledger was logged.
 */
export async function readExampleTime(client: SqlClient, now: number): Promise<number> {
  const { position, newest } = await measureFollower(client, AD_BILLING_LEASE);
  if (position >= newest) return now - CLICK_WINDOW_MS;
  const batch = await queryFirst<{ billedAt: number }>(
    client,
    `SELECT ${MILLISECONDS('committed_at')} AS "billedAt" FROM log_batches WHERE position <= $1
     ORDER BY position DESC LIMIT 1`,
    [position],
  );
  return Math.min(now, batch?.billedAt ?? 0) - CLICK_WINDOW_MS;
}

/** Returns whether an example of a time (ms since 1970) or before it has come after a log position. */
export async function hasExampleAfter(client: SqlClient, position: number, until: number): Promise<boolean> {
  const { found } = await queryOne<{ found: boolean }>(
    client,
    `SELECT EXISTS (SELECT FROM ad_ledger
       WHERE position > $1 AND type = 'IMPRESSION' AND ${IS_VALID} AND received_at <= $2) AS found`,
    [position, new Date(until)],
  );
  return found;
}

export interface ExampleRange {
  /** Impressions must have been received up to this time, ms since 1970. */
  readonly until: number;
  readonly days: number;
  /** If there are more impressions, the newest ones are read. */
  readonly maxImpressions: number;
}

/**
 * Reads the impressions that count, in the order of the log, in pages: each statement is short. Entries never change but
 * for their subject, so the pages fit together.
 * @returns the log position of the last impression; 0 without one
 */
export async function readImpressions(
  pool: Pool,
  { until, days, maxImpressions }: ExampleRange,
  onImpression: (impression: AdImpression) => void,
): Promise<number> {
  const range = [new Date(until - days * MS_PER_DAY), new Date(until)];
  const first = await queryFirst<{ position: number; sequence: number }>(
    pool,
    withLongTimeout(
      `SELECT position, sequence FROM (
         SELECT position, sequence FROM ad_ledger
         WHERE type = 'IMPRESSION' AND ${IS_VALID} AND received_at > $1 AND received_at <= $2
         ORDER BY position DESC, sequence DESC LIMIT $3
       ) newest ORDER BY position, sequence LIMIT 1`,
      [...range, maxImpressions],
    ),
  );
  if (first === undefined) return 0;
  let after = { position: first.position, sequence: first.sequence - 1 };
  for (;;) {
    const rows = await readPage(pool, after, range);
    for (const row of rows) onImpression(impressionOf(row));
    const last = rows.at(-1);
    if (last === undefined) return after.position;
    after = last;
  }
}

interface ImpressionRow {
  readonly position: number;
  readonly sequence: number;
  readonly receivedAt: number;
  readonly decision: string | null;
  readonly subject: string | null;
  readonly slot: number | null;
  readonly lineItem: number | null;
  readonly productId: string | null;
  readonly placement: string | null;
  readonly advertiserId: string | null;
  readonly categories: string[] | null;
  readonly words: string | null;
  readonly clickedAt: number | null;
}

function readPage(
  pool: Pool,
  { position, sequence }: { readonly position: number; readonly sequence: number },
  range: readonly Date[],
): Promise<ImpressionRow[]> {
  return queryRows<ImpressionRow>(
    pool,
    withLongTimeout(
      `SELECT l.position, l.sequence, ${MILLISECONDS('l.received_at')} AS "receivedAt", l.decision, l.subject, l.slot,
         l.line_item AS "lineItem", l.product_id AS "productId", l.placement, c.parent_id AS "advertiserId",
         p.categories, d.record->>'words' AS words,
         (SELECT ${MILLISECONDS('min(k.received_at)')} FROM ad_ledger k
          WHERE k.decision = l.decision AND k.slot = l.slot AND k.type = 'CLICK' AND ${IS_VALID}) AS "clickedAt"
       FROM (
         SELECT * FROM ad_ledger
         WHERE (position, sequence) > ($1, $2) AND type = 'IMPRESSION' AND ${IS_VALID}
           AND received_at > $3 AND received_at <= $4
         ORDER BY position, sequence LIMIT $5
       ) l
         LEFT JOIN ad_objects c ON c.kind = 'CAMPAIGN' AND c.id = l.campaign_id
         LEFT JOIN products p ON p.id = l.product_id
         LEFT JOIN ad_decisions d ON d.id = l.decision
       ORDER BY l.position, l.sequence`,
      [position, sequence, ...range, PAGE],
    ),
  );
}

/** Without a decision, as of an erased person, the words of the search are unknown. */
function impressionOf(row: ImpressionRow): AdImpression {
  const { receivedAt, decision, subject, slot, lineItem, productId, placement, advertiserId, categories, words } = row;
  return {
    ad: {
      placement: placement ?? '',
      query: words ?? '',
      productId: productId ?? '',
      categories: categories ?? [],
      lineItem: lineItem ?? 0,
      advertiserId: advertiserId ?? '',
    },
    slot: slot ?? 0,
    receivedAt,
    clickedAt: row.clickedAt,
    visitor: subject ?? `erased ${decision}`,
  };
}
