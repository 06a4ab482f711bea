import { type CustomerToken, RequestError, type Storefront } from '@freshet/client';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { CartLine } from '../cart/cart';

export interface Customer {
  readonly id: string;
  readonly name: string;
}

/** What the shop's own back end does for its page: it knows who somebody is, and what an order costs. */
export interface Account {
  /** Who is signed in. */
  readonly customer: ReadonlySignal<Customer | undefined>;
  /** Whom one can be in the demo. */
  customers(): Promise<readonly Customer[]>;
  signIn(id: string): Promise<void>;
  signOut(): Promise<void>;
  /** @returns the order's id; asked again with the same `checkoutId`, the same. @throws RequestError */
  order(checkoutId: string, lines: readonly CartLine[]): Promise<string>;
  /** Pays what is due of an order. @throws RequestError */
  pay(orderId: string): Promise<void>;
}

const NAME = 'shop.customer';

interface Back {
  readonly customers: readonly Customer[];
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

type SignedIn = CustomerToken & { readonly name: string };

/** What the session asks, and tells. */
interface DemoAccount extends Account {
  renew(id: string, token: string): Promise<CustomerToken>;
  signedOut(): void;
}

/** The back end of the demo shop, at `/shop/back-end/`. */
export function demoAccount(apiKey: string, storefront: () => Storefront): DemoAccount {
  const { customerId } = storefront().session;
  const customer = signal<Customer | undefined>(
    customerId === undefined ? undefined : { id: customerId, name: sessionStorage.getItem(NAME) ?? customerId },
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
    const answer = (await response.json()) as Back;
    const error = answer.errors?.[0];
    if (error) throw new RequestError(error.message, error.extensions?.code ?? 'INTERNAL');
    return answer as T;
  };
  return {
    customer,
    customers: async () => (await ask<Back>('customers')).customers,
    signIn: async (id) => {
      // What was looked at until now is to be known before it becomes theirs.
      await storefront().flush();
      const { name, ...token } = await ask<SignedIn>('sign-in', { customerId: id });
      await storefront().signIn(token);
      sessionStorage.setItem(NAME, name);
      customer.value = { id: token.customerId, name };
    },
    signOut: async () => {
      await storefront().signOut();
      customer.value = undefined;
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
    signedOut: () => (customer.value = undefined),
  };
}
