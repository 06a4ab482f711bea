import { EventColumns } from '../../events/event-columns';
import type { LogEvent } from '../../events/log-event';
import type { Kernels } from '../../learn/wasm';
import { RANKER_WINDOWS, fitAndTestRanker } from '../../recommend/training/fit-ranker';
import { historyBefore } from '../../live-state/history-at';
import { PointInTimeReplay } from '../../live-state/replay/point-in-time-replay';
import { fitSources } from '../../recommend/training/source-fits';
import { NO_MODELS } from '../../recommend/sources/source';
import { NOTHING_MASKED, type BasketRanker, type CustomerRanker } from './baselines/baseline';
import { coCountBaseline } from './baselines/co-count';
import { easeRanker, fitEase } from './baselines/ease';
import { ialsBaseline } from './baselines/ials';
import { itemKnnBaseline } from './baselines/item-knn';
import { personalFrequencyBaseline } from './baselines/personal-frequency';
import { distinctCustomers, popularityBaseline, recentPopularityBaseline } from './baselines/popularity';
import { nearestSessionsBaseline, trainingSessions, transitionsBaseline } from './baselines/sequence';
import { plainBlend } from './baselines/blend';
import { temporalRidgeBaseline } from './baselines/temporal-ridge';
import { listsOf, type EvaluatedLists, type EvaluationRow } from './evaluated-lists';
import { freshetRanker, type FreshetRanker } from './freshet-ranker';
import { MetricsTotal } from './metrics';
import { compareWithBest } from './paired-comparison';
import { temporalSplit, type TemporalSplit } from './protocol';

export interface TemporalOptions {
  /** Test window [from, to), ms. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  readonly kernels: Kernels;
  readonly onProgress: (message: string) => void;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
}

/**
 * Trains every model on events before `from`, lets it rank the whole catalogue and compares the lists with the
 * purchases of [from, to).
 * @param log sorted by `occurredAt`
 */
export function evaluateTemporal(log: readonly LogEvent[], options: TemporalOptions): EvaluationRow[] {
  const { from, to, seed, kernels, onProgress, clock } = options;
  const events = EventColumns.of(log);
  const split = temporalSplit(log, from, to, seed);
  onProgress(`${split.testCustomers.length} customers, ${split.baskets.length} baskets`);
  const evaluated: EvaluatedLists[] = [];
  const timeFit = <T>(fit: () => T): { fitted: T; seconds: number } => {
    const start = clock();
    const fitted = fit();
    return { fitted, seconds: (clock() - start) / 1000 };
  };
  for (const fit of baselinesOf(split, kernels, seed)) {
    const { fitted, seconds } = timeFit(fit);
    onProgress(fitted.model);
    evaluated.push(...customerLists(split, fitted, seconds));
  }
  const fits = fitSources(events, { until: from, seed, back: RANKER_WINDOWS, kernels, onProgress });
  const ridge = timeFit(() => temporalRidgeBaseline(split, fits.temporalRidges.asOf(from)));
  evaluated.push(...customerLists(split, ridge.fitted, ridge.seconds));
  const coCount = timeFit(() => coCountBaseline(split));
  evaluated.push(...basketLists(split, coCount.fitted, coCount.seconds));
  const freshet = timeFit(() => {
    const fittedRanker = fitAndTestRanker(events, {
      until: from,
      seed,
      sources: fits,
      onProgress: (stage) => onProgress(`freshet: ${stage}`),
    });
    const replay = new PointInTimeReplay(events);
    replay.advanceTo(from);
    return freshetRanker(
      replay,
      split,
      fittedRanker?.model ?? null,
      fittedRanker?.sources ?? NO_MODELS,
      fittedRanker?.basket ?? null,
    );
  });
  const [repeat, fresh] = customerLists(split, freshet.fitted, freshet.seconds);
  evaluated.push(
    { ...repeat, row: { ...repeat.row, calibration: freshet.fitted.calibration() } },
    fresh,
    ...basketLists(split, freshet.fitted, freshet.seconds),
    ...knownBasketLists(split, events, freshet.fitted, freshet.seconds),
  );
  return compareWithBest(evaluated, freshet.fitted.model, seed);
}

/** Returns the fits of the baselines, in the order of the report. */
function baselinesOf(split: TemporalSplit, kernels: Kernels, seed: number): (() => CustomerRanker)[] {
  const ease = once(() => fitEase(split, kernels));
  const sessions = once(() => trainingSessions(split));
  return [
    () => popularityBaseline(split),
    () => recentPopularityBaseline(split),
    () => itemKnnBaseline(split),
    () => easeRanker(split, ease()),
    () => ialsBaseline(split, kernels, seed),
    () => personalFrequencyBaseline(split),
    () => nearestSessionsBaseline(split, sessions()),
    () => transitionsBaseline(split, sessions()),
    () => {
      const rankers = [nearestSessionsBaseline(split, sessions()), transitionsBaseline(split, sessions())];
      return plainBlend([easeRanker(split, ease()), ...rankers]);
    },
  ];
}

function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined;
  return () => (value ??= { of: compute() }).of;
}

