/** Returns a standard normal random number (Box & Muller 1958). */
export function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Returns a random item of a list that is not empty. */
export function randomItem<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)];
}

/** Shuffles the first `count` items in place (Fisher–Yates). @returns the list */
export function shuffle<List extends { [at: number]: unknown; readonly length: number }>(
  list: List,
  random: () => number,
  count = list.length,
): List {
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}
