import { MAX_EVENTS, type EventService } from '../events/event.service';
import { contentDigest, eventIdentity, type StoredEvent } from '../events/stored-event';
import { checkItemCount } from '../graphql/item-count';
import { itemUserError, type UserError } from '../graphql/user-error.type';
import type { CarrierCodesReadModel } from './carrier-codes.read-model';
import { eventOfScanInput, eventOfShipmentInput, isLogisticsFault, type LogisticsFault } from './input-events';
import type { ScanInput, ShipmentInput } from './shipment-input.type';
import type { RecordScansPayload, RecordShipmentsPayload } from './shipment.type';

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
  ) {}

  async recordShipments(inputs: readonly ShipmentInput[]): Promise<RecordShipmentsPayload> {
    const now = Date.now();
    return this.record(inputs, MAX_SHIPMENTS, 'shipments', (input) => eventOfShipmentInput(input, now));
  }

  async recordScans(inputs: readonly ScanInput[]): Promise<RecordScansPayload> {
    const now = Date.now();
    return this.record(inputs, MAX_SCANS_PER_REQUEST, 'scans', (input) => eventOfScanInput(input, now, this.codes));
  }

  private async record<Input>(
    inputs: readonly Input[],
    max: number,
    items: string,
    toEvent: (input: Input) => StoredEvent | LogisticsFault,
  ) {
    checkItemCount(inputs.length, max, items);
    const byIdentity = new Map<string, StoredEvent>();
    const userErrors: UserError[] = [];
    inputs.forEach((input, index) => {
      const event = toEvent(input);
      if (isLogisticsFault(event)) return void userErrors.push(itemUserError(items, index, event));
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
