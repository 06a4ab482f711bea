/** How many places an item has gone up since the list before (down: negative), or that it is new in it. */
export type Move = number | 'new';

/** By id; items that stayed have none, and a first list has none at all. */
export function movesOf(before: readonly string[] | undefined, now: readonly string[]): Map<string, Move> {
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
