import type { CalibrationSummary } from '../learn/calibration';
import { seededRandom } from '../learn/seeded-random';

/**
 * One quality measure, such as NDCG, on the held-out time: the newest part of the data, which the evaluated models were
 * not fitted on. Each array has one value for each evaluated list of products. All arrays have the same lists in the
 * same order. Higher is better.
 */
export interface GateMeasure {
  readonly name: string;
  readonly candidate: Float64Array;
  /** Null if no version is active, or if the active version can't be scored. */
  readonly incumbent: Float64Array | null;
  /** Values of the best version so far; null if it is the active version, or can't be scored. */
  readonly best: Float64Array | null;
  /**
   * Values of a baseline ranking that needs no fit. The baseline is popularity, unless `baselineName` names another.
   */
  readonly popularity: Float64Array;
}

/** Evaluation results of a candidate that was fitted on the data before the held-out time. */
export interface GateEvidence {
  readonly measures: readonly GateMeasure[];
  /** Name of the baseline in messages. Default: popularity. */
  readonly baselineName?: string;
  /** Whether every score was a finite number. */
  readonly finite: boolean;
  /** Share of the products that are among the first ten of at least one evaluated list. */
  readonly coverage: number;
  readonly incumbentCoverage: number | null;
  /** Calibration of the predicted probabilities that a listed product is purchased or clicked. */
  readonly chances: CalibrationSummary;
  /** Time to score one list. */
  readonly listMs: number;
  readonly incumbentListMs: number | null;
}

export interface Verdict {
  readonly passed: boolean;
  /** Whether the candidate is the best version so far: in every measure at least as good as the previous best. */
  readonly best: boolean;
  /** Why the candidate is refused; empty if it passed. */
  readonly reasons: readonly string[];
  /** Findings for the operator that do not cause a refusal. */
  readonly warnings: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

const RESAMPLES = 2_000;
/** A candidate is refused if, by the bootstrap, it is worse with at least this probability. */
const MIN_WORSE_PROBABILITY = 0.95;
/**
 * Minimum coverage, as a multiple of the incumbent's. A model that always ranks the same few products first is useless.
 */
const MIN_RELATIVE_COVERAGE = 0.5;
/** Minimum coverage if there is no incumbent. */
const MIN_FIRST_COVERAGE = 0.01;
/**
 * Maximum calibration error, as a share of the observed base rate. The error (`shapeError`) does not include the drift
 * of the base rate; see {@link evaluateGate}.
 */
const MAX_SHAPE_ERROR = 0.5;
/**
 * If the predicted base rate differs from the observed one by more than this share of the observed one, the operator is
 * warned.
 */
const MAX_BASE_RATE_DRIFT = 0.5;
/** Maximum scoring time, as a multiple of the incumbent's. */
const MAX_SLOWDOWN = 2;
/** A scoring time up to this, in ms, always passes. */
const ALLOWED_LIST_MS = 0.5;

/**
 * Decides whether a candidate may replace the incumbent (the active version). It must not be worse on held-out time,
 * as judged by a paired bootstrap over lists (Efron 1979; for ranked lists Sakai, SIGIR 2006). Its scores must be
 * finite. Its lists must cover at least half as many products as the incumbent's. Its probabilities must be
 * calibrated. Its scoring may take at most twice as long. If no version is active, the candidate must be better than
 * the baseline.
 *
 * The base rate is the share of listed products that are purchased or clicked. Its drift causes only a warning: it
 * shifts all probabilities alike, so it does not change the order of products. It affects the incumbent, too, and the
 * next fit learns it.
 *
 * The candidate must also not be worse than the best version so far. Otherwise small losses that are not statistically
 * significant would accumulate from version to version.
 */
export function evaluateGate(evidence: GateEvidence, seed: number): Verdict {
  const reasons: string[] = [];
  const warnings: string[] = [];
  const { shapeError, predictedShare, observedShare } = evidence.chances;
  const figures: Record<string, number> = {
    coverage: evidence.coverage,
    calibrationError: shapeError,
    predictedShare,
    purchaseShare: observedShare,
    listMs: evidence.listMs,
  };
  if (!evidence.finite) reasons.push('a score is not a finite number');
  const measures = evidence.measures.filter(({ candidate }) => candidate.length > 0);
  if (measures.length === 0) reasons.push('there is no list on held-out time to evaluate it on');
  let best = true;
  const { baselineName: baseline = 'popularity' } = evidence;
  const rivals = { incumbent: 'the active version', best: 'the best version so far', popularity: baseline } as const;
  for (const measure of measures) {
    const { name, candidate } = measure;
    const candidateMean = mean(candidate);
    figures[name] = candidateMean;
    for (const rival of ['incumbent', 'best', 'popularity'] as const) {
      const rivalValues = measure[rival];
      if (rivalValues === null) continue;
      const rivalMean = mean(rivalValues);
      figures[`${name} ${rival === 'popularity' ? baseline : rival}`] = rivalMean;
      const worseProbability = rival === 'popularity' ? null : probabilityWorse(candidate, rivalValues, seed);
      if (rival === 'incumbent') figures[`${name} worse with probability`] = worseProbability as number;
      if (rival === 'best') figures[`${name} worse than the best with probability`] = worseProbability as number;
      const fails =
        worseProbability === null
          ? measure.incumbent === null && !(candidateMean > rivalMean)
          : worseProbability >= MIN_WORSE_PROBABILITY;
      if (fails)
        reasons.push(
          `${name} ${candidateMean.toFixed(4)} against ${rivalMean.toFixed(4)} of ${rivals[rival]} on held-out time`,
        );
    }
    const previousBest = measure.best ?? measure.incumbent;
    best &&= previousBest === null || candidateMean >= mean(previousBest);
  }
  const minCoverage =
    evidence.incumbentCoverage === null ? MIN_FIRST_COVERAGE : MIN_RELATIVE_COVERAGE * evidence.incumbentCoverage;
  if (!(evidence.coverage >= minCoverage))
    reasons.push(`its lists cover ${percent(evidence.coverage)} of the catalogue, less than ${percent(minCoverage)}`);
  const relativeError = shapeError / observedShare;
  if (!(relativeError <= MAX_SHAPE_ERROR))
    reasons.push(
      `its probabilities are off by ${percent(relativeError)} of the observed rate, more than ${percent(MAX_SHAPE_ERROR)}`,
    );
  if (Math.abs(predictedShare / observedShare - 1) > MAX_BASE_RATE_DRIFT)
    warnings.push(
      `the base rate has drifted: ${percent(predictedShare)} of its candidates were expected to be chosen, ${percent(observedShare)} were`,
    );
  const maxListMs = Math.max(ALLOWED_LIST_MS, MAX_SLOWDOWN * (evidence.incumbentListMs ?? Infinity));
  if (!(evidence.listMs <= maxListMs))
    reasons.push(`a list takes ${evidence.listMs.toFixed(2)} ms, more than ${maxListMs.toFixed(2)} ms`);
  const finiteFigures = Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));
  return { passed: reasons.length === 0, best, reasons, warnings, figures: finiteFigures };
}

/** Returns the share of bootstrap resamples of the lists in which the candidate's mean is lower than the rival's. */
function probabilityWorse(candidate: Float64Array, rival: Float64Array, seed: number): number {
  const random = seededRandom(seed);
  const n = candidate.length;
  const differences = candidate.map((value, list) => value - rival[list]!);
  let worseCount = 0;
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += differences[Math.floor(random() * n)]!;
    if (sum < 0) worseCount++;
  }
  return worseCount / RESAMPLES;
}

function mean(values: Float64Array): number {
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
