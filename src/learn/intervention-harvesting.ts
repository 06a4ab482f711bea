import { solveCholesky } from './cholesky';

/** What was seen of one thing at one place. */
export interface PlaceCell {
  /** The same thing has the same group, wherever it stands. */
  readonly group: number;
  /** From 0. */
  readonly place: number;
  /** How often it stood there, each time weighted by how much it was expected to be wanted that time; > 0. */
  readonly shown: number;
  readonly clicks: number;
}

/** Beyond this nobody knows it better by going on. */
const STEPS = 50;
const TOLERANCE = 1e-8;
/** A place is looked at by one of so many at least. */
const MIN_LOG_PROPENSITY = Math.log(1e-3);

/**
 * How many of those who look at the first place look at each of the others, from things that stood now at one place, now at another:
 *
 *     E[clicks of g at k] = θ_k · u_g · shown_gk
 *
 * where u_g, what a thing is worth beyond what was expected of it, is free for every thing, so that its being shown
 * higher because it is better explains nothing (Agarwal, Zaitsev, Wang, Li, Najork, Joachims, "Estimating position bias
 * without intrusive interventions", WSDM 2019). All pairs of places count together: u_g drops out of the likelihood of
 * how a thing's clicks divide into places, P(k) = θ_k shown_gk / Σ_j θ_j shown_gj, which is concave in ln θ and found
 * the maximum of by Newton's method. Things that stood at one place only say nothing.
 * @param expected θ as it is believed beforehand, and to what it is drawn; the first is 1
 * @param precision how firmly: the inverse variance of ln θ around it
 */
export function harvestExamination(
  cells: readonly PlaceCell[],
  expected: Float64Array,
  precision: number,
): Float64Array {
  const places = expected.length;
  const groups = byGroup(cells);
  const centre = Float64Array.from(expected, Math.log);
  let at = centre.slice();
  let gradient = new Float64Array(places);
  let hessian = new Float64Array(places * places);
  let loss = derivatives(groups, at, centre, precision, gradient, hessian);
  for (let iteration = 0; iteration < STEPS; iteration++) {
    const step = gradient.slice();
    if (!solveCholesky(hessian.slice(), step)) break;
    let next = at;
    let nextLoss = Infinity;
    for (let scale = 1; scale > 1e-6; scale /= 2) {
      next = at.map((value, k) => (k === 0 ? 0 : Math.min(0, Math.max(MIN_LOG_PROPENSITY, value - scale * step[k]))));
      [gradient, hessian] = [new Float64Array(places), new Float64Array(places * places)];
      nextLoss = derivatives(groups, next, centre, precision, gradient, hessian);
      if (nextLoss <= loss) break;
    }
    if (nextLoss > loss) break;
    const gained = loss - nextLoss;
    [at, loss] = [next, nextLoss];
    if (gained <= TOLERANCE) break;
  }
  return at.map(Math.exp);
}

/** Of things with clicks that stood at two places or more. */
function byGroup(cells: readonly PlaceCell[]): PlaceCell[][] {
  const groups = new Map<number, PlaceCell[]>();
  for (const cell of cells) {
    const group = groups.get(cell.group);
    if (group === undefined) groups.set(cell.group, [cell]);
    else group.push(cell);
  }
  return [...groups.values()].filter((group) => group.length > 1 && group.some(({ clicks }) => clicks > 0));
}

/** Fills gradient and (lower) Hessian by ln θ; returns the penalised −ln likelihood. The first place is held. */
function derivatives(
  groups: readonly (readonly PlaceCell[])[],
  at: Float64Array,
  centre: Float64Array,
  precision: number,
  gradient: Float64Array,
  hessian: Float64Array,
): number {
  const places = at.length;
  let loss = 0;
  for (let k = 0; k < places; k++) {
    gradient[k] = precision * (at[k] - centre[k]);
    hessian[k * places + k] = precision;
    loss += (precision / 2) * (at[k] - centre[k]) ** 2;
  }
  for (const group of groups) {
    let total = 0;
    let clicks = 0;
    for (const cell of group) {
      total += cell.shown * Math.exp(at[cell.place]);
      clicks += cell.clicks;
    }
    loss += clicks * Math.log(total);
    for (const a of group) {
      const share = (a.shown * Math.exp(at[a.place])) / total;
      loss -= a.clicks * at[a.place];
      gradient[a.place] += clicks * share - a.clicks;
      hessian[a.place * places + a.place] += clicks * share;
      for (const b of group) {
        if (b.place > a.place) continue;
        hessian[a.place * places + b.place] -= (clicks * share * (b.shown * Math.exp(at[b.place]))) / total;
      }
    }
  }
  gradient[0] = 0;
  for (let k = 0; k < places; k++) hessian[k * places] = k === 0 ? 1 : 0;
  return loss;
}
