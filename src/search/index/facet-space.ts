import type { BaseFacetColumn } from './facet-column';
import type { StringTable } from './string-table';

/**
 * The values of one facet over all segments of an index, each with a slot: those of the base segment in its order, then what
 * the live one brings along. Counts are arrays by slot.
 */
export class FacetSpace {
  private readonly slots = new Map<string, number>();
  private readonly values: string[] = [];
  /** By slot: documents of the index that have the value and are not deleted. */
  readonly totals: number[] = [];

  /** @param base the base segment's values, which stay in its table: a Map of 100,000 would take too long to make */
  constructor(
    private readonly base: StringTable,
    column: BaseFacetColumn,
  ) {
    for (let slot = 0; slot < base.size; slot++) this.totals.push(column.total(slot));
  }

  get size(): number {
    return this.base.size + this.values.length;
  }

  valueAt(slot: number): string {
    return slot < this.base.size ? this.base.at(slot) : this.values[slot - this.base.size];
  }

  /** Whether one slot's value comes before another's. */
  isBefore(a: number, b: number): boolean {
    // The base segment's values are in order.
    return a < this.base.size && b < this.base.size ? a < b : this.valueAt(a) < this.valueAt(b);
  }

  /** −1 for a value that no document ever had. */
  slotOf(value: string): number {
    return this.slots.get(value) ?? this.base.indexOf(value);
  }

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
