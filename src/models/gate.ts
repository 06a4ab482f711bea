import type { ChanceFigures } from '../learn/calibration';
import { seededRandom } from '../learn/seeded-random';

/** One measure on held-out time, list by list, the same lists in the same order; higher is better. */
export interface Measure {
  readonly name: string;
  readonly candidate: Float64Array;
  /** Null where no version is active, or the active one can't be scored. */
  readonly incumbent: Float64Array | null;
  /** Of the best version so far; null where that is the active one, or it can't be scored. */
  readonly best: Float64Array | null;
  /** What ranking by what needs no fit would have been worth: by popularity, where the evidence does not say otherwise. */
  readonly popularity: Float64Array;
}

/** What is known of a candidate that was fitted on what came before the held-out time. */
export interface Evidence {
  readonly measures: readonly Measure[];
  /** What needs no fit, as messages name it. Default: popularity. */
  readonly yardstick?: string;
  /** Whether every score was a finite number. */
  readonly finite: boolean;
  /** Share of the catalogue that is in the first ten of any list. */
  readonly coverage: number;
  readonly incumbentCoverage: number | null;
  /** Of all candidates that they are purchased, or clicked. */
  readonly chances: ChanceFigures;
  /** Scoring one list, ms. */
  readonly listMs: number;
  readonly incumbentListMs: number | null;
}

export interface Verdict {
  readonly passed: boolean;
  /** Whether it is the best version so far: in no measure lower than the one that was. */
  readonly best: boolean;
  /** What speaks against it; empty when it passed. */
  readonly reasons: readonly string[];
  /** What an operator should know, though it is no reason to refuse. */
  readonly warnings: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

const RESAMPLES = 2_000;
/** How sure it must be that the candidate is worse. */
const SURE = 0.95;
/** Of the incumbent's. A model that shows everybody the same few products is none. */
const COVERAGE_FLOOR = 0.5;
const COVERAGE_FLOOR_FIRST = 0.01;
/** The largest shape error of the chances, as a share of the purchases or clicks that were made. */
const MAX_SHAPE_ERROR = 0.5;
/** The drift of the base rate from which on an operator is warned, as a share of the observed rate. */
const MAX_BASE_RATE_DRIFT = 0.5;
/** Times the incumbent's. */
const SLOWEST = 2;
/** Below this, ms, nobody waits. */
const FAST = 0.5;

/**
 * Whether a candidate may take the incumbent's place: it must not be worse on held-out time, by a paired bootstrap over
 * customers (Efron 1979; for ranked lists Sakai, SIGIR 2006), its numbers must be numbers, its lists as varied, its
 * probabilities true, its answers as fast. Where nothing is active it must be better than what needs no fit.
 *
 * A base rate that has drifted since is a warning: it concerns all chances alike and no order, the shop has it with or
 * without a new version, and the next fit learns it.
 *
 * Nor may it be worse than the best version so far: losses too small to be told from chance would add up, one against the
 * next.
 */
export function judge(evidence: Evidence, seed: number): Verdict {
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
  if (measures.length === 0) reasons.push('there is no list on held-out time to judge it by');
  let best = true;
  const { yardstick: unfitted = 'popularity' } = evidence;
  const rivals = { incumbent: 'the active version', best: 'the best version so far', popularity: unfitted } as const;
  for (const measure of measures) {
    const { name, candidate } = measure;
    const mine = mean(candidate);
    figures[name] = mine;
    for (const rival of ['incumbent', 'best', 'popularity'] as const) {
      const theirs = measure[rival];
      if (theirs === null) continue;
      const their = mean(theirs);
      figures[`${name} ${rival === 'popularity' ? unfitted : rival}`] = their;
      const worse = rival === 'popularity' ? null : shareWorse(candidate, theirs, seed);
      if (rival === 'incumbent') figures[`${name} worse with probability`] = worse as number;
      if (rival === 'best') figures[`${name} worse than the best with probability`] = worse as number;
      const fails = worse === null ? measure.incumbent === null && !(mine > their) : worse >= SURE;
      if (fails)
        reasons.push(`${name} ${mine.toFixed(4)} against ${their.toFixed(4)} of ${rivals[rival]} on held-out time`);
    }
    const yardstick = measure.best ?? measure.incumbent;
    best &&= yardstick === null || mine >= mean(yardstick);
  }
  const floor =
    evidence.incumbentCoverage === null ? COVERAGE_FLOOR_FIRST : COVERAGE_FLOOR * evidence.incumbentCoverage;
  if (!(evidence.coverage >= floor))
    reasons.push(`its lists cover ${percent(evidence.coverage)} of the catalogue, less than ${percent(floor)}`);
  const off = shapeError / observedShare;
  if (!(off <= MAX_SHAPE_ERROR))
    reasons.push(`its chances are off by ${percent(off)} of what was bought, more than ${percent(MAX_SHAPE_ERROR)}`);
  if (Math.abs(predictedShare / observedShare - 1) > MAX_BASE_RATE_DRIFT)
    warnings.push(
      `the base rate has drifted: it expected ${percent(predictedShare)} of its candidates to be chosen, ${percent(observedShare)} were`,
    );
  const slowest = Math.max(FAST, SLOWEST * (evidence.incumbentListMs ?? Infinity));
  if (!(evidence.listMs <= slowest))
    reasons.push(`a list takes ${evidence.listMs.toFixed(2)} ms, more than ${slowest.toFixed(2)} ms`);
  const finite = Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));
  return { passed: reasons.length === 0, best, reasons, warnings, figures: finite };
}

/** The share of resamples of the lists in which the candidate's mean is lower. */
function shareWorse(candidate: Float64Array, rival: Float64Array, seed: number): number {
  const random = seededRandom(seed);
  const n = candidate.length;
  const differences = candidate.map((value, list) => value - rival[list]);
  let worse = 0;
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let draw = 0; draw < n; draw++) sum += differences[Math.floor(random() * n)];
    if (sum < 0) worse++;
  }
  return worse / RESAMPLES;
}

function mean(values: Float64Array): number {
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
