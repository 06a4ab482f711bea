import { simulateClicks } from './ads-clicks';
import { timeDecisions } from './ads-decision';
import { compareSearches } from './ads-searches';
import type { BenchRow } from './row';

const PARTS = { decision: timeDecisions, searches: compareSearches, clicks: simulateClicks };

/**
 * Decisions on ads in this process, searches with and without them, and a simulation of budgets that end.
 *
 * `BENCH_ADS_ONLY`: one of the parts `decision`, `searches` and `clicks`; all of them if it is not set.
 */
export async function measureAds(): Promise<BenchRow[]> {
  const only = process.env.BENCH_ADS_ONLY;
  if (only !== undefined && !Object.hasOwn(PARTS, only))
    throw new Error(`BENCH_ADS_ONLY must be one of ${Object.keys(PARTS).join(', ')}`);
  const rows: BenchRow[] = [];
  for (const [name, measure] of Object.entries(PARTS))
    if (only === undefined || name === only) rows.push(...(await measure()));
  return rows;
}
