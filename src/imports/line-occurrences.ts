const INITIAL_SLOT_COUNT = 1 << 16;
/** The hash table doubles when at least this share of its slots is used. */
const MAX_LOAD = 0.7;

/**
 * Counts the occurrences of each line in a hash table, by 52 bits of the line's digest. A slot of the table takes 12
 * bytes. As 35 to 70% of the slots are used, a distinct line takes 17 to 35 bytes. A Map of digests would take a
 * hundred bytes per distinct line, and it is limited to 16.7 million entries. Two lines that share the 52 bits are
 * counted together. The ids of their events still differ, because these contain more bits of the digests.
 */
export class LineOccurrences {
  private slotCount = INITIAL_SLOT_COUNT;
  /** 0 where a slot is free. */
  private keys = new Float64Array(INITIAL_SLOT_COUNT);
  private counts = new Uint32Array(INITIAL_SLOT_COUNT);
  private usedSlotCount = 0;

  /** Counts a line. @returns the number of its occurrences so far, including this one */
  add(digest: Uint8Array): number {
    if (this.usedSlotCount >= this.slotCount * MAX_LOAD) this.grow();
    const key = keyOf(digest);
    const slot = this.slotOf(key);
    if (this.keys[slot] === 0) {
      this.keys[slot] = key;
      this.usedSlotCount++;
    }
    return ++this.counts[slot];
  }

  get bytes(): number {
    return this.keys.byteLength + this.counts.byteLength;
  }

  private slotOf(key: number): number {
    const mask = this.slotCount - 1;
    // The bits of the digest are uniformly distributed, so no further hashing is needed.
    let slot = key % this.slotCount;
    while (this.keys[slot] !== 0 && this.keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { keys, counts } = this;
    this.slotCount *= 2;
    this.keys = new Float64Array(this.slotCount);
    this.counts = new Uint32Array(this.slotCount);
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
