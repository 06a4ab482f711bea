import { fitBoostedQuantile, pinballLoss } from '../../../src/learn/boosted-quantiles';
import { scoreOfTrees } from '../../../src/learn/boosting';
import { denseDesign } from '../../../src/learn/design-matrix';
import { seededRandom } from '../../../src/learn/seeded-random';

/** Rows with a target between 10 x₀ and 10 x₀ + w, all equally likely; w is 1, or 5 if x₁ is above ½. */
function uniformTargets(count: number) {
  const random = seededRandom(3);
  const rows = Array.from({ length: count }, () => [random(), random()]);
  const width = (x1: number) => (x1 > 0.5 ? 5 : 1);
  return { rows, targets: rows.map(([x0, x1]) => 10 * x0 + width(x1) * random()), width };
}

describe('boosted quantiles', () => {
  const { rows, targets, width } = uniformTargets(8_000);
  const design = denseDesign(rows);

  it.each([0.1, 0.5, 0.9])('approach the conditional quantile of level %d', (level) => {
    const { model } = fitBoostedQuantile({ design, targets, level, maxLeaves: 15, minLeafRows: 50 });
    const error = (x0: number, x1: number) => Math.abs(scoreOfTrees(model, [x0, x1]) - (10 * x0 + width(x1) * level));
    for (const x0 of [0.2, 0.5, 0.8]) {
      expect(error(x0, 0.25)).toBeLessThan(0.35);
      expect(error(x0, 0.75)).toBeLessThan(0.8);
    }
    const below = rows.filter((row, at) => targets[at] < scoreOfTrees(model, row)).length;
    expect(Math.abs(below / rows.length - level)).toBeLessThan(0.01);
  });

  it('reproduce their training loss from their nodes, and it falls with every tree', () => {
    const { model, trainingLosses } = fitBoostedQuantile({ design, targets, level: 0.9, trees: 30 });
    const losses = rows.map((row, at) => pinballLoss(targets[at], scoreOfTrees(model, row), 0.9));
    expect(losses.reduce((sum, each) => sum + each, 0) / losses.length).toBeCloseTo(trainingLosses[30], 10);
    for (let at = 1; at <= 30; at++) expect(trainingLosses[at]).toBeLessThanOrEqual(trainingLosses[at - 1]);
  });

  it('are the weighted quantiles if there is nothing to split', () => {
    const fit = (level: number) =>
      fitBoostedQuantile({
        design: denseDesign([[1], [1], [1], [1]]),
        targets: [1, 2, 3, 40],
        weights: [1, 1, 1, 7],
        level,
        trees: 1,
      }).model;
    expect(scoreOfTrees(fit(0.1), [1])).toBe(1);
    expect(scoreOfTrees(fit(0.3), [1])).toBe(3);
    expect(scoreOfTrees(fit(0.31), [1])).toBe(40);
  });

  it('refuse a level, targets and weights that make no sense', () => {
    const fit = (more: object) => () =>
      fitBoostedQuantile({ design: denseDesign([[1], [2]]), targets: [1, 2], level: 0.5, ...more });
    expect(fit({ level: 1 })).toThrow('level must be between 0 and 1; got 1');
    expect(fit({ targets: [1] })).toThrow('2 rows, 1 targets');
    expect(fit({ targets: [1, NaN] })).toThrow('the target of row 1 is NaN');
    expect(fit({ weights: [1, -1] })).toThrow('the weight of row 1 is -1');
  });
});
