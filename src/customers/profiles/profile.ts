import type { ValuePrediction } from '../value/predict-value';
import { summarizePurchases, type PurchaseLine, type PurchaseSummary } from '../../features/purchase-summary';

/** Number of days that predictions cover. */
export const PREDICTION_DAYS = 90;

/** The active versions of the models that describe customers. */
export interface ProfileModels {
  /** Ids of the active versions. */
  readonly versions: readonly string[];
  /** The currency of the amounts. */
  readonly currency: string;
  /** Returns the id of the customer's segment; null if no version is active. */
  readonly segmentOf: ((summary: PurchaseSummary) => string) | null;
  /** Returns null for a customer without an order. */
  readonly predictValue: ((summary: PurchaseSummary) => ValuePrediction | null) | null;
}

/** Segment and predictions of a customer who has ordered. */
export interface Profile {
  readonly customerId: string;
  readonly segmentId: string | null;
  readonly value: ValuePrediction | null;
  /** The time as of which it was computed, in milliseconds since 1970 (UTC). */
  readonly asOf: number;
}

/**
 * Computes a customer's profile.
 * @param now milliseconds since 1970 (UTC). If a sender's clock is ahead, the profile is as of its newest line
 * @returns null for a customer without any order
 */
export function computeProfile(
  customerId: string,
  lines: readonly PurchaseLine[],
  models: ProfileModels,
  now: number,
): Profile | null {
  const asOf = lines.reduce((latest, { at }) => Math.max(latest, at + 1), now);
  const summary = summarizePurchases(lines, asOf);
  if (summary.orders.length === 0) return null;
  return {
    customerId,
    segmentId: models.segmentOf?.(summary) ?? null,
    value: models.predictValue?.(summary) ?? null,
    asOf,
  };
}
