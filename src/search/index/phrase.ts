import { SCORE_UNIT } from './bm25f';
import { GrowableUint32 } from './growable';
import { OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import type { Phrase } from './query';
import type { SegmentView } from './segment-view';

/** Beyond every position of a field: field f begins at f · this. */
const FIELD_SPAN = 2 ** 25;

/** Looks for a phrase in the documents of one segment. */
export class PhraseMatcher {
  /** What having it adds to a score, as the whole number that is summed; undefined if it has to be there. */
  readonly boost: number | undefined;
  private readonly slop: number;
  private readonly slots: readonly (readonly PostingList[])[];
  private readonly places: readonly GrowableUint32[];
  /** By slot, the first one that has the same terms. */
  private readonly sameAs: readonly number[];
  private readonly cursor: OccurrenceCursor;

  constructor({ slots, slop, boost }: Phrase, view: SegmentView, fields: number) {
    this.boost = boost === undefined ? undefined : Math.round(boost * SCORE_UNIT);
    this.slop = slop;
    this.slots = slots.map((terms) => [...new Set(terms)].flatMap((term) => view.term(term) ?? []));
    // A word that the phrase repeats is looked up once.
    const keys = slots.map((terms) => [...new Set(terms)].sort().join('\n'));
    this.sameAs = keys.map((key) => keys.indexOf(key));
    const places = slots.map(() => new GrowableUint32());
    this.places = this.sameAs.map((slot) => places[slot]);
    this.cursor = new OccurrenceCursor(fields);
  }

  /** Whether one field has a term of each slot, in order, with no more other words between them than the slop. */
  matches(doc: number): boolean {
    for (let slot = 0; slot < this.slots.length; slot++)
      if (this.sameAs[slot] === slot && !this.locate(doc, slot)) return false;
    const [first] = this.places;
    for (let i = 0; i < first.length; i++) {
      const start = first.values[i];
      const end = this.follow(start);
      // Further on, no slot gets nearer: if there is nothing behind this place, there is nothing behind the next.
      if (end < 0) return false;
      if (end - start - (this.slots.length - 1) <= this.slop) return true;
    }
    return false;
  }

  /** The least place of the last slot if each is the nearest behind the one before; −1 if there is none. */
  private follow(start: number): number {
    let place = start;
    for (let slot = 1; slot < this.places.length; slot++) {
      const { values, length } = this.places[slot];
      let low = 0;
      let high = length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (values[middle] <= place) low = middle + 1;
        else high = middle;
      }
      if (low === length) return -1;
      place = values[low];
    }
    return place;
  }

  /** Writes down where the slot's terms are in the document, ascending. @returns whether there is any */
  private locate(doc: number, slot: number): boolean {
    const places = this.places[slot];
    const lists = this.slots[slot];
    places.length = 0;
    for (const list of lists) {
      const posting = list.find(doc);
      if (posting < 0) continue;
      list.openOccurrences(posting, this.cursor);
      while (this.cursor.next()) places.push(this.cursor.field * FIELD_SPAN + this.cursor.position);
    }
    if (lists.length > 1) places.values.subarray(0, places.length).sort();
    return places.length > 0;
  }
}
