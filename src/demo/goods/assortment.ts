import { BATH_AND_BODY, CHILDREN, MUSIC, PETS, READING_AND_WRITING } from './home';
import { BAKING, COFFEE_AND_TEA, COOKING } from './kitchen';
import type { ProductLine } from './product-line';
import { CAMPING, CYCLING, GROWING, HIKING } from './outdoors';

/** The product lines of the demo shop. Product ids contain the index of a line, so add new lines only at the end. */
export const LINES: readonly ProductLine[] = [
  COFFEE_AND_TEA,
  BAKING,
  GROWING,
  HIKING,
  READING_AND_WRITING,
  CHILDREN,
  CYCLING,
  COOKING,
  BATH_AND_BODY,
  CAMPING,
  MUSIC,
  PETS,
];

/**
 * Groups of product lines, as indices of {@link LINES}. A customer who prefers one line also buys from the other lines
 * of its group.
 */
export const LIFESTYLES: readonly (readonly number[])[] = [
  [3, 6, 9], // outdoors
  [0, 1, 7], // cooks
  [4, 8, 10], // evenings at home
  [2, 5, 11], // family and garden
];
