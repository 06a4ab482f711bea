/** Returns a 32-bit hash of a text, the same on every machine: FNV-1a over its UTF-16 code units. Not for secrets. */
export function hashText32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/**
 * Returns a hash of a text of 52 bits, which a number holds exactly (cyrb53 by bryc, public domain). Of a million texts,
 * the chance that two have the same hash is one in ten thousand. Models store it in place of words that people have
 * written.
 */
export function hashText52(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 2 ** 32 * (b & 0xfffff) + (a >>> 0);
}
