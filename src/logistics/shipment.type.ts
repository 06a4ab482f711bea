import { Extensions, Field, Int, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { MAX_LIST_LENGTH } from '../graphql/limits/operation-cost';
import { DateTime, ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import type { Order } from '../orders/order.type';
import { UserError } from '../graphql/user-error.type';
import { ESTIMATE_BASES, type DeliveryEstimate, type EstimateBasis } from './delivery-estimate';
import type { ScanType } from './parcel';
import type { TrackedShipment } from './shipment';
import type { ShipmentKind, ShippedUnits } from './shipment-event';
import { SCAN_DESCRIPTIONS, ScanTypeEnum, ShipmentKindEnum } from './shipment-input.type';
import { SHIPMENT_STATUSES, type ShipmentStatus } from './shipment-state';

/** Number of scans that the cost of a query assumes: parcels have about ten. */
const LISTED_SCANS = 30;

export const ShipmentStatusEnum = enumType(
  'ShipmentStatus',
  SHIPMENT_STATUSES,
  'Where a parcel is, derived from all its scans.',
  {
    PENDING: 'No scan has arrived yet.',
    ...SCAN_DESCRIPTIONS,
    VOIDED: 'The shop has voided it: it was recorded by mistake.',
  },
);

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true, description: 'One end of the journey of a parcel.' })
class Address {
  @Field(() => String, { nullable: true, description: 'The name of a warehouse or parcel shop.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'The code of ISO 3166-1, such as DE.' })
  country!: string | null;

  @Field(() => String, { nullable: true, description: 'The first three characters of the postcode.' })
  postcodePrefix!: string | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true, description: 'Units of one line of an order.' })
class ShipmentUnits {
  @Field(() => ID, { description: 'The id of the line within its order.' })
  lineId!: string;

  @Field(() => Int, { description: 'Units, from 1.' })
  quantity!: number;
}

@Scoped('STOREFRONT')
@ObjectType('Scan', { simpleResolvers: true, description: 'What a carrier has reported of a parcel.' })
class ShipmentScan {
  @Field(() => ID, { description: '`<shipment>:<scan>`, unique among all scans.' })
  id!: string;

  @Field(() => ScanTypeEnum, { description: 'What it reports.' })
  type!: ScanType;

  @Field(() => DateTime, { description: 'When the parcel was scanned.' })
  occurredAt!: Date;

  @Field(() => DateTime, {
    description: 'When this version became true: the time that the shop has sent, or its receipt.',
  })
  updatedAt!: Date;

  @Field(() => String, { nullable: true, description: 'The time zone of the place: an IANA name.' })
  timeZone!: string | null;

  @Field(() => String, { nullable: true, description: 'The hub or town.' })
  place!: string | null;

  @Field(() => String, { nullable: true, description: 'The code of the carrier.' })
  rawCode!: string | null;

  @Field(() => String, { nullable: true, description: 'The text of the carrier.' })
  description!: string | null;

  @Field(() => Boolean, { description: 'Whether it contradicts an earlier scan, such as a hub after the delivery.' })
  isContradiction!: boolean;
}

const EstimateBasisEnum = enumType(
  'DeliveryEstimateBasis',
  ESTIMATE_BASES,
  'Which past parcels an estimate is learned from.',
  {
    LANE: 'Parcels of the same carrier and service, from the same origin to the same region.',
    SERVICE: 'All parcels of the same carrier and service.',
    CARRIER: 'All parcels of the same carrier.',
    PRODUCT: 'Before the order: parcels of orders with the product, to the same country.',
    REGION: 'Before the order: parcels to the same first characters of the postcode.',
    COUNTRY: 'Before the order: all parcels to the same country.',
  },
);

@Scoped('STOREFRONT')
@ObjectType('DeliveryEstimate', {
  simpleResolvers: true,
  description: 'When a parcel arrives, learned from past parcels. The range holds 80 % of the deliveries.',
})
export class DeliveryEstimateObject {
  @Field(() => DateTime, { description: 'At most one in ten parcels arrives earlier.' })
  earliest!: Date;

  @Field(() => DateTime, { description: 'Half of the parcels arrive earlier.' })
  median!: Date;

  @Field(() => DateTime, { description: 'At most one in ten parcels arrives later.' })
  latest!: Date;

  @Scoped('SERVER')
  @Field(() => EstimateBasisEnum, { description: 'Which past parcels it is learned from.' })
  basis!: EstimateBasis;

  @Scoped('SERVER')
  @Field(() => Int, { description: 'Number of past parcels that it is learned from: at least 20.' })
  comparedParcels!: number;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true, description: 'One parcel of an order.' })
export class Shipment {
  @Field(() => ID, { description: "The shop's own id." })
  id!: string;

