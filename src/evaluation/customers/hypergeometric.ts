const MAX_TERMS = 100_000;

/**
 * Returns Gauss' hypergeometric function ₂F₁(a, b; c; z) by its power series (Abramowitz & Stegun, 15.1.1). The series
 * has few terms if a and b are small; use Euler's transformation ₂F₁(a, b; c; z) = (1 − z)^(c−a−b) ₂F₁(c−a, c−b; c; z)
 * if that makes them smaller.
 * @param c above 0
 * @param z from 0 to below 1
 */
export function hypergeometric(a: number, b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; n < MAX_TERMS && Math.abs(term) > 1e-16 * Math.abs(sum); n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
  }
  return sum;
}
