import { conformalThreshold } from '../../learn/conformal-interval';
import { fitLinear } from '../../learn/linear-regression';
import { fitLogistic, type LogisticFit } from '../../learn/logistic';
import { seededRandom } from '../../learn/seeded-random';
import { fitAmountWeights } from './amount-weights';
import { fitFeatureScaling, scaledDesign, scaleFeatures, type FeatureScaling } from './feature-scaling';
import { evaluate, logistic } from './predict-value';
import { residualDistributionOf } from './residual-distribution';
import type { ValueExamples } from './value-examples';
import { pastAmount, VALUE_FEATURES } from './value-features';
import { nonconformity } from './value-interval';
import type { IntervalThresholds, LinearPredictor, ValueModel } from './value-model';

/** Penalties of the coefficients of standardised features, on the sum of the losses. */
const PURCHASE_L2 = 10;
const AMOUNT_L2 = 100;
const TOLERANCE = 1e-8;
const FOLDS = 5;
const LEVEL = 0.8;
/** Each outcome must occur among at least this many customers. */
const MIN_CUSTOMERS = 50;
/** Logarithms of values below this are those of this. */
const MIN_LOG_VALUE = 0.01;
/** A predicted logarithm may exceed that of the largest value in the data by this. */
const MAX_LOG_EXCESS = Math.LN2;
const MAX_INTERVAL_GROUPS = 5;
const MIN_GROUP_SIZE = 50;

