import { Field, InputType, Int } from 'type-graphql';
import { DateTime, ID, ZonedDateTime } from '../graphql/scalars';
import type { ZonedTime } from '../graphql/zoned-date-time';
import { enumType } from '../graphql/enum-type';
import { SCAN_TYPES, type ScanType } from './parcel';
import { SHIPMENT_KINDS, type ShipmentKind } from './shipment-event';

export const ShipmentKindEnum = enumType('ShipmentKind', SHIPMENT_KINDS, 'Where a parcel goes.', {
  OUTBOUND: 'From the shop to the customer.',
  RETURN: 'From the customer back to the shop. It never changes the status of its order.',
});

export const SCAN_DESCRIPTIONS: Readonly<Record<ScanType, string>> = {
  LABEL_CREATED: 'The carrier knows of the parcel and does not have it yet.',
  PICKED_UP: 'The carrier has taken the parcel.',
  HUB_IN: 'Arrived at a hub of the carrier.',
  HUB_OUT: 'Left a hub of the carrier.',
  CUSTOMS: 'In customs.',
  OUT_FOR_DELIVERY: 'In the vehicle that delivers it.',
  DELIVERY_ATTEMPTED: 'An attempt at delivery failed.',
  AVAILABLE_FOR_PICKUP: 'Ready for the customer at a parcel shop or locker.',
  DELIVERED: 'Delivered to its destination.',
  EXCEPTION: 'Damaged, delayed, wrongly addressed or held; it may still arrive.',
  RETURNING: 'On its way back to its sender.',
  RETURNED: 'Back at its sender.',
  LOST: 'The carrier has lost it.',
  EXPIRED: 'The carrier has sent no scan for a long time.',
};
export const ScanTypeEnum = enumType(
  'ScanType',
  SCAN_TYPES,
  'What a scan reports, the same for all carriers.',
  SCAN_DESCRIPTIONS,
);

@InputType({ description: 'One end of the journey of a parcel.' })
export class AddressInput {
  @Field(() => String, {
    nullable: true,
    description: 'The name of a warehouse or parcel shop, never of a person. Up to 100 characters.',
  })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The code of ISO 3166-1, such as DE. UK and EL are read as GB and GR.',
  })
  country?: string | null;

  @Field(() => String, { nullable: true, description: 'Up to 100 characters, of which the first three are stored.' })
  postcode?: string | null;
}

@InputType({ description: 'Units of one line of an order.' })
export class ShippedUnitsInput {
  @Field(() => ID, { description: 'The id of the line within its order.' })
  lineId!: string;

  @Field(() => Int, { description: 'Units, from 1.' })
  quantity!: number;
}

@InputType({ description: 'One parcel of an order. The newest record of a shipment replaces the others completely.' })
export class ShipmentInput {
  @Field(() => ID, { description: "The shop's own id, without a colon, up to 90 characters." })
  id!: string;

  @Field(() => ID, { description: 'The order that it belongs to; then it stays. It must be recorded before.' })
  orderId!: string;

  @Field(() => ShipmentKindEnum, { nullable: true, description: 'Default OUTBOUND.' })
  kind?: ShipmentKind | null;

  @Field(() => String, { description: 'The name of the carrier, such as DHL, up to 100 characters.' })
  carrier!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The service of the carrier, such as EXPRESS. Up to 100 characters.',
  })
  service?: string | null;

  @Field(() => String, { nullable: true, description: 'Under which the carrier knows it, up to 100 characters.' })
  trackingNumber?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The page of the carrier that shows it: an http or https URL of up to 500 characters.',
  })
  trackingUrl?: string | null;

  @Field(() => AddressInput, { nullable: true, description: 'Where it is sent from.' })
  origin?: AddressInput | null;

  @Field(() => AddressInput, { nullable: true, description: 'Where it is sent to.' })
  destination?: AddressInput | null;

  @Field(() => DateTime, { nullable: true, description: 'When the shop has promised it, up to a year from now.' })
  promisedAt?: Date | null;

  @Field(() => [ShippedUnitsInput], {
    nullable: true,
    description:
      'The units inside, up to 500 lines. Default: an unknown part of the order, which then counts as delivered when all its outgoing parcels are.',
  })
  units?: ShippedUnitsInput[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When this became true: of several records, the newest counts. Another record of the same time is a CONFLICT. Default now.',
  })
  updatedAt?: Date | null;
}

@InputType()
export class RecordShipmentsInput {
  @Field(() => [ShipmentInput], { description: 'Up to 1,000.' })
  shipments!: ShipmentInput[];
}

@InputType({ description: 'What a carrier reports of a parcel.' })
export class ScanInput {
  @Field(() => ID, { description: 'The shipment; its scans may arrive before its record.' })
  shipmentId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The id of the carrier, up to 90 characters: of several scans of one id, the newest counts. Default: the content and `occurredAt` identify the scan.',
  })
  id?: string | null;

  @Field(() => ScanTypeEnum, {
    nullable: true,
    description: 'What it reports. Default: what `rawCode` means, which is looked up when the scan is recorded.',
  })
  type?: ScanType | null;

  @Field(() => ZonedDateTime, {
    description:
      'When the parcel was scanned, at most 5 minutes in the future: with an offset, or by the clocks of `timeZone`.',
  })
  occurredAt!: ZonedTime;

  @Field(() => String, {
    nullable: true,
    description:
      'The time zone of the place: an IANA name such as Europe/Berlin. The offset of `occurredAt` must be its offset at that time, or zero.',
  })
  timeZone?: string | null;

  @Field(() => String, { nullable: true, description: 'The hub or town, up to 100 characters.' })
  place?: string | null;

  @Field(() => String, { nullable: true, description: 'The code of the carrier, up to 100 characters.' })
  rawCode?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Whose code `rawCode` is: the name of a carrier or tracking service, such as AfterShip, up to 100 characters. It is not stored.',
  })
  carrier?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The text of the carrier, up to 500 characters. It is stored without who has received or signed for the parcel.',
  })
  description?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When this became true: of several scans with the same `id`, the newest counts. Equal content is a repeat. Default: when the scan is received.',
  })
  updatedAt?: Date | null;
}

@InputType()
export class RecordScansInput {
  @Field(() => [ScanInput], { description: 'Up to 1,000.' })
  scans!: ScanInput[];
}

@InputType({ description: 'A scan that was recorded by mistake.' })
export class VoidedScanInput {
  @Field(() => ID, { description: 'Its shipment.' })
  shipmentId!: string;

  @Field(() => ID, {
    description: 'The id of the carrier, or `Scan.id`, which scans without an id of the carrier have.',
  })
  id!: string;
}

const REASON = 'Why, up to 500 characters. It is stored without payment data and without who has received the parcel.';

@InputType()
export class VoidScansInput {
  @Field(() => [VoidedScanInput], { description: 'Up to 1,000.' })
  scans!: VoidedScanInput[];

  @Field(() => String, { description: REASON })
  reason!: string;
}

@InputType()
export class VoidShipmentInput {
  @Field(() => ID, { description: "The shop's own id of the shipment." })
  id!: string;

  @Field(() => String, { description: REASON })
  reason!: string;
}
