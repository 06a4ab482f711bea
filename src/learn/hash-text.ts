/** Returns a 32-bit hash of a text, the same on every machine: FNV-1a over its UTF-16 code units. Not for secrets. */
export function hashText32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
