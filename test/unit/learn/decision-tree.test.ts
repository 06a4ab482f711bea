import fc from 'fast-check';
import { pruneDecisionTree, prunings } from '../../../src/learn/cost-complexity';
import { decisionPath, LEAF, leafOf } from '../../../src/learn/decision-nodes';
import { classProbabilities, fitDecisionTree, type DecisionTree } from '../../../src/learn/decision-tree';
import { denseDesign } from '../../../src/learn/design-matrix';
import { largestDifference, SETS } from './scikit-learn-sets';

const leafCount = ({ nodes }: DecisionTree): number => nodes.feature.filter((feature) => feature === LEAF).length;
const mostLikely = (tree: DecisionTree, row: number[]): number => {
  const probabilities = classProbabilities(tree, row);
  return probabilities.indexOf(Math.max(...probabilities));
};

describe.each(SETS)('a decision tree of $name', ({ X, y, classes, figures: { tree: theirs } }) => {
  const problem = { design: denseDesign(X), labels: y, classes };
  const { maxDepth, minLeafRows } = theirs;
  const limited = fitDecisionTree({ ...problem, maxDepth, minLeafRows });

  it('has the impurities of scikit-learn, node by node, where splits do not tie', () => {
    expect(largestDifference(limited.impurities, theirs.impurities)).toBeLessThan(1e-9);
  });

  it('is pruned along the path of scikit-learn', () => {
    const path = Array.from(prunings(limited));
    const alphas = path.map(({ alpha }) => alpha);
    expect(largestDifference(alphas, theirs.alphas)).toBeLessThan(1e-9);
    const impurities = path.map(({ impurity }) => impurity);
    expect(largestDifference(impurities, theirs.totals)).toBeLessThan(1e-9);
    for (const { tree, alpha } of path) {
      // Two steps can have the same penalty: pruning with it makes both.
      if (alphas.filter((each) => each === alpha).length === 1) expect(tree).toEqual(pruneDecisionTree(limited, alpha));
    }
    expect(leafCount(path.at(-1)!.tree)).toBe(1);
  });

  it('predicts every training row, if it is not limited', () => {
    const tree = fitDecisionTree(problem);
    expect(X.map((row) => mostLikely(tree, row))).toEqual(y);
  });
});

const rowsArbitrary = fc.array(
  fc.record({
    x: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 1 })),
    label: fc.integer({ min: 0, max: 2 }),
    weight: fc.constantFrom(1, 2, 5),
  }),
  { minLength: 2, maxLength: 25 },
);
type Draft = { x: number[]; label: number; weight: number };

/** Weight × Gini impurity, by definition. */
function impurityMass(rows: readonly Draft[]): number {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const shares = [0, 1, 2].map(
    (label) => rows.filter((row) => row.label === label).reduce((sum, { weight }) => sum + weight, 0) / total,
  );
  return rows.length === 0 ? 0 : total * (1 - shares.reduce((sum, share) => sum + share * share, 0));
}

/** The least impurity of two children, over every column and every value. */
function bruteForceSplit(rows: readonly Draft[]): number {
  let least = Infinity;
  for (const column of [0, 1, 2])
    for (const { x } of rows) {
      const left = rows.filter((row) => row.x[column] <= x[column]);
      const right = rows.filter((row) => row.x[column] > x[column]);
      if (right.length > 0) least = Math.min(least, impurityMass(left) + impurityMass(right));
    }
  return least;
}

const fitDrafts = (drafts: readonly Draft[], more: object = {}): DecisionTree =>
  fitDecisionTree({
    design: denseDesign(drafts.map(({ x }) => [...x])),
    labels: drafts.map(({ label }) => label),
    weights: drafts.map(({ weight }) => weight),
    classes: 3,
    ...more,
  });

