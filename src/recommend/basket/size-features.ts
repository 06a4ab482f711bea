import type { BasketFeature, BasketFeatureBlock } from './feature-table';

/**
 * Returns features that multiply earlier columns by ln(basket size), or by the evidence: how many orders contain the
 * products of the basket (see {@link BY_EVIDENCE}).
 * @param earlierFeatures features of the columns to the left, which are already filled
 */
export function sizeFeatures(earlierFeatures: readonly BasketFeature[]): BasketFeatureBlock {
  const columnOf = (name: string): number => {
    const column = earlierFeatures.findIndex((feature) => feature.name === name);
    if (column < 0) throw new Error(`the basket features do not include ${name}`);
    return column;
  };
  const bySize = BY_SIZE.map(columnOf);
  const byEvidence = BY_EVIDENCE.map(columnOf);
  return {
    features: [
      ...bySize.map((f) => ({ name: `${earlierFeatures[f].name} × log size`, group: earlierFeatures[f].group })),
      ...byEvidence.map((f) => ({ name: `${earlierFeatures[f].name} × evidence`, group: earlierFeatures[f].group })),
    ],
    fill({ shop, items }, _, table, column) {
      const size = Math.log(Math.max(1, items.length));
      let evidence = 0;
      for (const item of items) evidence += Math.log1p(shop.purchase.n(item));
      evidence = evidence / Math.max(1, items.length) - TYPICAL_EVIDENCE;
      const { values, width, rows } = table;
      for (let row = 0; row < rows; row++) {
        const from = row * width;
        bySize.forEach((f, at) => (values[from + column + at] = values[from + f] * size));
        const evidenceStart = from + column + bySize.length;
        byEvidence.forEach((f, at) => (values[evidenceStart + at] = values[from + f] * evidence));
      }
    },
  };
}

/** Features whose weight depends on the size of the basket. */
const BY_SIZE = [
  'co-purchase: mean cosine',
  'co-purchase: largest cosine',
  'co-purchase: mean share',
  'co-purchase: hits',
  'log completion',
  'log weighed',
  'log shares',
  'log ridge',
  'log ease',
  'co-interest: mean cosine',
  'log month',
];

/**
 * Features whose weight depends on the evidence, which is the mean of ln(1 + number of orders) over the basket's
 * products, minus a typical value.
 */
const BY_EVIDENCE = [
  'co-purchase: together',
  'co-purchase: mean share',
  'co-purchase: mean cosine',
  'log completion',
  'log shares',
  'log ease',
  'co-interest: mean share',
  'log co-interest',
  'log month',
  'log week',
  'log age',
  'log orders',
];
const TYPICAL_EVIDENCE = 4;
