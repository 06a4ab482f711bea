import type { StreamInput } from '../streams/stream-input.type';

type OrderStreamDefinition = Omit<StreamInput, 'window'> & { readonly size: string; readonly maxKeys: number };
type StreamTemplate = Omit<OrderStreamDefinition, 'id' | 'size' | 'maxKeys'>;

/**
 * How many days after its time an event may arrive. Streams ignore later events. It is a month, because orders
 * are often sent days after they were placed.
 */
export const LATENESS_DAYS = 31;
const LATENESS = `P${LATENESS_DAYS}D`;
const NONE = "'-'";
const BY_CURRENCY = [{ name: 'currency', expression: `has(event.currency) ? event.currency : ${NONE}` }];
const IS_FROM_ORDERS = "event.source == 'ORDERS'";

const countAggregate = (name: string, filter: string) => ({ name, kind: 'COUNT' as const, filter });
const sumAggregate = (name: string, expression: string, filter?: string) => ({
  name,
  kind: 'SUM' as const,
  expression,
  filter,
});
const distinctAggregate = (name: string, expression: string, filter?: string) => ({
  name,
  kind: 'DISTINCT' as const,
  expression,
  filter,
});

/** The signed amount: negative for cancelled and returned goods. */
const SIGNED_AMOUNT = { name: 'worth', expression: "event.type == 'RETURN' ? -event.amount : event.amount" };

/** Sales: purchases minus cancellations and returns. Each event is one order line. */
const SALES: StreamTemplate = {
  description: 'Revenue and units: lines bought, less those cancelled or returned.',
  from: ['PURCHASE', 'RETURN'],
  filter: IS_FROM_ORDERS,
  derive: [SIGNED_AMOUNT, { name: 'units', expression: "event.type == 'RETURN' ? -event.quantity : event.quantity" }],
  keys: BY_CURRENCY,
  aggregates: [
    sumAggregate('revenue', 'event.worth'),
    sumAggregate('units', 'event.units'),
    sumAggregate('sales', 'event.amount', "event.type == 'PURCHASE'"),
    sumAggregate('returns', 'event.amount', "event.type == 'RETURN'"),
    sumAggregate('unitsReturned', 'event.quantity', "event.type == 'RETURN'"),
  ],
};

const IS_PLACED = "event.name == 'order_placed'";
/** Filter for the events whose prices add up to the current value of the orders. */
const HAS_VALUE = `${IS_PLACED} || event.name == 'order_value_changed'`;
const ORDERS: StreamTemplate = {
  description: 'Orders: how many, what they come to, whose, and what became of them.',
  from: ['CUSTOM'],
  filter: "event.source == 'ORDERS' && event.name.startsWith('order_')",
  keys: BY_CURRENCY,
  aggregates: [
    countAggregate('orders', IS_PLACED),
    sumAggregate('ordered', 'event.unitPrice', HAS_VALUE),
    { name: 'averageOrderValue', kind: 'AVERAGE', expression: 'event.unitPrice', filter: HAS_VALUE, per: IS_PLACED },
    countAggregate('newCustomers', `${IS_PLACED} && event.properties.customer == 'new'`),
    countAggregate('returningCustomers', `${IS_PLACED} && event.properties.customer == 'returning'`),
    // These figures count whole orders. They exclude the events of partial moves (of some units only), after which the
    // order as a whole does not have the status yet. Such an event has no price.
    ...['shipped', 'cancelled', 'returned', 'refunded'].map((status) =>
      countAggregate(status, `event.name == 'order_${status}' && has(event.unitPrice)`),
    ),
    // Without those that turned out not to be delivered.
    sumAggregate(
      'delivered',
      "event.name == 'order_delivered' ? 1 : event.name == 'order_delivery_withdrawn' ? -1 : 0",
    ),
  ],
};

