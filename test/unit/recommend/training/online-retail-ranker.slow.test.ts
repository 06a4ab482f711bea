import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEvent } from '../../../../src/events/log-event';
import { readLines } from '../../../../src/imports/lines';
import { OnlineRetailReader } from '../../../../src/imports/online-retail';
import { evaluateGate } from '../../../../src/models/gate';
import { loadKernels } from '../../../../src/platform/kernels';
import { RANKER_WINDOWS, fitAndTestRanker } from '../../../../src/recommend/training/fit-ranker';
import { fitSources } from '../../../../src/recommend/training/source-fits';

const DATA = join(__dirname, '../../../../../shared/data/online-retail.csv.gz');
/** Every third customer and every fourth product: with all of them the fit takes minutes. */
const SAMPLE = { customers: 3, products: 4 };

const isSampled = ({ customerId, productId = '' }: LogEvent): boolean =>
  Number(customerId) % SAMPLE.customers === 0 && parseInt(productId, 10) % SAMPLE.products === 0;

async function purchasesBefore(until: number): Promise<LogEvent[]> {
  const reader = new OnlineRetailReader();
  const events: LogEvent[] = [];
  for await (const batch of readLines(DATA)) {
    for (const text of batch) {
      const line = reader.read(text);
      if (line === undefined || !('event' in line)) continue;
      const { event } = line;
      if (event.occurredAt < until && isSampled(event)) events.push(event);
    }
  }
  return events.sort((a, b) => a.occurredAt - b.occurredAt);
}

describe('the ranker of Online Retail', () => {
  const present = existsSync(DATA);
  if (!present) process.stderr.write(`\nNOT TESTED: ${DATA} is missing, so no ranker was judged on real data\n\n`);

  (present ? it : it.skip)('is promoted', async () => {
    const until = Date.parse('2011-11-09');
    const events = await purchasesBefore(until);
    const sources = fitSources(events, { until, seed: 1, back: RANKER_WINDOWS, kernels: loadKernels() });
    const { evidence } = fitAndTestRanker(events, { until, sources, baskets: false })!;
    expect(evaluateGate(evidence!, 1)).toMatchObject({ passed: true, reasons: [], warnings: [] });
  });
});
