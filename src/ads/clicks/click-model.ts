import type { HashedLogistic } from '../../learn/hashed-logistic';
import { probabilityOfLogOdds } from '../../learn/log-odds';
import { AdFeatureHasher, type AdFeatures, type ClickPredictor } from './ad-features';

/** Log-odds are bounded, so that no ad has a probability of 0 or 1: the auction divides by it. */
const MAX_LOG_ODDS = 14;

/** The click model of a version, which serves. */
export class ClickModel implements ClickPredictor {
  private readonly hasher = new AdFeatureHasher();

  constructor(private readonly weights: HashedLogistic) {}

  predict(ad: AdFeatures, slot: number): number {
    const { hasher } = this;
    hasher.hash(ad, slot);
    return probabilityOfLogOdds(boundedLogOdds(this.weights, hasher.hashes, hasher.length));
  }
}

/** Returns the log-odds of a click that the model serves. @param count number of the hashes that are used */
export function boundedLogOdds(weights: HashedLogistic, hashes: Uint32Array, count = hashes.length): number {
  return Math.min(Math.max(weights.logOdds(hashes, count), -MAX_LOG_ODDS), MAX_LOG_ODDS);
}
