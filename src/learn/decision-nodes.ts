/** `feature` of a leaf. */
export const LEAF = -1;

/** The nodes of one or several binary trees. Every array has one value per node. */
export interface DecisionNodes {
  /** Column that the node tests, or {@link LEAF}. */
  readonly feature: Int32Array;
  /** A row goes to the left child if its value of the column is at most the threshold, else to the right child. */
  readonly threshold: Float64Array;
  /** Children; 0 in a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** One test on the way from the root to a leaf. */
export interface DecisionStep {
  readonly feature: number;
  readonly threshold: number;
  /** `left`: the value is at most the threshold. `right`: it is above. */
  readonly side: 'left' | 'right';
}

/** Nodes while a tree grows. */
export class DecisionNodeBuilder {
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];

  get size(): number {
    return this.feature.length;
  }

  /** Returns the number of the new leaf. */
  addLeaf(): number {
    this.threshold.push(0);
    this.left.push(0);
    this.right.push(0);
    return this.feature.push(LEAF) - 1;
  }

  /** Turns a leaf into a test. The caller sets its children. */
  setTest(node: number, feature: number, threshold: number): void {
    this.feature[node] = feature;
    this.threshold[node] = threshold;
  }

  setChild(node: number, side: DecisionStep['side'], child: number): void {
    this[side][node] = child;
  }

  finish(): DecisionNodes {
    return {
      feature: Int32Array.from(this.feature),
      threshold: Float64Array.from(this.threshold),
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
    };
  }
}

/** Returns the leaf that a row reaches from a root. The row has one finite value per column of the fitted design. */
export function leafOf({ feature, threshold, left, right }: DecisionNodes, row: ArrayLike<number>, root = 0): number {
  let node = root;
  while (feature[node] !== LEAF) node = row[feature[node]] <= threshold[node] ? left[node] : right[node];
  return node;
}

/** Returns the tests that lead a row from a root to its leaf, in order. */
export function decisionPath(nodes: DecisionNodes, row: ArrayLike<number>, root = 0): DecisionStep[] {
  const steps: DecisionStep[] = [];
  let node = root;
  while (nodes.feature[node] !== LEAF) {
    const [feature, threshold] = [nodes.feature[node], nodes.threshold[node]];
    const side = row[feature] <= threshold ? 'left' : 'right';
    steps.push({ feature, threshold, side });
    node = nodes[side][node];
  }
  return steps;
}
