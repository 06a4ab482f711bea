import { seededRandom } from '../src/learn/seeded-random';

/** The size of a synthetic shop. */
export interface ShopSize {
  readonly customers: number;
  readonly products: number;
  readonly events: number;
  /** The number of event files to import, in order of time. */
  readonly files: number;
  /** The number of days that the events span. Default: 60. */
  readonly days?: number;
}

export const SHOP_SIZES = {
  small: { customers: 30_000, products: 5_000, events: 300_000, files: 3 },
  medium: { customers: 300_000, products: 50_000, events: 3_000_000, files: 6 },
  large: { customers: 1_000_000, products: 100_000, events: 20_000_000, files: 20, days: 180 },
} as const satisfies Readonly<Record<string, ShopSize>>;

const DEFAULT_DAYS = 60;
const DAY_MS = 86_400_000;
/** Products of one category: a session stays in one of its customer's categories. */
const PRODUCTS_PER_CATEGORY = 250;
const CATEGORIES_PER_CUSTOMER = 3;
/** Views of a session, on average (geometric distribution). */
const VIEWS_PER_SESSION = 8;
const ANONYMOUS_SHARE = 0.2;
/** The share of sessions that add about half of their viewed products to the cart; other sessions add nothing. */
const BUYER_SHARE = 0.3;
const CART_SHARE = 0.55;
const PURCHASE_SHARE = 2 / 3;
/** Sessions that are active at a time: their events alternate in the log. */
const SESSIONS_AT_ONCE = 500;
/**
 * Uniform random numbers are raised to this power: customer 0 and the first product of each category occur most often.
 */
const CUSTOMER_SKEW = 1.6;
const PRODUCT_SKEW = 2.5;

interface Session {
  readonly id: number;
  /** −1 for an anonymous session. */
  readonly customer: number;
  readonly category: number;
  views: number;
  readonly buys: boolean;
  /** Recently viewed products to add to the cart next. */
  toCart: number;
  readonly cart: number[];
}

/**
 * Generates the events of a synthetic shop as JSON lines for `import events`, in order of time, over the days before
 * `until`: 80 % views, 12 % carts and 8 % purchases. Sessions stay in one category, the purchases of a session
 * share one time and so are one order, and few customers and products make most of the events. The same seed gives the
 * same lines. The generator stores only the active sessions.
 */
export function* eventLines(size: ShopSize, seed: number, until: number): Generator<string> {
  const random = seededRandom(seed);
  const below = (n: number, skew = 1) => Math.floor(n * random() ** skew);
  const categories = Math.max(1, Math.ceil(size.products / PRODUCTS_PER_CATEGORY));
  const spanMs = (size.days ?? DEFAULT_DAYS) * DAY_MS;
  const step = spanMs / size.events;
  let sessions = 0;
  const begin = (): Session => {
    const customer = random() < ANONYMOUS_SHARE ? -1 : below(size.customers, CUSTOMER_SKEW);
    // Each customer's categories follow from the customer's number, so that they need no storage.
    const taste = customer < 0 ? below(2 ** 31) : Math.imul(customer + 1, 2654435761) >>> 1;
    return {
      id: ++sessions,
      customer,
      category: (taste + below(CATEGORIES_PER_CUSTOMER) * 7919) % categories,
      views: 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / VIEWS_PER_SESSION)),
      buys: random() < BUYER_SHARE,
      toCart: -1,
      cart: [],
    };
  };
  const open = Array.from({ length: SESSIONS_AT_ONCE }, begin);
  const line = (n: number, type: string, session: Session, product: number, at: number, more = '') => {
    const who = session.customer < 0 ? '' : `"customerId":"${customerId(session.customer)}",`;
    return `{"id":"e${n}","type":"${type}","occurredAt":"${new Date(at).toISOString()}",${who}"sessionId":"s${session.id}","productId":"p${product}"${more}}`;
  };
  for (let n = 0; n < size.events;) {
    const at = Math.floor(until - spanMs + n * step);
    const place = below(SESSIONS_AT_ONCE);
    const session = open[place];
    if (session.toCart >= 0) {
      yield line(n++, 'ADD_TO_CART', session, session.toCart, at);
      session.toCart = -1;
    } else if (session.views-- > 0) {
      const inCategory = Math.min(PRODUCTS_PER_CATEGORY, size.products - session.category * PRODUCTS_PER_CATEGORY);
      const product = session.category * PRODUCTS_PER_CATEGORY + below(inCategory, PRODUCT_SKEW);
      yield line(n++, 'VIEW', session, product, at);
      if (session.buys && random() < CART_SHARE && !session.cart.includes(product))
        session.cart.push((session.toCart = product));
    } else {
      for (const product of session.cart) {
        if (n === size.events || random() > PURCHASE_SHARE) continue;
        const more = `,"quantity":${1 + below(3, 3)},"unitPrice":{"amount":"${1 + below(200)}.${10 + below(90)}","currency":"EUR"}`;
        yield line(n++, 'PURCHASE', session, product, at, more);
      }
      open[place] = begin();
    }
  }
}

export function customerId(number: number): string {
  return `c${number}`;
}
