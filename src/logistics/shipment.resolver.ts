import { Arg, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import { ID } from '../graphql/scalars';
import { requireViewer } from '../auth/identity';
import { EVENT_WORK } from '../events/event.service';
import type { Receipts } from '../events/receipts';
import { checkFirst, encodeCursor, First, pageOf, timeCursor } from '../graphql/connection';
import type { Context, Viewer } from '../graphql/context';
import { MAX_LIST_LENGTH, WORK, WORK_BY } from '../graphql/limits/operation-cost';
import type { ObjectFeed } from '../graphql/object-feed';
import { requireCode } from '../graphql/require-code';
import { Scoped } from '../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../graphql/subscribed-by';
import type { OrderReader } from '../orders/order-reader.service';
import { Order } from '../orders/order.type';
import { COUNTRY_FORM, readCountry } from '../platform/codes';
import type { DeliveryEstimate } from './delivery-estimate';
import type { DeliveryEstimates } from './delivery-estimates.service';
import { RecordScansInput, RecordShipmentsInput, VoidScansInput, VoidShipmentInput } from './shipment-input.type';
import type { ShipmentReader } from './shipment-reader.service';
import { MAX_SCANS_PER_REQUEST, MAX_SHIPMENTS, type ShipmentService } from './shipment.service';
import type { ShipmentStatus } from './shipment-state';
import { shipmentFor } from './shipment-view';
import { MAX_VOIDED_SCANS, type VoidService } from './void.service';
import {
  DeliveryEstimateObject,
  RecordScansPayload,
  RecordShipmentsPayload,
  Shipment,
  ShipmentConnection,
  ShipmentStatusEnum,
  VoidScansPayload,
  VoidShipmentPayload,
} from './shipment.type';

/** Rate-limit cost of a statement that reads or writes. Answering a plain GraphQL field costs 1. */
const READ_WORK = 20;
/** Cost of reading a shipment with its scans and its order. */
const SHIPMENT_WORK = 500;
/** Rate-limit cost of each shipment in a list: all its scans are read, even if the query does not select them. */
const LISTED_WORK = 30;
/** Rate-limit cost of an estimate: past parcels may have to be read for it. */
const ESTIMATE_WORK = 150;
const CURSOR = 'shipments';
const AWAIT_RECEIPT = 'The receipt of a mutation: waits, up to 3 s, until it is applied.';

@Resolver(() => Shipment)
export class ShipmentResolver {
  constructor(
    private readonly reader: ShipmentReader,
    private readonly service: ShipmentService,
    private readonly voids: VoidService,
    private readonly feed: ObjectFeed<Shipment, Viewer>,
    private readonly orders: Pick<OrderReader, 'find'>,
    private readonly receipts: Pick<Receipts, 'waitUntilApplied'>,
    private readonly estimates: Pick<DeliveryEstimates, 'estimate'>,
  ) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: SHIPMENT_WORK })
  @Query(() => Shipment, {
    nullable: true,
    description: 'With a storefront key: of an order that its token may see. Else NOT_FOUND.',
  })
  async shipment(
    @Ctx() context: Context,
    @Arg('id', () => ID, { description: 'The id that the shop has given it.' }) id: string,
    @Arg('awaitReceipt', () => ID, { nullable: true, description: AWAIT_RECEIPT }) awaitReceipt?: string | null,
  ): Promise<Shipment> {
    if (awaitReceipt != null) await this.receipts.waitUntilApplied(awaitReceipt);
    return this.reader.find(id, requireViewer(context));
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: LISTED_WORK, [WORK_BY]: 'first' })
  @Query(() => ShipmentConnection, {
    nullable: true,
    name: 'shipments',
    description: 'Those that began last first. With several conditions, all of them hold.',
  })
  async list(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last one of the page before.' })
    after?: string | null,
    @Arg('status', () => [ShipmentStatusEnum], { nullable: true, description: 'Any of these.' })
    statuses?: ShipmentStatus[] | null,
    @Arg('carrier', () => String, {
      nullable: true,
      description: 'The name of the carrier, as it was recorded: such names have up to 100 characters.',
    })
    carrier?: string | null,
    @Arg('orderId', () => ID, { nullable: true, description: 'The order that they belong to.' })
    orderId?: string | null,
    @Arg('trackingNumber', () => String, {
      nullable: true,
      description:
        'The number under which the carrier knows them, up to 100 characters, in upper or lower case. Parcels of several orders may share one.',
    })
    trackingNumber?: string | null,
    @Arg('isLate', () => Boolean, {
      nullable: true,
      description: 'Whether the promised time has passed without, or before, the delivery.',
    })
    isLate?: boolean | null,
    @Arg('isStuck', () => Boolean, {
      nullable: true,
      description: 'Whether no scan has arrived for unusually long, although the parcel is on its way.',
    })
    isStuck?: boolean | null,
    @Arg('origin', () => String, {
      nullable: true,
      description: 'The name of the origin, up to 100 characters; of an origin without a name, its country.',
    })
    origin?: string | null,
    @Arg('country', () => String, {
      nullable: true,
      description: 'The country of the destination: a code of ISO 3166-1 such as DE.',
    })
    country?: string | null,
    @Arg('isRecorded', () => Boolean, {
      nullable: true,
      description: 'False: only those whose scans have arrived without a record of the shipment.',
    })
    isRecorded?: boolean | null,
    @Arg('awaitReceipt', () => ID, { nullable: true, description: AWAIT_RECEIPT }) awaitReceipt?: string | null,
  ): Promise<ShipmentConnection> {
    const cursor = timeCursor(CURSOR, after);
    const count = checkFirst(first);
    if (awaitReceipt != null) await this.receipts.waitUntilApplied(awaitReceipt);
    const filter = {
      statuses: statuses ?? null,
      carrier: carrier ?? null,
      orderId: orderId ?? null,
      trackingNumber: trackingNumber ?? null,
      isLate: isLate ?? null,
      isStuck: isStuck ?? null,
      origin: origin ?? null,
      country: country == null ? null : requireCode('country', country, readCountry, COUNTRY_FORM),
      isRecorded: isRecorded ?? null,
    };
    const shipments = await this.reader.page(filter, cursor, count + 1);
    return pageOf(shipments, count, cursor !== undefined, ({ startedAt, id }) =>
      encodeCursor(CURSOR, [startedAt.getTime(), id]),
    );
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => Order, { nullable: true, description: 'Its order; null while only scans have arrived.' })
  async order(@Ctx() context: Context, @Root() { orderId, readOrder }: Shipment): Promise<Order | null> {
    if (readOrder !== undefined) return readOrder;
    return orderId === null ? null : this.orders.find(orderId, requireViewer(context));
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: ESTIMATE_WORK })
  @FieldResolver(() => DeliveryEstimateObject, {
    nullable: true,
    description: 'Null unless it is on its way to the customer and at least 20 past parcels are comparable.',
  })
  async estimate(@Root() { tracked, readEstimate }: Shipment): Promise<DeliveryEstimate | null> {
    if (readEstimate !== undefined) return readEstimate;
    return (await this.estimates.estimate(tracked)) ?? null;
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: EVENT_WORK, [WORK_BY]: 'input.shipments', [MAX_LIST_LENGTH]: MAX_SHIPMENTS })
  @BulkItems('shipments', MAX_SHIPMENTS)
  @Mutation(() => RecordShipmentsPayload, {
    nullable: true,
    description: 'Records the parcels of orders. What is accepted is durable when this returns.',
  })
  recordShipments(
    @Arg('input', () => RecordShipmentsInput, { description: 'The shipments.' }) input: RecordShipmentsInput,
  ): Promise<RecordShipmentsPayload> {
    return this.service.recordShipments(input.shipments);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: EVENT_WORK, [WORK_BY]: 'input.scans', [MAX_LIST_LENGTH]: MAX_SCANS_PER_REQUEST })
  @BulkItems('scans', MAX_SCANS_PER_REQUEST)
  @Mutation(() => RecordScansPayload, {
    nullable: true,
    description: 'Records what carriers report, in any order. What is accepted is durable when this returns.',
  })
  recordScans(
    @Arg('input', () => RecordScansInput, { description: 'The scans.' }) input: RecordScansInput,
  ): Promise<RecordScansPayload> {
    return this.service.recordScans(input.scans);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: EVENT_WORK, [WORK_BY]: 'input.scans', [MAX_LIST_LENGTH]: MAX_VOIDED_SCANS })
  @BulkItems('scans', MAX_VOIDED_SCANS)
  @Mutation(() => VoidScansPayload, {
    nullable: true,
    description:
      'Voids scans that were recorded by mistake. They stay voided when they are sent again with the same or an older `updatedAt`.',
  })
  voidScans(
    @Arg('input', () => VoidScansInput, { description: 'The scans and the reason.' }) input: VoidScansInput,
  ): Promise<VoidScansPayload> {
    return this.voids.voidScans(input);
  }

  @Scoped('SERVER')
  @Extensions({ [WORK]: READ_WORK })
  @Mutation(() => VoidShipmentPayload, {
    nullable: true,
    description:
      'Voids a shipment that was recorded by mistake. It stays voided when it is sent again with the same or an older `updatedAt`.',
  })
  async voidShipment(
    @Ctx() context: Context,
    @Arg('input', () => VoidShipmentInput, { description: 'The shipment and the reason.' }) input: VoidShipmentInput,
  ): Promise<VoidShipmentPayload> {
    const { receipt, userErrors } = await this.voids.voidShipment(input);
    const shipment = receipt === null ? null : await this.reader.find(input.id, requireViewer(context));
    return { shipment, receipt, userErrors };
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: READ_WORK })
  @SubscribedBy('open')
  @Subscription(() => Shipment, {
    ...NO_TOPIC,
    nullable: true,
    description: 'The whole shipment first, then again whenever it has changed.',
  })
  shipmentUpdated(
    @Root() shipment: Shipment,
    @Arg('id', () => ID, { description: 'The id that the shop has given it.' }) _id: string,
  ): Shipment {
    return shipment;
  }

  open({ id }: { id: string }, context: Context): Promise<AsyncIterable<Shipment>> {
    return this.feed.open(id, requireViewer(context), context.turns);
  }
}

@Resolver(() => Order)
export class OrderShipmentsResolver {
  /** By order that was read, for one viewer: a nested query (shipments of the order of a shipment) reads them once. */
  private readonly shipmentsOf = new WeakMap<Order, Promise<Shipment[]>>();

  constructor(private readonly reader: ShipmentReader) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => [Shipment], {
    description: 'Its parcels, the oldest first, and those that come back. An order may have up to 100.',
  })
  shipments(@Ctx() context: Context, @Root() order: Order): Promise<Shipment[]> {
    const viewer = requireViewer(context);
    const known = this.shipmentsOf.get(order);
    if (known !== undefined) return known;
    const reading = this.reader
      .ofOrder(order.id)
      .then((shipments) => shipments.map((shipment) => ({ ...shipmentFor(shipment, viewer), readOrder: order })));
    this.shipmentsOf.set(order, reading);
    return reading;
  }
}
