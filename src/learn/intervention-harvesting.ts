import { solveCholesky } from './cholesky';
import { groupBy } from './group-by';

/** Impressions and clicks of one item at one position of the list. */
export interface ImpressionCell {
  /** Identifies the item: cells of the same item have the same group at every position. */
  readonly group: number;
  /** Position in the list, from 0. */
  readonly place: number;
  /** Impressions at this position, each weighted by the expected relevance of the item at that time; > 0. */
  readonly shown: number;
  readonly clicks: number;
}

/** More Newton steps than this don't improve the estimate. */
const MAX_ITERATIONS = 50;
const TOLERANCE = 1e-8;
/** Natural logarithm of the smallest examination probability of a position. */
const MIN_LOG_PROPENSITY = Math.log(1e-3);

/**
 * Estimates θ_k: of the customers who look at the first position, the share who look at position k. It uses items that
 * were shown at different positions at different times:
 *
 *     E[clicks of item g at position k] = θ_k · u_g · shown_gk
 *
 * u_g is the relevance of an item beyond its expected relevance. It is a free parameter of every item, so an item that
 * is shown higher because it is more relevant doesn't bias θ (Agarwal, Zaitsev, Wang, Li, Najork, Joachims, "Estimating
 * position bias without intrusive interventions", WSDM 2019). All pairs of positions contribute together. A click on
 * item g was at position k with the probability P(k) = θ_k shown_gk / Σ_j θ_j shown_gj, in which u_g cancels. The
 * likelihood of these probabilities is concave in ln θ, and Newton's method finds its maximum. Items that were shown at
 * only one position carry no information.
 * @param priorMean prior mean of θ, towards which the estimate is shrunk; the value of the first position is 1
 * @param precision inverse variance of the prior of ln θ
 */
export function harvestExamination(
  cells: readonly ImpressionCell[],
  priorMean: Float64Array,
  precision: number,
): Float64Array {
  const places = priorMean.length;
  const groups = byGroup(cells);
  const centre = Float64Array.from(priorMean, Math.log);
  let logTheta = centre.slice();
  let gradient = new Float64Array(places);
  let hessian = new Float64Array(places * places);
  let loss = derivatives(groups, logTheta, centre, precision, gradient, hessian);
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const step = gradient.slice();
    if (!solveCholesky(hessian.slice(), step)) break;
    let next = logTheta;
    let nextLoss = Infinity;
    for (let scale = 1; scale > 1e-6; scale /= 2) {
      next = logTheta.map((value, k) =>
        k === 0 ? 0 : Math.min(0, Math.max(MIN_LOG_PROPENSITY, value - scale * step[k])),
      );
      [gradient, hessian] = [new Float64Array(places), new Float64Array(places * places)];
      nextLoss = derivatives(groups, next, centre, precision, gradient, hessian);
      if (nextLoss <= loss) break;
    }
    if (nextLoss > loss) break;
    const reduction = loss - nextLoss;
    [logTheta, loss] = [next, nextLoss];
    if (reduction <= TOLERANCE) break;
  }
  return logTheta.map(Math.exp);
}

/** Groups the cells by item, and returns only items that have clicks and were shown at two or more positions. */
function byGroup(cells: readonly ImpressionCell[]): ImpressionCell[][] {
  return [...groupBy(cells, ({ group }) => group).values()].filter(
    (group) => group.length > 1 && group.some(({ clicks }) => clicks > 0),
  );
}

/**
 * Fills the gradient and the lower triangle of the Hessian with respect to ln θ; returns the penalised −ln likelihood.
 * θ of the first position is fixed at 1.
 */
function derivatives(
  groups: readonly (readonly ImpressionCell[])[],
  logTheta: Float64Array,
  centre: Float64Array,
  precision: number,
  gradient: Float64Array,
  hessian: Float64Array,
): number {
  const places = logTheta.length;
  let loss = 0;
  for (let k = 0; k < places; k++) {
    gradient[k] = precision * (logTheta[k] - centre[k]);
    hessian[k * places + k] = precision;
    loss += (precision / 2) * (logTheta[k] - centre[k]) ** 2;
  }
  for (const group of groups) {
    let total = 0;
    let clicks = 0;
    for (const cell of group) {
      total += cell.shown * Math.exp(logTheta[cell.place]);
      clicks += cell.clicks;
    }
    loss += clicks * Math.log(total);
    for (const a of group) {
      const share = (a.shown * Math.exp(logTheta[a.place])) / total;
      loss -= a.clicks * logTheta[a.place];
      gradient[a.place] += clicks * share - a.clicks;
      hessian[a.place * places + a.place] += clicks * share;
      for (const b of group) {
        if (b.place > a.place) continue;
        hessian[a.place * places + b.place] -= (clicks * share * (b.shown * Math.exp(logTheta[b.place]))) / total;
      }
    }
  }
  gradient[0] = 0;
  for (let k = 0; k < places; k++) hessian[k * places] = k === 0 ? 1 : 0;
  return loss;
}
