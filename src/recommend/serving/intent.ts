/** The purpose of a recommendation list. */
export const INTENTS = [
  'PERSONAL',
  'SIMILAR',
  'COMPLEMENTARY',
  'BASKET',
  'BUY_AGAIN',
  'TRENDING',
  'POPULAR',
  'NEW',
  'RECENTLY_VIEWED',
] as const;
export type Intent = (typeof INTENTS)[number];
