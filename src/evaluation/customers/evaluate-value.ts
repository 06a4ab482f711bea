import { MS_PER_DAY } from '../../learn/durations';
import { fitValueModel, type ValueFit } from '../../customers/value/fit-value-model';
import { predictValue, type ValuePrediction } from '../../customers/value/predict-value';
import { valueCuts } from '../../customers/value/value-cuts';
import { ValueExamples, valueLabel } from '../../customers/value/value-examples';
import { isRecentBuyer } from '../../customers/value/value-features';
import { summarizePurchases, type PurchaseLine, type PurchaseSummary } from '../../features/purchase-summary';
import { clusterBootstrap } from '../../learn/cluster-bootstrap';
import { fitPlattScaling } from '../../learn/platt-scaling';
import { seededRandom } from '../../learn/seeded-random';
import { probabilityScores } from '../../learn/probability-scores';
import { predictByBgNbd } from './predict-by-bg-nbd';
import { recencyByGap } from './order-gaps';
import { valueScores, type ValueScores } from './value-scores';

/** A fit uses at most this many customers, drawn at random, so that its memory is limited. */
const MAX_FITTED_CUSTOMERS = 100_000;

export interface ValueEvaluationOptions {
  /** Models see only lines before it, in ms; the labels begin at it. */
  readonly cut: number;
  readonly horizonDays: number;
  readonly seed: number;
  readonly onProgress: (message: string) => void;
}

/** Scores of one model of value. */
export interface ValueRow extends ValueScores {
  readonly model: string;
  /** Share of customers whose value is inside their interval, and its mean width; for models with intervals only. */
  readonly coverage?: number;
  readonly meanWidth?: number;
}

/** Scores of one model of churn. */
export interface ChurnRow {
  readonly model: string;
  /** Null if all customers have the same outcome. */
  readonly auc: number | null;
  readonly brier: number;
}

