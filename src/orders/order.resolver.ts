import { Arg, Ctx, Extensions, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import { resolveIdentity, requireViewer } from '../auth/identity';
import { checkFirst, encodeCursor, First, pageOf, timeCursor } from '../graphql/connection';
import type { Context, Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { MAX_LIST_LENGTH, WORK, WORK_BY } from '../graphql/limits/operation-cost';
import type { ObjectFeed } from '../graphql/object-feed';
import { DateTime, ID } from '../graphql/scalars';
import { isShopKey, Scoped } from '../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../graphql/subscribed-by';
import type { OrderStatus } from './life-cycle';
import { OrderStatusEnum, RecordOrdersInput, RecordPaymentsInput, UpdateOrderStatusInput } from './order-input.type';
import { OrderReader } from './order-reader.service';
import { MAX_ORDERS, MAX_PAYMENTS, OrderService } from './order.service';
import {
  Order,
  OrderConnection,
  RecordOrdersPayload,
  RecordPaymentsPayload,
  UpdateOrderStatusPayload,
} from './order.type';

/** Rate-limit cost of reading and writing one order. Answering a plain GraphQL field costs 1. */
const ORDER_WORK = 20;
/**
 * Rate-limit cost of each order in a list: all its lines are read and summed, even if the query does not select them.
 */
const LISTED_ORDER_WORK = 100;

@Resolver()
export class OrderResolver {
  constructor(
    private readonly reader: OrderReader,
    private readonly service: OrderService,
    private readonly feed: ObjectFeed<Order, Viewer>,
  ) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: ORDER_WORK })
  @Query(() => Order, { nullable: true, description: 'With a storefront key: of its token. Else NOT_FOUND.' })
  order(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Order> {
    return this.reader.find(id, requireViewer(context));
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: LISTED_ORDER_WORK, [WORK_BY]: 'first' })
  @Query(() => OrderConnection, {
    name: 'orders',
    description:
      'Newest first, by when they were placed. With a storefront key: those of its token’s customer; else FORBIDDEN.',
  })
  async list(
    @Ctx() context: Context,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
    @Arg('status', () => [OrderStatusEnum], { nullable: true, description: 'Any of these.' })
    status?: OrderStatus[] | null,
    @Arg('customerId', () => ID, { nullable: true }) customerId?: string | null,
    @Arg('from', () => DateTime, { nullable: true, description: 'Placed then or later.' }) from?: Date | null,
    @Arg('to', () => DateTime, { nullable: true, description: 'Placed before.' }) to?: Date | null,
  ): Promise<OrderConnection> {
    const cursor = timeCursor('orders', after);
    const count = checkFirst(first);
    const viewer = requireViewer(context);
    const visibleCustomerId = resolveIdentity(viewer, { customerId }).customerId ?? null;
    if (!isShopKey(viewer.scope) && visibleCustomerId === null)
      throw new ApiError(
        'FORBIDDEN',
        'A storefront token without a customer may not list orders: sign the customer in.',
      );
    const filter = { status: status ?? null, customerId: visibleCustomerId, from: from ?? null, to: to ?? null };
    const orders = await this.reader.page(filter, cursor, count + 1, viewer);
    return pageOf(orders, count, cursor !== undefined, (order) =>
      encodeCursor('orders', [order.placedAt.getTime(), order.id]),
    );
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: ORDER_WORK, [WORK_BY]: 'input.orders', [MAX_LIST_LENGTH]: MAX_ORDERS })
  @BulkItems('orders', MAX_ORDERS)
  @Mutation(() => RecordOrdersPayload, {
    description: 'Upserts orders. Their lines’ purchases enter the log with them, each exactly once.',
  })
  recordOrders(
    @Ctx() context: Context,
    @Arg('input', () => RecordOrdersInput) input: RecordOrdersInput,
  ): Promise<RecordOrdersPayload> {
    return this.service.record(input.orders, { by: requireViewer(context).keyId });
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: ORDER_WORK })
  @Mutation(() => UpdateOrderStatusPayload, {
    description: 'Moves an order, or some of its units. A move that is not allowed is a CONFLICT that says which are.',
  })
  async updateOrderStatus(
    @Ctx() context: Context,
    @Arg('input', () => UpdateOrderStatusInput) input: UpdateOrderStatusInput,
  ): Promise<UpdateOrderStatusPayload> {
    const viewer = requireViewer(context);
    const { receipt, errors } = await this.service.move(input, { by: viewer.keyId });
    const missing = errors.some(({ code, path }) => code === 'NOT_FOUND' && path === 'orderId');
    return { order: missing ? null : await this.reader.find(input.orderId, viewer), receipt, errors };
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: ORDER_WORK, [WORK_BY]: 'input.payments', [MAX_LIST_LENGTH]: MAX_PAYMENTS })
  @BulkItems('payments', MAX_PAYMENTS)
  @Mutation(() => RecordPaymentsPayload, {
    description: 'Charges and refunds. PAID and REFUNDED follow from them.',
  })
  recordPayments(
    @Ctx() context: Context,
    @Arg('input', () => RecordPaymentsInput) input: RecordPaymentsInput,
  ): Promise<RecordPaymentsPayload> {
    return this.service.pay(input.payments, { by: requireViewer(context).keyId });
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: ORDER_WORK })
  @SubscribedBy('open')
  @Subscription(() => Order, { ...NO_TOPIC, description: 'The whole order first, then again whenever it has changed.' })
  orderUpdated(@Root() order: Order, @Arg('id', () => ID) _id: string): Order {
    return order;
  }

  open({ id }: { id: string }, context: Context): Promise<AsyncIterable<Order>> {
    return this.feed.open(id, requireViewer(context), context.turns);
  }
}
