import { partitionPoint } from './string-table';

/** Maximum number of entries in a chunk. It bounds how many entries an insertion moves. */
const MAX_CHUNK_SIZE = 128;

/** Entries in ascending order of a key. */
export class SortedChunks<T> {
  /** The entries in chunks, ascending over all chunks. No chunk is empty. */
  private readonly chunks: T[][] = [];

  constructor(private readonly keyOf: (entry: T) => string) {}

  insert(entry: T): void {
    const { chunks, keyOf } = this;
    const key = keyOf(entry);
    const at = this.chunkOf(key);
    const chunk = (chunks[at] ??= []);
    chunk.splice(this.lowerBound(chunk, key), 0, entry);
    if (chunk.length > MAX_CHUNK_SIZE) chunks.splice(at + 1, 0, chunk.splice(MAX_CHUNK_SIZE / 2));
  }

  /** Returns the entries whose key begins with the prefix, ascending. */
  withPrefix(prefix: string): T[] {
    const { chunks, keyOf } = this;
    const found: T[] = [];
    const from = this.chunkOf(prefix);
    for (let at = from; at < chunks.length; at++) {
      const chunk = chunks[at];
      for (let i = at === from ? this.lowerBound(chunk, prefix) : 0; i < chunk.length; i++) {
        if (!keyOf(chunk[i]).startsWith(prefix)) return found;
        found.push(chunk[i]);
      }
    }
    return found;
  }

  /** Returns the index of the last chunk that begins before the key, or 0. */
  private chunkOf(key: string): number {
    return Math.max(0, partitionPoint(this.chunks.length, (at) => this.keyOf(this.chunks[at][0]) < key) - 1);
  }

  private lowerBound(chunk: readonly T[], key: string): number {
    return partitionPoint(chunk.length, (at) => this.keyOf(chunk[at]) < key);
  }
}
