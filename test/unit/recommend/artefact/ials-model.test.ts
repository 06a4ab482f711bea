import { IdTable } from '../../../../src/learn/id-table';
import { ialsScores } from '../../../../src/learn/ials';
import { weightedGram } from '../../../../src/learn/ials-engine';
import { IalsFoldIn } from '../../../../src/learn/ials-fold-in';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { IalsModel } from '../../../../src/recommend/artefact/ials-model';
import { ScoreVector } from '../../../../src/recommend/artefact/score-vector';

const settings = { factors: 8, lambda: 0.01, unobserved: 0.3 };
const ids = ['a', 'b', 'c', 'd', 'e'];
const random = seededRandom(1);
const items = Float32Array.from({ length: 8 * ids.length }, () => random() - 0.5);
const gram = Float32Array.from(weightedGram(items, settings.factors, settings.unobserved));
const model = new IalsModel(ids, items, gram, settings);

function scoresOf(asked: IalsModel, products: IdTable, history: string[]): ScoreVector {
  const out = new ScoreVector();
  out.reset(products.size);
  asked.score(
    products,
    Int32Array.from(history, (id) => products.indexOf(id)),
    out,
  );
  return out;
}

function table(...names: string[]): IdTable {
  const products = new IdTable();
  for (const id of names) products.intern(id);
  return products;
}

describe('the item side of iALS', () => {
  it('scores as a fold-in does, above 0, with any product table', () => {
    const expected = ialsScores(items, new IalsFoldIn(items, gram, settings).factors([0, 2]));
    const products = table('x', 'e', 'd', 'c', 'b', 'a');
    const scores = scoresOf(model, products, ['a', 'c', 'x']);
    ids.forEach((id, item) => {
      expect(scores.values[products.indexOf(id)]).toBeCloseTo(Math.max(0, expected[item]), 12);
    });
    expect(scores.has(products.indexOf('x'))).toBe(false);
  });

  it('gives no scores for a history without known products', () => {
    expect(scoresOf(model, table('x', 'a'), ['x']).scoredProducts()).toHaveLength(0);
    expect(scoresOf(model, table('x', 'a'), []).scoredProducts()).toHaveLength(0);
  });

  it('follows a table that grows', () => {
    const products = table('a');
    scoresOf(model, products, ['a']);
    for (const id of ids) products.intern(id);
    expect(scoresOf(model, products, ['a', 'b']).values).toEqual(
      scoresOf(new IalsModel(ids, items, gram, settings), products, ['a', 'b']).values,
    );
  });

  it('is the same when written and read, and refuses foreign bytes', () => {
    const bytes = model.encode();
    const read = IalsModel.decode(bytes);
    expect(read.encode()).toEqual(bytes);
    expect(scoresOf(read, table(...ids), ['b']).values).toEqual(scoresOf(model, table(...ids), ['b']).values);
    for (let length = 0; length < bytes.length; length++)
      expect(() => IalsModel.decode(bytes.slice(0, length))).toThrow();
    const uneven = new IalsModel(ids.slice(1), items, gram, settings).encode();
    expect(() => IalsModel.decode(uneven)).toThrow('does not match');
  });
});
