import { FEATURES } from '../../../../src/features/feature-set';
import { RankerModel, type RankerFigures } from '../../../../src/recommend/artefact/ranker-model';
import { rankerEvidence } from '../../../../src/recommend/training/ranker-evidence';
import type { ExampleWindow, RankingExamples } from '../../../../src/recommend/training/ranker-examples';

const WIDTH = FEATURES.length;
const columnOf = (name: string): number => FEATURES.findIndex((feature) => feature.name === name);
const MONTH = columnOf('log month');
const TRANSITIONS = columnOf('share transitions');

/** Three products with their popularity and their score of transitions. Only sessions give the third one. */
function listOf(labels: readonly number[]): RankingExamples {
  const features = new Float32Array(3 * WIDTH);
  [2, 1, 0].forEach((month, c) => (features[c * WIDTH + MONTH] = month));
  [0, 3, 9].forEach((share, c) => (features[c * WIDTH + TRANSITIONS] = share));
  const boughtCount = labels.filter((label) => label === 1).length;
  return {
    negativeShare: 1,
    products: Int32Array.of(10, 11, 12),
    features,
    boughtBefore: new Uint8Array(3),
    labels: Uint8Array.from(labels),
    boughtCount,
    newBoughtCount: boughtCount,
    usesSessions: true,
    countWithoutSessions: 2,
  };
}

const collected: ExampleWindow = { start: 0, lists: [listOf([0, 1, 1]), listOf([0, 0, 1])] };

/** Ranks by popularity plus transitions: the reverse of popularity. */
function model(): RankerModel {
  const weights = new Float64Array(WIDTH);
  weights[MONTH] = 1;
  weights[TRANSITIONS] = 1;
  return new RankerModel(
    FEATURES.map(({ name }) => name),
    new Float64Array(WIDTH),
    weights,
    weights,
    0,
    0,
    {} as RankerFigures,
  );
}

describe('the evidence of a ranker', () => {
  /** NDCG@10 of each list. Without sessions, the bought product of the first list is second of two, by popularity. */
  const values = { with: [1, 1], without: [1 / Math.log2(3) / (1 + 1 / Math.log2(3)), 0] };

  it.each([
    [true, false],
    [false, true],
    [true, true],
    [false, false],
  ])('ranks the candidates that each model is served with: sessions %s, of the rivals %s', (own, rivals) => {
    const [candidate, rival] = [own, rivals].map((usesSessions) => ({ model: model(), usesSessions }));
    const { measures, coverage, finite } = rankerEvidence(candidate, collected, rival, rival);
    const [expected, expectedOfRivals] = [own, rivals].map((isWith) => values[isWith ? 'with' : 'without']);
    expect(finite).toBe(true);
    for (const measure of measures) {
      expect(Array.from(measure.candidate)).toEqual(expected);
      expect(Array.from(measure.incumbent!)).toEqual(expectedOfRivals);
      expect(Array.from(measure.best!)).toEqual(expectedOfRivals);
    }
    // Three products were collected.
    expect(coverage).toEqual({ candidate: own ? 1 : 2 / 3, incumbent: rivals ? 1 : 2 / 3 });
  });
});
