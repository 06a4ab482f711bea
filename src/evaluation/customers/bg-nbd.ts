import { logGamma } from '../../learn/log-gamma';
import { minimizeNelderMead } from '../../learn/nelder-mead';
import { hypergeometric } from './hypergeometric';

/** A customer's repeat purchases. Times are in the same unit for all customers. */
export interface PurchaseTimes {
  /** Number of purchases after the first. */
  readonly repeats: number;
  /** Time from the first purchase to the last; 0 without repeats. */
  readonly lastAge: number;
  /** Time from the first purchase to now. */
  readonly age: number;
}

/**
 * Purchase rates are gamma distributed with shape r and rate α; the probability to leave after a purchase is beta
 * distributed with a and b.
 */
export interface BgNbd {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
  readonly logLikelihood: number;
}

/** Logarithms of parameters stay within ±this. If no customer leaves, the likelihood has no finite maximum. */
const MAX_LOG_PARAMETER = 12;

/**
 * Fits the BG/NBD model by maximum likelihood (Fader, Hardie & Lee, Marketing Science 24(2), 2005, equation 6).
 * @param customers at least one, with an age above 0
 */
export function fitBgNbd(customers: readonly PurchaseTimes[]): BgNbd {
  const maxRepeats = customers.reduce((max, { repeats }) => Math.max(max, repeats), 0);
  const meanAge = customers.reduce((sum, { age }) => sum + age, 0) / customers.length;
  const rateTerms = new Float64Array(maxRepeats + 1);
  const stayTerms = new Float64Array(maxRepeats + 1);
  const likelihood = (point: Float64Array): number => {
    if (point.some((value) => Math.abs(value) > MAX_LOG_PARAMETER)) return -Infinity;
    const [r, alpha, a, b] = point.map(Math.exp);
    const logAlpha = r * Math.log(alpha);
    // ln Γ(r + x) − ln Γ(r), and ln B(a, b + x) − ln B(a, b), for each number of repeats x
    for (let x = 0; x < maxRepeats; x++) {
      rateTerms[x + 1] = rateTerms[x] + Math.log(r + x);
      stayTerms[x + 1] = stayTerms[x] + Math.log((b + x) / (a + b + x));
    }
    let sum = 0;
    for (const { repeats: x, lastAge, age } of customers) {
      const active = -(r + x) * Math.log(alpha + age);
      const left = x > 0 ? Math.log(a / (b + x - 1)) - (r + x) * Math.log(alpha + lastAge) : -Infinity;
      const top = Math.max(active, left);
      sum += rateTerms[x] + stayTerms[x] + logAlpha + top + Math.log(Math.exp(active - top) + Math.exp(left - top));
    }
    return sum;
  };
  const start = Float64Array.of(0, Math.log(meanAge), 0, 0);
  const { point, value } = minimizeNelderMead((each) => -likelihood(each) / customers.length, start);
  const [r, alpha, a, b] = point.map(Math.exp);
  return { r, alpha, a, b, logLikelihood: -value * customers.length };
}

/**
 * Returns the expected number of purchases in the time after now (equation 10), with Euler's transformation of ₂F₁, so
 * that neither a power nor a series overflows for customers with many purchases.
 */
export function expectedPurchases(model: BgNbd, customer: PurchaseTimes, time: number): number {
  const { r, alpha, b } = model;
  const { repeats: x, lastAge, age } = customer;
  // The expression is continuous at a = 1, but can't be computed there.
  const a = Math.abs(model.a - 1) < 1e-6 ? 1 + 1e-6 : model.a;
  const z = time / (alpha + age + time);
  const stays = (1 - z) ** (a - 1) * hypergeometric(a + b - 1 - r, a - 1, a + b + x - 1, z);
  const purchases = ((a + b + x - 1) / (a - 1)) * (1 - stays);
  const oddsOfLeft = x > 0 ? (a / (b + x - 1)) * ((alpha + age) / (alpha + lastAge)) ** (r + x) : 0;
  return purchases / (1 + oddsOfLeft);
}

/** Returns ln L of one customer by the definition, for tests. */
export function logLikelihoodOf({ r, alpha, a, b }: BgNbd, { repeats: x, lastAge, age }: PurchaseTimes): number {
  const logBeta = (p: number, q: number): number => logGamma(p) + logGamma(q) - logGamma(p + q);
  const active = Math.exp(logBeta(a, b + x) - logBeta(a, b)) * (alpha + age) ** -(r + x);
  const left = x > 0 ? Math.exp(logBeta(a + 1, b + x - 1) - logBeta(a, b)) * (alpha + lastAge) ** -(r + x) : 0;
  return logGamma(r + x) - logGamma(r) + r * Math.log(alpha) + Math.log(active + left);
}
