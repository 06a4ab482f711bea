/** The nearest items of each item, best first: `count` places an item, the last ones −1 where it has fewer. */
export interface ItemNeighbours {
  readonly count: number;
  readonly items: Int32Array;
  readonly similarities: Float64Array;
}
