import type { Storefront } from '@freshet/client';
import { computed, signal } from '@preact/signals';
import type { ListOrigin } from '../app/address';
import { newId } from '../app/new-id';

export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
  /** The list from which the product was chosen. */
  readonly via: ListOrigin;
}

interface StoredCart {
  readonly lines: readonly CartLine[];
  /**
   * Idempotency key of the order, new for every change of the cart: submitting the same cart twice creates one order.
   */
  readonly checkoutId: string;
}

const CART_STORAGE_ITEM = 'shop.cart';
export const MAX_LINES = 50;
export const MAX_QUANTITY = 99;

/** The cart's contents, for as long as the tab is open. Prices are not stored here; they come from the shop. */
export class Cart {
  private readonly stored = signal<StoredCart>(restore());
  /** The last change of the cart, announced to screen readers. */
  readonly announcement = signal('');
  readonly lines = computed(() => this.stored.value.lines);
  readonly count = computed(() => this.lines.value.reduce((sum, { quantity }) => sum + quantity, 0));

  constructor(private readonly storefront: Pick<Storefront, 'record'>) {}

  get checkoutId(): string {
    return this.stored.value.checkoutId;
  }

  add(productId: string, title: string, via: ListOrigin): void {
    const line = this.lines.value.find((one) => one.productId === productId);
    if (!line && this.lines.value.length >= MAX_LINES)
      return void (this.announcement.value = `The cart is full: it can hold ${MAX_LINES} different products.`);
    if (line) return this.set(line.productId, line.quantity + 1, title);
    this.store([...this.lines.value, { productId, quantity: 1, via }]);
    this.storefront.record({ type: 'ADD_TO_CART', productId, quantity: 1, ...via });
    this.announcement.value = `Added ${title} to the cart.`;
  }

  /** Sets the quantity of a product; 0 removes it. */
  set(productId: string, quantity: number, title: string): void {
    const line = this.lines.value.find((one) => one.productId === productId);
    const wanted = Math.max(0, Math.min(MAX_QUANTITY, quantity));
    if (!line || wanted === line.quantity) return;
    const others = (one: CartLine) => one.productId !== productId;
    this.store(
      wanted === 0
        ? this.lines.value.filter(others)
        : this.lines.value.map((one) => (others(one) ? one : { ...one, quantity: wanted })),
    );
    const more = wanted > line.quantity;
    this.storefront.record({
      type: more ? 'ADD_TO_CART' : 'REMOVE_FROM_CART',
      productId,
      quantity: Math.abs(wanted - line.quantity),
      ...line.via,
    });
    this.announcement.value = wanted === 0 ? `Removed ${title} from the cart.` : `${title}: ${wanted} in the cart.`;
  }

  /** Empties the cart after it has been ordered. */
  clear(): void {
    this.store([]);
  }

  private store(lines: readonly CartLine[]): void {
    this.stored.value = { lines, checkoutId: newId() };
    try {
      sessionStorage.setItem(CART_STORAGE_ITEM, JSON.stringify(this.stored.value));
    } catch {
      // Without storage, the cart lasts until the page is unloaded.
    }
  }
}

function restore(): StoredCart {
  try {
    const kept = JSON.parse(sessionStorage.getItem(CART_STORAGE_ITEM) ?? 'null') as StoredCart | null;
    if (Array.isArray(kept?.lines)) return kept;
  } catch {
    // An unreadable stored cart is ignored.
  }
  return { lines: [], checkoutId: newId() };
}
