import { GrowableUint32 } from './growable';

/**
 * The values that the documents of a segment have of one facet, stored as slots of the {@link FacetDictionary}. The
 * column of a base segment never changes. The column of a live segment grows with each new document.
 */
export interface FacetColumn {
  /** Adds one to `counts[slot]` for every value of each of the first `length` documents of `docs`. */
  count(docs: Uint32Array, length: number, counts: Uint32Array): void;
  /**
   * Reads the documents [from, to) of the group order and counts each value once per group: adds one to `counts[slot]`
   * for every group in which a document has the value.
   * @param lastGroups by slot: the last group in which the value was counted
   */
  countGrouped(grouped: GroupOrder, from: number, to: number, lastGroups: Int32Array, counts: Uint32Array): void;
  /** Sets the bit of each document that has the value. */
  mark(slot: number, bits: Uint32Array): void;
  has(doc: number, slot: number): boolean;
  slotsOf(doc: number): ArrayLike<number>;
  /** Returns one of the document's values, always the same one; −1 if it has none. */
  slotOf(doc: number): number;
  /** Writes {@link slotOf} of each of the first `length` documents to `slots`. */
  slotsInto(docs: Uint32Array, length: number, slots: Int32Array): void;
}

/** Documents and the group of each. The documents of a group are adjacent. */
export interface GroupOrder {
  readonly docs: Int32Array;
  readonly groups: Int32Array;
}

/** A facet of a base segment in which no document has more than one value. */
export class SingleFacetColumn implements FacetColumn {
  /**
   * @param column by document: its slot + 1, or 0 for no value
   * @param listStarts by slot: where its documents begin in `listDocs`; the last entry is the end
   */
  constructor(
    private readonly column: Uint16Array | Uint32Array,
    private readonly listStarts: Uint32Array,
    private readonly listDocs: Uint32Array,
  ) {}

  count(docs: Uint32Array, length: number, counts: Uint32Array): void {
    const { column } = this;
    for (let i = 0; i < length; i++) {
      const slotPlusOne = column[docs[i]];
      if (slotPlusOne !== 0) counts[slotPlusOne - 1]++;
    }
  }

  countGrouped(
    { docs, groups }: GroupOrder,
    from: number,
    to: number,
    lastGroups: Int32Array,
    counts: Uint32Array,
  ): void {
    const { column } = this;
    for (let i = from; i < to; i++) {
      const slotPlusOne = column[docs[i]];
      if (slotPlusOne === 0 || lastGroups[slotPlusOne - 1] === groups[i]) continue;
      lastGroups[slotPlusOne - 1] = groups[i];
      counts[slotPlusOne - 1]++;
    }
  }

  mark(slot: number, bits: Uint32Array): void {
    markListed(this.listStarts, this.listDocs, slot, bits);
  }

  total(slot: number): number {
    return slot + 1 < this.listStarts.length ? this.listStarts[slot + 1] - this.listStarts[slot] : 0;
  }

  has(doc: number, slot: number): boolean {
    return this.column[doc] === slot + 1;
  }

  slotsOf(doc: number): ArrayLike<number> {
    return this.column[doc] === 0 ? [] : [this.column[doc] - 1];
  }

  slotOf(doc: number): number {
    return this.column[doc] - 1;
  }

  slotsInto(docs: Uint32Array, length: number, slots: Int32Array): void {
    const { column } = this;
    for (let i = 0; i < length; i++) slots[i] = column[docs[i]] - 1;
  }
}

/** A facet of a base segment in which a document can have any number of values. */
export class MultiFacetColumn implements FacetColumn {
  constructor(
    private readonly starts: Uint32Array,
    private readonly members: Uint32Array,
    private readonly listStarts: Uint32Array,
    private readonly listDocs: Uint32Array,
  ) {}

  count(docs: Uint32Array, length: number, counts: Uint32Array): void {
    countMembers(this.starts, this.members, docs, length, counts);
  }

  countGrouped(grouped: GroupOrder, from: number, to: number, lastGroups: Int32Array, counts: Uint32Array): void {
    countGroupedMembers(this.starts, this.members, grouped, from, to, lastGroups, counts);
  }

