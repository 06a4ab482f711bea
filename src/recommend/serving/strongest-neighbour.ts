import type { NeighbourLists } from '../../live-state/neighbour-lists';

/** Returns the item that is most similar to the candidate, excluding the candidate; −1 if no similarity is above 0. */
export function strongestNeighbour(neighbours: NeighbourLists, items: Iterable<number>, candidate: number): number {
  let strongest = -1;
  let largestSimilarity = 0;
  for (const item of items) {
    if (item === candidate) continue;
    const similarity = neighbours.similarity(item, candidate);
    if (similarity > largestSimilarity) {
      strongest = item;
      largestSimilarity = similarity;
    }
  }
  return strongest;
}
