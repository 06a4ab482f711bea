import type { CustomerProfile } from './customer-profile';
import { DAY, type Feature } from './feature';

/** The same for every candidate: of use only where it meets "bought before". */
function ofCustomer(name: string, value: (profile: CustomerProfile) => number): Feature {
  return {
    name,
    group: 'personal-frequency',
    prepare({ profile }) {
      const constant = value(profile);
      return () => constant;
    },
  };
}

/** The customer alone, and where customer and product meet. */
export const CUSTOMER_FEATURES: readonly Feature[] = [
  ofCustomer('log customer orders', ({ orderAges }) => Math.log1p(orderAges.length)),
  ofCustomer('log customer products', ({ purchases }) => Math.log1p(purchases.size)),
  ofCustomer('log days since newest order', ({ orderAges }) => Math.log1p(orderAges.length > 0 ? orderAges[0] : 365)),
  ofCustomer('repeat share', ({ repeatShare }) => repeatShare),
  {
    name: 'log orders since it came',
    group: 'novelty',
    // Each order in which the customer could have bought it and did not says a little that they don't want it.
    prepare({ shop, profile }) {
      const { orderAges, now } = profile;
      return (product, bought) => {
        if (bought !== undefined) return 0;
        const age = (now - shop.stats.firstSeen[product]) / DAY;
        let since = 0;
        while (since < orderAges.length && orderAges[since] <= age) since++;
        return Math.log1p(since);
      };
    },
  },
  {
    name: 'came after the newest order',
    group: 'novelty',
    prepare({ shop, profile }) {
      const newest = profile.orderAges.length > 0 ? profile.orderAges[0] : 0;
      return (product) => ((profile.now - shop.stats.firstSeen[product]) / DAY < newest ? 1 : 0);
    },
  },
  {
    name: 'age × taste for age',
    group: 'novelty',
    prepare: ({ shop, profile }) => {
      return (product) =>
        Math.log1p(Math.max(0, profile.now - shop.stats.firstSeen[product]) / DAY) * profile.meanLogAgeBought;
    },
  },
  {
    name: 'popularity × taste for popularity',
    group: 'popularity',
    prepare({ shop, profile }) {
      const scale = shop.stats.month.scaleAt(profile.now);
      return (product) => Math.log1p(shop.stats.month.relative(product) * scale) * profile.meanLogPopularityBought;
    },
  },
  {
    name: 'popularity × log customer orders',
    group: 'popularity',
    prepare({ shop, profile }) {
      const scale = shop.stats.month.scaleAt(profile.now);
      const orders = Math.log1p(profile.orderAges.length);
      return (product) => Math.log1p(shop.stats.month.relative(product) * scale) * orders;
    },
  },
];
