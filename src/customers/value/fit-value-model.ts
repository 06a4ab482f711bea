import { conformalThreshold } from '../../learn/conformal-interval';
import { fitLinear } from '../../learn/linear-regression';
import { fitLogistic, type LogisticFit } from '../../learn/logistic';
import { seededRandom } from '../../learn/seeded-random';
import { fitAmountWeights } from './amount-weights';
import { fitFeatureScaling, ScaledRows } from './feature-scaling';
import { evaluate, logistic } from './predict-value';
import { residualDistributionOf } from './residual-distribution';
import type { ValueExamples } from './value-examples';
import { pastAmount } from './value-features';
import { nonconformity } from './value-interval';
import type { IntervalThresholds, LinearPredictor, ValueModel } from './value-model';

/** Penalties of the coefficients of standardised features, on the sum of the losses. */
const LOGISTIC_L2 = 10;
const AMOUNT_L2 = 100;
const TOLERANCE = 1e-8;
const FOLDS = 5;
/** Larger fits use all examples of a random part of the customers: more examples hardly change 26 coefficients. */
const MAX_EXAMPLES = 200_000;
const LEVEL = 0.8;
/** Each outcome must occur among at least this many customers. */
const MIN_CUSTOMERS = 50;
/** Logarithms of values below this are those of this. */
const MIN_LOG_VALUE = 0.01;
/** A predicted logarithm may exceed that of the tenth largest value in the data by this. */
const MAX_LOG_EXCESS = Math.LN2;
const LARGE_VALUES = 10;
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
 * Cost: some 30 Newton steps of examples × columns², and six least-squares fits of buyers × columns², of at most
 * {@link MAX_EXAMPLES} examples.
 * @param cuts newest first; the intervals are calibrated on the newest
 * @returns a reason if there are too few customers
 */
