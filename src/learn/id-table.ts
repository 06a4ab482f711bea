import type { ByteReader } from './byte-reader';
import type { ByteWriter } from './byte-writer';
import { ITEMS_PER_STEP, runTask, type ResumableTask } from './resumable-task';

/** Stored in place of an id that is forgotten. */
const FORGOTTEN = '';

/**
 * Table that maps string ids to dense indexes 0…size−1 in order of first occurrence. Ids are not empty. An id can be
 * forgotten, but its index is not used again.
 */
export class IdTable {
  private readonly indexes = new Map<string, number>();
  private readonly ids: string[] = [];

  get size(): number {
    return this.ids.length;
  }

  /** Returns −1 for an unknown id. */
  indexOf(id: string): number {
    return this.indexes.get(id) ?? -1;
  }

  /** Returns an empty string for a forgotten id. */
  idAt(index: number): string {
    return this.ids[index];
  }

  forget(index: number): void {
    this.indexes.delete(this.ids[index]);
    this.ids[index] = FORGOTTEN;
  }

  intern(id: string): number {
    const known = this.indexes.get(id);
    if (known !== undefined) return known;
    const index = this.ids.length;
    this.indexes.set(id, index);
    this.ids.push(id);
    return index;
  }

  /** Writes the ids from index `from` on. {@link readInSteps} appends them, and skips ids that the table already has. */
  *writeInSteps(writer: ByteWriter, from: number): ResumableTask<void> {
    writer.varint(from);
    writer.varint(this.ids.length - from);
    for (let i = from; i < this.ids.length; i++) {
      if (i % ITEMS_PER_STEP === 0) yield;
      writer.string(this.ids[i]);
    }
  }

  readFrom(reader: ByteReader): void {
    runTask(this.readInSteps(reader));
  }

  /** Does the work of {@link readFrom} in steps. @throws Error if the table's id at the same index differs */
  *readInSteps(reader: ByteReader): ResumableTask<void> {
    const from = reader.varint();
    const count = reader.varint();
    if (from > this.ids.length)
      throw new Error(`the ids begin at index ${from}, but the table has only ${this.ids.length} ids`);
    for (let i = from; i < from + count; i++) {
      if (i % ITEMS_PER_STEP === 0) yield;
      const id = reader.string();
      if (id === FORGOTTEN && i === this.ids.length) this.ids.push(FORGOTTEN);
      else if (this.intern(id) !== i) throw new Error(`the id at index ${i} differs from the one in the table`);
    }
  }
}
