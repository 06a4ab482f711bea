import { fitBoostedTrees } from '../../../src/learn/boosted-trees';
import { fitDecisionTree } from '../../../src/learn/decision-tree';
import { denseDesign } from '../../../src/learn/design-matrix';
import {
  decodeBoostedTrees,
  decodeDecisionTree,
  encodeBoostedTrees,
  encodeDecisionTree,
} from '../../../src/learn/tree-bytes';
import { binaryLabels, SETS } from './scikit-learn-sets';

describe.each(SETS.slice(0, 3))('the bytes of trees of $name', (set) => {
  const design = denseDesign(set.X);
  const tree = fitDecisionTree({ design, labels: set.y, classes: set.classes });
  const { model } = fitBoostedTrees({ design, labels: binaryLabels(set), trees: 5 });

  it('give back the same trees', () => {
    expect(decodeDecisionTree(encodeDecisionTree(tree))).toEqual(tree);
    expect(decodeBoostedTrees(encodeBoostedTrees(model))).toEqual(model);
  });

  it('are refused if they are of another model, or incomplete', () => {
    expect(() => decodeBoostedTrees(encodeDecisionTree(tree))).toThrow('expected boosted-trees version 1');
    expect(() => decodeDecisionTree(encodeDecisionTree(tree).subarray(0, -1))).toThrow(RangeError);
  });
});
