import fc from 'fast-check';
import { crossHash, featureHash } from '../../../src/learn/feature-hash';
import { FitError } from '../../../src/learn/fit-error';
import { FtrlProximal, type FtrlSettings } from '../../../src/learn/ftrl-proximal';
import { hashText32 } from '../../../src/learn/hash-text';
import { HashedLogistic } from '../../../src/learn/hashed-logistic';
import { logLossOfLogOdds, probabilityOfLogOdds } from '../../../src/learn/log-odds';
import { seededRandom } from '../../../src/learn/seeded-random';

interface Row {
  readonly label: number;
  readonly features: readonly number[];
}

/**
 * FTRL-Proximal by its definition (McMahan et al. 2013, equation 1), on whole vectors: after each row, the weights
 * minimise Σg·w + ½Σσ(w − wₛ)² + λ₁|w| + ½λ₂w², whose minimum is at its only zero of the subgradient.
 * @returns the log-odds of each row before it was learned
 */
function referenceLogOdds(rows: readonly Row[], size: number, settings: Required<FtrlSettings>): number[] {
  const { alpha, beta, l1, l2 } = settings;
  const gradients: number[][] = [];
  const weights: number[][] = [];
  // The last coordinate is the intercept.
  const minimum = (c: number): number => {
    let [linear, curvature, squares] = [0, c < size ? l2 + beta / alpha : beta / alpha, 0];
    for (let s = 0; s < gradients.length; s++) {
      const before = Math.sqrt(squares);
      squares += gradients[s][c] ** 2;
      const sigma = (Math.sqrt(squares) - before) / alpha;
      linear += gradients[s][c] - sigma * weights[s][c];
      curvature += sigma;
    }
    const penalty = c < size ? l1 : 0;
    const excess = Math.max(0, Math.abs(linear) - penalty);
    return excess === 0 ? 0 : (-Math.sign(linear) * excess) / curvature;
  };
  return rows.map(({ label, features }, at) => {
    const w = Array.from({ length: size + 1 }, (_, c) => minimum(c));
    const positives = rows.slice(0, at).filter((row) => row.label === 1).length;
    const offset = Math.log((positives + 0.5) / (at - positives + 0.5));
    const margin = features.reduce((sum, c) => sum + w[c], offset + w[size]);
    const gradient = 1 / (1 + Math.exp(-margin)) - label;
    weights.push(w);
    gradients.push(w.map((_, c) => (c === size || features.includes(c) ? gradient : 0)));
    return margin;
  });
}

const row = fc.record({
  label: fc.integer({ min: 0, max: 1 }),
  features: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 5 }),
});
const settings = fc.record({
  bits: fc.constant(3),
  alpha: fc.double({ min: 0.01, max: 1, noNaN: true }),
  beta: fc.double({ min: 0.1, max: 2, noNaN: true }),
  l1: fc.constantFrom(0, 0.1, 0.5),
  l2: fc.constantFrom(0, 0.5),
});

