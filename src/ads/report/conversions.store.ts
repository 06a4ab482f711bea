import { withLongTimeout } from '../../platform/postgres';
import { queryOne, queryRows, type SqlClient } from '../../platform/sql';
import { DIMENSION_KEYS } from './campaign-figures.store';
import type { AdDimension } from './campaign-figures.type';

/** What a campaign earned in its currency. Amounts are decimal text. */
export interface ConversionSums {
  readonly orders: number;
  readonly units: number;
  readonly revenue: string;
  readonly otherUnits: number;
  readonly otherRevenue: string;
}

export interface ConversionSpan {
  readonly campaignId: string;
  readonly advertiserId: string;
  readonly currency: string;
  /** IANA name of the time zone of the days. */
  readonly timeZone: string;
  /** `YYYY-MM-DD`, both included: the days on which orders were placed. */
  readonly from: string;
  readonly to: string;
  /** Maximum time from a click to the order, in days of 24 hours. */
  readonly windowDays: number;
}

const IS_CLICK = `c.type = 'CLICK' AND c.outcome IN ('CHARGED', 'FREE', 'COUNTED')`;
/**
 * SQL: a condition that lets clicks `c` that happened from a time on be read by an index. They are never received long
 * before they happen: clocks that are fast by more are refused.
 */
const receivedFrom = (time: string) => `c.received_at >= ${time} - interval '1 hour'`;
/** SQL: valid clicks happen after their ad was shown, and are received within a day of that. */
const MAX_DELAY = `interval '25 hours'`;
/**
 * SQL: the valid clicks of the buyer of a line that happened within the window ($7) before the order, the last one first,
 * even if the shop received them after the order.
 */
const clicksOf = (condition: string) => `
  SELECT c.campaign_id FROM ad_ledger c
  WHERE c.subject = l.subject AND ${IS_CLICK} AND c.occurred_at <= l.placed_at
    AND c.occurred_at >= l.placed_at - $7 * interval '24 hours'
    AND ${receivedFrom(`l.placed_at - $7 * interval '24 hours'`)} AND ${condition}
  ORDER BY c.occurred_at DESC, c.position DESC, c.sequence DESC LIMIT 1`;

/**
 * Returns the order lines that belong to the clicks of a campaign: those whose buyer's last click on an ad for the
 * product, or a variant of it, was one of the campaign. `other` are lines without such a click, with another product of
 * the advertiser, whose buyer's last click on an ad of the advertiser was one of the campaign. Net of cancellations and
 * returns.
 */
export function readConversions(client: SqlClient, span: ConversionSpan): Promise<ConversionSums> {
  const { campaignId, advertiserId, currency, timeZone, from, to, windowDays } = span;
  return queryOne<ConversionSums>(
    client,
    withLongTimeout(CONVERSIONS, [campaignId, advertiserId, currency, timeZone, from, to, windowDays]),
  );
}

const CONVERSIONS = `
  WITH span AS (
    SELECT ($5::date::timestamp AT TIME ZONE $4) AS from_at, (($6::date + 1)::timestamp AT TIME ZONE $4) AS until_at
  ), lines AS (
    SELECT l.order_id, l.product_id, l.subject, l.placed_at, l.units, l.revenue, p.group_id
    FROM span CROSS JOIN (
      SELECT DISTINCT c.subject FROM span, ad_ledger c
      WHERE c.campaign_id = $1 AND ${IS_CLICK} AND c.subject IS NOT NULL AND c.occurred_at < span.until_at
        AND c.occurred_at >= span.from_at - $7 * interval '24 hours'
        AND ${receivedFrom(`span.from_at - $7 * interval '24 hours'`)} AND c.received_at < span.until_at + ${MAX_DELAY}
    ) buyer JOIN attributed_lines l ON l.subject = buyer.subject LEFT JOIN products p ON p.id = l.product_id
    WHERE l.placed_at >= span.from_at AND l.placed_at < span.until_at AND l.currency = $3 AND l.units > 0
  ), judged AS (
    SELECT l.order_id, l.units, l.revenue, direct.campaign_id AS direct, other.campaign_id AS other
    FROM lines l LEFT JOIN LATERAL (${clicksOf(`(c.product_id = l.product_id OR c.product_id IN (
      SELECT id FROM products WHERE group_id = l.group_id))`)}) direct ON true
    LEFT JOIN LATERAL (${clicksOf(`direct.campaign_id IS NULL
      AND c.campaign_id IN (SELECT id FROM ad_objects WHERE kind = 'CAMPAIGN' AND parent_id = $2)
      AND EXISTS (SELECT FROM ad_objects campaign JOIN ad_objects item ON item.kind = 'LINE_ITEM' AND item.parent_id = campaign.id
        WHERE campaign.kind = 'CAMPAIGN' AND campaign.parent_id = $2 AND item.record->'productIds' ? l.product_id)`)}
    ) other ON true
  )
  SELECT (count(DISTINCT order_id) FILTER (WHERE direct = $1))::int AS orders,
    coalesce(sum(units) FILTER (WHERE direct = $1), 0)::int AS units,
    coalesce(sum(revenue) FILTER (WHERE direct = $1), 0)::text AS revenue,
    coalesce(sum(units) FILTER (WHERE other = $1), 0)::int AS "otherUnits",
    coalesce(sum(revenue) FILTER (WHERE other = $1), 0)::text AS "otherRevenue"
  FROM judged`;