const PAYMENTS: StreamTemplate = {
  description: 'Money: charges and refunds.',
  from: ['CUSTOM'],
  filter: "event.source == 'PAYMENTS'",
  keys: BY_CURRENCY,
  aggregates: [
    sumAggregate('charged', 'event.unitPrice', "event.name == 'charge'"),
    sumAggregate('refunded', 'event.unitPrice', "event.name == 'refund'"),
    countAggregate('charges', "event.name == 'charge'"),
    countAggregate('refunds', "event.name == 'refund'"),
  ],
};

/**
 * Key: the placement, which is the place in the shop where a product was shown. Browsers send placements and may invent
 * them. If the shop lists its placements, all others count as `-`.
 */
const BY_PLACEMENT = [
  {
    name: 'placement',
    expression: `has(event.placement) && (size(vars.placements) == 0 || event.placement in vars.placements) ? event.placement : ${NONE}`,
  },
];
/** The visitor. A session in which a customer signs in counts as two visitors: before and after the sign-in. */
const VISITOR = { name: 'who', expression: "has(event.customerId) ? 'c:' + event.customerId : 's:' + event.sessionId" };
const IS_BOUGHT = "event.type == 'PURCHASE'";
const CONVERSION: StreamTemplate = {
  description: 'By placement: who looked, and who purchased. What a placement earned is in the business report.',
  from: ['IMPRESSION', 'VIEW', 'CLICK', 'ADD_TO_CART', 'PURCHASE'],
  derive: [VISITOR],
  keys: BY_PLACEMENT,
  aggregates: [
    distinctAggregate('visitors', 'event.who', "event.type in ['VIEW', 'CLICK', 'ADD_TO_CART']"),
    distinctAggregate('buyers', 'event.who', IS_BOUGHT),
    countAggregate('impressions', "event.type == 'IMPRESSION'"),
    countAggregate('clicks', "event.type == 'CLICK'"),
    countAggregate('carts', "event.type == 'ADD_TO_CART'"),
    countAggregate('purchases', IS_BOUGHT),
  ],
};

const CLICK_THROUGH: StreamTemplate = {
  description: 'By placement: what was shown in a list and clicked within half an hour.',
  from: ['IMPRESSION'],
  join: {
    from: ['CLICK'],
    on: [
      { event: 'event.requestId', other: 'other.requestId' },
      { event: 'event.productId', other: 'other.productId' },
    ],
    before: 'PT0S',
    after: 'PT30M',
  },
  keys: BY_PLACEMENT,
  aggregates: [
    // Repeated impressions and clicks of a product in a list count once.
    distinctAggregate('clicked', "event.requestId + ' ' + event.productId"),
    countAggregate('clicks', 'true'),
    { name: 'meanPosition', kind: 'AVERAGE', expression: 'event.position' },
    { name: 'seconds', kind: 'QUANTILES', expression: 'other.secondsAfter', quantiles: [0.5, 0.95] },
  ],
  // The join stores an event for as long as a matching event may arrive. With the default lateness of a month, it would
  // store too many impressions.
  lateness: 'PT10M',
};

const SOURCES: StreamTemplate = {
  description: 'By where orders came in: how many, what they come to, of how many new customers.',
  from: ['CUSTOM'],
  filter: `event.source == 'ORDERS' && (${HAS_VALUE})`,
  keys: [
    { name: 'source', expression: `has(event.properties.source) ? string(event.properties.source) : ${NONE}` },
    ...BY_CURRENCY,
  ],
  aggregates: [
    countAggregate('orders', IS_PLACED),
    sumAggregate('ordered', 'event.unitPrice'),
    countAggregate('newCustomers', `${IS_PLACED} && event.properties.customer == 'new'`),
  ],
};

const TOP_SELLERS: StreamTemplate = {
  description: 'Products bought in most lines: of up to 1,000 different ones in a window.',
  from: ['PURCHASE'],
  filter: IS_FROM_ORDERS,
  aggregates: [{ name: 'products', kind: 'TOP', expression: 'event.productId', most: 100 }],
};