/** Difference of a mean loss, `freshet` minus the best baseline, with its 95 % interval by bootstrap of customers. */
export interface LossDifference {
  readonly loss: string;
  readonly baseline: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

export interface ValueEvaluation {
  /** Number of customers with an order before the cut, and of those with an order in the 180 days before it. */
  readonly customers: number;
  readonly recentBuyers: number;
  /** Share of the customers whose value is above 0, and their mean value over all customers. */
  readonly purchaseShare: number;
  readonly meanValue: number;
  /** Share of the recent buyers who ordered nothing in the horizon. */
  readonly churnShare: number;
  /** Nominal coverage of the intervals. */
  readonly level: number;
  /** Figures of the fit. */
  readonly fit: Readonly<Record<string, number>>;
  readonly value: readonly ValueRow[];
  /** Empty if churn was not fitted. */
  readonly churn: readonly ChurnRow[];
  readonly differences: readonly LossDifference[];
}

/** The evaluated customers: their purchases before the cut, and their labels. */
interface TestCustomers {
  readonly summaries: readonly PurchaseSummary[];
  readonly values: Float64Array;
  readonly hasOrder: readonly boolean[];
}

/**
 * Compares predicted value and churn with baselines on the horizon after a cut. All models are fitted on the lines
 * before the cut, for all customers with an order before it.
 * @param customers the lines of each customer
 * @throws Error if the history before the cut is too short or has too few customers
 */
export function evaluateValue(
  customers: ReadonlyMap<string, readonly PurchaseLine[]>,
  options: ValueEvaluationOptions,
): ValueEvaluation {
  const { cut, horizonDays, onProgress, seed } = options;
  const pasts = Array.from(customers.values(), (lines) => lines.filter(({ at }) => at < cut));
  onProgress('fitting value and churn');
  const { fit, cuts } = fitBefore(pasts, options);
  const test = testCustomers(customers, cut, horizonDays);
  const { summaries, values } = test;
  const predictions = summaries.map((summary) => predictValue(fit.model, summary) as ValuePrediction);

  onProgress('fitting BG/NBD with Gamma-Gamma');
  const models = new Map<string, Float64Array>([
    ['freshet', Float64Array.from(predictions, ({ expectedAmount }) => expectedAmount)],
    ['bg-nbd-gamma-gamma', predictByBgNbd(summaries, horizonDays)],
    ['last-period', Float64Array.from(summaries, (summary) => lastPeriodValue(summary, horizonDays))],
    ['zero', new Float64Array(values.length)],
  ]);
  const intervals = intervalScores(predictions, values);
  const rows = Array.from(models, ([model, predicted]): ValueRow => ({
    model,
    ...valueScores(predicted, values),
    ...(model === 'freshet' && intervals),
  }));
  const bestBaseline = rows.slice(1).reduce((best, row) => (row.rmse < best.rmse ? row : best));
  const squaredErrors = (model: string) =>
    (models.get(model) as Float64Array).map((predicted, i) => (predicted - values[i]) ** 2);
  const valueDifference = lossDifference(
    { loss: 'squared error of value', baseline: bestBaseline.model },
    squaredErrors('freshet'),
    squaredErrors(bestBaseline.model),
    seed,
  );
  onProgress('evaluating churn');
  const churn = evaluateChurn(predictions, test, { ...options, pasts, cuts });
  return {
    customers: values.length,
    recentBuyers: predictions.filter(({ churnProbability }) => churnProbability !== null).length,
    purchaseShare: values.filter((value) => value > 0).length / values.length,
    meanValue: values.reduce((sum, value) => sum + value, 0) / values.length,
    churnShare: churn?.share ?? NaN,
    level: fit.model.level,
    fit: fit.figures,
    value: rows,
    churn: churn?.rows ?? [],
    differences: [valueDifference, ...(churn === null ? [] : [churn.difference])],
  };
}

function fitBefore(
  pasts: readonly (readonly PurchaseLine[])[],
  { cut, horizonDays, seed }: ValueEvaluationOptions,
): { fit: ValueFit; cuts: readonly number[] } {
  let first = Infinity;
  for (const lines of pasts) for (const { at, isReturn } of lines) if (!isReturn) first = Math.min(first, at);
  const cuts = valueCuts(first, cut, horizonDays)?.fitted;
  if (cuts === undefined)
    throw new Error(
      `the orders before the cut span less than two horizons of ${horizonDays} days; choose a later --cut or a shorter --horizon`,
    );
  const examples = new ValueExamples(cuts, horizonDays);
  const random = seededRandom(seed);
  const share = MAX_FITTED_CUSTOMERS / Math.max(MAX_FITTED_CUSTOMERS, pasts.length);
  for (const lines of pasts) if (share === 1 || random() < share) examples.add(lines);
  const fit = fitValueModel(examples, { cuts, seed });
  if ('tooLittle' in fit) throw new Error(`value can't be fitted: ${fit.tooLittle}`);
  return { fit, cuts };
}

function testCustomers(
  customers: ReadonlyMap<string, readonly PurchaseLine[]>,
  cut: number,
  horizonDays: number,
): TestCustomers {
  const summaries: PurchaseSummary[] = [];
  const values: number[] = [];
  const hasOrder: boolean[] = [];
  for (const lines of customers.values()) {
    const summary = summarizePurchases(lines, cut);
    if (summary.orders.length === 0) continue;
    const label = valueLabel(lines, cut, horizonDays);
    summaries.push(summary);
    values.push(label.value);
    hasOrder.push(label.hasOrder);
  }
  return { summaries, values: Float64Array.from(values), hasOrder };
}

/** Net amount of the period before the cut that is as long as the horizon, at least 0. */
function lastPeriodValue({ asOf, orders, returns }: PurchaseSummary, horizonDays: number): number {
  const from = asOf - horizonDays * MS_PER_DAY;
  const sumSince = (totals: readonly { readonly at: number; readonly amount: number }[]): number =>
    totals.reduce((sum, { at, amount }) => (at >= from ? sum + amount : sum), 0);
  return Math.max(0, sumSince(orders) - sumSince(returns));
}

function intervalScores(predictions: readonly ValuePrediction[], values: Float64Array) {
  const covered = predictions.filter(({ low, high }, i) => values[i] >= low && values[i] <= high).length;
  const width = predictions.reduce((sum, { low, high }) => sum + high - low, 0);
  return { coverage: covered / predictions.length, meanWidth: width / predictions.length };
}

interface ChurnOptions extends ValueEvaluationOptions {
  readonly pasts: readonly (readonly PurchaseLine[])[];
  readonly cuts: readonly number[];
}

/**
 * Compares churn with recency ÷ own gap, whose logarithm becomes a probability by Platt scaling on the cuts of the fit,
 * and with the share of churn there.
 */
function evaluateChurn(predictions: readonly ValuePrediction[], test: TestCustomers, options: ChurnOptions) {
  const rows = Array.from(predictions.keys()).filter((i) => predictions[i].churnProbability !== null);
  if (rows.length === 0) return null;
  const labels = Uint8Array.from(rows, (i) => (test.hasOrder[i] ? 0 : 1));
  const [pastScores, pastLabels] = pastChurn(options);
  const { slope, intercept } = fitPlattScaling(pastScores, pastLabels, new Uint8Array(pastLabels.length).fill(1));
  const ratios = recencyByGap(test.summaries);
  const baseRate = pastLabels.reduce((sum, label) => sum + label, 0) / pastLabels.length;
  const models = new Map<string, Float64Array>([
    ['freshet', Float64Array.from(rows, (i) => predictions[i].churnProbability as number)],
    ['recency-by-gap', Float64Array.from(rows, (i) => 1 / (1 + Math.exp(-slope * Math.log1p(ratios[i]) - intercept)))],
    ['base-rate', new Float64Array(rows.length).fill(baseRate)],
  ]);
  const scores = Array.from(models, ([model, probabilities]): ChurnRow => {
    const { auc, brier } = probabilityScores(probabilities, labels);
    return { model, auc: Number.isFinite(auc) ? auc : null, brier };
  });
  const bestBaseline = scores.slice(1).reduce((best, row) => (row.brier < best.brier ? row : best));
  const losses = (model: string) => (models.get(model) as Float64Array).map((p, i) => (p - labels[i]) ** 2);
  return {
    rows: scores,
    share: labels.reduce((sum, label) => sum + label, 0) / labels.length,
    difference: lossDifference(
      { loss: 'Brier score of churn', baseline: bestBaseline.model },
      losses('freshet'),
      losses(bestBaseline.model),
      options.seed,
    ),
  };
}

/** Returns ln(1 + recency ÷ own gap) and the churn labels of recent buyers at the cuts of the fit. */
function pastChurn({ pasts, cuts, horizonDays }: ChurnOptions): [scores: Float64Array, labels: Uint8Array] {
  const scores: number[] = [];
  const labels: number[] = [];
  for (const cut of cuts) {
    const known = pasts
      .map((lines) => ({ lines, summary: summarizePurchases(lines, cut) }))
      .filter(({ summary }) => summary.orders.length > 0);
    const ratios = recencyByGap(known.map(({ summary }) => summary));
    known.forEach(({ lines, summary }, i) => {
      if (!isRecentBuyer(summary)) return;
      scores.push(Math.log1p(ratios[i]));
      labels.push(valueLabel(lines, cut, horizonDays).hasOrder ? 0 : 1);
    });
  }
  return [Float64Array.from(scores), Uint8Array.from(labels)];
}

function lossDifference(
  names: Pick<LossDifference, 'loss' | 'baseline'>,
  candidate: Float64Array,
  baseline: Float64Array,
  seed: number,
): LossDifference {
  // Each customer has one row, so every row is a cluster of its own.
  const { mean, low, high } = clusterBootstrap(
    candidate.map((loss, i) => loss - baseline[i]),
    { seed },
  );
  return { ...names, difference: mean, low, high };
}
