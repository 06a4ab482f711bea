import { crossHash } from '../../../src/learn/feature-hash';
import { FtrlEnsemble } from '../../../src/learn/ftrl-ensemble';
import { FtrlProximal } from '../../../src/learn/ftrl-proximal';
import { HashedLogistic } from '../../../src/learn/hashed-logistic';
import { logLossOfLogOdds, probabilityOfLogOdds } from '../../../src/learn/log-odds';
import { logLoss } from '../../../src/learn/log-loss';
import { RunningBaseRate } from '../../../src/learn/running-base-rate';
import { seededRandom } from '../../../src/learn/seeded-random';

const BITS = 14;

/** Rows of two features and their cross. @param strength of the effect of the cross on the log-odds */
function rowsWithCross(count: number, strength: number): { label: number; features: Uint32Array }[] {
  const random = seededRandom(13);
  return Array.from({ length: count }, () => {
    const [a, b] = [Math.floor(8 * random()), Math.floor(8 * random())];
    const effect = strength * ((a + b) % 2 === 0 ? 1 : -1);
    const label = random() < probabilityOfLogOdds(-3 + effect) ? 1 : 0;
    return { label, features: Uint32Array.of(a, 100 + b, crossHash(a, 100 + b)) };
  });
}

describe('FtrlEnsemble', () => {
  it('is as good as the best of single learners, and uses crosses where they say something', () => {
    const rows = rowsWithCross(20_000, 1.5);
    const ensemble = new FtrlEnsemble({ bits: BITS, hasCrosses: true });
    const learners = [0.02, 0.06, 0.2].map((alpha) => new FtrlProximal({ bits: BITS, alpha, l1: 0.1 }));
    let loss = 0;
    const losses = learners.map(() => 0);
    for (const { label, features } of rows) {
      loss += logLoss(ensemble.learn(label, features, 2), label === 1);
      learners.forEach((learner, at) => (losses[at] += logLossOfLogOdds(learner.learn(label, features), label)));
    }
    expect(loss / rows.length).toBeLessThan(Math.min(...losses) / rows.length + 0.002);
    const even = ensemble.probability(Uint32Array.of(2, 104, crossHash(2, 104)), 2);
    const odd = ensemble.probability(Uint32Array.of(2, 105, crossHash(2, 105)), 2);
    expect(even / odd).toBeGreaterThan(5);
  });

  it('stays near the share of label 1 where features say nothing', () => {
    const ensemble = new FtrlEnsemble({ bits: BITS, hasCrosses: true });
    const learner = new FtrlProximal({ bits: BITS, alpha: 0.2, l1: 0.1 });
    const baseRate = new RunningBaseRate();
    let [loss, alone, base] = [0, 0, 0];
    for (const { label, features } of rowsWithCross(5_000, 0)) {
      loss += logLoss(ensemble.learn(label, features, 2), label === 1);
      alone += logLossOfLogOdds(learner.learn(label, features), label);
      base += logLoss(baseRate.probability, label === 1);
      baseRate.add(label);
    }
    expect(loss).toBeLessThan(base + 2);
    expect(loss).toBeLessThan(alone);
  });

  it.each([true, false])('exports one model that predicts the same, with crosses: %s', (hasCrosses) => {
    const ensemble = new FtrlEnsemble({ bits: BITS, hasCrosses });
    const rows = rowsWithCross(3_000, 1);
    for (const { label, features } of rows) ensemble.learn(label, features, 2);
    const bytes = ensemble.encode();
    const model = new HashedLogistic(bytes);
    for (const { features } of rows.slice(0, 50))
      expect(model.probability(features)).toBeCloseTo(ensemble.probability(features, 2), 3);
    expect(ensemble.encode(100).length).toBeLessThanOrEqual(100);
  });

  it('predicts a row before it learns it', () => {
    const ensemble = new FtrlEnsemble({ bits: BITS, hasCrosses: true });
    expect(ensemble.probability(Uint32Array.of(1, 2, 3), 2)).toBe(0.5);
    for (const { label, features } of rowsWithCross(300, 1)) {
      const before = ensemble.probability(features, 2);
      expect(ensemble.learn(label, features, 2)).toBe(before);
    }
  });
});
