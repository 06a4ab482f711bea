import type { Cooccurrence } from '../learn/cooccurrence';
import type { PackedRows } from '../learn/packed-rows';

/** Offsets of the owner's entries. */
export function entriesOf(rows: PackedRows, owner: number): number[] {
  return Array.from({ length: rows.length(owner) }, (_, entry) => rows.start(owner) + entry * rows.width);
}

let others = new Int32Array(256);

/** The entry at `at` joins (or leaves) the owner's set: those entries that `isMember`. */
export function bumpPairs(
  matrix: Cooccurrence,
  rows: PackedRows,
  owner: number,
  at: number,
  isMember: (at: number) => boolean,
  by: 1 | -1,
): void {
  const { cells, width } = rows;
  const product = cells[at];
  matrix.bumpItem(product, by);
  if (rows.length(owner) > others.length) others = new Int32Array(rows.length(owner) * 2);
  const end = rows.start(owner) + rows.length(owner) * width;
  let count = 0;
  for (let other = rows.start(owner); other < end; other += width) {
    if (other !== at && isMember(other)) others[count++] = cells[other];
  }
  matrix.bumpPairs(product, others, count, by);
}
