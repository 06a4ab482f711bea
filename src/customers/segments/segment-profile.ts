import type { DesignMatrix } from '../../learn/design-matrix';
import { clusterMeans } from './refit-centroids';
import { columnWeight, FIXED_COLUMNS, type FixedColumn, type SegmentEncoding } from './segment-encoding';
import type { SegmentFeatures } from './segment-features';

/** Typical figures of a segment's customers as of the fit. Amounts are in the shop's main currency. */
export interface SegmentProfile {
  /** Median of the days since the last order. */
  readonly recencyDays: number;
  /** Mean number of orders. */
  readonly orders: number;
  readonly oneOrderShare: number;
  /** Median of the customers' mean gaps between orders; null if all have ordered once. */
  readonly gapDays: number | null;
  /** Median of the customers' mean amounts of an order. */
  readonly basket: number;
  /** Median of the customers' amounts of all orders minus returns. */
  readonly netAmount: number;
  /** Mean of the customers' shares. */
  readonly discountShare: number;
  /** Means of the customers' shares, in the order of the encoding's categories. */
  readonly categoryShares: readonly number[];
  /** Means of the encoded columns in the shop's standard deviations, in the order of {@link FIXED_COLUMNS}. */
  readonly deviations: readonly number[];
}

/**
 * Computes the profile of each segment.
 * @param customers at least one in each segment
 * @param design the encoded customers
 * @param assignments the segment of each customer, from 0 to `segments` − 1
 */
export function segmentProfiles(
  encoding: SegmentEncoding,
  customers: readonly SegmentFeatures[],
  design: DesignMatrix,
  assignments: Int32Array,
  segments: number,
): SegmentProfile[] {
  const members = Array.from({ length: segments }, (): SegmentFeatures[] => []);
  customers.forEach((customer, row) => members[assignments[row]!]!.push(customer));
  const everyone = clusterMeans(design, new Int32Array(design.rows), 1);
  const means = clusterMeans(design, assignments, segments);
  return members.map((own, segment) => ({
    ...typicalFigures(own, encoding),
    deviations: FIXED_COLUMNS.map(
      (_, c) => (means[segment * design.columns + c]! - everyone[c]!) / Math.sqrt(columnWeight(c)),
    ),
  }));
}

function typicalFigures(
  customers: readonly SegmentFeatures[],
  { categories }: SegmentEncoding,
): Omit<SegmentProfile, 'deviations'> {
  const mean = (value: (customer: SegmentFeatures) => number): number =>
    customers.reduce((sum, customer) => sum + value(customer), 0) / customers.length;
  return {
    recencyDays: median(customers.map(({ recencyDays }) => recencyDays)) ?? 0,
    orders: mean((customer) => customer.orders),
    oneOrderShare: mean((customer) => (customer.orders === 1 ? 1 : 0)),
    gapDays: median(customers.map(({ meanGapDays }) => meanGapDays).filter((gap) => gap !== null)),
    basket: median(customers.map(({ meanBasket }) => meanBasket)) ?? 0,
    netAmount: median(customers.map(({ netAmount }) => netAmount)) ?? 0,
    discountShare: mean(({ discountShare }) => discountShare),
    categoryShares: categories.map(({ name }) => mean(({ categoryShares }) => categoryShares.get(name) ?? 0)),
  };
}

/** How far the mean of a column is from the shop's, in standard deviations of the shop's customers. */
export function deviationOf({ deviations }: Pick<SegmentProfile, 'deviations'>, column: FixedColumn): number {
  return deviations[FIXED_COLUMNS.indexOf(column)] ?? 0;
}

function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null;
}
