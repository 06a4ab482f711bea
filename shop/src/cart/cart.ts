import type { Storefront } from '@freshet/client';
import { computed, signal } from '@preact/signals';
import type { Via } from '../app/address';

export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
  /** The list that it was chosen from. */
  readonly via: Via;
}

interface Kept {
  readonly lines: readonly CartLine[];
  /** Another one for every change: who orders twice by mistake orders once. */
  readonly checkoutId: string;
}

const KEY = 'shop.cart';
export const MAX_LINES = 50;
export const MAX_QUANTITY = 99;

/** What is in the cart, for as long as the tab is open. Prices are the shop's, and not kept here. */
export class Cart {
  private readonly kept = signal<Kept>(restore());
  /** What has just happened, for those who can't see the count. */
  readonly said = signal('');
  readonly lines = computed(() => this.kept.value.lines);
  readonly count = computed(() => this.lines.value.reduce((sum, { quantity }) => sum + quantity, 0));

  constructor(private readonly storefront: Pick<Storefront, 'record'>) {}

  get checkoutId(): string {
    return this.kept.value.checkoutId;
  }

  add(productId: string, title: string, via: Via): void {
    const line = this.lines.value.find((one) => one.productId === productId);
    if (!line && this.lines.value.length >= MAX_LINES) return void (this.said.value = 'The cart is full.');
    if (line) return this.set(line.productId, line.quantity + 1, title);
    this.keep([...this.lines.value, { productId, quantity: 1, via }]);
    this.storefront.record({ type: 'ADD_TO_CART', productId, quantity: 1, ...via });
    this.said.value = `${title} is in the cart.`;
  }

  /** 0 takes it out. */
  set(productId: string, quantity: number, title: string): void {
    const line = this.lines.value.find((one) => one.productId === productId);
    const wanted = Math.max(0, Math.min(MAX_QUANTITY, quantity));
    if (!line || wanted === line.quantity) return;
    const others = (one: CartLine) => one.productId !== productId;
    this.keep(
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
    this.said.value = wanted === 0 ? `${title} is no longer in the cart.` : `${title}: ${wanted} in the cart.`;
  }

  /** It has been ordered. */
  clear(): void {
    this.keep([]);
  }

  private keep(lines: readonly CartLine[]): void {
    this.kept.value = { lines, checkoutId: newId() };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.kept.value));
    } catch {
      // A browser that keeps nothing has a cart until the page is left.
    }
  }
}

function restore(): Kept {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Kept | null;
    if (Array.isArray(kept?.lines)) return kept;
  } catch {
    // What can't be read is no cart.
  }
  return { lines: [], checkoutId: newId() };
}

const newId = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-');
