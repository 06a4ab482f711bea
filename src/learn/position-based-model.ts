import { solveCholesky } from './cholesky';
import type { DesignMatrix } from './design-matrix';
import { FitError, requireFinite } from './fit-error';

export interface ClickProblem {
  /** One row for each impression of an item. */
  readonly design: DesignMatrix;
  /** By row: its position (place) in the list. 0 is the first position, which every customer examines. */
  readonly places: ArrayLike<number>;
  readonly placeCount: number;
  /** By row: 1 if the item was clicked, otherwise 0. */
  readonly clicked: ArrayLike<number>;
  /** λ > 0 of the penalty λ/2 · ‖β − centre‖², added to the SUM of the losses. The intercept is not penalised. */
  readonly l2: number;
  /** θ by position (see {@link ClickFit}), if it is already known. Otherwise it is estimated, too. */
  readonly examination?: ArrayLike<number>;
  /** Values towards which the coefficients are shrunk. */
  readonly centre: Float64Array;
  /** The fit stops when a step reduces the mean loss by no more than this. Default 1e-9. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/**
 * Weight of the penalty on squared differences of ln θ between adjacent positions after the first. So a position
 * without rows gets a θ between those of its neighbours. If it is the last position, it gets the θ of the position
 * before it.
 */
const SMOOTHNESS = 1;

export interface ClickFit {
  /** θ by position: of the customers who examine the first position, the share who examine this one. */
  readonly examination: Float64Array;
  /** Intercept of the log-odds that an examined item is clicked. */
  readonly intercept: number;
  readonly coefficients: Float64Array;
  /** Mean of −ln P(observed outcome). */
  readonly logLoss: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * The position-based click model. An item is clicked if it is examined and relevant. Examination depends on the
 * position, and relevance depends on the features:
 *
 *     P(click) = θ_position · σ(xβ + b),  θ_0 = 1
 *
 * (Richardson, Dominowska, Ragno, WWW 2007; with a regression for relevance: Wang, Golbandi, Bendersky, Metzler,
 * Najork, "Position bias estimation for unbiased learning to rank in personal search", WSDM 2018). θ and β are
 * estimated together at the maximum of the penalised likelihood, by Fisher scoring with step halving, because EM
 * converges slowly. The model can separate positions from features only if the same features appear at different
 * positions: if the items of a position never appear elsewhere, its θ is unknown. If items are ordered by a relevance
 * that is not in the features, θ absorbs that relevance: see `harvestExamination`.
 * @throws FitError NOT_FINITE or WRONG_SHAPE
 */
export function fitPositionBasedModel(problem: ClickProblem): ClickFit {
  const { design, placeCount, centre, examination: knownExamination, tolerance = 1e-9, maxIterations = 60 } = problem;
  checkProblem(problem);
  const features = design.columns;
  const clicks = Array.from(problem.clicked).reduce((sum, label) => sum + label, 0);
  // The parameters: β, then b, then ln θ of all positions except the first.
  const size = features + placeCount;
  let parameters = new Float64Array(size);
  parameters.set(centre);
  parameters[features] = initialIntercept(problem, clicks / Math.max(1, design.rows));
  if (knownExamination !== undefined)
    for (let p = 1; p < placeCount; p++) parameters[features + p] = Math.log(knownExamination[p]);
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  let loss = derivatives(problem, parameters, gradient, information);
  let iterations = 0;
  let converged = design.rows === 0;
  while (!converged && iterations < maxIterations) {
    iterations++;
    const step = Float64Array.from(gradient);
    // The step does not move ln θ if θ is known, or if θ is 1 and would grow.
    for (let p = features + 1; p < size; p++)
      if (knownExamination !== undefined || (parameters[p] >= 0 && gradient[p] < 0)) fixParameter(p, step, information);
    if (!solveCholesky(information, step)) break;
    let next = parameters;
    let nextLoss = Infinity;
    for (let scale = 1; scale > 1e-6; scale /= 2) {
      next = parameters.map((value, p) => {
        const nextValue = value - scale * step[p];
        return p > features ? Math.min(0, nextValue) : nextValue;
      });
      nextLoss = derivatives(problem, next, gradient, information);
      if (nextLoss <= loss) break;
    }
    converged = !(loss - nextLoss > tolerance * design.rows);
    if (nextLoss > loss) break;
    parameters = next;
    loss = nextLoss;
  }
  return {
    examination: Float64Array.from({ length: placeCount }, (_, p) =>
      p === 0 ? 1 : Math.exp(parameters[features + p]),
    ),
    intercept: parameters[features],
    coefficients: parameters.slice(0, features),
    logLoss: design.rows === 0 ? 0 : (loss - penalty(problem, parameters)) / design.rows,
    iterations,
    converged,
  };
}

function fixParameter(parameter: number, step: Float64Array, information: Float64Array): void {
  const size = step.length;
  step[parameter] = 0;
  for (let p = 0; p < size; p++) information[Math.max(parameter, p) * size + Math.min(parameter, p)] = 0;
  information[parameter * size + parameter] = 1;
}

function checkProblem({ design, places, placeCount, clicked, l2, centre }: ClickProblem): void {
  requireFinite(l2, 'l2');
  if (!(l2 > 0)) throw new FitError('NOT_FINITE', `l2 is ${l2}: it must be above 0`);
  if (places.length !== design.rows || clicked.length !== design.rows || centre.length !== design.columns)
    throw new FitError(
      'WRONG_SHAPE',
      `${design.rows} rows of ${design.columns}, ${places.length} positions, ${clicked.length} labels, a centre of ${centre.length}`,
    );
  for (let r = 0; r < design.rows; r++) {
    if (!(Number.isInteger(places[r]) && places[r] >= 0 && places[r] < placeCount))
      throw new FitError(
        'WRONG_SHAPE',
        `the position of row ${r} is ${places[r]}; it must be an integer from 0 to ${placeCount - 1}`,
      );
    if (clicked[r] !== 0 && clicked[r] !== 1)
      throw new FitError('WRONG_SHAPE', `the label of row ${r} is ${clicked[r]}; it must be 0 or 1`);
  }
}

/** Returns the intercept with which, for β = `centre`, the mean log-odds match the share of clicked rows. */
function initialIntercept({ design, centre }: ClickProblem, share: number): number {
  const row = new Float64Array(design.columns);
  let mean = 0;
  for (let r = 0; r < design.rows; r++) {
    design.readRow(r, row);
    for (let c = 0; c < row.length; c++) mean += (row[c] * centre[c]) / design.rows;
  }
  const bounded = Math.min(0.9, Math.max(1e-6, share));
  return Math.log(bounded / (1 - bounded)) - mean;
}

function penalty({ l2, centre, placeCount }: ClickProblem, parameters: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < centre.length; c++) sum += (l2 / 2) * (parameters[c] - centre[c]) ** 2;
  for (let p = 2; p < placeCount; p++)
    sum += (SMOOTHNESS / 2) * (parameters[centre.length + p] - parameters[centre.length + p - 1]) ** 2;
  return sum;
}

/** Fills the gradient and the lower triangle of the Fisher information of the objective; returns the objective. */
function derivatives(
  problem: ClickProblem,
  parameters: Float64Array,
  gradient: Float64Array,
  information: Float64Array,
): number {
  const { design, places, placeCount, clicked, l2, centre } = problem;
  const features = design.columns;
  const size = parameters.length;
  gradient.fill(0);
  information.fill(0);
  for (let c = 0; c < features; c++) {
    gradient[c] = l2 * (parameters[c] - centre[c]);
    information[c * size + c] = l2;
  }
  for (let p = features; p < size; p++) information[p * size + p] = 1e-9;
  for (let p = features + 2; p < features + placeCount; p++) {
    const difference = SMOOTHNESS * (parameters[p] - parameters[p - 1]);
    gradient[p] += difference;
    gradient[p - 1] -= difference;
    information[p * size + p] += SMOOTHNESS;
    information[(p - 1) * size + p - 1] += SMOOTHNESS;
    information[p * size + p - 1] -= SMOOTHNESS;
  }
  let loss = penalty(problem, parameters);
  // The derivative of ln P(click) is (1 − r)·x for β, 1 − r for the intercept and 1 for ln θ, where r = σ(xβ + b).
  const row = new Float64Array(features + 1);
  row[features] = 1;
  const values = row.subarray(0, features);
  for (let r = 0; r < design.rows; r++) {
    design.readRow(r, values);
    let margin = parameters[features];
    for (let c = 0; c < features; c++) margin += parameters[c] * values[c];
    if (!Number.isFinite(margin))
      throw new FitError('NOT_FINITE', `row ${r} holds a NaN, an infinity or a number that is too large`);
    const place = places[r];
    const relevance = 1 / (1 + Math.exp(-margin));
    const logP =
      (place === 0 ? 0 : parameters[features + place]) - Math.log1p(Math.exp(-Math.min(30, Math.max(-30, margin))));
    const clickProbability = Math.min(1 - 1e-9, Math.exp(logP));
    loss -= clicked[r] === 1 ? logP : Math.log1p(-clickProbability);
    const residual = (clickProbability - clicked[r]) / (1 - clickProbability);
    const weight = clickProbability / (1 - clickProbability);
    const irrelevance = 1 - relevance;
    for (let a = 0; a <= features; a++) {
      const scaled = irrelevance * row[a];
      if (scaled === 0) continue;
      gradient[a] += residual * scaled;
      const base = a * size;
      const curvature = weight * scaled * irrelevance;
      for (let b = 0; b <= a; b++) information[base + b] += curvature * row[b];
    }
    if (place === 0 || problem.examination !== undefined) continue;
    const thetaIndex = features + place;
    gradient[thetaIndex] += residual;
    information[thetaIndex * size + thetaIndex] += weight;
    for (let b = 0; b <= features; b++) information[thetaIndex * size + b] += weight * irrelevance * row[b];
  }
  return loss;
}