export function fitValueModel(
  examples: ValueExamples,
  { cuts, seed }: { readonly cuts: readonly number[]; readonly seed: number },
): ValueFit | { readonly tooLittle: string } {
  const random = seededRandom(seed);
  const rows = sampleCustomers(examples, examples.rowsAt(cuts), random);
  const values = Float64Array.from(rows, (row) => examples.valueOf(row));
  const places = Int32Array.from(rows.keys());
  const customersOf = (some: Int32Array): number =>
    new Set(Array.from(some, (place) => examples.customerOf(rows[place]))).size;
  const buyers = customersOf(places.filter((place) => values[place] > 0));
  const others = customersOf(places.filter((place) => !(values[place] > 0)));
  if (buyers < MIN_CUSTOMERS || others < MIN_CUSTOMERS)
    return {
      tooLittle: `${buyers} customers bought and ${others} customers did not buy within ${examples.horizonDays} days after a cut; at least ${MIN_CUSTOMERS} of each are needed`,
    };
  const scaling = fitFeatureScaling(examples.features, rows);
  const scaled = new ScaledRows(scaling, examples.features, rows);
  const hurdle = fitHurdle(scaled, values, places);
  const held = predictHeldOut(scaled, values, foldsOf(examples, rows, random), hurdle);

  const residuals = Float64Array.from(
    places.filter((place) => values[place] > 0),
    (place) => logValue(values[place]) - held.logAmounts[place],
  );
  const smearing = residuals.reduce((sum, residual) => sum + Math.exp(residual), 0) / residuals.length;
  const amountWeights = fitAmountWeights(
    held.probabilities.map((p, place) => p * smearing * Math.exp(held.logAmounts[place])),
    held.probabilities.map((p, place) => p * pastAmount(examples.featuresOf(rows[place]), examples.horizonDays)),
    values,
  );
  const distribution = { residuals: residualDistributionOf(residuals) };
  const newest = Array.from(places.filter((place) => examples.cutOf(rows[place]) === cuts[0]));
  const scored = newest.map((place) => ({
    p: held.probabilities[place],
    score: nonconformity(distribution, held.probabilities[place], held.logAmounts[place], values[place]),
  }));
  const recent = places.filter((place) => examples.isRecentBuyer(rows[place]));
  const gone = recent.filter((place) => !examples.hasOrder(rows[place]));
  const stayed = recent.filter((place) => examples.hasOrder(rows[place]));
  const canFitChurn = customersOf(gone) >= MIN_CUSTOMERS && customersOf(stayed) >= MIN_CUSTOMERS;
  return {
    model: {
      horizonDays: examples.horizonDays,
      level: LEVEL,
      scaling,
      purchase: predictorOf(hurdle.purchase),
      logAmount: hurdle.logAmount,
      maxLogAmount: logValue(values.toSorted().at(-LARGE_VALUES)!) + MAX_LOG_EXCESS,
      smearing,
      amountWeights,
      ...distribution,
      intervals: calibrateIntervals(scored),
      churn: canFitChurn ? predictorOf(fitLabels(scaled, recent, (place) => !examples.hasOrder(rows[place]))) : null,
    },
    figures: {
      cuts: cuts.length,
      examples: rows.length,
      customers: customersOf(places),
      purchaseShare: places.filter((place) => values[place] > 0).length / places.length,
      churnShare: recent.length > 0 ? gone.length / recent.length : 0,
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

/** Fits both parts of the hurdle model on some of the rows, by their places. */
function fitHurdle(scaled: ScaledRows, values: Float64Array, places: Int32Array, start?: LogisticFit): Hurdle {
  const buyers = places.filter((place) => values[place] > 0);
  return {
    purchase: fitLabels(scaled, places, (place) => values[place] > 0, start),
    logAmount: fitLinear({
      design: scaled.select(buyers),
      targets: Float64Array.from(buyers, (place) => logValue(values[place])),
      l2: AMOUNT_L2,
    }),
  };
}

function fitLabels(
  scaled: ScaledRows,
  places: Int32Array,
  holds: (place: number) => boolean,
  start?: LogisticFit,
): LogisticFit {
  return fitLogistic({
    design: scaled.select(places),
    labels: Uint8Array.from(places, (place) => (holds(place) ? 1 : 0)),
    weights: new Uint8Array(places.length).fill(1),
    l2: LOGISTIC_L2,
    tolerance: TOLERANCE,
    start,
  });
}

/** Returns all rows, or those of a random part of the customers if there are too many rows. */
function sampleCustomers(examples: ValueExamples, rows: Int32Array, random: () => number): Int32Array {
  if (rows.length <= MAX_EXAMPLES) return rows;
  const share = MAX_EXAMPLES / rows.length;
  const isDrawn = Array.from({ length: examples.customers }, () => random() < share);
  return rows.filter((row) => isDrawn[examples.customerOf(row)]);
}

/** Returns the fold of each row. All rows of a customer are in the same fold. */
function foldsOf(examples: ValueExamples, rows: Int32Array, random: () => number): Uint8Array {
  const foldOfCustomer = Uint8Array.from({ length: examples.customers }, () => Math.floor(random() * FOLDS));
  return Uint8Array.from(rows, (row) => foldOfCustomer[examples.customerOf(row)]);
}

/** Predicts each row with a hurdle model that was fitted on the other folds. */
function predictHeldOut(
  scaled: ScaledRows,
  values: Float64Array,
  folds: Uint8Array,
  { purchase: start }: Hurdle,
): { readonly probabilities: Float64Array; readonly logAmounts: Float64Array } {
  const probabilities = new Float64Array(folds.length);
  const logAmounts = new Float64Array(folds.length);
  const places = Int32Array.from(folds.keys());
  const cells = new Float64Array(scaled.columns);
  for (let fold = 0; fold < FOLDS; fold++) {
    const others = places.filter((place) => folds[place] !== fold);
    const { purchase, logAmount } = fitHurdle(scaled, values, others, start);
    for (const place of places) {
      if (folds[place] !== fold) continue;
      scaled.readRow(place, cells);
      probabilities[place] = logistic(evaluate(purchase, cells));
      logAmounts[place] = evaluate(logAmount, cells);
    }
  }
  return { probabilities, logAmounts };
}

function predictorOf({ intercept, coefficients }: LogisticFit): LinearPredictor {
  return { intercept, coefficients };
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

function logValue(value: number): number {
  return Math.log(Math.max(MIN_LOG_VALUE, value));
}
