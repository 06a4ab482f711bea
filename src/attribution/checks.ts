import { type CheckResult, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { measureOutdatedVisitors } from './outdated-visitor.store';

/** Attribution computes a visit seconds after its events, and later after an import. */
const MAX_ATTRIBUTION_DELAY_MS = 600_000;

/** Whether visits and orders are in the business report. */
export const checks = async (platform: Platform): Promise<CheckResult[]> => [await check(platform)];

async function check({ pool }: Platform): Promise<CheckResult> {
  const { count, ageMs } = await measureOutdatedVisitors(pool);
  if (count === 0) return ok('attribution', 'visits and orders are in the business report');
  const found = `${count} customers and sessions are not in the business report, the first for ${(ageMs / 1_000).toFixed(1)} s`;
  if (ageMs < MAX_ATTRIBUTION_DELAY_MS) return ok('attribution', found);
  return warning('attribution', found, 'A worker process computes them; if one is running, see its log.');
}
