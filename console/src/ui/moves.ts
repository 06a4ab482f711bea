/** By how many positions an item has moved up since the previous list (negative: down), or `new`. */
export type Move = number | 'new';

/** Returns the moves by id. Unmoved items have none; neither have items of a first list. */
export function computeMoves(before: readonly string[] | undefined, now: readonly string[]): Map<string, Move> {
  if (before === undefined) return new Map();
  const ranks = new Map(before.map((id, index) => [id, index]));
  return new Map(
    now.flatMap((id, index): [string, Move][] => {
      const rank = ranks.get(id);
      if (rank === undefined) return [[id, 'new']];
      return rank === index ? [] : [[id, rank - index]];
    }),
  );
}
