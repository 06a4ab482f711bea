export interface NelderMeadOptions {
  /** Edge length of the first simplex; default .5. */
  readonly step?: number;
  /** The search stops when the values of the simplex differ by at most this share; default 1e-10. */
  readonly tolerance?: number;
  readonly maxEvaluations?: number;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
}

/**
 * Minimises a function of a few variables without derivatives (Nelder & Mead, The Computer Journal 7(4), 1965; standard
 * coefficients 1, 2, ½, ½). When a search ends, another one starts from its minimum with a fresh simplex, until a
 * search does not find a lower value, because a simplex can collapse before the minimum.
 * @param objective Infinity is allowed for points outside of the domain, but not at `start`
 */
export function minimizeNelderMead(
  objective: (point: Float64Array) => number,
  start: Float64Array,
  { step = 0.5, tolerance = 1e-10, maxEvaluations = 5_000 }: NelderMeadOptions = {},
): Minimum {
  let evaluations = 0;
  const at = (point: Float64Array): Minimum => {
    evaluations++;
    return { point, value: objective(point) };
  };
  let best = at(start.slice());
  for (;;) {
    const next = search(best, step, tolerance, at, () => evaluations >= maxEvaluations);
    const hasImproved = best.value - next.value > tolerance * (1 + Math.abs(best.value));
    if (next.value <= best.value) best = next;
    if (!hasImproved || evaluations >= maxEvaluations) return best;
  }
}

function search(
  start: Minimum,
  step: number,
  tolerance: number,
  at: (point: Float64Array) => Minimum,
  isExhausted: () => boolean,
): Minimum {
  const size = start.point.length;
  const simplex = [start];
  for (let c = 0; c < size; c++) {
    const corner = start.point.slice();
    corner[c] += step;
    simplex.push(at(corner));
  }
  const byValue = (a: Minimum, b: Minimum): number => a.value - b.value;
  simplex.sort(byValue);
  while (!isExhausted()) {
    const [best, worst] = [simplex[0], simplex[size]];
    if (worst.value - best.value <= tolerance * (1 + Math.abs(best.value))) break;
    const centre = new Float64Array(size);
    for (let i = 0; i < size; i++) for (let c = 0; c < size; c++) centre[c] += simplex[i].point[c] / size;
    const along = (share: number): Minimum => at(centre.map((value, c) => value + share * (worst.point[c] - value)));
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const expanded = along(-2);
      simplex[size] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[size - 1].value) simplex[size] = reflected;
    else {
      const contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
      if (contracted.value < Math.min(reflected.value, worst.value)) simplex[size] = contracted;
      else {
        for (let i = 1; i <= size; i++)
          simplex[i] = at(simplex[i].point.map((value, c) => (value + best.point[c]) / 2));
      }
    }
    simplex.sort(byValue);
  }
  return simplex[0];
}
