import type { FacetColumn, GroupOrder } from './facet-column';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';

/** Groups documents with the same value of a facet into one item. A document without a value is an item of its own. */
export class Groups {
  /** @param size number of groups over all segments */
  constructor(
    private readonly facet: number,
    readonly size: number,
  ) {}

  columnOf(view: SegmentView): FacetColumn {
    return view.facets[this.facet];
  }
}

const NOT_STARTED = -1;

/** Numbers of some documents of a segment, ascending. */
export interface DocumentNumbers {
  readonly docs: Uint32Array;
  readonly count: number;
}

/** A range [from, to) of a {@link GroupOrder}. All of its documents belong to one segment. */
export interface GroupRange {
  readonly view: SegmentView;
  readonly from: number;
  readonly to: number;
}

/**
 * Splits the matching documents of all segments into two sets: documents that are the only match of their item, and
 * documents of groups with several matches.
 */
export class GroupedDocuments {
  itemCount = 0;
  private readonly parts: { readonly view: SegmentView; readonly list: DocumentNumbers; readonly slots: Int32Array }[] =
    [];
  /** By group: number of its documents that match. */
  private readonly sizes: Int32Array;

  constructor(
    private readonly groups: Groups,
    private readonly scratch: Scratch,
  ) {
    this.sizes = scratch.integers(groups.size).fill(0, 0, groups.size);
  }

  add(view: SegmentView, list: DocumentNumbers): void {
    const { docs, count } = list;
    const slots = this.scratch.integers(count);
    this.groups.columnOf(view).slotsInto(docs, count, slots);
    const { sizes } = this;
    let items = 0;
    for (let i = 0; i < count; i++) if (slots[i] < 0 || sizes[slots[i]]++ === 0) items++;
    this.itemCount += items;
    this.parts.push({ view, list, slots });
  }

  /** Returns, by segment, the documents that are the only match of their item. */
  singles(): readonly (DocumentNumbers & { readonly view: SegmentView })[] {
    const { sizes } = this;
    return this.parts.map(({ view, list: { docs, count }, slots }) => {
      const singles = this.scratch.numbers();
      let length = 0;
      for (let i = 0; i < count; i++) if (slots[i] < 0 || sizes[slots[i]] === 1) singles[length++] = docs[i];
      return { view, docs: singles, count: length };
    });
  }

  /**
   * Returns the documents of groups with several matches, group by group. Groups are in the order of their first
   * document, so that the columns are read nearly in order.
   */
  inGroupOrder(): { readonly order: GroupOrder; readonly ranges: readonly GroupRange[] } {
    const { sizes, groups, scratch } = this;
    const next = scratch.integers(groups.size).fill(NOT_STARTED, 0, groups.size);
    let length = 0;
    for (let group = 0; group < groups.size; group++) if (sizes[group] > 1) length += sizes[group];
    let assignedCount = 0;
    const order = { docs: scratch.integers(length), groups: scratch.integers(length) };
    const partAt = this.parts.length > 1 ? scratch.integers(length) : undefined;
    this.parts.forEach(({ list: { docs, count }, slots }, part) => {
      for (let i = 0; i < count; i++) {
        const group = slots[i];
        if (group < 0 || sizes[group] === 1) continue;
        if (next[group] === NOT_STARTED) {
          next[group] = assignedCount;
          assignedCount += sizes[group];
        }
        const at = next[group]++;
        order.docs[at] = docs[i];
        order.groups[at] = group;
        if (partAt !== undefined) partAt[at] = part;
      }
    });
    return { order, ranges: this.rangesBySegment(partAt, length) };
  }

  private rangesBySegment(partAt: Int32Array | undefined, length: number): GroupRange[] {
    if (partAt === undefined) return this.parts.map(({ view }) => ({ view, from: 0, to: length }));
    const ranges: GroupRange[] = [];
    for (let from = 0, to = 0; from < length; from = to) {
      while (to < length && partAt[to] === partAt[from]) to++;
      ranges.push({ view: this.parts[partAt[from]].view, from, to });
    }
    return ranges;
  }
}