const PRODUCT_SALES: StreamTemplate = {
  ...SALES,
  description: 'Revenue and units of each product: lines bought, less those cancelled or returned.',
  keys: [{ name: 'product', expression: 'event.productId' }, ...BY_CURRENCY],
};

/** Key: the segment of the customer as of the event. */
const BY_SEGMENT = [
  { name: 'segment', expression: `has(customer.segment) ? customer.segment : ${NONE}` },
  ...BY_CURRENCY,
];
const SEGMENT_SALES: StreamTemplate = {
  ...SALES,
  description: 'Revenue and units by the segment of the customer: lines bought, less those cancelled or returned.',
  keys: BY_SEGMENT,
};
const SEGMENT_ORDERS: StreamTemplate = {
  ...ORDERS,
  description: 'Orders by the segment of the customer: number, value and status.',
  keys: BY_SEGMENT,
};

/** The stream that `bestSellers` reads. */
export const PRODUCT_SALES_STREAM = 'product-sales-by-day';

/**
 * A stream stores a limited number of windows, one for each period and key, and deletes the oldest ones. A lower limit
 * of keys per period therefore guarantees a longer history, even if clients invent placements and sources. The limits
 * guarantee at least 110 days of minutes, 2 years of hours, 13 years of days, and for products the 366 days that
 * `bestSellers` reads.
 */
const BY_MINUTE = { size: 'PT1M', maxKeys: 30 };
const BY_HOUR = { size: 'PT1H', maxKeys: 200 };
const BY_DAY = { size: 'P1D', maxKeys: 1_000 };
const BY_DAY_AND_PRODUCT = { size: 'P1D', maxKeys: 12_000 };

/** The predefined streams. Queries can merge their windows into longer periods, such as weeks and months. */
const DEFINITIONS: readonly OrderStreamDefinition[] = [
  { id: 'sales-by-minute', ...BY_MINUTE, ...SALES },
  { id: 'sales-by-day', ...BY_DAY, ...SALES },
  { id: 'orders-by-minute', ...BY_MINUTE, ...ORDERS },
  { id: 'orders-by-day', ...BY_DAY, ...ORDERS },
  { id: 'payments-by-minute', ...BY_MINUTE, ...PAYMENTS },
  { id: 'payments-by-day', ...BY_DAY, ...PAYMENTS },
  { id: 'conversion-by-hour', ...BY_HOUR, ...CONVERSION },
  { id: 'conversion-by-day', ...BY_DAY, ...CONVERSION },
  { id: 'click-through-by-hour', ...BY_HOUR, ...CLICK_THROUGH },
  { id: 'order-sources-by-hour', ...BY_HOUR, ...SOURCES },
  { id: 'order-sources-by-day', ...BY_DAY, ...SOURCES },
  { id: 'top-sellers-by-minute', ...BY_MINUTE, ...TOP_SELLERS },
  { id: PRODUCT_SALES_STREAM, ...BY_DAY_AND_PRODUCT, ...PRODUCT_SALES },
];

/** Optional streams, because an opt-out of profiling makes workers fill them again. */
const SEGMENT_DEFINITIONS: readonly OrderStreamDefinition[] = [
  { id: 'segment-sales-by-day', ...BY_DAY, ...SEGMENT_SALES },
  { id: 'segment-orders-by-day', ...BY_DAY, ...SEGMENT_ORDERS },
];

/**
 * Returns the predefined streams of orders.
 * @param timeZone IANA time zone that defines days
 * @param placements the placements that are distinguished; if empty, all placements of events
 * @param bySegment whether to include the streams by the segment of the customer
 */
export function orderStreams(timeZone: string, placements: readonly string[] = [], bySegment = false): StreamInput[] {
  return [...DEFINITIONS, ...(bySegment ? SEGMENT_DEFINITIONS : [])].map(({ size, ...stream }) => ({
    lateness: LATENESS,
    ...(stream.keys === BY_PLACEMENT ? { variables: { placements } } : {}),
    ...stream,
    window: { kind: 'TUMBLING', size, timeZone },
  }));
}
