import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import type { CustomerHistory, PurchasedProduct } from '../../live-state/history';
import type { ShopState } from '../../live-state/shop-state';

/** No product is recommended again this soon after a purchase. */
const MIN_PAUSE = 6 * MS_PER_HOUR;
/** A durable product, such as a kettle, is excluded from the customer's lists for this time after a purchase. */
const DURABLE_PAUSE = 7 * MS_PER_DAY;
/** A product is durable if the probability that this customer orders it again in {@link HORIZON_DAYS} is below this. */
const MAX_DURABLE_CHANCE = 0.05;
const HORIZON_DAYS = 60;
/** Prior for a product without purchases: average number of days until a buyer orders it again. */
const DEFAULT_GAP_DAYS = 90;
/**
 * Weight of {@link DEFAULT_GAP_DAYS} in the estimate for a product, equal to observing one buyer for this many days.
 */
const DEFAULT_EXPOSURE_DAYS = 30;
/**
 * Weight of the product's overall order rate in the estimate for a customer, equal to observing the customer for this
 * many days.
 */
const PRODUCT_EXPOSURE_DAYS = 60;

/**
 * Returns the products that the customer bought too recently to want them again. How often the customer orders a
 * product again is estimated from the orders of all its buyers and from the customer's own orders (a Gamma–Poisson
 * estimate; Gelman et al., Bayesian Data Analysis, §2.6).
 */
export function recentlyBought(shop: ShopState, history: CustomerHistory, now: number): Set<string> {
  const products = new Set<string>();
  for (const purchase of history.purchases()) {
    const { productId, orderTimes } = purchase;
    const age = now - orderTimes[orderTimes.length - 1];
    if (age < MIN_PAUSE || (age < DURABLE_PAUSE && isDurable(shop, purchase, now))) products.add(productId);
  }
  return products;
}

function isDurable(shop: ShopState, { productId, orderTimes }: PurchasedProduct, now: number): boolean {
  const spanDays = (orderTimes[orderTimes.length - 1] - orderTimes[0]) / MS_PER_DAY;
  const overallRate = orderRate(shop, shop.products.indexOf(productId), now);
  const customerRate =
    (orderTimes.length - 1 + PRODUCT_EXPOSURE_DAYS * overallRate) / (spanDays + PRODUCT_EXPOSURE_DAYS);
  return 1 - Math.exp(-customerRate * HORIZON_DAYS) < MAX_DURABLE_CHANCE;
}

/**
 * Returns the number of further orders with a product per buyer and day. Its buyers are assumed to have arrived evenly
 * since the product was first seen, so each buyer was observed for half of that time on average.
 */
function orderRate({ stats }: ShopState, product: number, now: number): number {
  const purchasers = product < 0 ? 0 : stats.purchasers[product];
  const furtherOrders = purchasers === 0 ? 0 : Math.max(0, stats.orders[product] - purchasers);
  const exposureDays =
    purchasers === 0 ? 0 : (purchasers * Math.max(0, now - stats.firstSeen[product])) / MS_PER_DAY / 2;
  return (furtherOrders + DEFAULT_EXPOSURE_DAYS / DEFAULT_GAP_DAYS) / (exposureDays + DEFAULT_EXPOSURE_DAYS);
}
