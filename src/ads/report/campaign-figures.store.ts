import { queryRows, type SqlClient } from '../../platform/sql';
import type { AdDimension } from './campaign-figures.type';

/** Sums of the ledger. Spend in millionths. */
export interface AdSums {
  readonly impressions: number;
  readonly clicks: number;
  readonly freeImpressions: number;
  readonly freeClicks: number;
  readonly invalidImpressions: number;
  readonly invalidClicks: number;
  readonly spend: number;
}

const SUMS = `sum(d.impressions)::float8 AS impressions, sum(d.clicks)::float8 AS clicks,
  sum(d.free_impressions)::float8 AS "freeImpressions", sum(d.free_clicks)::float8 AS "freeClicks",
  sum(d.invalid_impressions)::float8 AS "invalidImpressions", sum(d.invalid_clicks)::float8 AS "invalidClicks",
  sum(d.spend)::float8 AS spend`;

/** The sums of a campaign, with its spend by day (`YYYY-MM-DD`), as of one moment. */
export interface CampaignSums extends AdSums {
  readonly spendByDay: Readonly<Record<string, number>>;
}

/** Returns the sums of campaigns; none for a campaign without entries. */
export function readCampaignSums(
  client: SqlClient,
  campaignIds: readonly string[],
): Promise<(CampaignSums & { readonly campaignId: string })[]> {
  return queryRows<CampaignSums & { readonly campaignId: string }>(
    client,
    `SELECT d.campaign_id AS "campaignId", ${SUMS},
       coalesce((SELECT json_object_agg(to_char(s.day, 'YYYY-MM-DD'), s.spend) FROM ad_spend s
         WHERE s.campaign_id = d.campaign_id), '{}') AS "spendByDay"
     FROM ad_days d WHERE d.campaign_id = ANY($1::text[]) GROUP BY d.campaign_id`,
    [campaignIds],
  );
}

/** SQL: the key of a row `d` of sums by day. */
export const DIMENSION_KEYS: Readonly<Record<AdDimension, string>> = {
  DAY: `to_char(d.day, 'YYYY-MM-DD')`,
  LINE_ITEM: `(SELECT id FROM ad_objects o WHERE o.parent_id = d.campaign_id AND o.kind = 'LINE_ITEM'
    AND o.number = d.line_item)`,
  PRODUCT: 'd.product_id',
  PLACEMENT: 'd.placement',
};

/**
 * Returns the sums of a campaign on some days (`YYYY-MM-DD`, both included) by a dimension: days in their order, the
 * others with the highest spend first.
 */
export function readSumsBy(
  client: SqlClient,
  dimension: AdDimension,
  { campaignId, from, to, count }: { campaignId: string; from: string; to: string; count: number },
): Promise<(AdSums & { readonly key: string | null })[]> {
  return queryRows<AdSums & { readonly key: string | null }>(
    client,
    `SELECT ${DIMENSION_KEYS[dimension]} AS key, ${SUMS} FROM ad_days d WHERE d.campaign_id = $1 AND d.day BETWEEN $2 AND $3
     GROUP BY 1 ORDER BY ${dimension === 'DAY' ? '1' : 'sum(d.spend) DESC, sum(d.impressions) DESC, 1'} LIMIT $4`,
    [campaignId, from, to, count],
  );
}
