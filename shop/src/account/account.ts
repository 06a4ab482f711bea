import { type CustomerToken, RequestError, type Storefront } from '@freshet/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import { forgetViewedProducts } from '../compare/viewed-products';
import type { CartLine } from '../cart/cart';

export interface Customer {
  readonly id: string;
  readonly name: string;
}

/** A fictional customer of the demo. */
export interface Persona extends Customer {
  /** What the customer does most, such as `cooks`; `null` if unknown. */
  readonly habit: string | null;
  readonly orders: number;
}

/** The services of the shop's own back end for its page: it authenticates customers and knows what an order costs. */
export interface Account {
  /** The signed-in customer. */
  readonly customer: ReadonlySignal<Customer | undefined>;
  /** Returns the customers that a visitor of the demo can sign in as. */
  customers(): Promise<readonly Persona[]>;
  signIn(id: string): Promise<void>;
  signOut(): Promise<void>;
  /** Places an order. @returns its id; calls with the same `checkoutId` return the same id @throws RequestError */
  order(checkoutId: string, lines: readonly CartLine[]): Promise<string>;
  /** Pays the amount due of an order. @throws RequestError */
  pay(orderId: string): Promise<void>;
}

const CUSTOMER_NAME_ITEM = 'shop.customer';

interface BackEndResponse {
  readonly customers: readonly Persona[];
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

type SignedIn = CustomerToken & { readonly name: string };

/** The callbacks that the session needs, in addition to the account. */
interface DemoAccount extends Account {
  renew(id: string, token: string): Promise<CustomerToken>;
  signedOut(): void;
}

/** Returns the account of the demo shop, whose back end is at `/shop/back-end/`. */
export function demoAccount(apiKey: string, storefront: () => Storefront): DemoAccount {
  const { customerId } = storefront().session;
  const customer = signal<Customer | undefined>(
    customerId === undefined
      ? undefined
      : { id: customerId, name: sessionStorage.getItem(CUSTOMER_NAME_ITEM) ?? customerId },
  );
  const ask = async <T>(path: string, body?: object, token?: string): Promise<T> => {
    const response = await fetch(`/shop/back-end/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        'x-api-key': apiKey,
        authorization: `Bearer ${token ?? (await storefront().session.token())}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
    }).catch(() => {
      throw new RequestError('The shop could not be reached.', 'NETWORK');
    });
    const answer = (await response.json()) as BackEndResponse;
    const error = answer.errors?.[0];
    if (error) throw new RequestError(error.message, error.extensions?.code ?? 'INTERNAL');
    return answer as T;
  };
  const change = (next: Customer | undefined) => {
    customer.value = next;
    forgetViewedProducts();
  };
  return {
    customer,
    customers: async () => (await ask<BackEndResponse>('customers')).customers,
    signIn: async (id) => {
      // Sends the visitor's events first, so that they exist when they are merged into the customer's history.
      await storefront().flush();
      const { name, ...token } = await ask<SignedIn>('sign-in', { customerId: id });
      await storefront().signIn(token);
      sessionStorage.setItem(CUSTOMER_NAME_ITEM, name);
      change({ id: token.customerId, name });
    },
    signOut: async () => {
      await storefront().signOut();
      change(undefined);
    },
    order: async (checkoutId, lines) => {
      await storefront().flush();
      const cart = lines.map(({ productId, quantity, via: { requestId, placement } }) => ({
        productId,
        quantity,
        requestId,
        placement,
      }));
      return (await ask<{ id: string }>('orders', { checkoutId, lines: cart })).id;
    },
    pay: async (orderId) => void (await ask('payments', { orderId })),
    renew: (id, token) => ask<SignedIn>('sign-in', { customerId: id }, token),
    signedOut: () => change(undefined),
  };
}
