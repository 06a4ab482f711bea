import { ByteReader } from '../../../../src/learn/byte-reader';
import { ByteWriter } from '../../../../src/learn/byte-writer';
import { IdTable } from '../../../../src/learn/id-table';
import { SparseItemMatrix, type SparseItemRow } from '../../../../src/recommend/artefact/sparse-item-matrix';
import { ScoreVector } from '../../../../src/recommend/artefact/score-vector';

const row = (columns: number[], values: number[]): SparseItemRow => ({
  columns: Int32Array.from(columns),
  values: Float32Array.from(values),
});
const rows = (): SparseItemMatrix =>
  new SparseItemMatrix(['a', 'b', 'c'], [row([1, 2], [0.5, -0.25]), row([2], [1]), row([], [])]);

function bytesOf(items: SparseItemMatrix): Uint8Array {
  const writer = new ByteWriter();
  items.write(writer);
  return writer.finish();
}

function scores(items: SparseItemMatrix, ids: string[], history: string[], weights?: number[]): Record<string, number> {
  const products = new IdTable();
  for (const id of ids) products.intern(id);
  const [plain, weighted] = [new ScoreVector(), new ScoreVector()];
  for (const vector of [plain, weighted]) vector.reset(products.size);
  const indexes = Int32Array.from(history, (id) => products.indexOf(id));
  const wanted = weights && { out: weighted, scale: 2, weights: Float64Array.from(weights) };
  items.addScores(products, indexes, { out: plain, scale: 2 }, ...(wanted ? [wanted] : []));
  const out = weights ? weighted : plain;
  return Object.fromEntries(
    Array.from(out.scoredProducts(), (product) => [products.idAt(product), out.values[product]]),
  );
}

describe('rows of product attributes', () => {
  it('add up over a history, with any product table', () => {
    const expected = { b: 1, c: 1.5 };
    expect(scores(rows(), ['a', 'b', 'c'], ['a', 'b'])).toEqual(expected);
    expect(scores(rows(), ['x', 'c', 'b', 'a'], ['b', 'x', 'a'])).toEqual(expected);
    expect(scores(rows(), ['a', 'c'], ['a'])).toEqual({ c: -0.5 });
  });

  it('are weighted by the position in the history', () => {
    expect(scores(rows(), ['a', 'b', 'c'], ['a', 'b'], [1, 0.25])).toEqual({ b: 1 });
  });

  it('follow tables that grow, and rows that are replaced', () => {
    const items = rows();
    const products = new IdTable();
    for (const id of ['a', 'b']) products.intern(id);
    expect(items.strongestSource(products, Int32Array.of(0), 1)).toBe(0);
    products.intern('d');
    items.extend(['d']);
    items.replace(0, row([3], [7]));
    expect(items.strongestSource(products, Int32Array.of(0, 1), 2)).toBe(0);
    expect(items.strongestSource(products, Int32Array.of(0), 1)).toBe(-1);
    expect(items.countKnown(products, Int32Array.of(0, 1, 2))).toBe(3);
  });

  it('are the same when written and read', () => {
    const bytes = bytesOf(rows());
    const read = SparseItemMatrix.read(new ByteReader(bytes));
    expect(bytesOf(read)).toEqual(bytes);
    expect(scores(read, ['a', 'b', 'c'], ['a', 'b'])).toEqual({ b: 1, c: 1.5 });
  });

  it('refuse bytes that are cut short, or name a product beyond the last', () => {
    const bytes = bytesOf(rows());
    for (let length = 0; length < bytes.length; length++)
      expect(() => SparseItemMatrix.read(new ByteReader(bytes.slice(0, length)))).toThrow();
    const beyond = bytesOf(new SparseItemMatrix(['a'], [row([1], [1])]));
    expect(() => SparseItemMatrix.read(new ByteReader(beyond))).toThrow('beyond the last');
  });
});
