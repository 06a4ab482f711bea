import { betterOf, isBelowFloor, type Floors } from './floors';
import type { GuardRow } from './guard-row';

/** Measurements of a group, at most. */
const MAX_MEASUREMENTS = 3;

/**
 * Measures a group of rows. If a row is below its floor, the group is measured again, and the better result of that row
 * counts. Other load on the machine rarely slows the same row three times, but slower code does.
 * @param measure returns one value for each row of the group
 * @param onAgain called before each further measurement with the rows that need it
 */
export async function measureAgainIfBelow(
  measure: () => Promise<GuardRow[]>,
  floors: Floors,
  onAgain: (names: readonly string[]) => void,
): Promise<GuardRow[]> {
  let rows = await measure();
  for (let measurements = 1; measurements < MAX_MEASUREMENTS; measurements++) {
    const below = new Set(rows.filter((row) => isBelowFloor(row, floors)).map(({ name }) => name));
    if (below.size === 0) break;
    onAgain([...below]);
    const again = await measure().catch((error: Error): GuardRow[] => {
      console.error(error.message);
      return [];
    });
    rows = rows.map((row) =>
      below.has(row.name)
        ? betterOf(
            row,
            again.find(({ name }) => name === row.name),
          )
        : row,
    );
  }
  return rows;
}
