import type { ProductInput } from '../catalog/product.type';
import type { StoredEvent } from '../events/stored-event';
import { randomItem } from '../learn/random-draws';
import { type Preferences, randomWantedProduct } from './demo-customers';
import { demoId, DEMO_PRODUCTS_PER_LINE, SINGLES_PER_LINE } from './demo-catalogue';
import { wasAvailable, type DemoSearch } from './demo-search';
import { LINES } from './goods/assortment';
import { type IssueRequestId, type ListOrigin, type VisitPlan, VisitRecorder } from './visit-recorder';

/** Number of products of a list that a visitor sees. */
const HOME_LIST_LENGTH = 4;
const RAIL_LENGTH = 3;
const SEEN_RESULTS = 3;
/** Share of the visits that begin with a search, and of those that begin with a shelf of the shop. Others begin at home. */
const SEARCHING_SHARE = 0.45;
const BROWSING_SHARE = 0.1;
/** Probability that a product of a list of recommendations is clicked. */
const HOME_CLICK_SHARE = 0.2;
const RAIL_CLICK_SHARE = 0.12;
/** Share of the product pages on which a visitor scrolls down to the list of similar products. */
const SIMILAR_SHARE = 0.2;
/** Share of the carts in which products that go well with them are seen but not wanted. */
const UNWANTED_BASKET_SHARE = 0.25;
/** Share of the recommended products that are put into the cart from the list, without opening their page. */
const ADDED_FROM_LIST_SHARE = 0.5;
/** Share of the wanted companions of a product that are found in that list. */
const FOUND_COMPANION_SHARE = 0.55;
/** Share of the later products of a visit that the visitor searches for. Others are reached by links from elsewhere. */
const SEARCHED_SHARE = 0.3;
/** Probability that an opened product is put into the cart, if it was found in a list, in a search, and otherwise. */
const LISTED_CART_SHARE = 0.28;
const SEARCHED_CART_SHARE = 0.4;
const UNLISTED_CART_SHARE = 0.2;
/** Share of the staples that customers reorder from the list at home. They find others in their earlier orders. */
const BUY_AGAIN_SHARE = 0.4;
/** Number of visitors who look at one product and leave, for each visitor who stays. */
export const PASSING_VISITORS = 3;
/** Share of the visits that compare products of one line, and of those that look for low prices. */
const COMPARING_SHARE = 0.15;
const BARGAIN_SHARE = 0.15;
/** Probability that such a visit ends with an order if the cart has products. */
const UNDECIDED_ORDER_SHARE = 0.25;
const SORTS = ['PRICE_ASC', 'DISCOUNT'] as const;
/** Places without a list, from which the shop page also puts products into the cart. */
const PRODUCT_PAGE = { placement: 'product' } as const;
const EARLIER_ORDER = { placement: 'order' } as const;

interface DemoOrderLine {
  readonly productId: string;
  readonly quantity: number;
  /** The request id of the list from which the customer chose the product. */
  readonly requestId?: string;
  readonly placement?: string;
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

/** What is needed to simulate visits. */
export interface VisitOptions {
  readonly products: readonly ProductInput[];
  readonly search: DemoSearch;
  /** Issues the id of a list or search. If absent, the ids are unsigned. */
  readonly issueRequestId?: IssueRequestId;
}

/** A running visit. */
interface RunningVisit {
  readonly plan: VisitPlan;
  readonly recorder: VisitRecorder;
  readonly random: () => number;
  /** The opened products, with the list or place that they were opened from. */
  readonly opened: Map<string, ListOrigin>;
  /** Those of them that were opened from a search. */
  readonly found: Set<string>;
}

/**
 * Simulates visits. A visitor comes to the home page, to a shelf or with a search, opens products of lists and others,
 * fills the cart, and may order. Some visitors compare products of one line, and some look for low prices. The shares
 * are synthetic: chosen so that lists and searches earn about as much as in a real shop.
 */
export class VisitSimulator {
  private readonly search: DemoSearch;
  private readonly products: readonly ProductInput[];

  constructor(private readonly options: VisitOptions) {
    ({ products: this.products, search: this.search } = options);
  }

