import { hash53 } from '../document/hash';
import { queryKey } from '../past/query-key';
import { RANKING_FEATURES } from './evidence-vector';

/** A search as it was answered, and what came of it. */
export interface LoggedSearch {
  /** Its `requestId`. */
  readonly id: string;
  /** ms since 1970 */
  readonly at: number;
  /** See {@link hashedQuery}. */
  readonly query: string;
  /** Products as they were shown, first place first. */
  readonly shown: readonly string[];
  /** What was known of each then: shown × {@link RANKING_FEATURES}. */
  readonly features: Float32Array;
  /** By place: 1 where it was clicked, viewed, put into the cart or bought. */
  readonly clicked: Uint8Array;
}

/**
 * What people type alike is one query. Of what they type only a hash is kept: a version outlives the person, whose words
 * it must not have.
 */
export function hashedQuery(query: string): string {
  const key = queryKey(query);
  return key === '' ? '' : hash53(key).toString(36);
}

/** One number that was known of what stood at a place. */
export function featureAt({ features }: LoggedSearch, place: number, feature: number): number {
  return features[place * RANKING_FEATURES.length + feature];
}

/** Places that are looked at about equally often have one parameter: the first ten each, then wider ones. */
const ENDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 50, Infinity];
export const PLACES = ENDS.length;

/** @param place from 0, as it was shown */
export function placeGroup(place: number): number {
  let group = place < 10 ? place : 10;
  while (place >= ENDS[group]) group++;
  return group;
}
