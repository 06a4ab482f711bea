import type { Feature } from './feature';

/** Below this a similarity is noise; also keeps the logarithm finite. */
const FLOOR = 0.01;

/** ln of a source's score, and the score as a share of the list's largest. */
function scoreFeatures(source: string, group: Feature['group'], floor = FLOOR): Feature[] {
  return [
    {
      name: `log ${source}`,
      group,
      prepare({ scores }) {
        const values = scores.get(source)?.values ?? new Float64Array(0);
        return (product) => Math.log(floor + Math.max(0, values[product]));
      },
    },
    {
      name: `share ${source}`,
      group,
      prepare({ scores }) {
        const vector = scores.get(source);
        const values = vector?.values ?? new Float64Array(0);
        const largest = vector?.largest() || 1;
        return (product) => values[product] / largest;
      },
    },
  ];
}

/** How well a product goes with all the customer has done. */
export const AFFINITY_FEATURES: readonly Feature[] = [
  ...scoreFeatures('co-interest', 'co-interest'),
  ...scoreFeatures('recent-co-interest', 'co-interest'),
  ...scoreFeatures('co-purchase', 'co-purchase'),
  // Its scores are near chances of a purchase.
  ...scoreFeatures('temporal-ridge', 'temporal-ridge', 0.001),
  {
    name: 'temporal-ridge',
    group: 'temporal-ridge',
    prepare({ scores }) {
      const values = scores.get('temporal-ridge')?.values ?? new Float64Array(0);
      return (product) => values[product];
    },
  },
  ...scoreFeatures('ease', 'ease'),
  ...scoreFeatures('recent-ease', 'ease'),
  ...scoreFeatures('ials', 'ials'),
  {
    name: 'log co-interest × log orders',
    group: 'co-interest',
    prepare({ scores, profile }) {
      const values = scores.get('co-interest')?.values ?? new Float64Array(0);
      const orders = Math.log1p(profile.orderAges.length);
      return (product) => Math.log(FLOOR + values[product]) * orders;
    },
  },
];