function customerLists(split: TemporalSplit, ranker: CustomerRanker, fitSeconds: number): EvaluatedLists[] {
  const repeatTotal = totalFor(split);
  const newTotal = totalFor(split);
  for (const { customer, truth, truthNew, boughtInTraining } of split.testCustomers) {
    repeatTotal.add(customer, ranker.rank(customer, NOTHING_MASKED), truth);
    if (truthNew.size > 0) newTotal.add(customer, ranker.rank(customer, boughtInTraining), truthNew);
  }
  return [listsOf(ranker.model, 'repeat', repeatTotal, fitSeconds), listsOf(ranker.model, 'new', newTotal, fitSeconds)];
}

function basketLists(split: TemporalSplit, ranker: BasketRanker, fitSeconds: number): EvaluatedLists[] {
  const basketTotal = totalFor(split);
  const basketOneTotal = totalFor(split);
  for (const { customer, heldOut, context, contextOne } of split.baskets) {
    basketTotal.add(customer, ranker.complete(context, customer), new Set([heldOut]));
    basketOneTotal.add(customer, ranker.complete([contextOne], customer), new Set([heldOut]));
  }
  return [
    listsOf(ranker.model, 'basket', basketTotal, fitSeconds),
    listsOf(ranker.model, 'basket-one', basketOneTotal, fitSeconds),
  ];
}

/** Evaluates baskets with the customer's earlier history, which includes earlier events of the test window. */
function knownBasketLists(
  split: TemporalSplit,
  events: EventColumns,
  ranker: Pick<FreshetRanker, 'model' | 'completeFor'>,
  fitSeconds: number,
): EvaluatedLists[] {
  const basketTotal = totalFor(split);
  const basketOneTotal = totalFor(split);
  for (const basket of Array.from(split.baskets).sort((a, b) => a.at - b.at)) {
    const subject = events.subjects.indexOf(split.customers.idAt(basket.customer));
    const history = historyBefore(events, subject, basket.at) ?? null;
    basketTotal.add(basket.customer, ranker.completeFor(history, basket.context, basket.at), new Set([basket.heldOut]));
    basketOneTotal.add(
      basket.customer,
      ranker.completeFor(history, [basket.contextOne], basket.at),
      new Set([basket.heldOut]),
    );
  }
  return [
    listsOf(ranker.model, 'basket-known', basketTotal, fitSeconds),
    listsOf(ranker.model, 'basket-one-known', basketOneTotal, fitSeconds),
  ];
}

function totalFor(split: TemporalSplit): MetricsTotal {
  const customers = new Set(split.training.map(({ customer }) => customer)).size;
  return new MetricsTotal(split.trainingProductCount, distinctCustomers(split), customers);
}
