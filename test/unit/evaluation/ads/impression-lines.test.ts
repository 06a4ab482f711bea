import { featureNames, parseAdColumns } from '../../../../src/evaluation/ads/ad-columns';
import { ImpressionLineReader, type Impression } from '../../../../src/evaluation/ads/impression-lines';

function readAll(columns: string, lines: readonly string[]) {
  const reader = new ImpressionLineReader(parseAdColumns(columns));
  const impressions = lines.map((line) => reader.read(line)).filter((each): each is Impression => each !== undefined);
  return { impressions, skipped: reader.skipped, skippedCount: reader.skippedCount };
}

const valuesIn = (columns: string, lines: readonly string[]) =>
  readAll(columns, lines).impressions.map(({ label, values }) => [label, ...values]);

describe('the columns of a file of impressions', () => {
  it('are click, time, features and skipped ones', () => {
    const columns = parseAdColumns('time=hour, click=clicked,ad,-,site');
    expect(columns.map(({ role, name }) => `${role} ${name}`)).toEqual([
      'time hour',
      'click clicked',
      'feature ad',
      'skip -',
      'feature site',
    ]);
    expect(featureNames(columns)).toEqual(['ad', 'site']);
  });

  it.each([
    ['ad,site', 'must name the column of the label by click=NAME'],
    ['click=a,click=b,c', '--columns names 2 columns by click=; at most one is allowed'],
    ['click=a,time=b,time=c,d', '--columns names 2 columns by time=; at most one is allowed'],
    ['click=a,ad,ad', '--columns names ad twice'],
    ['click=a,a', '--columns names a twice'],
    ['click=a', 'at least one feature'],
    ['click=a,,b', '--columns has an empty name'],
    ['click=,b', '--columns has an empty name after click='],
  ])('are refused if they are %s', (columns, message) => {
    expect(() => parseAdColumns(columns)).toThrow(message);
  });
});

describe('ImpressionLineReader', () => {
  it('finds columns by the names of a header, in any order and with any of the separators', () => {
    for (const separator of ['\t', ',', ';']) {
      const lines = [
        ['id', 'site', 'click', 'ad'],
        ['1', 's', '0', 'a'],
        ['2', '', '1', 'b'],
      ];
      const joined = lines.map((fields) => fields.join(separator));
      expect(valuesIn('click=click,-,ad,site', joined)).toEqual([
        [0, 'a', 's'],
        [1, 'b', ''],
      ]);
    }
  });

  it('finds columns by their places in a file without a header', () => {
    expect(valuesIn('click=label,I1,-,C1', ['1\t5\tx\tq\tmore', '0\t\ty\tr'])).toEqual([
      [1, '5', 'q'],
      [0, '', 'r'],
    ]);
    expect(valuesIn('ad,click=label', ['7,true', '8,FALSE', '9,1.0'])).toEqual([
      [1, '7'],
      [0, '8'],
      [1, '9'],
    ]);
  });

  it('reads times that are numbers or dates', () => {
    const { impressions } = readAll('click=c,time=t,a', ['c,t,a', '0,14102100,x', '0,2011-12-09 10:15:00,x']);
    expect(impressions.map(({ time }) => time?.monthFirst)).toEqual([14_102_100, Date.UTC(2011, 11, 9, 10, 15)]);
  });

  it('allows the time to be a feature, too, if there is a header', () => {
    expect(valuesIn('click=c,time=t,t', ['c,t', '0,5'])).toEqual([[0, '5']]);
  });

  it('skips lines that it cannot use, and keeps the first three of them', () => {
    const lines = ['c,t,a', '2,1,x', '', '1,soon,x', '1,1', '1,1,"x', '0,1,x'];
    const { impressions, skipped, skippedCount } = readAll('click=c,time=t,a', lines);
    expect(impressions).toHaveLength(1);
    expect(skippedCount).toBe(4);
    expect(skipped).toEqual([
      { line: 2, reason: 'the click must be 0, 1, true or false; got "2"' },
      { line: 4, reason: 'the time can\'t be read; got "soon"' },
      { line: 5, reason: 'the line has 2 fields; at least 3 are needed' },
    ]);
  });

  it('counts a line that is not UTF-8', () => {
    const reader = new ImpressionLineReader(parseAdColumns('click=c,a'));
    reader.read('c,a');
    reader.skip('the line is not UTF-8');
    expect(reader.skipped).toEqual([{ line: 2, reason: 'the line is not UTF-8' }]);
  });

  it('names a column that is missing, and says how a file without a header is recognised', () => {
    expect(() => readAll('click=click,ad,site', ['click,ad,shop'])).toThrow(
      '--columns: the first line has no column site; it has click, ad, shop. In a file without a header, field 1 of the first line must be 0, 1, true or false',
    );
    expect(() => readAll('click=click,ad,site', ['0,x'])).toThrow(
      'the first line has 2 fields; --columns names 3 columns',
    );
  });
});