  /** The order of the newest record; null while only scans have arrived. It is not a field of the schema. */
  orderId!: string | null;

  /** What its estimate is computed from. It is not a field of the schema. */
  tracked!: TrackedShipment;

  /** Its estimate, if it was computed already. It is not a field of the schema. */
  readEstimate?: DeliveryEstimate | null;

  /** The order, if the shipment was read through it. It is not a field of the schema. */
  readOrder?: Order;

  @Field(() => ShipmentKindEnum, { description: 'Where it goes. OUTBOUND while only scans have arrived.' })
  kind!: ShipmentKind;

  @Field(() => String, { nullable: true, description: 'The carrier; null while only scans have arrived.' })
  carrier!: string | null;

  @Field(() => String, { nullable: true, description: 'The service of the carrier.' })
  service!: string | null;

  @Field(() => String, { nullable: true, description: 'Under which the carrier knows it.' })
  trackingNumber!: string | null;

  @Field(() => String, { nullable: true, description: 'The page of the carrier that shows it.' })
  trackingUrl!: string | null;

  @Field(() => Address, { description: 'Where it is sent from.' })
  origin!: Address;

  @Field(() => Address, { description: 'Where it is sent to. With the key of an operator: empty.' })
  destination!: Address;

  @Field(() => DateTime, { nullable: true, description: 'When the shop has promised it.' })
  promisedAt!: Date | null;

  @Field(() => [ShipmentUnits], {
    nullable: true,
    description: 'The units inside; null: an unknown part of the order.',
  })
  units!: readonly ShippedUnits[] | null;

  @Field(() => ShipmentStatusEnum, { description: 'Where it is, derived from all its scans.' })
  status!: ShipmentStatus;

  @Field(() => DateTime, { nullable: true, description: 'When the status was reached; null while it is PENDING.' })
  statusAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Where it was scanned last, as far as the carrier says.' })
  place!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was delivered; null unless it is.' })
  deliveredAt!: Date | null;

  @Field(() => Int, { description: 'Attempts at delivery that failed.' })
  failedAttempts!: number;

  @Field(() => Boolean, { description: 'Whether the promised time has passed without, or before, the delivery.' })
  isLate!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether it is on its way and no scan has arrived for longer than for 98 % of comparable parcels, or for three working days.',
  })
  isStuck!: boolean;

  @Scoped('SERVER')
  @Field(() => String, { nullable: true, description: 'Why the shop has voided it; null unless it has.' })
  voidReason!: string | null;

  @Field(() => Boolean, { description: 'Whether some of its scans contradict each other.' })
  hasContradictions!: boolean;

  @Extensions({ [MAX_LIST_LENGTH]: LISTED_SCANS })
  @Field(() => [ShipmentScan], { description: 'The oldest first; the newest 300.' })
  scans!: readonly ShipmentScan[];

  @Field(() => String, { description: 'Grows with each change.' })
  revision!: string;

  @Field(() => DateTime, { description: 'When it was so.' })
  asOf!: Date;

  /** The time of the first record or scan. It is not a field of the schema. */
  startedAt!: Date;
}

export const ShipmentConnection = connectionOf(Shipment, 'Shipment', 'SERVER');
export type ShipmentConnection = ConnectionPage<Shipment>;

@Scoped('SERVER')
@ObjectType()
class RecordLogisticsPayload {
  @Field(() => Int, {
    description: 'Items that are durable now, repeats included. Those that contradict the log end in `rejectedEvents`.',
  })
  accepted!: number;

  @Field(() => ID, {
    nullable: true,
    description: 'For `awaitReceipt`, and in `rejectedEvents` with what was refused. Null if nothing was accepted.',
  })
  receipt!: string | null;

  @Field(() => [UserError], { description: 'One for each item that was not accepted.' })
  userErrors!: readonly UserError[];
}

@ObjectType()
export class RecordShipmentsPayload extends RecordLogisticsPayload {}

@ObjectType()
export class RecordScansPayload extends RecordLogisticsPayload {}

@Scoped('SERVER')
@ObjectType()
class VoidPayload {
  @Field(() => ID, { nullable: true, description: 'For `awaitReceipt`. Null if nothing was accepted.' })
  receipt!: string | null;

  @Field(() => [UserError], { description: 'One for each item that was not accepted.' })
  userErrors!: readonly UserError[];
}

@ObjectType()
export class VoidScansPayload extends VoidPayload {
  @Field(() => Int, { description: 'Scans that are voided now, repeats included.' })
  accepted!: number;
}

@ObjectType()
export class VoidShipmentPayload extends VoidPayload {
  @Field(() => Shipment, { nullable: true, description: 'As it is now; null if it was not voided.' })
  shipment?: Shipment | null;
}
