import fc from 'fast-check';
import { Cooccurrence } from '../../../src/learn/cooccurrence';
import { SparseRows } from '../../../src/learn/sparse-rows';
import { ByteReader } from '../../../src/learn/byte-reader';
import { ByteWriter } from '../../../src/learn/byte-writer';

describe('sparse rows', () => {
  it('hold the same as a map of maps, sparse and dense, while the table grows', () => {
    const bump = fc.record({ row: fc.nat(19), column: fc.nat(3000), by: fc.constantFrom(1, -1) });
    fc.assert(
      fc.property(fc.array(bump, { maxLength: 600 }), (bumps) => {
        const rows = new SparseRows();
        const expected = new Map<string, number>();
        bumps.forEach(({ row, column, by }, n) => {
          // Few columns at first, so that rows become dense, then many, so that they become sparse again.
          const reach = n < bumps.length / 2 ? 20 : 3001;
          rows.grow(Math.max(20, reach));
          rows.add(row, column % reach, by);
          const key = `${row}/${column % reach}`;
          expected.set(key, (expected.get(key) ?? 0) + by);
        });
        const columns = new Int32Array(3001);
        const counts = new Int32Array(3001);
        const found = new Map<string, number>();
        for (let row = 0; row < rows.rows && row < 20; row++) {
          const size = rows.read(row, columns, counts);
          expect(size).toBe(rows.size(row));
          for (let at = 0; at < size; at++) found.set(`${row}/${columns[at]}`, counts[at]);
        }
        for (const [key, count] of expected) {
          const [row, column] = key.split('/').map(Number);
          expect(rows.get(row, column)).toBe(count);
          if (count === 0) expected.delete(key);
        }
        expect(found).toEqual(expected);
      }),
    );
  });
});

describe('co-occurrence', () => {
  it('reads the same from both sides, with pending mirror cells, and survives encoding', () => {
    const matrix = new Cooccurrence();
    matrix.grow(300);
    for (let round = 0; round < 3; round++) {
      for (let item = 1; item < 300; item++) {
        const others = Int32Array.from({ length: item }, (_, j) => j);
        matrix.bumpItem(item, 1);
        matrix.bumpPairs(item, others, item, 1);
        if (item % 3 === 0) matrix.bumpPairs(item, others, item, -1);
      }
    }
    const writer = new ByteWriter();
    matrix.encode(writer);
    const bytes = writer.finish();
    const decoded = Cooccurrence.decode(new ByteReader(bytes));
    for (const m of [matrix, decoded]) {
      expect(m.n(7)).toBe(3);
      expect([m.count(5, 200), m.count(200, 5), m.count(3, 6), m.count(6, 3)]).toEqual([3, 3, 0, 0]);
      const keys = new Int32Array(300);
      const counts = new Int32Array(300);
      // Row 0 met every item that is not a multiple of 3.
      expect(m.readRow(0, keys, counts)).toBe(200);
    }
    const again = new ByteWriter();
    decoded.encode(again);
    expect(again.finish()).toEqual(bytes);
  });
});
