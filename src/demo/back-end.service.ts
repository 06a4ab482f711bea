import { createHash, randomUUID } from 'node:crypto';
import { resolveIdentity, type Identity } from '../auth/identity';
import type { RequestIds } from '../auth/request-id.service';
import { CUSTOMER_TOKEN_SECONDS, type IssuedToken, type TokenService } from '../auth/token.service';
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
import { CUSTOMER_PREFIX } from './demo-names';
import type { Persona } from './demo-persona.store';

const SENDER = { by: 'demo back end' };

export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
  /** The request id of the list from which the visitor chose the product. */
  readonly requestId?: string;
  readonly placement?: string;
}

export interface BackEndOptions {
  readonly tokens: Pick<TokenService, 'issue'>;
  readonly requestIds: Pick<RequestIds, 'isIssuedTo'>;
  readonly customers: Pick<CustomerService, 'find'>;
  readonly personas: () => Promise<readonly Persona[]>;
  readonly merges: Pick<MergeService, 'merge'>;
  readonly products: Pick<ProductsReadModel, 'getPublished'>;
  readonly orders: Pick<OrderService, 'record' | 'pay'>;
  readonly reader: Pick<OrderReader, 'find'>;
}

/**
 * The part of a shop's own back end that the demo needs: it signs customers in and computes the price of orders. The
 * token identifies the visitor, who can sign in only as one of the synthetic customers. It gives access only to the
 * orders of that visitor or customer.
 */
export class DemoBackEnd {
  constructor(private readonly options: BackEndOptions) {}

  /** Returns the synthetic customers that visitors can choose from, those with the most orders first. */
  async listCustomers(): Promise<Persona[]> {
    const personas = await this.options.personas();
    return personas.map((persona) => ({ ...persona, name: nameOf(persona.id, persona) }));
  }

  /**
   * Signs the visitor in as one of the synthetic customers and returns a token. The previous events of the visit are
   * merged into that customer's history.
   * @throws ApiError UNAUTHENTICATED without the token of a session, NOT_FOUND if there is no such synthetic customer
   */
  async signIn(
    viewer: Viewer,
    customerId: string,
  ): Promise<IssuedToken & { readonly customerId: string; name: string }> {
    const { sessionId } = resolveIdentity(viewer, {});
    if (sessionId === undefined)
      throw new ApiError('UNAUTHENTICATED', 'Signing in requires a token from startSession.');
    const customer = customerId.startsWith(CUSTOMER_PREFIX) ? await this.options.customers.find(customerId) : null;
    if (customer === null) throw new ApiError('NOT_FOUND', 'There is no demo customer with this id.');
    // The visit of a visitor who is already signed in was merged at the first sign-in.
    if (viewer.customerId === undefined) {
      const { errors } = await this.options.merges.merge({ fromSessionId: sessionId, intoCustomerId: customerId });
      throwFirstError(errors);
    }
    // Another customer on the same device gets another session: this one is the first customer's.
    const isSwitch = viewer.customerId !== undefined && viewer.customerId !== customerId;
    const identity = { customerId, sessionId: isSwitch ? randomUUID() : sessionId };
    const token = await this.options.tokens.issue(identity, CUSTOMER_TOKEN_SECONDS);
    return { ...token, customerId, name: nameOf(customerId, customer.attributes) };
  }

  /**
   * Places an order for the cart at the catalogue's prices. A request id that was not issued to the visitor is not
   * stored. A repeated call with the same `checkoutId` only returns the existing order.
   * @throws ApiError UNAUTHENTICATED without a token, NOT_FOUND for an unknown product, CONFLICT for an unavailable one
   */
  async order(viewer: Viewer, checkoutId: string, cart: readonly CartLine[]): Promise<Order> {
    const who = resolveIdentity(viewer, {});
    const { customerId, sessionId } = who;
    if (sessionId === undefined)
      throw new ApiError('UNAUTHENTICATED', 'Placing an order requires a token from startSession.');
    const id = `web-${createHash('sha256').update(`${sessionId}\0${checkoutId}`).digest('hex').slice(0, 16)}`;
    const existingOrder = await this.findPlacedOrder(id, viewer);
    if (existingOrder) return existingOrder;
    const lines = cart.map((line, index) => this.lineOf(who, line, index));
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
    throwFirstError(errors);
    return this.options.reader.find(id, viewer);
  }

  /** Records a payment of the amount due for the visitor's own order. No card is charged. Repeated calls do nothing. */
  async pay(viewer: Viewer, orderId: string): Promise<Order> {
    const { due } = await this.options.reader.find(orderId, viewer);
    if (Number(due.amount) > 0) {
      const occurredAt = new Date();
      const payment = {
        // The simulated staff (`OrderDesk`) use the same id when they charge this order, so it is charged only once.
        id: `${orderId}-charge`,
        orderId,
        kind: 'CHARGE' as const,
        amount: due,
        method: 'card',
        occurredAt,
      };
      const { errors } = await this.options.orders.pay([payment], SENDER);
      // CONFLICT means that a concurrent request has already recorded the payment.
      if (errors.some(({ code }) => code !== 'CONFLICT')) throwFirstError(errors);
    }
    return this.options.reader.find(orderId, viewer);
  }

  private async findPlacedOrder(id: string, viewer: Viewer): Promise<Order | undefined> {
    try {
      return await this.options.reader.find(id, viewer);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  private lineOf(who: Identity, { productId, quantity, placement, ...via }: CartLine, index: number): OrderLineInput {
    const product = this.options.products.getPublished(productId);
    if (!product) throw new ApiError('NOT_FOUND', `lines.${index}: there is no product ${JSON.stringify(productId)}`);
    const { price, availability, title } = product;
    if (!price || (availability !== 'IN_STOCK' && availability !== 'PREORDER'))
      throw new ApiError('CONFLICT', `lines.${index}: ${title} is not available; remove it from the cart`);
    const isIssued = via.requestId !== undefined && this.options.requestIds.isIssuedTo(via.requestId, who);
    const requestId = isIssued ? via.requestId : undefined;
    return { id: String(index + 1), productId, quantity, unitPrice: price, requestId, placement };
  }
}

function nameOf(id: string, attributes: unknown): string {
  const { name } = (attributes ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' && name !== '' ? name : `Customer ${id.slice(CUSTOMER_PREFIX.length)}`;
}

/** @throws ApiError for the first error, if there is one */
function throwFirstError([first]: readonly ItemError[]): void {
  if (first) throw new ApiError(isErrorCode(first.code) ? first.code : 'CONFLICT', first.message);
}
