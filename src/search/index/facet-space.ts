/**
 * The values of one facet over all segments of an index, each with a slot: those of the base segment in its order, then what
 * the live one brings along. Counts are arrays by slot.
 */
export class FacetSpace {
  private readonly slots = new Map<string, number>();
  private readonly values: string[] = [];
  /** By slot: documents of the index that have the value and are not deleted. */
  readonly totals: number[] = [];

  get size(): number {
    return this.values.length;
  }

  valueAt(slot: number): string {
    return this.values[slot];
  }

  /** −1 for a value that no document ever had. */
  slotOf(value: string): number {
    return this.slots.get(value) ?? -1;
  }

  intern(value: string): number {
    const known = this.slots.get(value);
    if (known !== undefined) return known;
    const slot = this.values.push(value) - 1;
    this.slots.set(value, slot);
    this.totals.push(0);
    return slot;
  }
}
