import { TopK } from '../learn/select';
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

/** Places that are told apart; what is further down is all alike. */
const RANKS = 200;
const LOG_RANKS = Float64Array.from({ length: RANKS + 1 }, (_, rank) => Math.log1p(rank));
const best = new TopK(RANKS);

/** ln of a product's place by a source, whose scores of one customer can't be compared with another's; and where it meets how much is known. */
function placeFeatures(source: string, group: Feature['group']): Feature[] {
  return [
    {
      name: `log rank ${source}`,
      group,
      prepare({ scores }) {
        const vector = scores.get(source);
        if (vector === undefined) return () => LOG_RANKS[RANKS];
        const { values, count } = vector;
        best.reset(RANKS);
        let threshold = 0;
        for (let at = 0; at < count; at++) {
          const product = vector.productAt(at);
          const value = values[product];
          if (!(value > 0) || value < threshold) continue;
          best.offer(product, value);
          threshold = best.floor();
        }
        const ranked = best.kept().sort((a, b) => values[b] - values[a] || a - b);
        const places = new Int16Array(values.length).fill(RANKS);
        for (let rank = 0; rank < ranked.length; rank++) places[ranked[rank]] = rank;
        return (product) => LOG_RANKS[places[product]];
      },
    },
    {
      name: `log ${source} × log products`,
      group,
      prepare({ scores, profile }) {
        const values = scores.get(source)?.values ?? new Float64Array(0);
        const products = Math.log1p(profile.interests.length);
        return (product) => Math.log(FLOOR + Math.max(0, values[product])) * products;
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
  ...placeFeatures('temporal-ridge', 'temporal-ridge'),
  ...placeFeatures('ease', 'ease'),
  ...placeFeatures('recent-ease', 'ease'),
  ...placeFeatures('ials', 'ials'),
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
