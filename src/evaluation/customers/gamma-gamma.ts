import { logGamma } from '../../learn/log-gamma';
import { minimizeNelderMead } from '../../learn/nelder-mead';

/** A customer's observed purchases: their number, at least 1, and the mean of their amounts. */
export interface PurchaseAmounts {
  readonly count: number;
  readonly meanAmount: number;
}

/** Amounts of a customer are gamma distributed with shape p; their rates are gamma distributed with shape q and rate γ. */
export interface GammaGamma {
  readonly p: number;
  readonly q: number;
  readonly gamma: number;
}

const MAX_LOG_PARAMETER = 12;

/**
 * Fits the Gamma-Gamma model by maximum likelihood (Fader & Hardie, The Gamma-Gamma Model of Monetary Value, 2013,
 * equation 1a). q is above 1, because otherwise the mean amount is infinite.
 * @param customers at least one, with mean amounts above 0
 */
export function fitGammaGamma(customers: readonly PurchaseAmounts[]): GammaGamma {
  const unit = customers.reduce((sum, { meanAmount }) => sum + meanAmount, 0) / customers.length;
  const loss = (point: Float64Array): number => {
    if (point.some((value) => Math.abs(value) > MAX_LOG_PARAMETER)) return Infinity;
    const [p, excess, gamma] = point.map(Math.exp);
    const q = 1 + excess;
    const constant = q * Math.log(gamma) - logGamma(q);
    let sum = 0;
    for (const { count, meanAmount } of customers) {
      const shape = p * count;
      const total = (count * meanAmount) / unit;
      sum += logGamma(shape + q) - logGamma(shape) + constant;
      sum += shape * Math.log(total) - Math.log(meanAmount / unit) - (shape + q) * Math.log(gamma + total);
    }
    return -sum / customers.length;
  };
  const { point } = minimizeNelderMead(loss, new Float64Array(3));
  const [p, excess, gamma] = point.map(Math.exp);
  return { p, q: 1 + excess, gamma: gamma * unit };
}

/** Returns the customer's expected mean amount (equation 5): the observed mean, shrunk towards that of all customers. */
export function expectedMeanAmount({ p, q, gamma }: GammaGamma, { count, meanAmount }: PurchaseAmounts): number {
  return (p * (gamma + count * meanAmount)) / (p * count + q - 1);
}
