import { EventColumns, type LogEvents } from '../events/event-columns';
import { IdTable } from '../learn/id-table';
import type { Kernels } from '../learn/wasm';
import { fitOrderAffinities, type OrderAffinities } from './basket/order-affinities';
import { ordersBetween } from './basket/orders';
import { chooseEasePenalty } from './ease-penalty';
import { easeOfShop } from './ease-rows';
import { historyTransitions } from './history-transitions';
import { ialsOfHistories } from './ials-of-histories';
import type { Known } from './log-walk';
import type { SourceModels } from './sources/source';
import { fitTemporalRidges, type TemporalRidgeOptions, type TemporalRidges } from './temporal-ridge';

const DAY = 86_400_000;
/** The λ of EASE is chosen on as many customers at most. */
const MAX_CUSTOMERS = 10_000;

/** What sources score with, fitted on what was before an instant. */
export interface SourceFits {
  readonly temporalRidges: TemporalRidges;
  /** The penalty of EASE that the program chose. */
  readonly easeLambda: number;
  /** @param known what was known at `time`: the instant given as `until`, or a window's start before it */
  asOf(time: number, known: Known): SourceModels;
  /** What goes together in the orders before an instant; null where there are none. */
  orderAffinities(time: number): OrderAffinities | null;
}

/**
 * Chooses the sources' penalties on the oldest of the windows, and fits them when they are asked for, as of an instant:
 * the temporal ridge on the windows before it, EASE on the shop's counts, iALS on the histories.
 * @param log sorted by `occurredAt`
 * @param options `back`: the windows before `until` that a blend learns from
 */
export function fitSources(
  log: LogEvents,
  options: TemporalRidgeOptions & { readonly back: number; readonly kernels: Kernels },
): SourceFits {
  const { until, back, horizonDays = 30, seed = 1, kernels, onProgress } = options;
  const events = EventColumns.of(log);
  const temporalRidges = fitTemporalRidges(events, options);
  const products = new IdTable();
  const windows = historyTransitions(events, products, {
    until,
    horizon: horizonDays * DAY,
    windows: back,
    mostCustomers: MAX_CUSTOMERS,
    seed,
  });
  const { lambda, tried } = chooseEasePenalty(windows[windows.length - 1], products.size, kernels);
  if (tried !== '') onProgress?.(`EASE: ${tried}`);
  return {
    temporalRidges,
    easeLambda: lambda,
    asOf(time, known) {
      const ease = easeOfShop(known.shop, lambda, kernels);
      onProgress?.('EASE fitted');
      const ials = ialsOfHistories(known, seed, kernels);
      onProgress?.('iALS fitted');
      return { temporalRidge: temporalRidges.asOf(time), ease, ials };
    },
    orderAffinities(time) {
      const affinities = fitOrderAffinities(ordersBetween(events, -Infinity, time), time, kernels);
      onProgress?.('affinities of orders fitted');
      return affinities;
    },
  };
}
