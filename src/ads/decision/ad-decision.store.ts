import type { AdBidKind } from '../../auth/ad-token';
import { MS_PER_DAY } from '../../learn/durations';
import { LIST_EXCLUSIONS } from '../../recommend/serving/sponsorship';
import { addCounts } from '../../platform/add-counts';
import { inTransaction, type Pool, type PoolClient } from '../../platform/postgres';
import { execute, queryFirst, type SqlClient } from '../../platform/sql';
import { findErased } from '../../events/tombstone.store';

/** Maximum number of decisions that are deleted at once. */
const MAX_DELETED = 5_000;

/** A product of a line item that took part in a decision. Amounts are millionths, for a click or for one impression. */
export interface StoredCandidate {
  readonly lineItemId: string;
  readonly productId: string;
  readonly advertiserId: string;
  readonly bidKind: AdBidKind;
  readonly bid: number;
  readonly reserve: number;
  /** Predicted probability of a click in the first slot. */
  readonly probability: number;
  readonly quality: number;
}

export interface StoredWinner extends StoredCandidate {
  readonly slot: number;
  /** Predicted probability of a click in the slot. */
  readonly probabilityInSlot: number;
  readonly price: number;
  readonly exploration: boolean;
}

export const AD_EXCLUSIONS = [
  'BELOW_RESERVE',
  'NOT_IN_FLIGHT',
  'BUDGET_SPENT',
  'RESERVED',
  'FREQUENCY_CAP',
  'NO_KEYWORD',
  'NEGATIVE_KEYWORD',
  'TARGETING',
  'NO_CONSENT',
  'OUT_OF_STOCK',
  ...LIST_EXCLUSIONS,
] as const;
export type AdExclusion = (typeof AD_EXCLUSIONS)[number];

/** Why a product of a line item did not take part, although it is relevant. */
export interface StoredExclusion {
  readonly lineItemId: string;
  readonly productId: string;
  readonly reason: AdExclusion;
}

/** A decision stores at most so many competitors, and so many exclusions. */
export const MAX_EXPLAINED = 50;

/** What a decision was made of. */
export interface AdDecisionRecord {
  /** The text of the search; null for other lists. */
  readonly query: string | null;
  /** The stemmed words of the search, from which the click model learns; empty for other lists. */
  readonly words: string;
  /** Number of products of the list that may be sponsored. */
  readonly relevantProducts: number;
  readonly winners: readonly StoredWinner[];
  /** The best product of each further advertiser in the auction, in order of score. */
  readonly competitors: readonly StoredCandidate[];
  readonly excluded: readonly StoredExclusion[];
}

export interface AdDecisionRow {
  readonly id: string;
  readonly decidedAt: string;
  readonly placement: string;
  readonly subject: string;
  readonly record: AdDecisionRecord;
}

/** In how many auctions of a day a line item won a slot, or why not. */
export interface AuctionCount extends AuctionKey, Readonly<Record<AuctionOutcome, number>> {}

export type AuctionOutcome = 'won' | 'lostRank' | 'lostBudget' | 'lostCap';

export interface AuctionKey {
  readonly campaignId: string;
  /** `YYYY-MM-DD` in the time zone of the campaign. */
  readonly day: string;
  /** The number of the line item. */
  readonly lineItem: number;
  /** The product with which it took part. */
  readonly productId: string;
  readonly placement: string;
}

/** The outcome of the auction of one decision for a line item. */
export interface LineItemOutcome extends AuctionKey {
  readonly outcome: AuctionOutcome;
}

/** Stores decisions, except for those of erased people, and adds the counts of auctions. */
export async function writeDecisions(
  pool: Pool,
  decisions: readonly AdDecisionRow[],
  counts: readonly AuctionCount[],
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const erased = await findErased(
      client,
      decisions.map(({ subject }) => subject),
    );
    await execute(
      client,
      `INSERT INTO ad_decisions (id, decided_at, placement, subject, record)
       SELECT id, "decidedAt", placement, subject, record
       FROM json_to_recordset($1) AS d (id text, "decidedAt" timestamptz, placement text, subject text, record jsonb)`,
      [JSON.stringify(decisions.filter(({ subject }) => !erased.has(subject)))],
    );
    await addCounts(
      client,
      {
        table: 'ad_auction_days',
        keys: { campaign_id: 'text', day: 'date', line_item: 'int', product_id: 'text', placement: 'text' },
        counts: { won: 'int', lost_rank: 'int', lost_budget: 'int', lost_cap: 'int' },
      },
      counts.map(({ campaignId, day, lineItem, productId, placement, won, lostRank, lostBudget, lostCap }) => ({
        ...{ campaign_id: campaignId, day, line_item: lineItem, product_id: productId, placement },
        ...{ won, lost_rank: lostRank, lost_budget: lostBudget, lost_cap: lostCap },
      })),
    );
  });
}

export function findDecision(client: SqlClient, id: string): Promise<AdDecisionRow | undefined> {
  return queryFirst<AdDecisionRow>(
    client,
    `SELECT id, to_char(decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "decidedAt", placement,
       subject, record FROM ad_decisions WHERE id = $1`,
    [id],
  );
}

/** Deletes a batch of the decisions that are older than a number of days. */
export async function deleteOldDecisions(client: SqlClient, days: number, now = Date.now()): Promise<void> {
  await execute(
    client,
    'DELETE FROM ad_decisions WHERE id IN (SELECT id FROM ad_decisions WHERE decided_at < $1 LIMIT $2)',
    [new Date(now - days * MS_PER_DAY), MAX_DELETED],
  );
}

/** Deletes the decisions that were made for erased people. */
export async function eraseAdDecisions(client: PoolClient, subjects: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM ad_decisions WHERE subject = ANY($1::text[])', [subjects]);
}
