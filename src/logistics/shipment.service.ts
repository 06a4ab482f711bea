import { MAX_EVENTS, type EventService } from '../events/event.service';
import { badItem, type FieldFault } from '../events/field-faults';
import { contentDigest, eventIdentity, type StoredEvent } from '../events/stored-event';
import { ApiError } from '../graphql/errors';
import { withShownTexts } from '../graphql/shown-text';
import { itemUserError, type UserError } from '../graphql/user-error.type';
import type { CarrierCodesReadModel } from './carrier-codes.read-model';
import { faultOfScan, faultOfShipment } from './check-shipment';
import type { ScanType } from './parcel';
import { postcodePrefixOf, shownAddress } from './shipment-address';
import { eventOfRecord, eventOfScan } from './shipment-event';
import type { ScanInput, ShipmentInput } from './shipment-input.type';
import type { RecordScansPayload, RecordShipmentsPayload } from './shipment.type';
import { withoutRecipient } from './without-recipient';

export const MAX_SHIPMENTS = MAX_EVENTS;
export const MAX_SCANS_PER_REQUEST = MAX_EVENTS;

/**
 * Records shipments and scans. They become events in the inbox, like those of `recordEvents`. So an accepted item is
 * durable, and what contradicts stored data ends in `rejectedEvents`.
 */
export class ShipmentService {
  constructor(
    private readonly events: Pick<EventService, 'recordValidated'>,
    private readonly codes: Pick<CarrierCodesReadModel, 'typeOf'>,
    private readonly now: () => number = Date.now,
  ) {}

  async recordShipments(inputs: readonly ShipmentInput[]): Promise<RecordShipmentsPayload> {
    const now = this.now();
    return this.record(inputs, MAX_SHIPMENTS, 'shipments', (given) => {
      const input = {
        ...withShownTexts(given, ['service', 'trackingNumber', 'trackingUrl']),
        carrier: given.carrier.trim(),
        origin: shownAddress(given.origin),
        destination: shownAddress(given.destination),
      };
      const record = {
        orderId: input.orderId,
        kind: input.kind ?? 'OUTBOUND',
        carrier: input.carrier,
        service: input.service ?? null,
        trackingNumber: input.trackingNumber ?? null,
        trackingUrl: input.trackingUrl ?? null,
        origin: input.origin?.name ?? null,
        originCountry: input.origin?.country ?? null,
        originPostcodePrefix: postcodePrefixOf(input.origin),
        destination: input.destination?.name ?? null,
        country: input.destination?.country ?? null,
        postcodePrefix: postcodePrefixOf(input.destination),
        promisedAt: input.promisedAt?.getTime() ?? null,
        units: input.units?.map(({ lineId, quantity }) => ({ lineId, quantity })) ?? null,
      };
      const updatedAt = input.updatedAt?.getTime() ?? now;
      return faultOfShipment(input, now) ?? eventOfRecord(input.id, { updatedAt, record });
    });
  }

  async recordScans(inputs: readonly ScanInput[]): Promise<RecordScansPayload> {
    const now = this.now();
    return this.record(inputs, MAX_SCANS_PER_REQUEST, 'scans', (given) => {
      const input = withShownTexts(given, ['timeZone', 'place', 'rawCode', 'carrier', 'description']);
      const fault = faultOfScan(input, now);
      if (fault !== undefined) return fault;
      const type = this.typeOf(input);
      if (typeof type !== 'string') return type;
      const scan = {
        type,
        at: input.occurredAt.getTime(),
        timeZone: input.timeZone ?? null,
        place: input.place ?? null,
        rawCode: input.rawCode ?? null,
        description: withoutRecipient(input.description ?? '') || null,
      };
      return eventOfScan(input.shipmentId, input.id ?? null, scan);
    });
  }

  /** The event has the type, so that a later change of the codes changes nothing that is recorded. */
  private typeOf({ type, rawCode, carrier }: ScanInput): ScanType | ItemFault {
    if (type != null) return type;
    if (rawCode == null) return badItem('type or rawCode is required', 'type');
    const found = this.codes.typeOf(carrier, rawCode);
    if (found != null) return found;
    const code = JSON.stringify(rawCode);
    if (found === null)
      return badItem(`the code ${code} says nothing about the parcel: leave the scan out, or send its type`, 'rawCode');
    const message = `the code ${code} is unknown: define it with upsertCarrierCodes, or send the type of the scan`;
    return { code: 'NOT_FOUND', message, path: 'rawCode' };
  }

  private async record<Input>(
    inputs: readonly Input[],
    max: number,
    items: string,
    toEvent: (input: Input) => StoredEvent | ItemFault,
  ) {
    if (inputs.length > max)
      throw new ApiError('BAD_USER_INPUT', `A request may have at most ${max} ${items}; got ${inputs.length}.`);
    const byIdentity = new Map<string, StoredEvent>();
    const userErrors: UserError[] = [];
    inputs.forEach((input, index) => {
      const event = toEvent(input);
      if (isFault(event)) return void userErrors.push(itemUserError(items, index, event));
      const identity = eventIdentity(event);
      const first = byIdentity.get(identity);
      if (first === undefined) byIdentity.set(identity, event);
      else if (contentDigest(first) !== contentDigest(event)) userErrors.push(itemUserError(items, index, CONFLICT));
    });
    const events = [...byIdentity.values()];
    const receipt = events.length > 0 ? await this.events.recordValidated(events) : null;
    return { accepted: inputs.length - userErrors.length, receipt, userErrors };
  }
}

const CONFLICT = {
  code: 'CONFLICT',
  message: 'the request has another item with the same id and time and different content',
  path: 'id',
} as const;

/** Why an item is not accepted. */
type ItemFault = Omit<FieldFault, 'code'> & { readonly code: FieldFault['code'] | 'NOT_FOUND' };

function isFault(item: StoredEvent | ItemFault): item is ItemFault {
  return 'code' in item;
}
