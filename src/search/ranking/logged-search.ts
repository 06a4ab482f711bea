import { hash53 } from '../document/hash';
import { queryKey } from '../query-log/query-key';
import { RANKING_FEATURES } from './evidence-vector';

/** A logged search with the customer's reactions to its products. */
export interface LoggedSearch {
  /** The `requestId` of the response. */
  readonly id: string;
  /** ms since 1970 */
  readonly at: number;
  /** Hash of the query, see {@link hashedQuery}. */
  readonly query: string;
  /** Product ids in the order shown. */
  readonly shown: readonly string[];
  /** The features of each shown product at that time: `shown.length` × {@link RANKING_FEATURES}.length values. */
  readonly features: Float32Array;
  /** For each shown product: 1 if it was clicked, viewed, put into the cart or bought, else 0. */
  readonly clicked: Uint8Array;
}

/**
 * Returns the hash of the query's key, '' for a query without words. Model versions store only the hash, because a
 * version outlives the erasure of a customer and must not contain the customer's words.
 */
export function hashedQuery(query: string): string {
  const key = queryKey(query);
  return key === '' ? '' : hash53(key).toString(36);
}

/** Returns one feature of a shown product. @param place list position from 0 */
export function featureAt({ features }: LoggedSearch, place: number, feature: number): number {
  return features[place * RANKING_FEATURES.length + feature];
}

/**
 * Exclusive ends of the groups of list positions (places, from 0). Each of the first ten places is its own group. Later
 * places that are examined about equally often share a group.
 */
const PLACE_GROUP_ENDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 50, Infinity];
export const PLACE_GROUP_COUNT = PLACE_GROUP_ENDS.length;

/** Returns the group of a list position. @param place list position from 0 */
export function placeGroup(place: number): number {
  let group = place < 10 ? place : 10;
  while (place >= PLACE_GROUP_ENDS[group]) group++;
  return group;
}
