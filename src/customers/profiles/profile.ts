import { summarizePurchases, type PurchaseLine, type PurchaseSummary } from '../../features/purchase-summary';

/** Predicted purchases of a customer within the horizon of the model (90 days), in the main currency of the shop. */
export interface ValuePrediction {
  readonly expectedAmount: number;
  /** The interval that contains the actual amount with the stated coverage of the model. */
  readonly lowAmount: number;
  readonly highAmount: number;
  readonly purchaseProbability: number;
  /** Probability that the customer orders nothing; null for a customer who is not an active buyer. */
  readonly churnProbability: number | null;
}

/** The active versions of the models that describe customers. */
export interface ProfileModels {
  /** Ids of the active versions, sorted. */
  readonly versions: readonly string[];
  /** The currency of the amounts. */
  readonly currency: string;
  /** Returns the id of the customer's segment; null if no version is active. */
  readonly segmentOf: ((summary: PurchaseSummary) => string) | null;
  readonly predictValue: ((summary: PurchaseSummary) => ValuePrediction) | null;
}

/** What the active models say of a customer. */
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
