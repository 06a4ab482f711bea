import { fitBoostedTrees } from '../../../src/learn/boosted-trees';
import { scoreOfTrees } from '../../../src/learn/boosting';
import { LEAF } from '../../../src/learn/decision-nodes';
import { denseDesign } from '../../../src/learn/design-matrix';
import { seededRandom } from '../../../src/learn/seeded-random';
import { probabilityScores } from '../../../src/learn/probability-scores';
import { binaryLabels, SETS } from './scikit-learn-sets';

describe.each(SETS)('boosted trees on $name', (set) => {
  const labels = binaryLabels(set);
  const isTraining = (_: unknown, r: number): boolean => r % 2 === 0;
  const fit = () =>
    fitBoostedTrees({ design: denseDesign(set.X.filter(isTraining)), labels: labels.filter(isTraining), bins: 255 });

  it('have the AUC of scikit-learn, and a training loss that falls with every tree', () => {
    const { model, trainingLosses } = fit();
    const test = set.X.filter((_, r) => r % 2 === 1);
    const probabilities = Float64Array.from(test, (row) => 1 / (1 + Math.exp(-scoreOfTrees(model, row))));
    const { auc } = probabilityScores(probabilities, Uint8Array.from(labels.filter((_, r) => r % 2 === 1)));
    expect(Math.abs(auc - set.figures.boosted.auc)).toBeLessThan(0.01);
    expect(trainingLosses).toHaveLength(101);
    for (let at = 1; at <= 100; at++) expect(trainingLosses[at]).toBeLessThanOrEqual(trainingLosses[at - 1]);
  });
});

/** Rows whose log-odds are 2·x₀ − 1 where x₁ > 0, and −1 elsewhere; x₂ is noise. */
function syntheticRows(count: number) {
  const random = seededRandom(7);
  const rows = Array.from({ length: count }, () => [4 * random() - 2, random() - 0.5, random()]);
  const labels = rows.map(([x0, x1]) => (random() < 1 / (1 + Math.exp(1 - (x1 > 0 ? 2 * x0 : 0))) ? 1 : 0));
  return { design: denseDesign(rows), labels, rows };
}

describe('boosted trees', () => {
  const { design, labels, rows } = syntheticRows(1_500);

  it('reproduce their training loss from their nodes', () => {
    const { model, trainingLosses } = fitBoostedTrees({ design, labels, trees: 20, maxLeaves: 6, l2: 1 });
    const probabilities = Float64Array.from(rows, (row) => 1 / (1 + Math.exp(-scoreOfTrees(model, row))));
    expect(probabilityScores(probabilities, Uint8Array.from(labels)).logLoss).toBeCloseTo(trainingLosses[20], 12);
    expect(model.roots).toHaveLength(20);
    const leaves = model.nodes.feature.filter((feature) => feature === LEAF).length;
    expect(leaves).toBeLessThanOrEqual(20 * 6);
  });

  it('take one Newton step per leaf', () => {
    const small = denseDesign([[0], [0], [1], [1], [1]]);
    const { model } = fitBoostedTrees({
      design: small,
      labels: [0, 0, 1, 1, 0],
      trees: 1,
      learningRate: 1,
      minLeafRows: 1,
      l2: 0.5,
    });
    // p = 0.4: G = 0.8, H = 0.48 on the left; G = −0.8, H = 0.72 on the right.
    const baseline = Math.log(2 / 3);
    expect(scoreOfTrees(model, [0])).toBeCloseTo(baseline - 0.8 / 0.98, 12);
    expect(scoreOfTrees(model, [1])).toBeCloseTo(baseline + 0.8 / 1.22, 12);
  });

  it('stop when the validation rows stop improving, and keep the trees up to the best', () => {
    const { model, validationLosses } = fitBoostedTrees({
      design,
      labels,
      trees: 500,
      learningRate: 0.3,
      validation: { share: 0.2, patience: 5, seed: 1 },
    });
    const least = Math.min(...validationLosses);
    expect(model.roots).toHaveLength(validationLosses.indexOf(least));
    expect(validationLosses).toHaveLength(model.roots.length + 6);
    expect(model.nodes.feature).toHaveLength(model.values.length);
    expect(scoreOfTrees(model, rows[0])).toBeGreaterThan(-20);
  });

  it('count a row as often as its weight says', () => {
    const whole = [0, 1, 2, 3, 4, 5, 6, 7];
    const options = { trees: 5, minLeafRows: 1, labels: [0, 1, 0, 1, 1, 0, 1, 1] };
    const weights = [1, 2, 1, 3, 1, 1, 2, 1];
    const repeated = whole.flatMap((each) => Array.from({ length: weights[each] }, () => each));
    const a = fitBoostedTrees({ ...options, design: denseDesign(whole.map((x) => [x])), weights });
    const b = fitBoostedTrees({
      ...options,
      design: denseDesign(repeated.map((x) => [x])),
      labels: repeated.map((each) => options.labels[each]),
    });
    for (const x of whole) expect(scoreOfTrees(a.model, [x])).toBeCloseTo(scoreOfTrees(b.model, [x]), 9);
  });

  it('keep the limits of depth and of bins', () => {
    const { model } = fitBoostedTrees({ design, labels, trees: 3, maxDepth: 1, bins: 4 });
    expect(model.nodes.feature).toHaveLength(9);
    expect(new Set(model.nodes.threshold.filter((_, node) => model.nodes.feature[node] === 0)).size).toBeLessThan(4);
  });

  it('reject labels other than 0 and 1, a single label, and too many bins', () => {
    const fit = (more: object) => () => fitBoostedTrees({ design: denseDesign([[1], [2]]), labels: [0, 1], ...more });
    expect(fit({ labels: [0, 2] })).toThrow('the label of row 1 is 2');
    expect(fit({ labels: [1, 1] })).toThrow('labels 0 and 1');
    expect(fit({ minLeafRows: 0 })).toThrow('minLeafRows must be at least 1; got 0');
    expect(fit({ l2: -1 })).toThrow('l2 must be at least 0; got -1');
    expect(fit({ bins: 257 })).toThrow('bins must be from 2 to 256; got 257');
    expect(fit({ design: denseDesign([[1], [Infinity]]) })).toThrow('row 1, column 0 is Infinity');
  });
});
