import type { CountedDocuments } from './counted-documents';
import type { GroupOrder } from './facet-column';
import type { ValueCounts } from './facet-request';
import type { FacetDictionary } from './facet-dictionary';
import { parentOf } from './facet-values';
import type { GroupRange } from './groups';
import type { Scratch } from './scratch';
import type { FacetSettings } from './settings';

/** Counts the documents with each value of one facet, over the segments of an index. */
export class ValueCounter {
  private readonly counts: Uint32Array;

  constructor(
    private readonly settings: FacetSettings,
    private readonly dictionary: FacetDictionary,
  ) {
    this.counts = new Uint32Array(dictionary.size);
  }

  /** @param facet index of the facet in the settings */
  add(documents: CountedDocuments, facet: number): void {
    documents.count(facet, this.counts);
  }

  /** Counts each group once for every value of its documents. @param facet index of the facet in the settings */
  addGrouped(order: GroupOrder, ranges: readonly GroupRange[], facet: number, scratch: Scratch): void {
    const lastGroups = scratch.integers(this.counts.length).fill(-1, 0, this.counts.length);
    for (const { view, from, to } of ranges) view.facets[facet].countGrouped(order, from, to, lastGroups, this.counts);
  }

  /** Sets the counts to the stored totals of all documents of the index. */
  addTotals(): void {
    this.counts.set(this.dictionary.totals);
  }

  /**
   * Returns the most frequent values.
   * @param selected values to return in addition, even beyond the limit
   * @param parent returns only paths directly below this path
   */
  finish(limit: number, selected: readonly string[], parent: string | undefined): ValueCounts {
    const { counts, dictionary } = this;
    const { pathSeparator } = this.settings;
    const best: number[] = [];
    let distinct = 0;
    const isBetter = (a: number, b: number) =>
      counts[a] > counts[b] || (counts[a] === counts[b] && dictionary.isBefore(a, b));
    for (let slot = 0; slot < counts.length; slot++) {
      if (counts[slot] === 0) continue;
      if (
        parent !== undefined &&
        pathSeparator !== undefined &&
        parentOf(dictionary.valueAt(slot), pathSeparator) !== parent
      )
        continue;
      distinct++;
      if (best.length === limit && (limit === 0 || !isBetter(slot, best[limit - 1]))) continue;
      let at = best.length === limit ? limit - 1 : best.length;
      for (; at > 0 && isBetter(slot, best[at - 1]); at--) best[at] = best[at - 1];
      best[at] = slot;
    }
    const values = best.map((slot) => ({ value: dictionary.valueAt(slot), count: counts[slot] }));
    for (const value of new Set(selected)) {
      if (values.some((listed) => listed.value === value)) continue;
      const slot = dictionary.slotOf(value);
      values.push({ value, count: slot < 0 ? 0 : counts[slot] });
    }
    return { facet: this.settings.name, values, distinct };
  }
}
