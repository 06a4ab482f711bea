import type { Identity } from '../auth/identity';
import type { RequestIdContent } from '../auth/request-id';
import type { ProductInput } from '../catalog/product.type';
import type { EventType } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import { type DemoCustomer, type Preferences, randomWantedProduct } from './demo-customers';
import { demoId, DEMO_PRODUCTS_PER_LINE, SINGLES_PER_LINE } from './demo-catalogue';
import { wasAvailable, type DemoSearch } from './demo-search';
import { LINES } from './goods/assortment';
import { randomItem } from './random-item';

const HOME_LIST_LENGTH = 4;
/** Share of the visits that compare products of one line, and of those that look for low prices. */
const COMPARING_SHARE = 0.15;
const BARGAIN_SHARE = 0.15;
/** Probability that such a visit ends with an order if the cart has products. */
const UNDECIDED_ORDER_SHARE = 0.25;
const SORTS = ['PRICE_ASC', 'DISCOUNT'] as const;
/** The model version of the lists and searches of simulated visits, which no model has ranked. */
const MODEL_VERSION = 'demo';
const SYNTHETIC = { synthetic: true } as const;

interface DemoOrderLine {
  readonly productId: string;
  readonly quantity: number;
  /** The request id of the list from which the customer chose the product. */
  readonly requestId?: string;
}

/** The order at the end of a visit. */
export interface DemoOrder {
  readonly id: string;
  readonly customerId?: string;
  readonly sessionId: string;
  readonly placedAt: number;
  readonly lines: readonly DemoOrderLine[];
}

export interface Visit {
  /** The events in order of time. */
  readonly events: readonly StoredEvent[];
  readonly order?: DemoOrder;
}

export interface VisitPlan {
  readonly id: string;
  readonly taste: Preferences;
  /** Absent if the visitor is not signed in. */
  readonly customer?: DemoCustomer;
  readonly at: number;
  /** Approximate number of seconds per page. */
  readonly pace: number;
  /** The ids of the products that the customer has run out of. */
  readonly dueProductIds: readonly string[];
}

/** What is needed to simulate visits. */
export interface VisitOptions {
  readonly products: readonly ProductInput[];
  readonly search: DemoSearch;
  /** Issues the id of a list or search. If absent, the ids are unsigned: a history generated again has the same ids. */
  readonly issueRequestId?: (content: RequestIdContent, who: Identity) => string;
}

/**
 * Simulates visits. A visitor sees a list or searches, views products, fills the cart, and may order. Some visitors
 * compare products of one line, and some look for low prices.
 */
export class VisitSimulator {
  private readonly search: DemoSearch;
  private readonly products: readonly ProductInput[];

  constructor(private readonly options: VisitOptions) {
    ({ products: this.products, search: this.search } = options);
  }

