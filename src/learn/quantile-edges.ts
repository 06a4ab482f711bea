/**
 * Returns the inner edges that divide values into at most `bins` groups. If there are at most `bins` distinct values,
 * each value gets its own group, and edges lie midway between neighbours. Otherwise edges are the quantiles 1/bins,
 * 2/bins, …; where a quantile falls between two values, it is their mean. Equal edges are given once.
 * @param values finite numbers, in any order
 * @returns at most `bins` − 1 edges, ascending
 */
export function quantileEdges(values: Float64Array, bins: number): Float64Array {
  const sorted = values.slice().sort();
  const distinct = sorted.filter((value, at) => at === 0 || value !== sorted[at - 1]);
  const meanOf = (a: number, b: number): number => a / 2 + b / 2;
  if (distinct.length <= bins)
    return Float64Array.from({ length: Math.max(0, distinct.length - 1) }, (_, at) =>
      meanOf(distinct[at], distinct[at + 1]),
    );
  const edges = Float64Array.from({ length: bins - 1 }, (_, at) => {
    const place = ((sorted.length - 1) * (at + 1)) / bins;
    return meanOf(sorted[Math.floor(place)], sorted[Math.ceil(place)]);
  });
  return edges.filter((edge, at) => at === 0 || edge !== edges[at - 1]);
}

/** Returns the number of edges below a value: the group of the value, from 0 to `edges.length`. */
export function quantileGroup(edges: ArrayLike<number>, value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
