import type { Difference } from '../live-state/replay/replay-difference';
import { canonicalJson } from '../platform/canonical-json';
import { inSnapshot, type Pool, type PoolClient } from '../platform/postgres';
import { addEvents, eventsByShipment, type TrackedShipment } from './shipment';
import { findWithoutEvents, readShipmentEvents, type LoggedShipmentEvent } from './replay-shipments.store';
import { readWritten, writtenOf } from './shipment.store';

/** Derives every shipment from the log, and compares it with the stored one. Writes nothing. */
export async function replayShipments(pool: Pool): Promise<Difference[]> {
  return inSnapshot(pool, async (client) => {
    const differences: Difference[] = [];
    let compared = 0;
    await deriveShipments(client, async (shipments) => {
      differences.push(...(await compareWithStored(client, shipments)));
      compared += shipments.length;
    });
    const missing = differences.filter(({ checkpoint }) => checkpoint === null).length;
    const extra = await findWithoutEvents(client, compared - missing);
    const unknown = extra.map(({ id, scans }) => ({
      part: 'shipments' as const,
      key: id,
      checkpoint: scans,
      replay: null,
    }));
    return [...differences, ...unknown];
  });
}

/** Calls back with all shipments of the log, a part of them at a time. */
async function deriveShipments(
  client: PoolClient,
  onShipments: (shipments: readonly TrackedShipment[]) => Promise<void>,
): Promise<void> {
  let unfinished: readonly LoggedShipmentEvent[] = [];
  for await (const rows of readShipmentEvents(client)) {
    const groups = [...eventsByShipment([...unfinished, ...rows]).values()];
    // The last shipment may continue in the next slice.
    unfinished = groups.pop() ?? [];
    await onShipments(groups.map(deriveShipment));
  }
  if (unfinished.length > 0) await onShipments([deriveShipment(unfinished)]);
}

/** Returns a shipment, given all its events. */
export function deriveShipment(events: readonly LoggedShipmentEvent[]): TrackedShipment {
  return addEvents(undefined, events, (event) => event);
}

async function compareWithStored(client: PoolClient, shipments: readonly TrackedShipment[]): Promise<Difference[]> {
  const rows = await readWritten(
    client,
    shipments.map(({ id }) => id),
  );
  const written = new Map(rows.map((row) => [row.id, row]));
  return shipments.flatMap((shipment): Difference[] => {
    const found = written.get(shipment.id);
    if (found !== undefined && canonicalJson(found) === canonicalJson(writtenOf(shipment))) return [];
    const checkpoint = found === undefined ? null : found.scans.length;
    return [{ part: 'shipments', key: shipment.id, checkpoint, replay: shipment.scans.length }];
  });
}
