import type { SessionEvent, SessionProduct } from './session-event';

/**
 * Number of different products, carts and lists of one session that are counted separately. Further products count as pages and
 * actions only, so that a crawler's session has a bounded size.
 */
export const MAX_SESSION_PRODUCTS = 500;

interface CartLine {
  quantity: number;
  price: number;
}

/**
 * The counts of one session, from which its features are computed. Each event takes constant time and memory is bounded.
 * Events are applied in the order of `compareSessionEvents`; an event of an earlier time needs a new tally.
 */
export class SessionTally {
  startedAt = NaN;
  lastAt = NaN;
  lastActionAt = NaN;
  /** Events other than impressions. Shown products are no act of the visitor. */
  actions = 0;
  productPages = 0;
  revisits = 0;
  productsOfOneCategory = 0;
  searches = 0;
  searchesWithoutResults = 0;
  priceSorts = 0;
  discountedProducts = 0;
  impressions = 0;
  searchClicks = 0;
  recommendationClicks = 0;
  likes = 0;
  cartAdds = 0;
  cartRemoves = 0;
  private actionsAtCartAdd = 0;
  private readonly viewed = new Set<string>();
  private readonly opened = new Set<string>();
  /** Number of different products viewed, by category. */
  private readonly byCategory = new Map<string, number>();
  private readonly cart = new Map<string, CartLine>();
  private readonly clicked = new Set<string>();
  private readonly searchIds = new Set<string>();
  private readonly orderKeys = new Set<string>();
  private lastViewed: string | undefined;

  /** Different products with a page view. */
  get products(): number {
    return this.viewed.size;
  }

  /** Different products with a page view, a click or an addition to the cart. */
  get openedProducts(): number {
    return this.opened.size;
  }

  get categories(): number {
    return this.byCategory.size;
  }

  get orders(): number {
    return this.orderKeys.size;
  }

  get cartProducts(): number {
    return this.cart.size;
  }

  /** Σ quantity × price of the catalogue when the product was added; products without a price count 0. */
  get cartValue(): number {
    let sum = 0;
    for (const { quantity, price } of this.cart.values()) sum += quantity * price;
    return sum;
  }

  /** All actions if nothing was added. */
  get actionsSinceCartAdd(): number {
    return this.actions - this.actionsAtCartAdd;
  }

  apply(event: SessionEvent): void {
    const { type, at, product, requestId } = event;
    if (Number.isNaN(this.startedAt)) this.startedAt = this.lastActionAt = at;
    this.lastAt = at;
    if (type === 'IMPRESSION') {
      this.impressions++;
      return;
    }
    this.actions++;
    this.lastActionAt = at;
    switch (type) {
      case 'SEARCH':
        this.searches++;
        if (event.isSortedByPrice) this.priceSorts++;
        if (event.isWithoutResults) this.searchesWithoutResults++;
        if (requestId !== null) remember(this.searchIds, requestId);
        break;
      case 'VIEW':
        if (product === null) break;
        this.open(product);
        this.view(product);
        this.click(product, requestId);
        break;
      case 'CLICK':
        if (product === null) break;
        this.open(product);
        this.click(product, requestId);
        break;
      case 'ADD_TO_CART':
        if (product === null) break;
        this.open(product);
        this.addToCart(product, event.quantity);
        break;
      case 'REMOVE_FROM_CART':
        this.cartRemoves++;
        if (product !== null) this.removeFromCart(product, event.quantity);
        break;
      case 'PURCHASE':
        if (event.orderKey !== null) remember(this.orderKeys, event.orderKey);
        if (product !== null) this.cart.delete(product.id);
        break;
      case 'LIKE':
      case 'RATE':
        this.likes++;
        break;
      default:
    }
  }

  private open(product: SessionProduct): void {
    if (!remember(this.opened, product.id)) return;
    if (product.isDiscounted) this.discountedProducts++;
  }

  /** A return is a view of an earlier product after the view of another one: a reload is none. */
  private view({ id, category }: SessionProduct): void {
    this.productPages++;
    if (this.viewed.has(id)) {
      if (this.lastViewed !== id) this.revisits++;
    } else if (remember(this.viewed, id) && category !== null) {
      const products = (this.byCategory.get(category) ?? 0) + 1;
      this.byCategory.set(category, products);
      this.productsOfOneCategory = Math.max(this.productsOfOneCategory, products);
    }
    this.lastViewed = id;
  }

  /** A storefront sends a click, a page view with the id of the list, or both: each product of a list counts once. */
  private click({ id }: SessionProduct, requestId: string | null): void {
    if (requestId === null || !remember(this.clicked, `${requestId}\n${id}`)) return;
    if (this.searchIds.has(requestId)) this.searchClicks++;
    else this.recommendationClicks++;
  }

  private addToCart({ id, price }: SessionProduct, quantity: number): void {
    this.cartAdds++;
    this.actionsAtCartAdd = this.actions;
    const line = this.cart.get(id);
    if (line !== undefined) {
      line.quantity += quantity;
      line.price = price ?? line.price;
    } else if (this.cart.size < MAX_SESSION_PRODUCTS) this.cart.set(id, { quantity, price: price ?? 0 });
  }

  private removeFromCart({ id }: SessionProduct, quantity: number): void {
    const line = this.cart.get(id);
    if (line === undefined) return;
    line.quantity -= quantity;
    if (line.quantity <= 0) this.cart.delete(id);
  }
}

/** Adds a value unless the set is full. @returns whether it was added */
function remember(set: Set<string>, value: string): boolean {
  if (set.size >= MAX_SESSION_PRODUCTS || set.has(value)) return false;
  set.add(value);
  return true;
}