export interface ValueFit {
  readonly model: ValueModel;
  /** Numbers of examples and of their customers, and the shares of outcomes. */
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * Fits predicted value and churn on the examples of the given cuts. The hurdle model (Cragg, Econometrica 39(5), 1971)
 * is a logistic regression of whether the value is above 0, and a ridge regression of its logarithm where it is. The
 * amount of a buyer is the mean of two estimates with non-negative weights: the predicted logarithm with Duan's smearing
 * factor (Duan, Journal of the American Statistical Association 78(383), 1983), and the customer's past amount.
 *
 * The smearing factor, the weights and the intervals come from predictions of customers that are not in the fit: the
 * customers are divided into five folds (cross-conformal prediction: Vovk, Annals of Mathematics and Artificial
 * Intelligence 74, 2015). All examples of a customer are in the same fold.
 *
 * Cost: about eight Newton steps of examples × columns², and six least-squares fits of buyers × columns².
 * @param cuts newest first; the intervals are calibrated on the newest
 * @returns a reason if there are too few customers
 */
export function fitValueModel(
  examples: ValueExamples,
  { cuts, seed }: { readonly cuts: readonly number[]; readonly seed: number },
): ValueFit | { readonly tooLittle: string } {
  const rows = examples.rowsAt(cuts);
  const buyerRows = rows.filter((row) => examples.valueOf(row) > 0);
  const buyers = countCustomers(examples, buyerRows);
  const others = countCustomers(
    examples,
    rows.filter((row) => !(examples.valueOf(row) > 0)),
  );
  if (buyers < MIN_CUSTOMERS || others < MIN_CUSTOMERS)
    return {
      tooLittle: `${buyers} customers bought and ${others} customers did not buy within ${examples.horizonDays} days after a cut; at least ${MIN_CUSTOMERS} of each are needed`,
    };
  const scaling = fitFeatureScaling(examples.features, rows);
  const hurdle = fitHurdle(examples, scaling, rows);
  const held = predictHeldOut(examples, scaling, rows, hurdle, seed);

  const isBuyer = Array.from(rows, (row) => examples.valueOf(row) > 0);
  const residuals = Float64Array.from(
    Array.from(rows.keys())
      .filter((r) => isBuyer[r])
      .map((r) => logValue(examples, rows[r]) - held.logAmounts[r]),
  );
  const smearing = residuals.reduce((sum, residual) => sum + Math.exp(residual), 0) / residuals.length;
  const amountWeights = fitAmountWeights(
    held.probabilities.map((p, r) => p * smearing * Math.exp(held.logAmounts[r])),
    held.probabilities.map((p, r) => p * pastAmount(featuresOf(examples, rows[r]), examples.horizonDays)),
    Float64Array.from(rows, (row) => examples.valueOf(row)),
  );
  const distribution = { residuals: residualDistributionOf(residuals) };
  const newest = Array.from(rows.keys()).filter((r) => examples.cutOf(rows[r]) === cuts[0]);
  const scored = newest.map((r) => ({
    p: held.probabilities[r],
    score: nonconformity(distribution, held.probabilities[r], held.logAmounts[r], examples.valueOf(rows[r])),
  }));
  const { churn, churnShare } = fitChurn(examples, scaling, rows);
  return {
    model: {
      horizonDays: examples.horizonDays,
      level: LEVEL,
      scaling,
      purchase: predictorOf(hurdle.purchase),
      logAmount: hurdle.logAmount,
      maxLogAmount: maxLogValue(examples, buyerRows) + MAX_LOG_EXCESS,
      smearing,
      amountWeights,
      ...distribution,
      intervals: calibrateIntervals(scored),
      churn,
    },
    figures: {
      cuts: cuts.length,
      examples: rows.length,
      customers: countCustomers(examples, rows),
      purchaseShare: buyerRows.length / rows.length,
      churnShare,
      smearing,
      smearedWeight: amountWeights.smeared,
      pastWeight: amountWeights.past,
    },
  };
}

interface Hurdle {
  readonly purchase: LogisticFit;
  readonly logAmount: LinearPredictor;
}

function fitHurdle(examples: ValueExamples, scaling: FeatureScaling, rows: Int32Array, start?: LogisticFit): Hurdle {
  const buyerRows = rows.filter((row) => examples.valueOf(row) > 0);
  return {
    purchase: fitLogistic({
      design: scaledDesign(scaling, examples.features, rows),
      labels: Uint8Array.from(rows, (row) => (examples.valueOf(row) > 0 ? 1 : 0)),
      weights: new Uint8Array(rows.length).fill(1),
      l2: PURCHASE_L2,
      tolerance: TOLERANCE,
      start,
    }),
    logAmount: fitLinear({
      design: scaledDesign(scaling, examples.features, buyerRows),
      targets: Float64Array.from(buyerRows, (row) => logValue(examples, row)),
      l2: AMOUNT_L2,
    }),
  };
}

/** Predicts each row with a hurdle model that was fitted on the customers of the other folds. */
function predictHeldOut(
  examples: ValueExamples,
  scaling: FeatureScaling,
  rows: Int32Array,
  { purchase: start }: Hurdle,
  seed: number,
): { readonly probabilities: Float64Array; readonly logAmounts: Float64Array } {
  const random = seededRandom(seed);
  const foldOfCustomer = Uint8Array.from({ length: examples.customers }, () => Math.floor(random() * FOLDS));
  const foldOf = (row: number): number => foldOfCustomer[examples.customerOf(row)];
  const probabilities = new Float64Array(rows.length);
  const logAmounts = new Float64Array(rows.length);
  const scaled = new Float64Array(VALUE_FEATURES.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const otherRows = rows.filter((row) => foldOf(row) !== fold);
    const { purchase, logAmount } = fitHurdle(examples, scaling, otherRows, start);
    rows.forEach((row, r) => {
      if (foldOf(row) !== fold) return;
      scaleFeatures(scaling, examples.features, row * VALUE_FEATURES.length, scaled);
      probabilities[r] = logistic(evaluate(purchase, scaled));
      logAmounts[r] = evaluate(logAmount, scaled);
    });
  }
  return { probabilities, logAmounts };
}

/**
 * Computes a threshold for each group of customers with a similar purchase probability, so that the intervals of each
 * group have the coverage (Mondrian conformal prediction: Vovk, Gammerman & Shafer, Algorithmic Learning in a Random
 * World, 2005, §4.5).
 */
function calibrateIntervals(scored: readonly { readonly p: number; readonly score: number }[]): IntervalThresholds {
  const sorted = [...scored].sort((a, b) => a.p - b.p);
  const groupCount = Math.max(1, Math.min(MAX_INTERVAL_GROUPS, Math.floor(sorted.length / MIN_GROUP_SIZE)));
  const edges = Float64Array.from(
    { length: groupCount - 1 },
    (_, group) => sorted[Math.ceil(((group + 1) * sorted.length) / groupCount) - 1].p,
  );
  const groupOf = (p: number): number => edges.filter((edge) => p > edge).length;
  const thresholds = Float64Array.from({ length: groupCount }, (_, group) => {
    const scores = sorted.filter(({ p }) => groupOf(p) === group).map(({ score }) => score);
    return scores.length > 0 ? conformalThreshold(scores, LEVEL) : LEVEL;
  });
  return { edges, thresholds };
}

function fitChurn(examples: ValueExamples, scaling: FeatureScaling, rows: Int32Array) {
  const recent = rows.filter((row) => examples.isRecentBuyer(row));
  const gone = recent.filter((row) => !examples.hasOrder(row));
  const stayed = recent.filter((row) => examples.hasOrder(row));
  const churnShare = recent.length > 0 ? gone.length / recent.length : 0;
  if (countCustomers(examples, gone) < MIN_CUSTOMERS || countCustomers(examples, stayed) < MIN_CUSTOMERS)
    return { churn: null, churnShare };
  const churn = fitLogistic({
    design: scaledDesign(scaling, examples.features, recent),
    labels: Uint8Array.from(recent, (row) => (examples.hasOrder(row) ? 0 : 1)),
    weights: new Uint8Array(recent.length).fill(1),
    l2: PURCHASE_L2,
    tolerance: TOLERANCE,
  });
  return { churn: predictorOf(churn), churnShare };
}

function predictorOf({ intercept, coefficients }: LogisticFit): LinearPredictor {
  return { intercept, coefficients };
}

function countCustomers(examples: ValueExamples, rows: Int32Array): number {
  return new Set(Array.from(rows, (row) => examples.customerOf(row))).size;
}

function logValue(examples: ValueExamples, row: number): number {
  return Math.log(Math.max(MIN_LOG_VALUE, examples.valueOf(row)));
}

function maxLogValue(examples: ValueExamples, rows: Int32Array): number {
  return rows.reduce((max, row) => Math.max(max, logValue(examples, row)), -Infinity);
}

function featuresOf(examples: ValueExamples, row: number): Float64Array {
  return examples.features.subarray(row * VALUE_FEATURES.length, (row + 1) * VALUE_FEATURES.length);
}
