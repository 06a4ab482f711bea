import { seededRandom } from '../../src/learn/seeded-random';

/** 512 KiB of numbers. */
const NUMBERS = 1 << 16;
const SWEEPS = 18;
/** 4 MiB. */
const SLOTS = 1 << 20;
const KEYS = 12_000;
const RECORDS = 600;
const PARSES = 2;

/**
 * Fixed work that no change of Freshet affects. It is the unit of the guard's ratios. One pass takes about five
 * milliseconds, about a third for each of three parts: sums over typed arrays, hashed ids inserted into a table that is
 * larger than a CPU cache, and JSON that is parsed and counted by field.
 *
 * The kernel avoids the code whose speed differs most between Node releases: `JSON.stringify`, regular expressions, and
 * native hashes, for which some processors have instructions. A test checks its sum, because a pass that does other
 * work makes all floors void.
 */
export class ReferenceKernel {
  private readonly left: Float64Array;
  private readonly right: Float64Array;
  private readonly slots = new Int32Array(SLOTS);
  private readonly ids: readonly string[];
  private readonly text: string;

  constructor() {
    const random = seededRandom(1);
    this.left = Float64Array.from({ length: NUMBERS }, random);
    this.right = Float64Array.from({ length: NUMBERS }, random);
    this.ids = Array.from({ length: KEYS }, (_, n) => `customer-${Math.floor(1e9 * random())}-${n}`);
    const records = Array.from({ length: RECORDS }, (_, n) => ({
      id: `event-${n}`,
      type: ['VIEW', 'CLICK', 'PURCHASE'][n % 3],
      customer: { id: this.ids[n], segments: [`segment ${n % 7}`, `segment ${n % 11}`] },
      price: { amount: (100 * random()).toFixed(2), currency: 'EUR' },
      quantity: 1 + (n % 5),
    }));
    this.text = JSON.stringify(records);
  }

  /** @returns a sum over all computed values, always the same */
  pass(): number {
    return Math.round(this.sumNumbers()) + this.hashIds() + this.countFields();
  }

  private sumNumbers(): number {
    const { left, right } = this;
    let total = 0;
    for (let sweep = 1; sweep <= SWEEPS; sweep++) {
      let sum = 0;
      for (let at = 0; at < NUMBERS; at++) sum += left[at] * right[at] * sweep;
      total += sum;
    }
    return total;
  }

  /** Uses FNV-1a and open addressing. */
  private hashIds(): number {
    const { slots, ids } = this;
    slots.fill(0);
    let probes = 0;
    for (let n = 0; n < ids.length; n++) {
      const id = ids[n];
      let hash = 0x811c9dc5;
      for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
      let slot = (hash >>> 0) % SLOTS;
      for (; slots[slot] !== 0; slot = (slot + 1) % SLOTS) probes++;
      slots[slot] = n + 1;
    }
    return probes;
  }

  private countFields(): number {
    const counts = new Map<string, number>();
    for (let round = 0; round < PARSES; round++) {
      for (const { type, customer, quantity } of JSON.parse(this.text) as ParsedRecord[]) {
        for (const key of [type, ...customer.segments]) counts.set(key, (counts.get(key) ?? 0) + quantity);
      }
    }
    let sum = 0;
    for (const count of counts.values()) sum += count;
    return sum;
  }
}

interface ParsedRecord {
  readonly type: string;
  readonly customer: { readonly segments: readonly string[] };
  readonly quantity: number;
}

/** Returns the CPU time of the work in milliseconds, over all threads of this process. */
export function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
