import type { Viewer } from '../graphql/context';
import type { StoredShipment } from './shipment.store';
import { isStuck } from './parcel-notices';
import { isLate, stateOfShipment } from './shipment';
import type { Shipment } from './shipment.type';

/** Returns a shipment as the schema shows it. @param asOf when it was read */
export function viewOfShipment(stored: StoredShipment, asOf: Date): Shipment {
  const { id, newest, scans, voids, startedAt, noticed, revision } = stored;
  const record = newest?.record;
  const { status, statusAt, place, deliveredAt, failedAttempts, contradictions } = stateOfShipment(stored);
  const promisedAt = record?.promisedAt ?? null;
  return {
    id,
    orderId: record?.orderId ?? null,
    tracked: { id, newest, scans, voids, startedAt, noticed },
    kind: record?.kind ?? 'OUTBOUND',
    carrier: record?.carrier ?? null,
    service: record?.service ?? null,
    trackingNumber: record?.trackingNumber ?? null,
    trackingUrl: record?.trackingUrl ?? null,
    origin: {
      name: record?.origin ?? null,
      country: record?.originCountry ?? null,
      postcodePrefix: record?.originPostcodePrefix ?? null,
    },
    destination: {
      name: record?.destination ?? null,
      country: record?.country ?? null,
      postcodePrefix: record?.postcodePrefix ?? null,
    },
    promisedAt: toDate(promisedAt),
    units: record?.units ?? null,
    status,
    statusAt: toDate(statusAt),
    place,
    deliveredAt: toDate(deliveredAt),
    failedAttempts,
    isLate: isLate(stored, asOf.getTime()),
    isStuck: isStuck(stored),
    voidReason: status === 'VOIDED' ? voids.shipment!.reason : null,
    hasContradictions: contradictions.size > 0,
    scans: scans.map((scan) => ({
      ...scan,
      id: `${id}:${scan.id}`,
      occurredAt: new Date(scan.at),
      updatedAt: new Date(scan.updatedAt),
      isContradiction: contradictions.has(scan),
    })),
    revision: String(revision),
    asOf,
    startedAt: new Date(startedAt),
  };
}

/** Returns a shipment as a viewer sees it: an operator does not learn where it goes. */
export function shipmentFor(shipment: Shipment, { scope }: Pick<Viewer, 'scope'>): Shipment {
  const nowhere = { name: null, country: null, postcodePrefix: null };
  return scope === 'OPERATOR' ? { ...shipment, destination: nowhere } : shipment;
}

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