  /** Returns all events of a visit, and its order if there is one. */
  simulate(plan: VisitPlan, random: () => number): Visit {
    const { taste, customer, id } = plan;
    const recorder = new VisitRecorder(plan, random, this.options.issueRequestId);
    const visit: RunningVisit = { plan, recorder, random, opened: new Map(), found: new Set() };
    const intendedProductId = this.randomAvailableProduct(taste, plan.at, random);
    const mood = random();
    const isComparing = mood < COMPARING_SHARE;
    const isBargainHunting = !isComparing && mood < COMPARING_SHARE + BARGAIN_SHARE;
    if (isBargainHunting) this.huntBargains(visit, intendedProductId);
    const dueAtHome = this.enter(visit, intendedProductId);
    for (let remainingViews = isComparing ? -1 : Math.floor(4 * random()); remainingViews >= 0; remainingViews--)
      this.openAnother(visit, this.randomAvailableProduct(taste, plan.at, random));
    if (isComparing)
      for (const productId of this.comparedWith(intendedProductId, plan.at, random)) {
        recorder.add('VIEW', productId);
        if (!visit.opened.has(productId)) visit.opened.set(productId, PRODUCT_PAGE);
      }
    if (random() < 0.02) recorder.add('LIKE', intendedProductId);
    // Most who compare or look for low prices do not decide in the same visit.
    const orderShare = isComparing || isBargainHunting ? UNDECIDED_ORDER_SHARE : customer ? 0.7 : 0.35;
    const cart = this.fillCart(visit, dueAtHome);
    if (cart.size === 0 || random() > orderShare) return { events: recorder.events };
    const lines = Array.from(cart, ([productId, { requestId, placement }]) => ({
      productId,
      quantity: random() < 0.15 ? 2 : 1,
      requestId,
      placement,
    }));
    const order = {
      id: `${id}-order`,
      customerId: customer?.id,
      sessionId: id,
      placedAt: recorder.advanceTime(),
      lines,
    };
    return { events: recorder.events, order };
  }

  /** Returns the visit of a person who follows a link to a product, looks at it and leaves. */
  passBy(plan: VisitPlan, random: () => number): Visit {
    const recorder = new VisitRecorder(plan, random, this.options.issueRequestId);
    recorder.add('VIEW', this.randomAvailableProduct(plan.taste, plan.at, random));
    return { events: recorder.events };
  }

  /**
   * Begins the visit with a search, a shelf or the home page, and opens products of its lists.
   * @returns the products that the customer has run out of and saw at home, with their origins
   */
  private enter(visit: RunningVisit, intendedProductId: string): ReadonlyMap<string, ListOrigin> {
    const { plan, recorder, random } = visit;
    const entry = random();
    if (entry < SEARCHING_SHARE) this.searchFor(visit, intendedProductId);
    else if (entry < SEARCHING_SHARE + BROWSING_SHARE) {
      const shelf = this.availableOfLine(intendedProductId, plan.at);
      this.openSome(visit, recorder.browse(someOf(shelf, SEEN_RESULTS, random)), HOME_CLICK_SHARE);
    } else {
      const picked = Array.from({ length: HOME_LIST_LENGTH }, () =>
        this.randomAvailableProduct(plan.taste, plan.at, random),
      );
      const personal = recorder.showList({ intent: 'PERSONAL', placement: 'home-personal' }, picked);
      const due = plan.dueProductIds;
      const again =
        due.length > 0 ? recorder.showList({ intent: 'BUY_AGAIN', placement: 'home-buy-again' }, due) : undefined;
      this.openSome(visit, personal, HOME_CLICK_SHARE);
      return again ?? new Map();
    }
    return new Map();
  }

  /** Fills the cart. @returns its products, with the list or place that each was chosen from */
  private fillCart(visit: RunningVisit, dueAtHome: ReadonlyMap<string, ListOrigin>): Map<string, ListOrigin> {
    const { plan, recorder, random, opened, found } = visit;
    const shareOf = (productId: string, { requestId }: ListOrigin) => {
      if (found.has(productId)) return SEARCHED_CART_SHARE;
      return requestId === undefined ? UNLISTED_CART_SHARE : LISTED_CART_SHARE;
    };
    const wanted = new Map([...opened].filter((chosen) => random() < shareOf(...chosen)));
    for (const productId of plan.dueProductIds) {
      if (random() >= 0.85 || wanted.has(productId)) continue;
      const origin = dueAtHome.get(productId);
      wanted.set(productId, origin && random() < BUY_AGAIN_SHARE / (1 - SEARCHING_SHARE) ? origin : EARLIER_ORDER);
    }
    const cart = new Map<string, ListOrigin>();
    for (const [productId, origin] of wanted) {
      if (origin.requestId !== undefined && !opened.has(productId) && random() >= ADDED_FROM_LIST_SHARE)
        recorder.open(productId, origin);
      recorder.add('ADD_TO_CART', productId, origin);
      if (random() > 0.05) cart.set(productId, origin);
      else recorder.add('REMOVE_FROM_CART', productId, origin);
    }
    for (const productId of [...cart.keys()]) this.addCompanion(visit, productId, cart);
    return cart;
  }

