import type { LogEvent } from '../../src/events/log-event';
import { JsonlEvents } from '../../src/imports/jsonl-events';
import { loadKernels } from '../../src/platform/kernels';
import { RANKER_WINDOWS, fitAndTestRanker, type TestedRanker } from '../../src/recommend/training/fit-ranker';
import { CustomerHistory } from '../../src/live-state/history';
import { LearnerState } from '../../src/live-state/learner/learner-state';
import { fitSources } from '../../src/recommend/training/source-fits';
import { neighboursOf, pipelineOf } from '../recommend-lists';
import { customerId, eventLines } from '../large-shop';
import type { GuardTask } from './guard-row';

const SHOP = { customers: 1_500, products: 1_000, events: 40_000, files: 1 };
const UNTIL = Date.UTC(2026, 0, 1);
/** The synthetic history covers sixty days. */
const HORIZON_DAYS = 15;
const CUSTOMERS = 200;

/**
 * Computes lists for one customer after another, in one thread, from the state of a synthetic shop and a ranker fitted
 * on it.
 */
export function listTasks(): Promise<readonly GuardTask[]> {
  const learner = new LearnerState();
  const histories = new Map(Array.from({ length: CUSTOMERS }, (_, n) => [customerId(n), new CustomerHistory()]));
  const events = syntheticEvents();
  for (const event of events) {
    learner.apply(event);
    histories.get(event.customerId ?? '')?.apply(event);
  }
  const { shop } = learner;
  shop.refreshNeighbours();
  const options = { until: UNTIL, horizonDays: HORIZON_DAYS };
  const sources = fitSources(events, { ...options, back: RANKER_WINDOWS, kernels: loadKernels() });
  const fitted = fitAndTestRanker(events, { ...options, sources, baskets: false });
  if (fitted === null) throw new Error('no blend was fitted');
  const asked = [...histories.values()].filter(({ size }) => size > 0);
  const task = (name: string, what: string, list: (history: CustomerHistory) => unknown): GuardTask => ({
    name,
    what: `the top 20 of one customer among ${SHOP.products} products, ${what}, in process`,
    work: () => {
      for (const history of asked) list(history);
      return asked.length;
    },
  });
  return Promise.resolve([
    task('lists-neighbours', 'from neighbours alone', neighboursOf(shop)),
    task('lists-pipeline', 'by the whole pipeline with a fitted blend', pipelineOf(shop, withSessions(fitted, false))),
    task(
      'lists-sessions',
      'by the same with nearest sessions and transitions',
      pipelineOf(shop, withSessions(fitted, true)),
    ),
  ]);
}

function withSessions(ranker: TestedRanker, usesSessions: boolean): TestedRanker {
  return { ...ranker, sources: { ...ranker.sources, usesSessions } };
}

function syntheticEvents(): LogEvent[] {
  const reader = new JsonlEvents(() => UNTIL);
  const events: LogEvent[] = [];
  for (const line of eventLines(SHOP, 1, UNTIL)) {
    const read = reader.read(line);
    if (read === undefined || !('event' in read)) throw new Error(`not read: ${line}`);
    events.push(read.event);
  }
  return events;
}
