import type { NeighbourLists } from './neighbour-lists';

/** The one of `items` that is nearest to the candidate, itself excepted; −1 where none is near at all. */
export function strongestNeighbour(neighbours: NeighbourLists, items: Iterable<number>, candidate: number): number {
  let strongest = -1;
  let most = 0;
  for (const item of items) {
    if (item === candidate) continue;
    const similarity = neighbours.similarity(item, candidate);
    if (similarity > most) {
      strongest = item;
      most = similarity;
    }
  }
  return strongest;
}
