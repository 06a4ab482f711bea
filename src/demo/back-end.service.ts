import { createHash } from 'node:crypto';
import { askedFor } from '../auth/identify';
import { CUSTOMER_TOKEN_SECONDS, type Token, type TokenService } from '../auth/token.service';
import type { ProductsReadModel } from '../catalog/products.read-model';
import type { CustomerService } from '../customers/customer.service';
import type { MergeService } from '../customers/merge.service';
import type { Viewer } from '../graphql/context';
import { ApiError, isErrorCode } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import type { OrderLineInput } from '../orders/order-input.type';
import type { OrderReader } from '../orders/order-reader.service';
import type { OrderService } from '../orders/order.service';
import type { Order } from '../orders/order.type';

/** Ids of the customers that the demo made up; nobody else can be signed in as. */
export const DEMO_CUSTOMER = 'demo-customer-';
/** Customers to choose from. */
const OFFERED = 12;
const SENDER = { by: 'demo back end' };

export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
  /** The list that it was chosen from. */
  readonly requestId?: string;
  readonly placement?: string;
}

export interface BackEndOptions {
  readonly tokens: Pick<TokenService, 'issue'>;
  readonly customers: Pick<CustomerService, 'find' | 'page'>;
  readonly merges: Pick<MergeService, 'merge'>;
  readonly products: Pick<ProductsReadModel, 'getPublished'>;
  readonly orders: Pick<OrderService, 'record' | 'pay'>;
  readonly reader: Pick<OrderReader, 'find'>;
  readonly now?: () => number;
}

/**
 * What a shop's own back end does for its page, as far as the demo needs it: it knows who signs in, and what an order
 * costs. Who is asking, the token says; nothing but the made-up customers and the visitor's own orders is in its reach.
 */
export class DemoBackEnd {
  constructor(private readonly options: BackEndOptions) {}

  /** Some of the made-up customers, by id. */
  async offered(): Promise<{ readonly id: string; readonly name: string }[]> {
    const customers = await this.options.customers.page(DEMO_CUSTOMER, OFFERED);
    return customers
      .filter(({ id }) => id.startsWith(DEMO_CUSTOMER))
      .map(({ id, attributes }) => ({ id, name: nameOf(id, attributes) }));
  }

  /**
   * A token for one of the made-up customers. What the visit had done so far counts as theirs.
   * @throws ApiError UNAUTHENTICATED without a session's token, NOT_FOUND for somebody else
   */
  async signIn(viewer: Viewer, customerId: string): Promise<Token & { readonly customerId: string; name: string }> {
    const { sessionId } = askedFor(viewer, {});
    if (sessionId === undefined) throw new ApiError('UNAUTHENTICATED', 'Signing in needs a token of startSession');
    const customer = customerId.startsWith(DEMO_CUSTOMER) ? await this.options.customers.find(customerId) : null;
    if (customer === null) throw new ApiError('NOT_FOUND', 'There is no such customer');
    // Who is somebody already has brought their visit with them.
    if (viewer.customerId === undefined) {
      const { errors } = await this.options.merges.merge({ fromSessionId: sessionId, intoCustomerId: customerId });
      failOn(errors);
    }
    const token = await this.options.tokens.issue({ customerId, sessionId }, CUSTOMER_TOKEN_SECONDS);
    return { ...token, customerId, name: nameOf(customerId, customer.attributes) };
  }

  /**
   * Places an order of what is in the cart, at the catalogue's prices. Asked again with the same `checkoutId`, it is the
   * same order.
   * @throws ApiError UNAUTHENTICATED without a token, CONFLICT for what can't be bought
   */
  async order(viewer: Viewer, checkoutId: string, cart: readonly CartLine[]): Promise<Order> {
    const { customerId, sessionId } = askedFor(viewer, {});
    if (sessionId === undefined) throw new ApiError('UNAUTHENTICATED', 'An order needs a token of startSession');
    const id = `web-${createHash('sha256').update(`${sessionId}\0${checkoutId}`).digest('hex').slice(0, 16)}`;
    const placed = await this.placed(id, viewer);
    if (placed) return placed;
    const lines = cart.map((line, index) => this.lineOf(line, index));
    const { errors } = await this.options.orders.record(
      [
        {
          id,
          ...(customerId === undefined ? { sessionId } : { customerId }),
          source: 'web',
          lines,
          properties: { synthetic: true },
        },
      ],
      SENDER,
    );
    failOn(errors);
    return this.options.reader.find(id, viewer);
  }

  /** Pays what is due of the visitor's own order, with no card at all. Paying twice is paying once. */
  async pay(viewer: Viewer, orderId: string): Promise<Order> {
    const { due } = await this.options.reader.find(orderId, viewer);
    if (Number(due.amount) > 0) {
      const occurredAt = new Date(this.options.now?.() ?? Date.now());
      const payment = {
        // The demo's own clerks charge what nobody has paid, under the same id: whoever comes second changes nothing.
        id: `${orderId}-charge`,
        orderId,
        kind: 'CHARGE' as const,
        amount: due,
        method: 'card',
        occurredAt,
      };
      const { errors } = await this.options.orders.pay([payment], SENDER);
      // Said twice at once, the other one was it.
      if (errors.some(({ code }) => code !== 'CONFLICT')) failOn(errors);
    }
    return this.options.reader.find(orderId, viewer);
  }

  private async placed(id: string, viewer: Viewer): Promise<Order | undefined> {
    try {
      return await this.options.reader.find(id, viewer);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  private lineOf({ productId, quantity, requestId, placement }: CartLine, index: number): OrderLineInput {
    const product = this.options.products.getPublished(productId);
    if (!product) throw new ApiError('NOT_FOUND', `lines.${index}: there is no such product`);
    const { price, availability, title } = product;
    if (!price || (availability !== 'IN_STOCK' && availability !== 'PREORDER'))
      throw new ApiError('CONFLICT', `lines.${index}: ${title} can't be bought now`);
    return { id: String(index + 1), productId, quantity, unitPrice: price, requestId, placement };
  }
}

function nameOf(id: string, attributes: unknown): string {
  const { name } = (attributes ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' && name !== '' ? name : `Customer ${id.slice(DEMO_CUSTOMER.length)}`;
}

/** @throws ApiError of the first of them */
function failOn([first]: readonly ItemError[]): void {
  if (first) throw new ApiError(isErrorCode(first.code) ? first.code : 'CONFLICT', first.message);
}