  mark(slot: number, bits: Uint32Array): void {
    markListed(this.listStarts, this.listDocs, slot, bits);
  }

  total(slot: number): number {
    return slot + 1 < this.listStarts.length ? this.listStarts[slot + 1] - this.listStarts[slot] : 0;
  }

  has(doc: number, slot: number): boolean {
    for (let at = this.starts[doc]; at < this.starts[doc + 1]; at++) if (this.members[at] === slot) return true;
    return false;
  }

  slotsOf(doc: number): ArrayLike<number> {
    return this.members.subarray(this.starts[doc], this.starts[doc + 1]);
  }

  slotOf(doc: number): number {
    return this.starts[doc] === this.starts[doc + 1] ? -1 : this.members[this.starts[doc]];
  }

  slotsInto(docs: Uint32Array, length: number, slots: Int32Array): void {
    for (let i = 0; i < length; i++) slots[i] = this.slotOf(docs[i]);
  }
}

/** A column of a base segment. It stores how many documents have each value. */
export type BaseFacetColumn = SingleFacetColumn | MultiFacetColumn;

export const isBaseColumn = (column: FacetColumn): column is BaseFacetColumn => 'total' in column;

/** A growing facet of the live segment. The segment has few documents, so {@link mark} scans all of them. */
export class LiveFacetColumn implements FacetColumn {
  private readonly starts = new GrowableUint32();
  private readonly members = new GrowableUint32();

  constructor() {
    this.starts.push(0);
  }

  append(slots: readonly number[]): void {
    for (const slot of slots) this.members.push(slot);
    this.starts.push(this.members.length);
  }

  count(docs: Uint32Array, length: number, counts: Uint32Array): void {
    countMembers(this.starts.values, this.members.values, docs, length, counts);
  }

  countGrouped(grouped: GroupOrder, from: number, to: number, lastGroups: Int32Array, counts: Uint32Array): void {
    countGroupedMembers(this.starts.values, this.members.values, grouped, from, to, lastGroups, counts);
  }

  mark(slot: number, bits: Uint32Array): void {
    for (let doc = 0; doc < this.starts.length - 1; doc++) if (this.has(doc, slot)) bits[doc >>> 5] |= 1 << (doc & 31);
  }

  has(doc: number, slot: number): boolean {
    const { values } = this.starts;
    for (let at = values[doc]; at < values[doc + 1]; at++) if (this.members.values[at] === slot) return true;
    return false;
  }

  slotsOf(doc: number): ArrayLike<number> {
    return this.members.values.subarray(this.starts.values[doc], this.starts.values[doc + 1]);
  }

  slotOf(doc: number): number {
    const { values } = this.starts;
    return values[doc] === values[doc + 1] ? -1 : this.members.values[values[doc]];
  }

  slotsInto(docs: Uint32Array, length: number, slots: Int32Array): void {
    for (let i = 0; i < length; i++) slots[i] = this.slotOf(docs[i]);
  }
}

function markListed(starts: Uint32Array, docs: Uint32Array, slot: number, bits: Uint32Array): void {
  if (slot >= starts.length - 1) return;
  for (let at = starts[slot]; at < starts[slot + 1]; at++) bits[docs[at] >>> 5] |= 1 << (docs[at] & 31);
}

function countMembers(
  starts: Uint32Array,
  members: Uint32Array,
  docs: Uint32Array,
  length: number,
  counts: Uint32Array,
): void {
  for (let i = 0; i < length; i++) {
    const doc = docs[i];
    for (let at = starts[doc]; at < starts[doc + 1]; at++) counts[members[at]]++;
  }
}

function countGroupedMembers(
  starts: Uint32Array,
  members: Uint32Array,
  { docs, groups }: GroupOrder,
  from: number,
  to: number,
  lastGroups: Int32Array,
  counts: Uint32Array,
): void {
  for (let i = from; i < to; i++) {
    const doc = docs[i];
    const group = groups[i];
    for (let at = starts[doc]; at < starts[doc + 1]; at++) {
      const slot = members[at];
      if (lastGroups[slot] === group) continue;
      lastGroups[slot] = group;
      counts[slot]++;
    }
  }
}
