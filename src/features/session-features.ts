import { MS_PER_DAY } from '../learn/durations';
import type { SessionTally } from './session-tally';

/** Facts about a visitor from before the running session. */
export interface SessionVisitor {
  /** Whether the visitor is a customer, not an anonymous visit. */
  readonly isCustomer: boolean;
  /** Number of orders before the session. */
  readonly earlierOrders: number;
  /** Time (ms) of the newest order before the session; null without one. */
  readonly lastOrderAt: number | null;
}

/** How a value is written, and how linear models scale it before standardisation. */
export type SessionFeatureKind =
  /** A whole number from 0; ln(1 + value). */
  | 'count'
  /** Seconds; ln(1 + value). */
  | 'seconds'
  /** Days; ln(1 + value). */
  | 'days'
  /** An amount in the currency of the catalogue; ln(1 + value). */
  | 'amount'
  /** From 0 to 1. */
  | 'share'
  /** 0 or 1. */
  | 'flag'
  /** Hour of the day, or day of the week, in UTC; sine and cosine. */
  | 'hour'
  | 'weekday';

/** What follows a value in a text: `3 product pages`. A flag has the text of 1 and the text of 0 instead. */
export interface FeatureLabel {
  readonly one: string;
  readonly other: string;
}

export interface SessionFeature {
  readonly name: string;
  readonly kind: SessionFeatureKind;
  readonly label: FeatureLabel;
  readonly value: (session: SessionTally, now: number, visitor: SessionVisitor) => number;
}

/** Days since the last order of a visitor without one, and the maximum for others. */
export const MAX_ORDER_DAYS = 730;

const seconds = (ms: number): number => Math.max(0, ms) / 1_000;

function feature(
  name: string,
  kind: SessionFeatureKind,
  label: string | FeatureLabel,
  value: SessionFeature['value'],
): SessionFeature {
  return { name, kind, label: typeof label === 'string' ? { one: label, other: label } : label, value };
}

/**
 * The features of a session as of an instant, in the order of the columns. Training and serving compute them with the
 * same functions. Stored models name them, so a change of a feature needs a new name.
 */
export const SESSION_FEATURES: readonly SessionFeature[] = [
  feature('secondsSinceStart', 'seconds', 'since the session began', (s, now) => seconds(now - s.startedAt)),
  feature('secondsSinceLastEvent', 'seconds', 'since the last event', (s, now) => seconds(now - s.lastAt)),
  feature('secondsPerAction', 'seconds', 'between actions on average', (s) =>
    s.actions > 1 ? seconds(s.lastActionAt - s.startedAt) / (s.actions - 1) : 0,
  ),
  feature('actions', 'count', { one: 'action', other: 'actions' }, (s) => s.actions),
  feature('productPages', 'count', { one: 'product page', other: 'product pages' }, (s) => s.productPages),
  feature('products', 'count', { one: 'product viewed', other: 'different products viewed' }, (s) => s.products),
  feature('categories', 'count', { one: 'category viewed', other: 'different categories viewed' }, (s) => s.categories),
  feature(
    'productsOfOneCategory',
    'count',
    { one: 'product of one category', other: 'different products of one category' },
    (s) => s.productsOfOneCategory,
  ),
  feature('revisits', 'count', { one: 'return to a product', other: 'returns to a product' }, (s) => s.revisits),
  feature('searches', 'count', { one: 'search', other: 'searches' }, (s) => s.searches),
  feature(
    'searchesWithoutResults',
    'count',
    { one: 'search without results', other: 'searches without results' },
    (s) => s.searchesWithoutResults,
  ),
  feature('isSortedByPrice', 'flag', { one: 'sorted by price', other: 'did not sort by price' }, (s) =>
    s.priceSorts > 0 ? 1 : 0,
  ),
  feature(
    'discountedProducts',
    'count',
    { one: 'discounted product opened', other: 'discounted products opened' },
    (s) => s.discountedProducts,
  ),
  feature('discountedShare', 'share', 'of the opened products discounted', (s) =>
    s.openedProducts > 0 ? s.discountedProducts / s.openedProducts : 0,
  ),
  feature(
    'impressions',
    'count',
    { one: 'product shown in lists', other: 'products shown in lists' },
    (s) => s.impressions,
  ),
  feature(
    'searchClicks',
    'count',
    { one: 'click on search results', other: 'clicks on search results' },
    (s) => s.searchClicks,
  ),
  feature(
    'recommendationClicks',
    'count',
    { one: 'click on recommendations', other: 'clicks on recommendations' },
    (s) => s.recommendationClicks,
  ),
  feature('likes', 'count', { one: 'like or rating', other: 'likes or ratings' }, (s) => s.likes),
  feature('cartAdds', 'count', { one: 'addition to the cart', other: 'additions to the cart' }, (s) => s.cartAdds),
  feature(
    'cartRemoves',
    'count',
    { one: 'removal from the cart', other: 'removals from the cart' },
    (s) => s.cartRemoves,
  ),
  feature(
    'cartProducts',
    'count',
    { one: 'product in the cart', other: 'products in the cart' },
    (s) => s.cartProducts,
  ),
  feature('cartValue', 'amount', 'in the cart', (s) => s.cartValue),
  feature(
    'actionsSinceCartAdd',
    'count',
    { one: 'action since the last addition to the cart', other: 'actions since the last addition to the cart' },
    (s) => s.actionsSinceCartAdd,
  ),
  feature(
    'ordersInSession',
    'count',
    { one: 'order in this session', other: 'orders in this session' },
    (s) => s.orders,
  ),
  feature('hour', 'hour', 'hour of the day (UTC)', (_, now) => new Date(now).getUTCHours()),
  feature('weekday', 'weekday', 'day of the week (UTC)', (_, now) => new Date(now).getUTCDay()),
  feature('isCustomer', 'flag', { one: 'signed in', other: 'not signed in' }, (_s, _now, { isCustomer }) =>
    isCustomer ? 1 : 0,
  ),
  feature(
    'earlierOrders',
    'count',
    { one: 'earlier order', other: 'earlier orders' },
    (_s, _now, { earlierOrders }) => earlierOrders,
  ),
  feature('daysSinceLastOrder', 'days', 'since the last earlier order', (_, now, { lastOrderAt }) =>
    lastOrderAt === null ? MAX_ORDER_DAYS : Math.min(MAX_ORDER_DAYS, Math.max(0, now - lastOrderAt) / MS_PER_DAY),
  ),
];

/** The index of each feature, by name. */
export const SESSION_FEATURE_INDEX: ReadonlyMap<string, number> = new Map(
  SESSION_FEATURES.map(({ name }, index) => [name, index]),
);

/**
 * Writes the features of a session as of `now` to `out[from]` and the following columns.
 * @param session must contain only events before `now`
 * @param now milliseconds since 1970 (UTC)
 */
export function fillSessionFeatures(
  session: SessionTally,
  now: number,
  visitor: SessionVisitor,
  out: Float64Array,
  from = 0,
): void {
  for (let f = 0; f < SESSION_FEATURES.length; f++) out[from + f] = SESSION_FEATURES[f].value(session, now, visitor);
}
