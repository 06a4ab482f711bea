import { GrowableUint32 } from './growable';

/** The postings of a log by term: each knows the one before it of its term. */
export class NewestPostings {
  /** By term: its newest posting, counted from 1; 0 for none. */
  private readonly heads: number[] = [];
  /** By posting: the one before it of its term, counted from 1; and its document. */
  private readonly previous = new GrowableUint32(1024);
  private readonly docs = new GrowableUint32(1024);

  /** Postings, which are numbered in the order in which they come. */
  get count(): number {
    return this.docs.length;
  }

  add(term: number, doc: number): void {
    this.previous.push(this.heads[term] ?? 0);
    this.docs.push(doc);
    this.heads[term] = this.docs.length;
  }

  docOf(posting: number): number {
    return this.docs.values[posting];
  }

  /** A term's postings from a number on, ascending. */
  since(term: number, from: number): number[] {
    const found: number[] = [];
    for (let next = this.heads[term] ?? 0; next > from; next = this.previous.values[next - 1]) found.push(next - 1);
    return found.reverse();
  }
}
