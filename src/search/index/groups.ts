import { hasBit, setBit, wordsFor } from './bitmap';
import type { FacetColumn } from './facet-column';
import { GrowableUint32 } from './growable';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';
import { listed, type Selection } from './selection';

/** Documents that are one thing to whoever searches: those with the same value of a facet. What has none stands for itself. */
export class Groups {
  private readonly seen: Uint32Array;

  /** @param size how many there are, over all segments */
  constructor(
    private readonly facet: number,
    readonly size: number,
  ) {
    this.seen = new Uint32Array(wordsFor(size));
  }

  columnOf(view: SegmentView): FacetColumn {
    return view.facets[this.facet];
  }

  /** How many things a segment's documents are that have not been counted in another segment. */
  countNew(selection: Selection, view: SegmentView, scratch: Scratch): number {
    const { docs, count } = listed(selection, scratch);
    const column = this.columnOf(view);
    let things = 0;
    for (let i = 0; i < count; i++) {
      const group = column.slotOf(docs[i]);
      if (group >= 0) {
        if (hasBit(this.seen, group)) continue;
        setBit(this.seen, group);
      }
      things++;
    }
    return things;
  }
}

/** Documents of groups, of all segments, to be gone through group by group. */
export class GroupedDocuments {
  private readonly groups = new GrowableUint32();
  private readonly docs = new GrowableUint32();
  private readonly viewNumbers = new GrowableUint32();
  private readonly views: SegmentView[] = [];
  private order: Uint32Array | undefined;

  /** @param size how many groups there are */
  constructor(private readonly size: number) {}

  add(group: number, view: SegmentView, doc: number): void {
    if (this.views.at(-1) !== view) this.views.push(view);
    this.groups.push(group);
    this.docs.push(doc);
    this.viewNumbers.push(this.views.length - 1);
  }

  forEach(visit: (group: number, view: SegmentView, doc: number) => void): void {
    this.order ??= this.byGroup();
    for (const at of this.order)
      visit(this.groups.values[at], this.views[this.viewNumbers.values[at]], this.docs.values[at]);
  }

  /** By counting sort. */
  private byGroup(): Uint32Array {
    const next = new Uint32Array(this.size + 1);
    const { values, length } = this.groups;
    for (let at = 0; at < length; at++) next[values[at] + 1]++;
    for (let group = 0; group < this.size; group++) next[group + 1] += next[group];
    const order = new Uint32Array(length);
    for (let at = 0; at < length; at++) order[next[values[at]]++] = at;
    return order;
  }
}
