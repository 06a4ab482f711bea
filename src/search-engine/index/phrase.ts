import { SCORE_UNIT } from './bm25f';
import { GrowableUint32 } from './growable';
import { nextInFields, OccurrenceCursor } from './occurrences';
import type { PostingList } from './posting-list';
import type { Phrase } from './query';
import type { SegmentView } from './segment-view';
import { type IndexSettings, propertyFields } from './settings';

/**
 * Position p of field f is handled as f · FIELD_SPAN + p. The span exceeds the sum of the largest position and the
 * largest slop, so no phrase matches across two fields.
 */
const FIELD_SPAN = 2 ** 25;

/** Tests documents of one segment for a phrase. */
export class PhraseMatcher {
  /** What a match adds to a score, in units of 1 / {@link SCORE_UNIT}; undefined if hits must match the phrase. */
  readonly boost: number | undefined;
  private readonly slop: number;
  private readonly slots: readonly (readonly PostingList[])[];
  private readonly joined: readonly PostingList[];
  private readonly unless: readonly PostingList[];
  private readonly following = new GrowableUint32();
  private readonly positions: readonly GrowableUint32[];
  /** By slot (word of the phrase): the first slot with the same terms. */
  private readonly sameAs: readonly number[];
  private readonly cursor: OccurrenceCursor;
  /** A bit set of the fields in which the phrase counts. */
  private readonly fields: number;

  constructor(
    { slots, slop, boost, joined = [], unless = [], isProperty }: Phrase,
    view: SegmentView,
    settings: IndexSettings,
  ) {
    this.boost = boost === undefined ? undefined : Math.round(boost * SCORE_UNIT);
    this.slop = slop;
    this.joined = joined.flatMap((term) => view.term(term) ?? []);
    this.unless = unless.flatMap((term) => view.term(term) ?? []);
    this.slots = slots.map((terms) => [...new Set(terms)].flatMap((term) => view.term(term) ?? []));
    // A word that occurs several times in the phrase is looked up once.
    const keys = slots.map((terms) => [...new Set(terms)].sort().join('\n'));
    this.sameAs = keys.map((key) => keys.indexOf(key));
    const places = slots.map(() => new GrowableUint32());
    this.positions = this.sameAs.map((slot) => places[slot]);
    this.cursor = new OccurrenceCursor(settings.fields.length);
    this.fields = isProperty ? propertyFields(settings) : ~0;
  }

  /**
   * Returns whether a field has the words of the phrase in order, with at most `slop` other words between them in
   * total, or a term that stands for them.
   */
  matches(doc: number): boolean {
    return this.joined.some((list) => list.find(doc) >= 0) || this.hasWords(doc);
  }

  private hasWords(doc: number): boolean {
    for (let slot = 0; slot < this.slots.length; slot++)
      if (this.sameAs[slot] === slot && !this.locate(doc, this.slots[slot], this.positions[slot])) return false;
    const isUnless = this.unless.length > 0 && this.locate(doc, this.unless, this.following);
    const [first] = this.positions;
    for (let i = 0; i < first.length; i++) {
      const start = first.values[i];
      const end = this.lastPosition(start);
      // A later start does not help: if a slot has no position after this start, it has none after the next start.
      if (end < 0) return false;
      if (end - start - (this.slots.length - 1) > this.slop) continue;
      if (!isUnless || !isIn(this.following, end + 1)) return true;
    }
    return false;
  }

  /**
   * Places the first word of the phrase at `start` and each further word at its first position after the previous one.
   * Returns the position of the last word; −1 if a word has no such position.
   */
  private lastPosition(start: number): number {
    let position = start;
    for (let slot = 1; slot < this.positions.length; slot++) {
      const { values, length } = this.positions[slot];
      let low = 0;
      let high = length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (values[middle] <= position) low = middle + 1;
        else high = middle;
      }
      if (low === length) return -1;
      position = values[low];
    }
    return position;
  }

  /** Collects the positions of terms in the document, ascending. @returns whether there are any */
  private locate(doc: number, lists: readonly PostingList[], places: GrowableUint32): boolean {
    places.length = 0;
    for (const list of lists) {
      const posting = list.find(doc);
      if (posting < 0) continue;
      list.openOccurrences(posting, this.cursor);
      while (nextInFields(this.cursor, this.fields)) places.push(this.cursor.field * FIELD_SPAN + this.cursor.position);
    }
    if (lists.length > 1) places.values.subarray(0, places.length).sort();
    return places.length > 0;
  }
}

function isIn({ values, length }: GrowableUint32, position: number): boolean {
  for (let at = 0; at < length; at++) if (values[at] === position) return true;
  return false;
}