describe('a decision tree of random rows', () => {
  it('splits every node as well as a search over all splits, and predicts the shares of its leaf', () => {
    fc.assert(
      fc.property(rowsArbitrary, (drafts) => {
        const tree = fitDrafts(drafts);
        const { feature, threshold, left, right } = tree.nodes;
        const check = (node: number, rows: readonly Draft[]): void => {
          const mass = impurityMass(rows);
          expect(tree.weights[node] * tree.impurities[node]).toBeCloseTo(mass, 9);
          if (feature[node] === LEAF) {
            for (const { x } of rows) {
              expect(leafOf(tree.nodes, x)).toBe(node);
              const probabilities = classProbabilities(tree, x);
              const labelWeight = (label: number) =>
                rows.filter((row) => row.label === label).reduce((sum, { weight }) => sum + weight, 0);
              [0, 1, 2].forEach((label) =>
                expect(probabilities[label]).toBeCloseTo(labelWeight(label) / tree.weights[node], 9),
              );
            }
            expect(mass < 1e-9 || bruteForceSplit(rows) === Infinity).toBe(true);
            return;
          }
          const goesLeft = ({ x }: Draft) => x[feature[node]] <= threshold[node];
          const children = [rows.filter(goesLeft), rows.filter((row) => !goesLeft(row))];
          expect(impurityMass(children[0]) + impurityMass(children[1])).toBeCloseTo(bruteForceSplit(rows), 9);
          check(left[node], children[0]);
          check(right[node], children[1]);
        };
        check(0, drafts);
      }),
    );
  });

  it('counts a row as often as its weight says, and leaves rows of weight 0 out', () => {
    fc.assert(
      fc.property(rowsArbitrary, (drafts) => {
        const repeated = drafts.flatMap((draft) =>
          Array.from({ length: draft.weight }, () => ({ ...draft, weight: 1 })),
        );
        const ignored = drafts.map((draft) => ({ ...draft, label: 2 - draft.label, weight: 0 }));
        expect(fitDrafts([...drafts, ...ignored])).toEqual(fitDrafts(drafts));
        expect(fitDrafts(repeated)).toEqual(fitDrafts(drafts));
      }),
    );
  });

  it('keeps the limits of depth and of rows per leaf', () => {
    fc.assert(
      fc.property(rowsArbitrary, (drafts) => {
        const tree = fitDrafts(drafts, { maxDepth: 2, minLeafRows: 3 });
        const counts = new Map<number, number>();
        for (const { x } of drafts) {
          expect(decisionPath(tree.nodes, x).length).toBeLessThanOrEqual(2);
          const leaf = leafOf(tree.nodes, x);
          counts.set(leaf, (counts.get(leaf) ?? 0) + 1);
        }
        if (counts.size > 1) expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(3);
      }),
    );
  });

  it('is pruned to the subtree with the least penalised impurity', () => {
    fc.assert(
      fc.property(rowsArbitrary, fc.constantFrom(0.001, 0.02, 0.1, 0.5), (drafts, alpha) => {
        const tree = fitDrafts(drafts);
        /** The least penalised impurity of all subtrees, by dynamic programming. */
        const best = (node: number): number => {
          const collapsed = (tree.weights[node] / tree.weights[0]) * tree.impurities[node] + alpha;
          if (tree.nodes.feature[node] === LEAF) return collapsed;
          return Math.min(collapsed, best(tree.nodes.left[node]) + best(tree.nodes.right[node]));
        };
        const pruned = pruneDecisionTree(tree, alpha);
        const impurity = pruned.impurities.reduce(
          (sum, each, node) =>
            sum + (pruned.nodes.feature[node] === LEAF ? (each * pruned.weights[node]) / pruned.weights[0] : 0),
          0,
        );
        expect(impurity + alpha * leafCount(pruned)).toBeCloseTo(best(0), 9);
      }),
    );
  });
});

describe('a decision tree', () => {
  const xor = denseDesign([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);

  it('fits XOR, whose first split has no gain, and gives the path of a prediction', () => {
    const tree = fitDecisionTree({ design: xor, labels: [0, 1, 1, 0], classes: 2 });
    expect([...classProbabilities(tree, [0, 1])]).toEqual([0, 1]);
    expect([...classProbabilities(tree, [1, 1])]).toEqual([1, 0]);
    expect(decisionPath(tree.nodes, [1, 0])).toEqual([
      { feature: 0, threshold: 0.5, side: 'right' },
      { feature: 1, threshold: 0.5, side: 'left' },
    ]);
  });

  it('weighs classes', () => {
    const tree = fitDecisionTree({ design: xor, labels: [0, 1, 1, 0], classes: 2, classWeights: [3, 1], maxDepth: 0 });
    expect([...classProbabilities(tree, [0, 0])]).toEqual([0.75, 0.25]);
  });

  it('rejects labels, weights and values that do not fit', () => {
    const fit = (more: object) => () => fitDecisionTree({ design: xor, labels: [0, 1, 1, 0], classes: 2, ...more });
    expect(fit({ labels: [0, 1, 2, 0] })).toThrow('the label of row 2 is 2');
    expect(fit({ labels: [0] })).toThrow('4 rows, 1 labels');
    expect(fit({ weights: [1, 1, -1, 1] })).toThrow('the weight of row 2 is -1');
    expect(fit({ classWeights: [0, 0] })).toThrow('at least one row must have a weight above 0');
    expect(fit({ minLeafRows: 0 })).toThrow('minLeafRows must be at least 1; got 0');
    expect(fit({ design: denseDesign([[1], [NaN], [1], [1]]) })).toThrow('row 1, column 0 is NaN');
  });
});
