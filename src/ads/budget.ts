import type { AdBidKind } from '../auth/ad-token';
import type { AdPlacementRecord, CampaignRecord } from './definitions/ad-records';

/** Impressions are sold by this number. */
export const MILLE = 1_000;

/** What a campaign has spent, in millionths: in all, and on the present day of its time zone. */
export interface Spent {
  readonly total: number;
  readonly today: number;
}

/** Returns what the total and the daily budget both leave in the ledger; negative beyond. */
export function remainingBudget(
  { totalBudget, dailyBudget }: Pick<CampaignRecord, 'totalBudget' | 'dailyBudget'>,
  { total, today }: Spent,
): number {
  return Math.min(totalBudget - total, (dailyBudget ?? Infinity) - today);
}

/** Whether an amount pays for no ad: not even for one at the reserve. */
export function isBelowReserve(amount: number, reserve: number): boolean {
  return amount < Math.max(reserve, 1);
}

/** Returns the lowest price of a placement, for a click or for one impression. */
export function reserveOf(placement: Pick<AdPlacementRecord, 'reserveCpc' | 'reserveCpm'>, bidKind: AdBidKind): number {
  return bidKind === 'CPC' ? placement.reserveCpc : placement.reserveCpm / MILLE;
}
