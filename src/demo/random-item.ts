/** Returns a random item of a list that is not empty. */
export function randomItem<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(items.length * random())]!;
}
