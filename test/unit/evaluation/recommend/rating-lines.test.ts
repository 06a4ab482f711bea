import { RatingLines, type RatingFormat } from '../../../../src/evaluation/recommend/rating-lines';

const read = (format: RatingFormat, lines: readonly string[], columns?: string[]): unknown[] => {
  const reader = new RatingLines(format, columns);
  return lines.map((line) => reader.read(line)).filter((line) => line !== undefined);
};
const first = { user: '196', item: '242', value: 3, at: 881250949000 };

describe('reading ratings', () => {
  it.each([
    ['u.data', ['196\t242\t3\t881250949']],
    ['ratings.dat', ['196::242::3::881250949']],
    ['ratings.csv', ['userId,movieId,rating,timestamp', '196,242,3.0,881250949']],
  ])('recognises %s by its first line', (_, lines) => {
    expect(read('movielens', lines)).toEqual([first]);
  });

  it('reads the columns that are named, with or without a header', () => {
    const columns = ['timestamp', 'x', 'item', 'rating', 'user'];
    expect(read('csv', ['881250949,?,242,3,196'], columns)).toEqual([first]);
    expect(read('csv', ['when,what,product,stars,who', '1997-12-04T15:55:49Z,"a, b",242,3,196'], columns)).toEqual([
      first,
    ]);
    expect(read('csv', ['196,242,3'], ['user', 'item', 'rating'])).toEqual([{ ...first, at: NaN }]);
  });

  it('reports what is wrong with a line, and continues', () => {
    expect(
      read('movielens', ['196\t242\t3\t881250949', '1\t2\tgood\t5', '1\t\t3\t5', '', '1\t2\t3\tsoon', '1']),
    ).toEqual([
      first,
      { line: 2, rejected: 'the rating must be a number; got "good"' },
      { line: 3, rejected: 'the user or the item is missing' },
      { line: 5, rejected: 'the timestamp must be a number or a date' },
      { line: 6, rejected: 'the rating must be a number; got ""' },
    ]);
  });

  it('rejects columns without user, item or rating, or with one twice', () => {
    expect(() => new RatingLines('csv', ['user', 'item'])).toThrow('must contain rating');
    expect(() => new RatingLines('csv', ['user', 'item', 'rating', 'user'])).toThrow('user twice');
  });
});
