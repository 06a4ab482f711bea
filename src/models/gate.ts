import { clusterBootstrap } from '../learn/cluster-bootstrap';
import type { CalibrationSummary } from '../learn/calibration';
import type { GateEvidence, GateMeasure } from './gate-evidence';

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

/**
 * The comparisons with one rival (the incumbent, or the best version so far) refuse a candidate that is as good with at
 * most this probability. It is divided by the number of measures (Bonferroni correction): otherwise, each further
 * measure would add chances of a wrong refusal.
 */
const MAX_FALSE_REFUSALS = 0.05;
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
const ALLOWED_MS = 0.5;

/** What a check finds. */
interface Findings {
  readonly reasons: string[];
  readonly warnings: string[];
  readonly figures: Record<string, number>;
}

interface MeasureCheck {
  readonly baselineName: string;
  /** The candidate is refused if, by the bootstrap, it is worse with at least this probability. */
  readonly minWorseProbability: number;
  readonly seed: number;
  readonly findings: Findings;
}

/**
 * Decides whether a candidate may replace the incumbent (the active version). It must not be worse on held-out time in
 * any measure, as judged by a paired bootstrap over units, clustered where units are not independent (see
 * {@link clusterBootstrap}; for ranked lists Sakai, SIGIR 2006). Its scores must be finite, and its scoring may take at
 * most twice as long. If no version is active, the candidate must be better than the baseline.
 *
 * Lists must cover at least half as many products as the incumbent's. Probabilities must be calibrated. The base rate is
 * the share of listed products that are purchased or clicked. Its drift causes only a warning: it shifts all
 * probabilities alike, so it does not change the order of products. It affects the incumbent, too, and the next fit
 * learns it.
 *
 * The candidate must also not be worse than the best version so far. Otherwise small losses that are not statistically
 * significant would accumulate from version to version.
 */
export function evaluateGate(evidence: GateEvidence, seed: number): Verdict {
  const findings: Findings = { reasons: [], warnings: [], figures: {} };
  const { reasons, warnings, figures } = findings;
  reasons.push(...(evidence.faults ?? []));
  if (!evidence.finite) reasons.push('a score is not a finite number');
  const measures = evidence.measures.filter(({ candidate }) => candidate.length > 0);
  if (measures.length === 0) reasons.push(`there is no ${evidence.unit} on held-out time to evaluate it on`);
  const minWorseProbability = 1 - MAX_FALSE_REFUSALS / measures.length;
  const isBest = measures.map((measure) =>
    checkMeasure(measure, { baselineName: evidence.baselineName, minWorseProbability, seed, findings }),
  );
  if (evidence.coverage !== undefined) checkCoverage(evidence.coverage, findings);
  if (evidence.chances !== undefined) checkCalibration(evidence.chances, findings);
  checkTime(evidence.time, evidence.unit, findings);
  const finiteFigures = Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));
  return { passed: reasons.length === 0, best: isBest.every(Boolean), reasons, warnings, figures: finiteFigures };
}

/**
 * Compares the candidate with the incumbent, the best version so far and the baseline.
 * @returns whether the candidate is at least as good as the best version so far
 */
function checkMeasure(measure: GateMeasure, { baselineName, minWorseProbability, seed, findings }: MeasureCheck) {
  const { reasons, figures } = findings;
  const { name, candidate, incumbent, best, baseline, isLoss = false } = measure;
  const isBetter = (value: number, than: number) => (isLoss ? value < than : value > than);
  const candidateMean = mean(candidate);
  figures[name] = candidateMean;
  const refuse = (rivalMean: number, rival: string) =>
    reasons.push(`${name} ${candidateMean.toFixed(4)} against ${rivalMean.toFixed(4)} of ${rival} on held-out time`);
  if (incumbent !== null) {
    const { negativeShare } = gainOver(incumbent, measure, seed);
    figures[`${name} incumbent`] = mean(incumbent);
    figures[`${name} worse with probability`] = negativeShare;
    if (negativeShare >= minWorseProbability) refuse(mean(incumbent), 'the active version');
  }
  if (best !== null) {
    const { negativeShare } = gainOver(best, measure, seed);
    figures[`${name} best`] = mean(best);
    figures[`${name} worse than the best with probability`] = negativeShare;
    if (negativeShare >= minWorseProbability) refuse(mean(best), 'the best version so far');
  }
  const baselineMean = mean(baseline);
  const { low, high } = gainOver(baseline, measure, seed);
  figures[`${name} ${baselineName}`] = baselineMean;
  figures[`${name} gain over ${baselineName}, low`] = low;
  figures[`${name} gain over ${baselineName}, high`] = high;
  if (incumbent === null && !isBetter(candidateMean, baselineMean)) refuse(baselineMean, baselineName);
  const previousBest = best ?? incumbent;
  return previousBest === null || !isBetter(mean(previousBest), candidateMean);
}

/** Bootstraps the mean gain of the candidate over a rival. A gain is positive if the candidate is better. */
function gainOver(rival: Float64Array, { candidate, isLoss = false, clusters = null }: GateMeasure, seed: number) {
  const sign = isLoss ? -1 : 1;
  return clusterBootstrap(
    candidate.map((value, unit) => sign * (value - rival[unit]!)),
    { seed, clusters },
  );
}

function checkCoverage(coverage: NonNullable<GateEvidence['coverage']>, { reasons, figures }: Findings): void {
  figures.coverage = coverage.candidate;
  const minCoverage = coverage.incumbent === null ? MIN_FIRST_COVERAGE : MIN_RELATIVE_COVERAGE * coverage.incumbent;
  if (!(coverage.candidate >= minCoverage))
    reasons.push(`its lists cover ${percent(coverage.candidate)} of the catalogue, less than ${percent(minCoverage)}`);
}

function checkCalibration(chances: CalibrationSummary, { reasons, warnings, figures }: Findings): void {
  const { shapeError, predictedShare, observedShare } = chances;
  figures.calibrationError = shapeError;
  figures.predictedShare = predictedShare;
  figures.purchaseShare = observedShare;
  const relativeError = shapeError / observedShare;
  if (!(relativeError <= MAX_SHAPE_ERROR))
    reasons.push(
      `its probabilities are off by ${percent(relativeError)} of the observed rate, more than ${percent(MAX_SHAPE_ERROR)}`,
    );
  if (Math.abs(predictedShare / observedShare - 1) > MAX_BASE_RATE_DRIFT)
    warnings.push(
      `the base rate has drifted: ${percent(predictedShare)} of its candidates were expected to be chosen, ${percent(observedShare)} were`,
    );
}

function checkTime({ candidateMs, incumbentMs }: GateEvidence['time'], unit: string, { reasons, figures }: Findings) {
  figures[`${unit}Ms`] = candidateMs;
  const maxMs = Math.max(ALLOWED_MS, MAX_SLOWDOWN * (incumbentMs ?? Infinity));
  if (!(candidateMs <= maxMs))
    reasons.push(`one ${unit} takes ${candidateMs.toFixed(2)} ms, more than ${maxMs.toFixed(2)} ms`);
}

function mean(values: Float64Array): number {
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