/** The auctions of a campaign. */
export interface AuctionSums {
  readonly won: number;
  readonly lostRank: number;
  readonly lostBudget: number;
  readonly lostCap: number;
}

const AUCTIONS = `coalesce(sum(d.won), 0)::float8 AS won, coalesce(sum(d.lost_rank), 0)::float8 AS "lostRank",
  coalesce(sum(d.lost_budget), 0)::float8 AS "lostBudget", coalesce(sum(d.lost_cap), 0)::float8 AS "lostCap"`;

/** Returns the auctions of a campaign on some days (`YYYY-MM-DD`, both included). */
export function readAuctionSums(client: SqlClient, campaignId: string, from: string, to: string): Promise<AuctionSums> {
  return queryOne<AuctionSums>(
    client,
    `SELECT ${AUCTIONS} FROM ad_auction_days d WHERE d.campaign_id = $1 AND d.day BETWEEN $2 AND $3`,
    [campaignId, from, to],
  );
}

/** Returns the auctions of a campaign on some days by a dimension: days in their order, the others with the most first. */
export function readAuctionsBy(
  client: SqlClient,
  dimension: AdDimension,
  { campaignId, from, to, count }: { campaignId: string; from: string; to: string; count: number },
): Promise<(AuctionSums & { readonly key: string | null })[]> {
  return queryRows<AuctionSums & { readonly key: string | null }>(
    client,
    `SELECT ${DIMENSION_KEYS[dimension]} AS key, ${AUCTIONS} FROM ad_auction_days d
     WHERE d.campaign_id = $1 AND d.day BETWEEN $2 AND $3 GROUP BY 1
     ORDER BY ${dimension === 'DAY' ? '1' : 'sum(d.won + d.lost_rank + d.lost_budget + d.lost_cap) DESC, 1'} LIMIT $4`,
    [campaignId, from, to, count],
  );
}

/** The ledger of a campaign by segment of customers. */
export interface SegmentSums {
  readonly key: string | null;
  readonly impressions: number;
  readonly clicks: number;
  readonly spend: number;
}

/**
 * Returns the valid events of a campaign by the present segment of the customer, in the calendar months that contain two
 * days (`YYYY-MM-DD`). Of each month, segments with fewer customers than `minCustomers` are left out: with other spans,
 * the difference of two reports could be the figures of one person.
 */
export function readSegmentSums(
  client: SqlClient,
  campaignId: string,
  { from, to, minCustomers }: { readonly from: string; readonly to: string; readonly minCustomers: number },
): Promise<SegmentSums[]> {
  return queryRows<SegmentSums>(
    client,
    withLongTimeout(
      `SELECT segment_id AS key, sum(impressions)::int AS impressions, sum(clicks)::int AS clicks,
         sum(spend)::float8 AS spend
       FROM (
         SELECT p.segment_id, count(*) FILTER (WHERE l.type = 'IMPRESSION') AS impressions,
           count(*) FILTER (WHERE l.type = 'CLICK') AS clicks, sum(l.charged) AS spend
         FROM ad_ledger l JOIN customer_profiles p ON l.subject = 'c:' || p.customer_id
         WHERE l.campaign_id = $1 AND l.outcome IN ('CHARGED', 'FREE', 'COUNTED') AND p.segment_id IS NOT NULL
           AND l.day >= date_trunc('month', $2::date) AND l.day < date_trunc('month', $3::date) + interval '1 month'
         GROUP BY p.segment_id, date_trunc('month', l.day) HAVING count(DISTINCT l.subject) >= $4
       ) months GROUP BY segment_id ORDER BY spend DESC, key`,
      [campaignId, from, to, minCustomers],
    ),
  );
}
