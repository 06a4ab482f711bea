import type { BaseFacetColumn } from './facet-column';
import type { StringTable } from './string-table';

/**
 * The values of one facet over all segments of an index. Each value has a slot: first the values of the base segment in
 * ascending order, then the new values of the live segment. Counts are arrays indexed by slot.
 */
export class FacetDictionary {
  private readonly slots = new Map<string, number>();
  private readonly values: string[] = [];
  /** By slot: number of documents of the index that have the value and are not deleted. */
  readonly totals: number[] = [];

  /**
   * @param baseValues the base segment's values; they are not copied, because it takes long to build a Map of 100,000
   * values
   */
  constructor(
    private readonly baseValues: StringTable,
    column: BaseFacetColumn,
  ) {
    for (let slot = 0; slot < baseValues.size; slot++) this.totals.push(column.total(slot));
  }

  get size(): number {
    return this.baseValues.size + this.values.length;
  }

  valueAt(slot: number): string {
    return slot < this.baseValues.size ? this.baseValues.at(slot) : this.values[slot - this.baseValues.size];
  }

  /** Returns whether the value of slot `a` sorts before the value of slot `b`. */
  isBefore(a: number, b: number): boolean {
    // The slots of the base segment are in order of value.
    return a < this.baseValues.size && b < this.baseValues.size ? a < b : this.valueAt(a) < this.valueAt(b);
  }

  /** Returns the slot of a value, or −1 if the facet does not have the value. */
  slotOf(value: string): number {
    return this.slots.get(value) ?? this.baseValues.indexOf(value);
  }

  /** Returns the slot of a value, and adds the value if it is new. */
  intern(value: string): number {
    const known = this.slotOf(value);
    if (known >= 0) return known;
    this.values.push(value);
    const slot = this.size - 1;
    this.slots.set(value, slot);
    this.totals.push(0);
    return slot;
  }
}
