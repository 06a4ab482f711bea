import { EventColumns, type LogEvents } from '../../events/event-columns';
import { MS_PER_DAY } from '../../learn/durations';
import { IdTable } from '../../learn/id-table';
import type { Kernels } from '../../learn/wasm';
import { fitOrderAffinities, type OrderAffinities } from '../basket/order-affinities';
import { ordersBetween } from '../basket/orders';
import { chooseEasePenalty } from './ease-penalty';
import { easeOfShop } from '../ease/ease-rows';
import { historyTransitions } from './history-transitions';
import { ialsOfHistories } from './fit-ials';
import type { PointInTimeView } from '../../live-state/replay/point-in-time-replay';
import type { SourceModels } from '../sources/source';
import { fitTemporalRidges, type TemporalRidgeOptions, type TemporalRidgeFits } from './fit-temporal-ridge';

/** If there are more customers, λ of EASE is selected on a sample of about this many. */
const MAX_CUSTOMERS = 10_000;

/** Models of the candidate sources, fitted on data before an instant. */
export interface SourceFits {
  readonly temporalRidges: TemporalRidgeFits;
  /** The selected penalty λ of EASE. */
  readonly easeLambda: number;
  /**
   * Returns the models as of `time`.
   * @param known state as of `time`, which is `until` or the start of a window before it
   */
  asOf(time: number, known: PointInTimeView): SourceModels;
  /** Returns the product affinities fitted on all orders before an instant; null if there are no orders. */
  orderAffinities(time: number): OrderAffinities | null;
}

/**
 * Selects the penalties of the sources on the oldest windows. The models are fitted on demand, as of an instant: the
 * temporal ridge on the windows before it, EASE on the shop's counts, iALS on the histories.
 * @param log sorted by `occurredAt`
 * @param options `back`: number of windows before `until` that a ranker is fitted on
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
    horizon: horizonDays * MS_PER_DAY,
    windows: back,
    maxCustomers: MAX_CUSTOMERS,
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
      return { temporalRidge: temporalRidges.asOf(time), ease, ials, usesSessions: true };
    },
    orderAffinities(time) {
      const affinities = fitOrderAffinities(ordersBetween(events, -Infinity, time), time, kernels);
      onProgress?.('affinities of orders fitted');
      return affinities;
    },
  };
}
