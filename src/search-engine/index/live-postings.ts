import { GrowableBytes, GrowableUint16, GrowableUint32 } from './growable';
import { SKIP_INTERVAL, PostingList } from './posting-list';

/** A posting list that grows. */
export class LivePostings {
  /** The list contains all postings of its term whose number in the document log is below this. */
  checkedCount = 0;
  private readonly docs = new GrowableUint32(2);
  private readonly impacts = new GrowableUint16(2);
  private readonly bytes = new GrowableBytes(8);
  private readonly starts = new GrowableUint32(1);
  private maximum = 0;

  /** Appends a posting, whose occurrences are the bytes [from, to). Documents must be in ascending order. */
  add(doc: number, impact: number, bytes: Uint8Array, from: number, to: number): void {
    if (this.docs.length % SKIP_INTERVAL === 0) this.starts.push(this.bytes.length);
    this.docs.push(doc);
    this.impacts.push(impact);
    this.bytes.pushVarint(to - from);
    this.bytes.append(bytes, from, to);
    if (impact > this.maximum) this.maximum = impact;
  }

  /** Returns a view that is valid until the next posting is added. */
  list(): PostingList {
    const { docs, impacts, bytes, starts } = this;
    const occurrences = { bytes: bytes.values, starts: starts.values, startsFrom: 0 };
    return new PostingList(-1, docs.length, docs.values, 0, impacts.values, 0, this.maximum, null, occurrences);
  }
}
