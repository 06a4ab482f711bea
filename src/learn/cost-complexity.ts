import { DecisionNodeBuilder, LEAF } from './decision-nodes';
import type { DecisionTree } from './decision-tree';

/** One of the trees that pruning makes. */
export interface Pruning {
  readonly tree: DecisionTree;
  /** The penalty per leaf at which the tree becomes the best one; 0 for the whole tree. */
  readonly alpha: number;
  /** Σ over leaves of share of the weight × Gini impurity. */
  readonly impurity: number;
}

/**
 * Minimal cost-complexity pruning (Breiman et al. 1984, chapter 3), with the same steps as scikit-learn's
 * `cost_complexity_pruning_path`: each step collapses the inner node t with the least (R(t) − R(T_t)) / (|T_t| − 1),
 * where R is a node's share of the weight × its impurity, R(T_t) the sum over the leaves below t, and |T_t| their
 * number. Of equal nodes, the first in preorder is collapsed first. Yields each tree, from the whole tree to its root
 * alone.
 */
export function* prunings(whole: DecisionTree): Generator<Pruning> {
  const links = new WeakestLinks(whole);
  yield { tree: whole, alpha: 0, impurity: links.impurity };
  for (let link = links.weakest(); link !== undefined; link = links.weakest()) {
    links.collapse(link.node);
    yield { tree: links.remainingTree(), alpha: link.alpha, impurity: links.impurity };
  }
}

/** Returns the subtree that minimises impurity + alpha × number of leaves. `alpha` is in units of the impurity. */
export function pruneDecisionTree(tree: DecisionTree, alpha: number): DecisionTree {
  const links = new WeakestLinks(tree);
  for (let link = links.weakest(); link !== undefined && link.alpha <= alpha; link = links.weakest())
    links.collapse(link.node);
  return links.remainingTree();
}

class WeakestLinks {
  private readonly parent: Int32Array;
  private readonly isInner: Uint8Array;
  private readonly leafCount: Int32Array;
  private readonly nodeRisk: Float64Array;
  private readonly branchRisk: Float64Array;

  constructor(private readonly tree: DecisionTree) {
    const { nodes, impurities, weights } = tree;
    const size = nodes.feature.length;
    this.parent = new Int32Array(size).fill(-1);
    this.isInner = new Uint8Array(size);
    this.leafCount = new Int32Array(size);
    this.nodeRisk = impurities.map((impurity, node) => (weights[node] * impurity) / weights[0]);
    this.branchRisk = new Float64Array(size);
    // Children have higher numbers than their parent.
    for (let node = size - 1; node >= 0; node--) {
      if (nodes.feature[node] === LEAF) {
        this.leafCount[node] = 1;
        this.branchRisk[node] = this.nodeRisk[node];
        continue;
      }
      const [left, right] = [nodes.left[node], nodes.right[node]];
      this.isInner[node] = 1;
      this.parent[left] = this.parent[right] = node;
      this.leafCount[node] = this.leafCount[left] + this.leafCount[right];
      this.branchRisk[node] = this.branchRisk[left] + this.branchRisk[right];
    }
  }

  get impurity(): number {
    return this.branchRisk[0];
  }

  /** Returns undefined if only the root is left. */
  weakest(): { readonly node: number; readonly alpha: number } | undefined {
    let best: { node: number; alpha: number } | undefined;
    for (let node = 0; node < this.isInner.length; node++) {
      if (this.isInner[node] === 0) continue;
      const alpha = (this.nodeRisk[node] - this.branchRisk[node]) / (this.leafCount[node] - 1);
      if (best === undefined || alpha < best.alpha) best = { node, alpha };
    }
    return best;
  }

  collapse(node: number): void {
    const removedLeaves = this.leafCount[node] - 1;
    const addedRisk = this.nodeRisk[node] - this.branchRisk[node];
    const open = [node];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.isInner[next] === 0) continue;
      this.isInner[next] = 0;
      open.push(this.tree.nodes.left[next], this.tree.nodes.right[next]);
    }
    for (let above = node; above >= 0; above = this.parent[above]) {
      this.leafCount[above] -= removedLeaves;
      this.branchRisk[above] += addedRisk;
    }
  }

  remainingTree(): DecisionTree {
    const { nodes, classes, probabilities, impurities, weights } = this.tree;
    const builder = new DecisionNodeBuilder();
    const kept: number[] = [];
    const open: { readonly node: number; readonly parent?: number; readonly side: 'left' | 'right' }[] = [
      { node: 0, side: 'left' },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const added = builder.addLeaf();
      kept.push(next.node);
      if (next.parent !== undefined) builder.setChild(next.parent, next.side, added);
      if (this.isInner[next.node] === 0) continue;
      builder.setTest(added, nodes.feature[next.node], nodes.threshold[next.node]);
      open.push({ node: nodes.right[next.node], parent: added, side: 'right' });
      open.push({ node: nodes.left[next.node], parent: added, side: 'left' });
    }
    return {
      classes,
      nodes: builder.finish(),
      probabilities: Float64Array.from(
        kept.flatMap((node) => [...probabilities.subarray(node * classes, (node + 1) * classes)]),
      ),
      impurities: Float64Array.from(kept, (node) => impurities[node]),
      weights: Float64Array.from(kept, (node) => weights[node]),
    };
  }
}
