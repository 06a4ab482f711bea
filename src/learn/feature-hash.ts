import { hashText32 } from './hash-text';

/**
 * Returns a 32-bit hash of a categorical feature: the value of a field. The hashes of one value differ by field.
 * Any of its bits can be used as the number of a bucket (Weinberger et al.: Feature Hashing for Large Scale Multitask
 * Learning, ICML 2009).
 * @param field {@link hashText32} of the field's name
 */
export function featureHash(field: number, value: string): number {
  return mix(field ^ mix(hashText32(value)));
}

/** Returns a 32-bit hash of the conjunction of two features. The order of the two matters. */
export function crossHash(first: number, second: number): number {
  return mix(Math.imul(first, 0x9e3779b1) + second);
}

/** The finaliser of MurmurHash3: every bit of the input changes every bit of the output with a chance of about ½. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
