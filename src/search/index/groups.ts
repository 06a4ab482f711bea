import type { FacetColumn, GroupOrder } from './facet-column';
import type { Scratch } from './scratch';
import type { SegmentView } from './segment-view';

/** Documents that are one thing to whoever searches: those with the same value of a facet. What has none stands for itself. */
export class Groups {
  /** @param size how many there are, over all segments */
  constructor(
    private readonly facet: number,
    readonly size: number,
  ) {}

  columnOf(view: SegmentView): FacetColumn {
    return view.facets[this.facet];
  }
}

const NOT_YET = -1;

/** Some documents of a segment, ascending. */
export interface Listed {
  readonly docs: Uint32Array;
  readonly count: number;
}

/** A stretch of a {@link GroupOrder}, all of one segment. */
export interface GroupStretch {
  readonly view: SegmentView;
  readonly from: number;
  readonly to: number;
}

/** Matching documents of all segments as things: what stands alone, and groups of which several documents match. */
export class GroupedDocuments {
  /** How many things they are. */
  things = 0;
  private readonly parts: { readonly view: SegmentView; readonly list: Listed; readonly slots: Int32Array }[] = [];
  /** By group: how many of its documents match. */
  private readonly sizes: Int32Array;

  constructor(
    private readonly groups: Groups,
    private readonly scratch: Scratch,
  ) {
    this.sizes = scratch.integers(groups.size).fill(0, 0, groups.size);
  }

  add(view: SegmentView, list: Listed): void {
    const { docs, count } = list;
    const slots = this.scratch.integers(count);
    this.groups.columnOf(view).slotsInto(docs, count, slots);
    const { sizes } = this;
    let things = 0;
    for (let i = 0; i < count; i++) if (slots[i] < 0 || sizes[slots[i]]++ === 0) things++;
    this.things += things;
    this.parts.push({ view, list, slots });
  }

  /** Those of each segment that are the only one of their thing that matches. */
  alone(): readonly (Listed & { readonly view: SegmentView })[] {
    const { sizes } = this;
    return this.parts.map(({ view, list: { docs, count }, slots }) => {
      const alone = this.scratch.numbers();
      let length = 0;
      for (let i = 0; i < count; i++) if (slots[i] < 0 || sizes[slots[i]] === 1) alone[length++] = docs[i];
      return { view, docs: alone, count: length };
    });
  }

  /** The others, group by group, in the order in which the first of each comes: then their columns are read about in order too. */
  together(): { readonly order: GroupOrder; readonly stretches: readonly GroupStretch[] } {
    const { sizes, groups, scratch } = this;
    const next = scratch.integers(groups.size).fill(NOT_YET, 0, groups.size);
    let length = 0;
    for (let group = 0; group < groups.size; group++) if (sizes[group] > 1) length += sizes[group];
    let begun = 0;
    const order = { docs: scratch.integers(length), groups: scratch.integers(length) };
    const partAt = this.parts.length > 1 ? scratch.integers(length) : undefined;
    this.parts.forEach(({ list: { docs, count }, slots }, part) => {
      for (let i = 0; i < count; i++) {
        const group = slots[i];
        if (group < 0 || sizes[group] === 1) continue;
        if (next[group] === NOT_YET) {
          next[group] = begun;
          begun += sizes[group];
        }
        const at = next[group]++;
        order.docs[at] = docs[i];
        order.groups[at] = group;
        if (partAt !== undefined) partAt[at] = part;
      }
    });
    return { order, stretches: this.stretches(partAt, length) };
  }

  private stretches(partAt: Int32Array | undefined, length: number): GroupStretch[] {
    if (partAt === undefined) return this.parts.map(({ view }) => ({ view, from: 0, to: length }));
    const stretches: GroupStretch[] = [];
    for (let from = 0, to = 0; from < length; from = to) {
      while (to < length && partAt[to] === partAt[from]) to++;
      stretches.push({ view: this.parts[partAt[from]].view, from, to });
    }
    return stretches;
  }
}
