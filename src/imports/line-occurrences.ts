const FIRST_SLOTS = 1 << 16;
/** The hash table doubles when at least this share of its slots is used. */
const MAX_LOAD = 0.7;

/**
 * Counts the occurrences of each line in a hash table, by 52 bits of the line's digest. A slot of the table takes 12
 * bytes. As 35 to 70% of the slots are used, a line takes 17 to 35 bytes. A Map of digests would take a hundred bytes
 * per line, and it is limited to 16.7 million entries. Two lines that share the 52 bits are counted together, but the
 * ids made from their digests still differ.
 */
export class LineOccurrences {
  private slots = FIRST_SLOTS;
  /** 0 where a slot is free. */
  private keys = new Float64Array(FIRST_SLOTS);
  private counts = new Uint32Array(FIRST_SLOTS);
  private used = 0;

  /** Counts a line. @returns the number of its occurrences so far, including this one */
  add(digest: Uint8Array): number {
    if (this.used >= this.slots * MAX_LOAD) this.grow();
    const key = keyOf(digest);
    const slot = this.slotOf(key);
    if (this.keys[slot] === 0) {
      this.keys[slot] = key;
      this.used++;
    }
    return ++this.counts[slot];
  }

  get bytes(): number {
    return this.keys.byteLength + this.counts.byteLength;
  }

  private slotOf(key: number): number {
    const mask = this.slots - 1;
    // The bits of the digest are uniformly distributed, so no further hashing is needed.
    let slot = key % this.slots;
    while (this.keys[slot] !== 0 && this.keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { keys, counts } = this;
    this.slots *= 2;
    this.keys = new Float64Array(this.slots);
    this.counts = new Uint32Array(this.slots);
    for (let old = 0; old < keys.length; old++) {
      if (keys[old] === 0) continue;
      const slot = this.slotOf(keys[old]);
      this.keys[slot] = keys[old];
      this.counts[slot] = counts[old];
    }
  }
}

function keyOf(digest: Uint8Array): number {
  let key = digest[0] & 0x0f;
  for (let n = 1; n < 7; n++) key = key * 256 + digest[n];
  return key + 1; // 0 is a free slot
}
