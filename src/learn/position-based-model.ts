import { solveCholesky } from './cholesky';
import type { DesignMatrix } from './design-matrix';
import { FitError, requireFinite } from './fit-error';

export interface ClickProblem {
  /** One row for each item that was shown. */
  readonly design: DesignMatrix;
  /** Per row, its place: 0 is the first, which everybody looks at. */
  readonly places: ArrayLike<number>;
  /** How many places there are. */
  readonly placeCount: number;
  /** 0 or 1 per row. */
  readonly clicked: ArrayLike<number>;
  /** λ of λ/2 · ‖β − centre‖², > 0, against the SUM of the losses. The intercept is not penalised. */
  readonly l2: number;
  /** θ by place where it is known already; else it is found too. */
  readonly examination?: ArrayLike<number>;
  /** What coefficients are drawn to. */
  readonly centre: Float64Array;
  /** Stop when a step makes the mean loss less by no more than this. Default 1e-9. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/** Precision of what is believed beforehand, that ln θ differs little from place to place: of a place without rows it is the one before's. */
const SMOOTHNESS = 1;

export interface ClickFit {
  /** θ by place: the share of people who look at it, of those who look at the first. */
  readonly examination: Float64Array;
  /** Of ln(odds) that what is looked at is clicked. */
  readonly intercept: number;
  readonly coefficients: Float64Array;
  /** Mean of −ln P(what happened). */
  readonly logLoss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * The position-based click model: what is shown is clicked if it is looked at, which its place decides, and if it is
 * wanted, which its features decide,
 *
 *     P(click) = θ_place · σ(xβ + b),  θ_0 = 1
 *
 * (Richardson, Dominowska, Ragno, WWW 2007; with a regression for what is wanted: Wang, Golbandi, Bendersky, Metzler,
 * Najork, "Position bias estimation for unbiased learning to rank in personal search", WSDM 2018). θ and β are found
 * together at the maximum of the penalised likelihood, which EM climbs to slowly, by Fisher scoring with step halving.
 * What tells places from features is that the same features are shown at different places: of a place whose items are
 * never shown elsewhere, nothing can be known. Where places follow from something that is wanted and is no feature, θ
 * takes it for its own: see `harvestExamination`.
 * @throws FitError NOT_FINITE or WRONG_SHAPE
 */
export function fitPositionBasedModel(problem: ClickProblem): ClickFit {
  const { design, placeCount, centre, examination: known, tolerance = 1e-9, maxIterations = 60 } = problem;
  check(problem);
  const features = design.columns;
  const clicks = Array.from(problem.clicked).reduce((sum, label) => sum + label, 0);
  // β, then b, then ln θ of all places but the first.
  const size = features + placeCount;
  let at = new Float64Array(size);
  at.set(centre);
  at[features] = interceptFor(problem, clicks / Math.max(1, design.rows));
  if (known !== undefined) for (let p = 1; p < placeCount; p++) at[features + p] = Math.log(known[p]);
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  let loss = derivatives(problem, at, gradient, information);
  let iterations = 0;
  let converged = design.rows === 0;
  while (!converged && iterations < maxIterations) {
    iterations++;
    const step = Float64Array.from(gradient);
    // What is held at its bound does not move.
    for (let p = features + 1; p < size; p++)
      if (known !== undefined || (at[p] >= 0 && gradient[p] < 0)) hold(p, step, information);
    if (!solveCholesky(information, step)) break;
    let next = at;
    let nextLoss = Infinity;
    for (let scale = 1; scale > 1e-6; scale /= 2) {
      next = at.map((value, p) => {
        const moved = value - scale * step[p];
        return p > features ? Math.min(0, moved) : moved;
      });
      nextLoss = derivatives(problem, next, gradient, information);
      if (nextLoss <= loss) break;
    }
    converged = !(loss - nextLoss > tolerance * design.rows);
    if (nextLoss > loss) break;
    at = next;
    loss = nextLoss;
  }
  return {
    examination: Float64Array.from({ length: placeCount }, (_, p) => (p === 0 ? 1 : Math.exp(at[features + p]))),
    intercept: at[features],
    coefficients: at.slice(0, features),
    logLoss: design.rows === 0 ? 0 : (loss - penalty(problem, at)) / design.rows,
    iterations,
    converged,
  };
}

function hold(parameter: number, step: Float64Array, information: Float64Array): void {
  const size = step.length;
  step[parameter] = 0;
  for (let p = 0; p < size; p++) information[Math.max(parameter, p) * size + Math.min(parameter, p)] = 0;
  information[parameter * size + parameter] = 1;
}

function check({ design, places, placeCount, clicked, l2, centre }: ClickProblem): void {
  requireFinite(l2, 'l2');
  if (!(l2 > 0)) throw new FitError('NOT_FINITE', `l2 is ${l2}: give one above 0`);
  if (places.length !== design.rows || clicked.length !== design.rows || centre.length !== design.columns)
    throw new FitError(
      'WRONG_SHAPE',
      `${design.rows} rows of ${design.columns}, ${places.length} places, ${clicked.length} labels, a centre of ${centre.length}`,
    );
  for (let r = 0; r < design.rows; r++) {
    if (!(Number.isInteger(places[r]) && places[r] >= 0 && places[r] < placeCount))
      throw new FitError('WRONG_SHAPE', `the place of row ${r} is ${places[r]}, of ${placeCount}`);
    if (clicked[r] !== 0 && clicked[r] !== 1)
      throw new FitError('WRONG_SHAPE', `the label of row ${r} is ${clicked[r]}`);
  }
}

/** Where to start: with the coefficients as they are expected to be, the mean chance is the share that was clicked. */
function interceptFor({ design, centre }: ClickProblem, share: number): number {
  const row = new Float64Array(design.columns);
  let mean = 0;
  for (let r = 0; r < design.rows; r++) {
    design.readRow(r, row);
    for (let c = 0; c < row.length; c++) mean += (row[c] * centre[c]) / design.rows;
  }
  const bounded = Math.min(0.9, Math.max(1e-6, share));
  return Math.log(bounded / (1 - bounded)) - mean;
}

function penalty({ l2, centre, placeCount }: ClickProblem, at: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < centre.length; c++) sum += (l2 / 2) * (at[c] - centre[c]) ** 2;
  for (let p = 2; p < placeCount; p++)
    sum += (SMOOTHNESS / 2) * (at[centre.length + p] - at[centre.length + p - 1]) ** 2;
  return sum;
}

/** Fills gradient and (lower) Fisher information of the objective; returns the objective. */
function derivatives(
  problem: ClickProblem,
  at: Float64Array,
  gradient: Float64Array,
  information: Float64Array,
): number {
  const { design, places, placeCount, clicked, l2, centre } = problem;
  const features = design.columns;
  const size = at.length;
  gradient.fill(0);
  information.fill(0);
  for (let c = 0; c < features; c++) {
    gradient[c] = l2 * (at[c] - centre[c]);
    information[c * size + c] = l2;
  }
  for (let p = features; p < size; p++) information[p * size + p] = 1e-9;
  for (let p = features + 2; p < features + placeCount; p++) {
    const difference = SMOOTHNESS * (at[p] - at[p - 1]);
    gradient[p] += difference;
    gradient[p - 1] -= difference;
    information[p * size + p] += SMOOTHNESS;
    information[(p - 1) * size + p - 1] += SMOOTHNESS;
    information[p * size + p - 1] -= SMOOTHNESS;
  }
  let loss = penalty(problem, at);
  // ∂ ln P(click) / ∂ parameter: (1 − r)·x, 1 − r, and 1 for the place.
  const row = new Float64Array(features + 1);
  row[features] = 1;
  const values = row.subarray(0, features);
  for (let r = 0; r < design.rows; r++) {
    design.readRow(r, values);
    let margin = at[features];
    for (let c = 0; c < features; c++) margin += at[c] * values[c];
    if (!Number.isFinite(margin))
      throw new FitError('NOT_FINITE', `row ${r} holds a NaN, an infinity or too large a number`);
    const place = places[r];
    const wanted = 1 / (1 + Math.exp(-margin));
    const logP = (place === 0 ? 0 : at[features + place]) - Math.log1p(Math.exp(-Math.min(30, Math.max(-30, margin))));
    const p = Math.min(1 - 1e-9, Math.exp(logP));
    loss -= clicked[r] === 1 ? logP : Math.log1p(-p);
    const residual = (p - clicked[r]) / (1 - p);
    const weight = p / (1 - p);
    const unwanted = 1 - wanted;
    for (let a = 0; a <= features; a++) {
      const scaled = unwanted * row[a];
      if (scaled === 0) continue;
      gradient[a] += residual * scaled;
      const base = a * size;
      const curvature = weight * scaled * unwanted;
      for (let b = 0; b <= a; b++) information[base + b] += curvature * row[b];
    }
    if (place === 0 || problem.examination !== undefined) continue;
    const own = features + place;
    gradient[own] += residual;
    information[own * size + own] += weight;
    for (let b = 0; b <= features; b++) information[own * size + b] += weight * unwanted * row[b];
  }
  return loss;
}
