import { JudgmentLines } from '../../../../src/evaluation/search/judgment-lines';

const read = (...lines: string[]): unknown[] => {
  const reader = new JudgmentLines();
  return lines.map((line) => reader.read(line)).filter((line) => line !== undefined);
};
const message = (...lines: string[]) => {
  const faults = read(...lines).filter((line) => 'message' in (line as object));
  expect(faults).toHaveLength(1);
  return faults[0];
};
const mug = { query: 'red mug, large', productId: 'mug-1', grade: 2 };

describe('reading judgments', () => {
  it.each([
    ['tabs', ['query\tproduct_id\tgrade', 'red mug, large\tmug-1\t2', '']],
    ['commas', ['query,product,grade', '"red mug, large",mug-1,2']],
    ['commas, without a header', ['"red mug, large",mug-1,2']],
    ['JSON lines', ['', '{"query":"red mug, large","productId":"mug-1","grade":2}']],
  ])('reads %s', (_, lines) => {
    expect(read(...lines)).toEqual([mug]);
  });

  it.each([
    ['tabs', ['query\tproduct\tgrade\tclass', 'tent\tp1\t3\tnouns', 'tent\tp2\t2\t', 'tent\tp3\t1']],
    ['commas', ['query,product,grade,class', 'tent,p1,3,nouns', 'tent,p2,2,', 'tent,p3,1']],
    [
      'JSON lines',
      [
        '{"query":"tent","productId":"p1","grade":3,"class":" nouns "}',
        '{"query":"tent","productId":"p2","grade":2,"class":""}',
        '{"query":"tent","productId":"p3","grade":1}',
      ],
    ],
  ])('reads the class of a query: %s', (_, lines) => {
    expect(read(...lines)).toEqual([
      { query: 'tent', productId: 'p1', grade: 3, queryClass: 'nouns' },
      { query: 'tent', productId: 'p2', grade: 2 },
      { query: 'tent', productId: 'p3', grade: 1 },
    ]);
  });

  it('rejects a class that is too long, is the name of the total, or differs from that of another line', () => {
    expect(read(`a\tb\t1\t${'x'.repeat(64)}`)).toMatchObject([{ queryClass: 'x'.repeat(64) }]);
    expect(message(`a\tb\t1\t${'x'.repeat(65)}`)).toEqual({
      line: 1,
      message: 'the class must have at most 64 characters; got 65',
    });
    expect(message('a\tb\t1\tjudgments')).toMatchObject({ message: expect.stringContaining('must not be judgments') });
    expect(message('a\tb\t1\tnouns', 'a\tc\t1\t', 'a\td\t1\tplurals', 'e\td\t1\tplurals')).toEqual({
      line: 3,
      message: 'line 1 already gives this query the class nouns; a query has one class',
    });
  });

  it('reports the invalid line, with the reason', () => {
    expect(message('a\tb\t1', 'a\tc\t4')).toEqual({
      line: 2,
      message: 'the grade must be a whole number from 0 to 3; got 4',
    });
    expect(message('a\tb\tgood')).toMatchObject({ line: 1, message: expect.stringContaining('good') });
    expect(message('a\tb\t1.5')).toMatchObject({ line: 1, message: expect.stringContaining('1.5') });
    expect(message('a\tb')).toMatchObject({ line: 1, message: expect.stringContaining('2 columns') });
    expect(message('a\tb\t1\tc\td')).toMatchObject({ line: 1, message: expect.stringContaining('5 columns') });
    expect(message('q,p,grade', ',b,1')).toEqual({ line: 2, message: 'the query is missing' });
    expect(message('a,,1')).toEqual({ line: 1, message: 'the product id is missing' });
    expect(message('a,"b,1')).toMatchObject({ message: expect.stringContaining('quotes') });
    expect(message('a,b,1', '', 'a,c,1', 'a,b,2')).toEqual({
      line: 4,
      message: 'line 1 already has a judgment of this product and query',
    });
    expect(message('{"query":"a","productId":"b","grade":1}', '{"query"')).toMatchObject({
      line: 2,
      message: expect.stringContaining('not JSON'),
    });
    expect(message('{"query":"a","productId":7,"grade":1}')).toMatchObject({
      message: expect.stringContaining('productId'),
    });
  });
});
