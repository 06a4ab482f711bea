/**
 * The nearest items of each item, best first: `count` entries per item, filled up with −1 if it has fewer neighbours.
 */
export interface ItemNeighbours {
  readonly count: number;
  readonly items: Int32Array;
  readonly similarities: Float64Array;
}
