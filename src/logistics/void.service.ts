import type { EventLog } from '../events/event-log';
import type { FieldFault } from '../events/field-faults';
import { badItem } from '../events/field-faults';
import { receiptOf } from '../events/receipts';
import type { StoredEvent } from '../events/stored-event';
import { isLongerThan } from '../expressions/code-points';
import { isVisible } from '../graphql/id';
import { checkItemCount } from '../graphql/item-count';
import { itemUserError, type UserError } from '../graphql/user-error.type';
import type { PoolClient } from '../platform/postgres';
import { maskPaymentData } from '../search-engine/text/mask-payment-data';
import { eventOfScanVoid, eventOfShipmentVoid, type VersionedRecord } from './shipment-event';
import type { VoidedScanInput, VoidScansInput, VoidShipmentInput } from './shipment-input.type';
import { isVoided } from './shipment-state';
import { lockStoredShipments, type StoredShipment } from './shipment.store';
import { withoutRecipient } from './without-recipient';

/** Maximum number of scans in one call. */
export const MAX_VOIDED_SCANS = 1_000;
const MAX_REASON_LENGTH = 500;

interface VoidResult {
  /** Number of items without an error. */
  readonly accepted: number;
  /** Null if nothing was accepted. */
  readonly receipt: string | null;
  readonly userErrors: readonly UserError[];
}

/** The result of one item: an event, nothing because it is voided already, or an error. */
type Outcome = StoredEvent | 'REPEATED' | UserError;

/**
 * Voids scans and shipments that were recorded by mistake. A void is an event with the version that it voids, so that
 * replay agrees: what is sent again with the same or an older `updatedAt` stays voided, and a newer version counts.
 */
export class VoidService {
  constructor(private readonly eventLog: EventLog) {}

  async voidScans({ scans, reason }: VoidScansInput): Promise<VoidResult> {
    checkItemCount(scans.length, MAX_VOIDED_SCANS, 'scans');
    return this.write(
      reason,
      scans.map(({ shipmentId }) => shipmentId),
      (shipments, voided) =>
        scans.map((input, index) => {
          const shipment = shipments.get(input.shipmentId);
          if (shipment === undefined)
            return itemUserError(
              'scans',
              index,
              notFound(`there is no shipment ${JSON.stringify(input.shipmentId)}`, 'shipmentId'),
            );
          const scan = shipment.scans.find(({ id }) => isNamed(input, id));
          if (scan !== undefined) {
            const scanVoid = { ...voided(shipment, scan), scanId: scan.id, updatedAt: scan.updatedAt };
            return eventOfScanVoid(shipment.id, scanVoid);
          }
          if (shipment.voids.scans.some(({ scanId }) => isNamed(input, scanId))) return 'REPEATED';
          return itemUserError('scans', index, notFound(`the shipment has no scan ${JSON.stringify(input.id)}`, 'id'));
        }),
    );
  }

  async voidShipment({ id, reason }: VoidShipmentInput): Promise<VoidResult> {
    return this.write(reason, [id], (shipments, voided) => {
      const shipment = shipments.get(id);
      if (shipment === undefined) return [userError(notFound(`there is no shipment ${JSON.stringify(id)}`, 'id'))];
      const { newest, voids } = shipment;
      if (newest === null) {
        const message = 'the shipment was not recorded, only scanned: void its scans with voidScans';
        return [userError({ code: 'CONFLICT', message, path: 'id' })];
      }
      if (isVoided(newest, voids.shipment)) return ['REPEATED'];
      return [eventOfShipmentVoid(id, voided(shipment, newest))];
    });
  }

  /** Appends the events of voids, while the shipments are locked. */
  private async write(
    given: string,
    ids: readonly string[],
    outcomesOf: (
      shipments: ReadonlyMap<string, StoredShipment>,
      voided: (
        shipment: StoredShipment,
        version: Pick<VersionedRecord, 'updatedAt'>,
      ) => {
        updatedAt: number;
        voidedAt: number;
        reason: string;
      },
    ) => readonly Outcome[],
  ): Promise<VoidResult> {
    const fault = faultOfReason(given);
    if (fault !== undefined) return { accepted: 0, receipt: null, userErrors: [userError(fault)] };
    const voidedAt = Date.now();
    const { position, outcomes } = await this.eventLog.commit(async ({ client, append }) => {
      const shipments = await readLocked(client, ids);
      const results = outcomesOf(shipments, (shipment, { updatedAt }) => ({
        updatedAt,
        voidedAt,
        reason: shownReason(given, shipment),
      }));
      // The same scan may be named twice.
      const events = new Map(results.flatMap((result) => (isEvent(result) ? [[result.id, result] as const] : [])));
      if (events.size === 0) return { outcomes: results, change: null };
      const receivedAt = new Date(voidedAt);
      const { inserted } = await append([...events.values()], { receivedAt: () => receivedAt, backfill: false });
      return { outcomes: results, change: inserted.length === 0 ? null : { events: inserted } };
    });
    const userErrors = outcomes.filter((outcome) => typeof outcome === 'object' && 'message' in outcome);
    const accepted = outcomes.length - userErrors.length;
    return { accepted, receipt: accepted === 0 ? null : receiptOf(position), userErrors };
  }
}

async function readLocked(client: PoolClient, ids: readonly string[]): Promise<ReadonlyMap<string, StoredShipment>> {
  return lockStoredShipments(client, [...new Set(ids)]);
}

/** Returns whether the input names a scan: by the id of the carrier, or as `Scan.id` does. */
function isNamed({ shipmentId, id }: VoidedScanInput, scanId: string): boolean {
  return id === scanId || id === `${shipmentId}:${scanId}`;
}

function faultOfReason(reason: string): FieldFault | undefined {
  if (!isVisible(withoutRecipient(reason)))
    return badItem('reason must not be blank, nor say only who has received the parcel', 'reason');
  if (isLongerThan(reason, MAX_REASON_LENGTH))
    return badItem(`reason must have at most ${MAX_REASON_LENGTH} characters`, 'reason');
  return undefined;
}

/** Returns a reason without payment data and without who has received the parcel. Its own numbers are none. */
function shownReason(reason: string, { id, newest }: StoredShipment): string {
  const digitsOf = (text: string) => text.replaceAll(/\D+/g, '');
  const own = [id, newest?.record.orderId ?? '', newest?.record.trackingNumber ?? ''].map(digitsOf);
  return maskPaymentData(withoutRecipient(reason.trim()), (number) => own.includes(number));
}

function isEvent(outcome: Outcome): outcome is StoredEvent {
  return typeof outcome === 'object' && 'source' in outcome;
}

function notFound(message: string, path: string) {
  return { code: 'NOT_FOUND' as const, message, path };
}

function userError({
  code,
  message,
  path,
}: Pick<UserError, 'code' | 'message'> & { readonly path: string }): UserError {
  return { code, message, field: ['input', path] };
}