describe('FtrlProximal', () => {
  it('predicts what the definition with whole vectors predicts', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), settings, (rows, each) => {
        const learner = new FtrlProximal(each);
        const learned = rows.map(({ label, features }) => learner.learn(label, Uint32Array.from(features)));
        const expected = referenceLogOdds(rows, 8, each);
        learned.forEach((logOdds, at) => expect(logOdds).toBeCloseTo(expected[at], 8));
      }),
      { numRuns: 60 },
    );
  });

  it('learns a row as it predicts it, from its first features only if a count is given', () => {
    const [learner, other] = [0, 1].map(() => new FtrlProximal({ bits: 6, alpha: 0.3 }));
    const random = seededRandom(3);
    for (let n = 0; n < 200; n++) {
      const features = Uint32Array.from({ length: 4 }, () => 2 ** 32 * random());
      const label = random() < 0.3 ? 1 : 0;
      const before = learner.logOdds(features, 3);
      expect(learner.learn(label, features, 3)).toBe(before);
      expect(other.learn(label, features.slice(0, 3))).toBe(before);
    }
  });

  it('uses the lowest bits of a hash, and a bucket that occurs twice twice', () => {
    const learner = new FtrlProximal({ bits: 4, alpha: 0.5 });
    for (let n = 0; n < 20; n++) learner.learn(n % 4 === 0 ? 0 : 1, Uint32Array.of(0xfffffff5, 2));
    const { weights } = learner.weights();
    expect([...weights.keys()].filter((bucket) => weights[bucket] !== 0)).toEqual([2, 5]);
    const [once, twice] = [Uint32Array.of(5), Uint32Array.of(5, 0x15)].map((features) => learner.logOdds(features));
    expect(twice - once).toBeCloseTo(weights[5], 12);
  });

  it('converges to the share of label 1 without features, and keeps to it when it drifts', () => {
    const learner = new FtrlProximal({ bits: 1, alpha: 0.1 });
    const random = seededRandom(5);
    const none = new Uint32Array(0);
    expect(learner.logOdds(none)).toBe(0);
    for (let n = 0; n < 20_000; n++) learner.learn(random() < 0.05 ? 1 : 0, none);
    expect(probabilityOfLogOdds(learner.logOdds(none))).toBeCloseTo(0.05, 2);
    let [predicted, positives] = [0, 0];
    for (let n = 0; n < 20_000; n++) {
      const label = random() < 0.05 + n / 200_000 ? 1 : 0;
      predicted += probabilityOfLogOdds(learner.learn(label, none));
      positives += label;
    }
    expect(predicted / positives).toBeGreaterThan(0.8);
  });

  it('finds the weights of a known model, and none of noise if λ₁ is high', () => {
    const learner = new FtrlProximal({ bits: 10, alpha: 0.3, l1: 15 });
    const random = seededRandom(7);
    const truth = [1.5, -1, 0.5];
    for (let n = 0; n < 40_000; n++) {
      const signal = [0, 1, 2].filter(() => random() < 0.5);
      const noise = 100 + Math.floor(500 * random());
      const margin = signal.reduce((sum, c) => sum + truth[c], -1);
      learner.learn(random() < probabilityOfLogOdds(margin) ? 1 : 0, Uint32Array.of(...signal, noise));
    }
    const { weights } = learner.weights();
    truth.forEach((weight, c) => expect(Math.abs(weights[c] - weight)).toBeLessThan(0.25));
    expect(weights.slice(100).filter((weight) => weight !== 0).length).toBeLessThan(25);
  });

  it('exports an artefact that predicts the same', () => {
    const learner = new FtrlProximal({ bits: 12, alpha: 0.2, l1: 0.1 });
    const random = seededRandom(9);
    const draw = () => Uint32Array.from({ length: 6 }, () => 3000 * random() ** 3);
    for (let n = 0; n < 5_000; n++) learner.learn(random() < 0.2 ? 1 : 0, draw());
    const model = new HashedLogistic(learner.encode());
    for (let n = 0; n < 100; n++) {
      const features = draw();
      expect(model.logOdds(features)).toBeCloseTo(learner.logOdds(features), 3);
    }
  });

  it.each([
    [{ alpha: 0 }, 'alpha is 0; it must be greater than 0'],
    [{ alpha: NaN }, 'alpha is NaN'],
    [{ alpha: 0.1, beta: -1 }, 'beta is -1; it must be at least 0'],
    [{ alpha: 0.1, l1: Infinity }, 'l1 is Infinity'],
    [{ alpha: 0.1, bits: 29 }, 'bits is 29; it must be a whole number from 1 to 28'],
  ])('refuses %j', (each, message) => {
    expect(() => new FtrlProximal(each)).toThrow(FitError);
    expect(() => new FtrlProximal(each)).toThrow(message);
  });
});

describe('log-odds', () => {
  it('have a loss that is finite and the negative logarithm of the probability', () => {
    for (const logOdds of [-20, -1, 0, 0.5, 20]) {
      expect(logLossOfLogOdds(logOdds, 1)).toBeCloseTo(-Math.log(probabilityOfLogOdds(logOdds)), 8);
      expect(logLossOfLogOdds(logOdds, 0)).toBeCloseTo(logLossOfLogOdds(-logOdds, 1), 12);
    }
    expect(logLossOfLogOdds(-1000, 1)).toBe(1000);
  });
});

describe('hashes of features', () => {
  it('differ by field, value and order of a cross, and spread evenly over the lowest bits', () => {
    const [ad, site] = ['ad', 'site'].map(hashText32);
    const values = Array.from({ length: 4_000 }, (_, n) => String(n));
    const hashes = values.flatMap((value) => [featureHash(ad, value), featureHash(site, value)]);
    const crosses = hashes.slice(1).map((hash, at) => crossHash(hash, hashes[at]));
    expect(new Set([...hashes, ...crosses, crossHash(hashes[0], hashes[1])]).size).toBe(16_000);
    for (const each of [hashes, crosses]) {
      const counts = new Float64Array(64);
      for (const hash of each) counts[hash & 63]++;
      const expected = each.length / 64;
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // The quantile .999 of χ² with 63 degrees of freedom.
      expect(chiSquare).toBeLessThan(103.4);
    }
  });
});
