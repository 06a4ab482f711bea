import { BATH_AND_BODY, CHILDREN, MUSIC, PETS, READING_AND_WRITING } from './home';
import { BAKING, COFFEE_AND_TEA, COOKING } from './kitchen';
import type { LineOfGoods } from './line-of-goods';
import { CAMPING, CYCLING, GROWING, HIKING } from './outdoors';

/** What the demo shop sells. A product's id has its line's place in this list: what is new goes to the end. */
export const LINES: readonly LineOfGoods[] = [
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

/** Lines that go together in one household, by their places in {@link LINES}: what a customer with one of them buys besides. */
export const WAYS_OF_LIFE: readonly (readonly number[])[] = [
  [3, 6, 9], // outdoors
  [0, 1, 7], // cooks
  [4, 8, 10], // evenings at home
  [2, 5, 11], // family and garden
];
