import { type CheckResult, fault, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { measureAdBilling } from './billing/billing.store';

/** The billing is healthy if it is at most this many log positions behind the end of the log. */
const MAX_LAG = 100;

/** Whether ads are billed, and the sums of their ledger agree. `replay` compares the ledger with the log. */
export const checks = async (platform: Platform): Promise<CheckResult[]> => [await check(platform)];

async function check({ pool }: Platform): Promise<CheckResult> {
  const { lineItems, behind, wrongDays } = await measureAdBilling(pool);
  if (lineItems === 0) return ok('ads', 'there are no line items');
  if (wrongDays > 0) {
    const found = `the spend of ${wrongDays} campaigns and days differs between the sums by day and by product`;
    return fault(
      'ads',
      found,
      'Run "freshet replay", which compares both with the ledger, and the ledger with the log.',
    );
  }
  if (behind <= MAX_LAG) return ok('ads', 'clicks and impressions are billed');
  const found = `the clicks and impressions of the last ${behind} log positions are not billed`;
  return warning('ads', found, 'A worker process bills them; if one is running, see its log.');
}
