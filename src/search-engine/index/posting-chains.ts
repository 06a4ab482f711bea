import { GrowableUint32 } from './growable';

/**
 * The postings of a document log as one linked list for each term: each posting links to the previous one of its term.
 */
export class PostingChains {
  /** By term: the number of its newest posting, plus 1; 0 for none. */
  private readonly heads: number[] = [];
  /** By posting: the number of the previous posting of its term, plus 1; 0 for none. */
  private readonly previous = new GrowableUint32(1024);
  /** By posting: its document. */
  private readonly docs = new GrowableUint32(1024);

  /** Number of postings. They are numbered in the order in which they were added. */
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

  /** Returns a term's postings with numbers of at least `from`, ascending. */
  postingsSince(term: number, from: number): number[] {
    const postings: number[] = [];
    for (let next = this.heads[term] ?? 0; next > from; next = this.previous.values[next - 1]) postings.push(next - 1);
    return postings.reverse();
  }
}
