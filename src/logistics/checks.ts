import { type CheckResult, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { measureUnrecordedShipments } from './shipment.store';

/** Scans may arrive before the record of their shipment. After this time (ms), the record is probably missing. */
const MAX_UNRECORDED_MS = 24 * 3_600_000;

/** Whether scanned parcels have a record. */
export const checks = async (platform: Platform): Promise<CheckResult[]> => [await check(platform)];

async function check({ pool }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measureUnrecordedShipments(pool);
  if (count === 0) return ok('shipments', 'every scanned parcel belongs to a recorded shipment');
  const hours = (oldestAgeMs / 3_600_000).toFixed(1);
  const found = `${count} parcels have scans and no record, the oldest for ${hours} h`;
  if (oldestAgeMs < MAX_UNRECORDED_MS) return ok('shipments', found);
  const advice = 'Send their shipments with recordShipments; shipments(isRecorded: false) lists them.';
  return warning('shipments', found, advice);
}
