import { logLoss } from '../../learn/log-loss';
import type { GateEvidence, GateMeasure } from '../../models/gate-evidence';
import { predictFromFeatures } from './predict-value';
import type { ValueExamples } from './value-examples';
import { pastAmount, VALUE_FEATURES } from './value-features';
import type { ValueModel } from './value-model';

/** Models are compared on at most this many customers. */
const MAX_COMPARED = 20_000;

export interface EvidenceOptions {
  /** The held-out cut: the newest one. The candidate was fitted on cuts whose labels end before it. */
  readonly cut: number;
  /** Cuts that the candidate was fitted on. The baseline comes from them, too. */
  readonly fittedCuts: readonly number[];
  readonly candidate: ValueModel;
  /** Null if no version is active. */
  readonly incumbent: ValueModel | null;
  /** The best version so far; null if it is the incumbent or is not stored. */
  readonly best: ValueModel | null;
  /** Returns a time in ms. */
  readonly clock: () => number;
}

/** Losses of one model, one for each customer; churn losses for recent buyers only. */
interface Losses {
  readonly squaredError: Float64Array;
  readonly purchaseLogLoss: Float64Array;
  readonly intervalScore: Float64Array;
  /** Null if the model has no churn. */
  readonly churnLogLoss: Float64Array | null;
  readonly finite: boolean;
  readonly ms: number;
}

/**
 * Returns the losses of the candidate and its rivals on the held-out cut, one for each customer. Each customer has one
 * example there, so the units are independent. Apart from the squared error, each is a proper score: log-loss of purchase and
 * churn, and the interval score (Gneiting & Raftery, Journal of the American Statistical Association 102(477), 2007,
 * §6.2). The baseline predicts the customer's past amount, the shares of purchase and churn of the fitted cuts, and one
 * interval for all customers. If there are many customers, every n-th is compared: the bootstrap of more takes longer
 * than the fit.
 */
export function valueEvidence(examples: ValueExamples, options: EvidenceOptions): GateEvidence {
  const { cut, fittedCuts, candidate, incumbent, best, clock } = options;
  const rows = sampleOf(examples.rowsAt([cut]));
  const own = lossesOf(candidate, examples, rows, clock);
  const active = incumbent && lossesOf(incumbent, examples, rows, clock);
  const previous = best && lossesOf(best, examples, rows, clock);
  const baseline = baselineLosses(examples, rows, examples.rowsAt(fittedCuts), candidate.level);
  const measure = (name: string, loss: 'squaredError' | 'purchaseLogLoss' | 'intervalScore'): GateMeasure => ({
    name,
    isLoss: true,
    candidate: own[loss],
    incumbent: active?.[loss] ?? null,
    best: previous?.[loss] ?? null,
    baseline: baseline[loss],
  });
  const measures = [
    measure('squared error', 'squaredError'),
    measure('purchase log-loss', 'purchaseLogLoss'),
    measure('interval score', 'intervalScore'),
  ];
  if (own.churnLogLoss !== null)
    measures.push({
      name: 'churn log-loss',
      isLoss: true,
      candidate: own.churnLogLoss,
      incumbent: active?.churnLogLoss ?? null,
      best: previous?.churnLogLoss ?? null,
      baseline: baseline.churnLogLoss,
    });
  return {
    unit: 'customer',
    measures,
    baselineName: 'past amounts and shares',
    finite: own.finite,
    time: { candidateMs: own.ms, incumbentMs: active?.ms ?? null },
  };
}

/** Returns why a model must not replace the active one, even if its losses are lower. */
export function lostPredictions(candidate: ValueModel, active: ValueModel | null): readonly string[] {
  return candidate.churn === null && active !== null && active.churn !== null
    ? [
        'it has no churn, because too few customers stayed or left; the active version has it; promoteModel makes this one active all the same',
      ]
    : [];
}

function sampleOf(rows: Int32Array): Int32Array {
  const step = Math.ceil(rows.length / MAX_COMPARED);
  return rows.filter((_, place) => place % step === 0);
}

function lossesOf(model: ValueModel, examples: ValueExamples, rows: Int32Array, clock: () => number): Losses {
  const started = clock();
  const predictions = Array.from(rows, (row) =>
    predictFromFeatures(model, examples.features, row * VALUE_FEATURES.length, examples.isRecentBuyer(row)),
  );
  const ms = (clock() - started) / Math.max(1, rows.length);
  const values = Float64Array.from(rows, (row) => examples.valueOf(row));
  const lossFor = (loss: (prediction: (typeof predictions)[number], value: number) => number) =>
    values.map((value, r) => loss(predictions[r], value));
  const recent = Array.from(rows.keys()).filter((r) => examples.isRecentBuyer(rows[r]));
  return {
    squaredError: lossFor(({ expectedAmount }, value) => (expectedAmount - value) ** 2),
    purchaseLogLoss: lossFor(({ purchaseProbability }, value) => logLoss(purchaseProbability, value > 0)),
    intervalScore: lossFor(({ low, high }, value) => intervalScore(low, high, value, model.level)),
    churnLogLoss:
      model.churn === null
        ? null
        : Float64Array.from(recent, (r) =>
            logLoss(predictions[r].churnProbability as number, !examples.hasOrder(rows[r])),
          ),
    finite: predictions.every(({ expectedAmount, low, high, purchaseProbability, churnProbability }) =>
      Number.isFinite(expectedAmount + low + high + purchaseProbability + (churnProbability ?? 0)),
    ),
    ms,
  };
}

function baselineLosses(examples: ValueExamples, rows: Int32Array, fittedRows: Int32Array, level: number) {
  const shareOf = (some: Int32Array, holds: (row: number) => boolean) =>
    some.length > 0 ? some.filter(holds).length / some.length : 0;
  const purchaseShare = shareOf(fittedRows, (row) => examples.valueOf(row) > 0);
  const churnShare = shareOf(
    fittedRows.filter((row) => examples.isRecentBuyer(row)),
    (row) => !examples.hasOrder(row),
  );
  const pastValues = Float64Array.from(fittedRows, (row) => examples.valueOf(row)).sort();
  const high = pastValues[Math.min(pastValues.length - 1, Math.ceil(level * pastValues.length))];
  const values = Float64Array.from(rows, (row) => examples.valueOf(row));
  return {
    squaredError: values.map(
      (value, r) => (pastAmount(examples.featuresOf(rows[r]), examples.horizonDays) - value) ** 2,
    ),
    purchaseLogLoss: values.map((value) => logLoss(purchaseShare, value > 0)),
    intervalScore: values.map((value) => intervalScore(0, high, value, level)),
    churnLogLoss: Float64Array.from(
      rows.filter((row) => examples.isRecentBuyer(row)),
      (row) => logLoss(churnShare, !examples.hasOrder(row)),
    ),
  };
}

/** Width of the interval, plus 2 / (1 − level) times the distance of a value outside of it. */
function intervalScore(low: number, high: number, value: number, level: number): number {
  const outside = Math.max(0, low - value) + Math.max(0, value - high);
  return high - low + (2 / (1 - level)) * outside;
}
