import { clusterBootstrap } from '../../../src/learn/cluster-bootstrap';
import { seededRandom } from '../../../src/learn/seeded-random';

describe('clusterBootstrap', () => {
  it('approaches the distribution over all resamples, which three clusters allow to list', () => {
    // Means of the clusters: −3, 1 and 2; their sizes differ.
    const values = [-2, -4, 1, 1, 1, 2];
    const clusters = [7, 7, 3, 3, 3, 9];
    const sums = [-6, 3, 2];
    const counts = [2, 3, 1];
    const means = [0, 1, 2]
      .flatMap((a) => [0, 1, 2].flatMap((b) => [0, 1, 2].map((c) => [a, b, c])))
      .map((drawn) => drawn.reduce((s, c) => s + sums[c], 0) / drawn.reduce((n, c) => n + counts[c], 0))
      .sort((a, b) => a - b);
    const { mean, low, high, negativeShare } = clusterBootstrap(values, {
      seed: 1,
      clusters,
      resamples: 20_000,
      level: 0.5,
    });
    expect(mean).toBeCloseTo(-1 / 6, 12);
    expect(Math.abs(negativeShare - means.filter((each) => each < 0).length / 27)).toBeLessThan(0.01);
    // The quartiles are the 7th and the 21st of the 27 means.
    expect([low, high]).toEqual([means[6], means[20]]);
  });

  it('treats values without clusters as independent', () => {
    const random = seededRandom(3);
    const values = Float64Array.from({ length: 60 }, () => random() - 0.45);
    const alone = clusterBootstrap(values, { seed: 5 });
    expect(clusterBootstrap(values, { seed: 5, clusters: values.map((_, i) => i) })).toEqual(alone);
    expect(clusterBootstrap(values, { seed: 6 })).not.toEqual(alone);
  });

  it('covers the true mean about as often as it says, also if the values of a cluster are alike', () => {
    const random = seededRandom(11);
    let [covered, coveredByIndependence] = [0, 0];
    const rounds = 200;
    for (let round = 0; round < rounds; round++) {
      const clusters = Array.from({ length: 240 }, (_, i) => i % 40);
      const effects = Array.from({ length: 40 }, () => random() - 0.5);
      const values = clusters.map((cluster) => effects[cluster] + 0.2 * (random() - 0.5));
      const options = { seed: round, resamples: 200, level: 0.9 };
      const contains = ({ low, high }: { low: number; high: number }) => Number(low <= 0 && 0 <= high);
      covered += contains(clusterBootstrap(values, { ...options, clusters }));
      coveredByIndependence += contains(clusterBootstrap(values, options));
    }
    expect(covered / rounds).toBeGreaterThan(0.84);
    expect(covered / rounds).toBeLessThan(0.96);
    expect(coveredByIndependence / rounds).toBeLessThan(0.7);
  });

  it('has no mean without values', () => {
    expect(clusterBootstrap([], { seed: 1 })).toEqual({ mean: NaN, low: NaN, high: NaN, negativeShare: NaN });
  });
});