  /** Returns all events of a visit, and its order if there is one. */
  simulate(visiting: VisitPlan, random: () => number): Visit {
    const { taste, customer, id, dueProductIds } = visiting;
    const diary = new VisitRecorder(visiting, random, this.options.issueRequestId);
    const chooseProduct = () => this.randomAvailableProduct(taste, visiting.at, random);
    const viewedIds = new Set<string>();
    const intendedProductId = chooseProduct();
    const mood = random();
    const isComparing = mood < COMPARING_SHARE;
    const isBargainHunting = !isComparing && mood < COMPARING_SHARE + BARGAIN_SHARE;
    if (isBargainHunting)
      this.huntBargains(intendedProductId, visiting.at, diary, random).forEach((id) => viewedIds.add(id));
    const list =
      random() < 0.45
        ? this.searchFor(intendedProductId, visiting.at, diary, random)
        : this.showHomeList(taste, visiting.at, diary, random);
    const clicksByProduct = new Map(
      list.clicked.map(([listPosition, productId]) => [productId, { requestId: list.requestId, listPosition }]),
    );
    for (const [productId, click] of clicksByProduct) {
      diary.add('VIEW', productId, click);
      viewedIds.add(productId);
    }
    for (let remainingViews = isComparing ? -1 : Math.floor(4 * random()); remainingViews >= 0; remainingViews--) {
      const productId = chooseProduct();
      diary.add('VIEW', productId);
      viewedIds.add(productId);
    }
    if (isComparing)
      for (const productId of this.comparedWith(intendedProductId, visiting.at, random)) {
        diary.add('VIEW', productId);
        viewedIds.add(productId);
      }
    if (random() < 0.02) diary.add('LIKE', intendedProductId);
    // Most who compare or look for low prices do not decide in the same visit.
    const orderShare = isComparing || isBargainHunting ? UNDECIDED_ORDER_SHARE : customer ? 0.7 : 0.35;
    const cart = new Set([...viewedIds].filter(() => random() < 0.22));
    for (const productId of [...cart]) if (random() < 0.3) cart.add(companionOf(productId));
    for (const productId of dueProductIds) if (random() < 0.85) cart.add(productId);
    for (const productId of [...cart]) {
      diary.add('ADD_TO_CART', productId, clicksByProduct.get(productId));
      if (random() > 0.05) continue;
      diary.add('REMOVE_FROM_CART', productId);
      cart.delete(productId);
    }
    if (cart.size === 0 || random() > orderShare) return { events: diary.events };
    const lines = [...cart].map((productId) => ({
      productId,
      quantity: random() < 0.15 ? 2 : 1,
      requestId: clicksByProduct.get(productId)?.requestId,
    }));
    const order = { id: `${id}-order`, customerId: customer?.id, sessionId: id, placedAt: diary.advanceTime(), lines };
    return { events: diary.events, order };
  }

  /** Returns a random available product that matches the preferences. */
  private randomAvailableProduct(taste: Preferences, at: number, random: () => number): string {
    for (;;) {
      const product = this.products[randomWantedProduct(taste, at, random)]!;
      if (wasAvailable(product, at)) return product.id;
    }
  }

  /**
   * Returns the product pages that a comparing visitor opens in order: two or three products of one line in turn, each
   * three to six times.
   */
  private comparedWith(productId: string, at: number, random: () => number): string[] {
    const first = indexOf(productId) - (indexOf(productId) % DEMO_PRODUCTS_PER_LINE);
    const inLine = this.products
      .slice(first, first + DEMO_PRODUCTS_PER_LINE)
      .filter((product) => wasAvailable(product, at));
    const others = Array.from({ length: 1 + Math.floor(2 * random()) }, () => randomItem(inLine, random).id);
    const compared = [...new Set([productId, ...others])];
    return Array.from(
      { length: compared.length * (3 + Math.floor(4 * random())) },
      (_, n) => compared[n % compared.length]!,
    );
  }

  /**
   * Sorts searches by price or by discount, and opens reduced products of the line.
   * @returns the opened products
   */
  private huntBargains(productId: string, at: number, diary: VisitRecorder, random: () => number): string[] {
    const first = indexOf(productId) - (indexOf(productId) % DEMO_PRODUCTS_PER_LINE);
    const reduced = this.products
      .slice(first, first + DEMO_PRODUCTS_PER_LINE)
      .filter((product) => product.listPrice && wasAvailable(product, at));
    const opened: string[] = [];
    for (let round = 2 + Math.floor(4 * random()); round > 0; round--) {
      const { query, total, shown } = this.search.simulateSearch(indexOf(productId), at, random);
      diary.search(query, total, shown, { name: `search-by-price-${round}`, sort: randomItem(SORTS, random) });
      if (reduced.length === 0) continue;
      const { id } = randomItem(reduced, random);
      diary.add('VIEW', id);
      opened.push(id);
    }
    return opened;
  }

  private searchFor(productId: string, at: number, diary: VisitRecorder, random: () => number): ShownList {
    const { query, total, shown } = this.search.simulateSearch(indexOf(productId), at, random);
    const requestId = diary.search(query, total, shown);
    // The probability of a click decreases with the position, and is higher for the product that the visitor looks for.
    const clicked = shown.flatMap((id, place): [number, string][] =>
      random() < (id === productId ? 0.8 : 0.25) / (1 + 0.3 * place) ? [[place + 1, id]] : [],
    );
    return { requestId, clicked: clicked.slice(0, 2) };
  }

