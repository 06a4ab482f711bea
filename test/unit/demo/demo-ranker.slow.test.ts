import { evaluateGate } from '../../../src/models/gate';
import { loadKernels } from '../../../src/platform/kernels';
import { RANKER_WINDOWS, fitAndTestRanker } from '../../../src/recommend/training/fit-ranker';
import { SIGNAL_EVENT_TYPES } from '../../../src/live-state/signals';
import { fitSources } from '../../../src/recommend/training/source-fits';
import { demoEvents } from '../../setup/demo-events';

const kernels = loadKernels();
/** Enough customers to learn from, quickly: the days are those of `npm start`. */
const CUSTOMERS = 300;

/** The gate's verdict on the first ranker of a demo. */
function verdictOf(openedAt: string, seed: number) {
  const events = demoEvents(Date.parse(openedAt), { customers: CUSTOMERS, seed }).filter(({ type }) =>
    SIGNAL_EVENT_TYPES.includes(type),
  );
  const until = events[events.length - 1].occurredAt + 1;
  const sources = fitSources(events, { until, seed, back: RANKER_WINDOWS, kernels });
  const { evidence } = fitAndTestRanker(events, { until, seed, sources, baskets: false })!;
  return evaluateGate(evidence!, seed);
}

describe('the ranker of a fresh demo', () => {
  it.each([
    ['2026-01-01T00:05:00Z', 1],
    ['2026-07-06T14:00:00Z', 90],
    ['2027-02-28T23:55:00Z', 6],
  ])('is promoted when it opens at %s with seed %d', (openedAt, seed) => {
    const { passed, reasons, warnings, figures } = verdictOf(openedAt, seed);
    expect({ passed, reasons, warnings }).toEqual({ passed: true, reasons: [], warnings: [] });
    // Far better than popularity, or the demo would show no difference.
    expect(figures['NDCG@10 repeat']).toBeGreaterThan(2 * figures['NDCG@10 repeat popularity']);
  });
});
