import type { ShipmentInput } from '../logistics/shipment-input.type';
import type { ImportBatchResult } from './import-target';
import type { ImportedScan, ImportedShipment } from './imported-shipment';

interface ItemRejection {
  readonly reason: string;
  readonly message: string;
}

/** The result of writing a record or a scan. */
export type WrittenItem = 'imported' | 'unchanged' | ItemRejection;

/** Writes records and scans, each in one request or transaction. The results are in the order of the items. */
export interface ShipmentWriter {
  /** Maximum number of scans in one call. */
  readonly maxScans: number;
  records(shipments: readonly ShipmentInput[]): Promise<WrittenItem[]>;
  scans(scans: readonly ImportedScan[]): Promise<WrittenItem[]>;
}

/**
 * Writes shipments, and then their scans. Scans of a rejected record are not written: they would wait for a shipment that
 * does not come. A shipment with a rejected scan is rejected, too, but what else it says is stored.
 */
export async function writeShipmentBatch(
  batch: readonly ImportedShipment[],
  writer: ShipmentWriter,
): Promise<ImportBatchResult> {
  const results = await writer.records(batch.map(({ shipment }) => shipment));
  const scans = batch.flatMap(({ scans: own }, index) =>
    typeof results[index] === 'string' ? own.map((scan, number) => ({ scan, index, number })) : [],
  );
  for (let at = 0; at < scans.length; at += writer.maxScans) {
    const part = scans.slice(at, at + writer.maxScans);
    const written = await writer.scans(part.map(({ scan }) => scan));
    for (const [n, { index, number }] of part.entries()) results[index] = merged(results[index]!, written[n]!, number);
  }
  return {
    imported: results.filter((result) => result === 'imported').length,
    unchanged: results.filter((result) => result === 'unchanged').length,
    rejected: results.flatMap((result, index) => (typeof result === 'string' ? [] : [{ index, ...result }])),
  };
}

function merged(shipment: WrittenItem, scan: WrittenItem, number: number): WrittenItem {
  if (typeof shipment !== 'string' || scan === 'unchanged') return shipment;
  return scan === 'imported' ? scan : { ...scan, message: `scans[${number}]: ${scan.message}` };
}