  private showHomeList(taste: Preferences, at: number, diary: VisitRecorder, random: () => number): ShownList {
    const requestId = diary.listId('home', { kind: 'RECOMMENDATION', intent: 'PERSONAL', placement: 'home' });
    const shown = [
      ...new Set(Array.from({ length: HOME_LIST_LENGTH }, () => this.randomAvailableProduct(taste, at, random))),
    ];
    shown.forEach((productId, place) =>
      diary.add('IMPRESSION', productId, { requestId, listPosition: place + 1, placement: 'home' }, 0),
    );
    const clicked = shown.flatMap((id, place): [number, string][] => (random() < 0.2 ? [[place + 1, id]] : []));
    return { requestId, clicked };
  }
}

interface ShownList {
  readonly requestId: string;
  /** The clicked products, as pairs of list position (from 1) and product id. */
  readonly clicked: readonly (readonly [number, string])[];
}

/**
 * Returns the companion of a product: the id of a product of the same line that customers often buy with it. The same
 * product always has the same companion.
 */
function companionOf(productId: string): string {
  const index = indexOf(productId);
  const line = Math.floor(index / DEMO_PRODUCTS_PER_LINE);
  const { consumables } = LINES[line]!;
  const indexInLine = index % DEMO_PRODUCTS_PER_LINE;
  return demoId(
    line,
    indexInLine % 3 === 0 ? consumables[indexInLine % consumables.length]! : (3 * indexInLine + 1) % SINGLES_PER_LINE,
  );
}

/** Returns the catalogue index of a product id such as `demo-03-07`. */
function indexOf(productId: string): number {
  const [, line, number] = productId.split('-');
  return (Number(line) - 1) * DEMO_PRODUCTS_PER_LINE + Number(number) - 1;
}

/** Records the events of a visit in order of time. */
class VisitRecorder {
  readonly events: StoredEvent[] = [];
  private at: number;

  constructor(
    private readonly visiting: VisitPlan,
    private readonly random: () => number,
    private readonly issueRequestId: VisitOptions['issueRequestId'],
  ) {
    this.at = Math.round(visiting.at);
  }

  /** Advances the time by a random duration. @returns the new time */
  advanceTime(): number {
    return (this.at += Math.round(1_000 * this.visiting.pace * (0.3 + 1.4 * this.random())));
  }

  /** Returns the id of a list that the visitor sees now. @param name distinguishes the lists of the visit */
  listId(name: string, list: Pick<RequestIdContent, 'kind' | 'intent' | 'placement'>): string {
    const content = { ...list, modelVersion: MODEL_VERSION, at: this.at };
    return this.issueRequestId?.(content, this.who) ?? `${this.visiting.id}-${name}`;
  }

  private get who(): Identity {
    const { id, customer } = this.visiting;
    return { ...(customer && { customerId: customer.id }), sessionId: id };
  }

  add(
    type: EventType,
    productId: string,
    listing: Pick<StoredEvent, 'requestId' | 'listPosition' | 'placement'> = {},
    pageCount = 1,
  ): void {
    this.write({ source: 'STOREFRONT', type, productId, ...listing }, pageCount);
  }

  search(
    query: string,
    total: number,
    shown: readonly string[],
    { name = 'search', sort }: { readonly name?: string; readonly sort?: (typeof SORTS)[number] } = {},
  ): string {
    const id = this.listId(name, { kind: 'SEARCH', intent: null, placement: null });
    const properties = {
      ...SYNTHETIC,
      total,
      typing: false,
      language: null,
      modelVersion: MODEL_VERSION,
      shown,
      ...(sort && { sort }),
    };
    this.write({ source: 'SEARCH', id, type: 'SEARCH', query, properties }, 1);
    return id;
  }

  private write(event: Partial<StoredEvent> & Pick<StoredEvent, 'source' | 'type'>, pageCount: number): void {
    this.events.push({
      id: `${this.visiting.id}:${this.events.length + 1}`,
      occurredAt: pageCount > 0 ? this.advanceTime() : this.at,
      ...this.who,
      quantity: 1,
      properties: SYNTHETIC,
      ...event,
    });
  }
}