  /** Puts the companion of a product into the cart, for some from the list of products that go well with the cart. */
  private addCompanion(visit: RunningVisit, productId: string, cart: Map<string, ListOrigin>): void {
    const { plan, recorder, random } = visit;
    const companion = companionOf(productId);
    const isWanted = random() < 0.3 && !cart.has(companion);
    if (random() >= (isWanted ? FOUND_COMPANION_SHARE : UNWANTED_BASKET_SHARE)) {
      if (!isWanted) return;
      recorder.add('ADD_TO_CART', companion, PRODUCT_PAGE);
      return void cart.set(companion, PRODUCT_PAGE);
    }
    const others = someOf(this.availableOfLine(productId, plan.at), RAIL_LENGTH - 1, random);
    const shown = recorder.showList({ intent: 'BASKET', placement: 'cart-basket' }, [companion, ...others]);
    if (!isWanted) return;
    const origin = shown.get(companion)!;
    if (random() >= ADDED_FROM_LIST_SHARE) recorder.open(companion, origin);
    recorder.add('ADD_TO_CART', companion, origin);
    cart.set(companion, origin);
  }

  /** Searches for a product, or opens its page without a list. Some visitors continue with a similar product. */
  private openAnother(visit: RunningVisit, productId: string): void {
    const { plan, recorder, random, opened } = visit;
    if (random() < SEARCHED_SHARE) return this.searchFor(visit, productId);
    recorder.add('VIEW', productId);
    if (!opened.has(productId)) opened.set(productId, PRODUCT_PAGE);
    if (random() >= SIMILAR_SHARE) return;
    const similar = someOf(this.availableOfLine(productId, plan.at), RAIL_LENGTH, random).filter(
      (id) => id !== productId,
    );
    this.openSome(
      visit,
      recorder.showList({ intent: 'SIMILAR', placement: 'product-similar' }, similar),
      RAIL_CLICK_SHARE,
    );
  }

  /** Opens each product of a list with a probability. */
  private openSome({ recorder, random, opened }: RunningVisit, shown: Map<string, ListOrigin>, share: number): void {
    for (const [productId, origin] of [...shown].filter(() => random() < share)) {
      recorder.open(productId, origin);
      opened.set(productId, origin);
    }
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
    const inLine = this.availableOfLine(productId, at);
    const others = Array.from({ length: 1 + Math.floor(2 * random()) }, () => randomItem(inLine, random));
    const compared = [...new Set([productId, ...others])];
    return Array.from(
      { length: compared.length * (3 + Math.floor(4 * random())) },
      (_, n) => compared[n % compared.length]!,
    );
  }

  /** Sorts searches by price or by discount, and opens reduced products of the line. */
  private huntBargains({ plan, recorder, random, opened }: RunningVisit, productId: string): void {
    const reduced = this.availableOfLine(productId, plan.at).filter((id) => this.products[indexOf(id)]!.listPrice);
    for (let round = 2 + Math.floor(4 * random()); round > 0; round--) {
      recorder.search(this.search.simulateSearch(indexOf(productId), plan.at, random), 0, randomItem(SORTS, random));
      if (reduced.length === 0) continue;
      const id = randomItem(reduced, random);
      recorder.add('VIEW', id);
      opened.set(id, PRODUCT_PAGE);
    }
  }

  private searchFor(visit: RunningVisit, productId: string): void {
    const { plan, recorder, random, opened, found } = visit;
    const results = recorder.search(this.search.simulateSearch(indexOf(productId), plan.at, random), SEEN_RESULTS);
    // The probability of a click decreases with the position, and is higher for the product that the visitor looks for.
    const clicked = [...results].filter(
      ([id], place) => random() < (id === productId ? 0.8 : 0.25) / (1 + 0.3 * place),
    );
    for (const [id, origin] of clicked.slice(0, 2)) {
      recorder.open(id, origin);
      opened.set(id, origin);
      found.add(id);
    }
  }

  /** Returns the ids of the available products of a product's line. */
  private availableOfLine(productId: string, at: number): string[] {
    const first = indexOf(productId) - (indexOf(productId) % DEMO_PRODUCTS_PER_LINE);
    return this.products
      .slice(first, first + DEMO_PRODUCTS_PER_LINE)
      .filter((product) => wasAvailable(product, at))
      .map(({ id }) => id);
  }
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

/** Returns up to `count` different random items of a list that is not empty. */
function someOf(ids: readonly string[], count: number, random: () => number): string[] {
  return [...new Set(Array.from({ length: count }, () => randomItem(ids, random)))];
}
