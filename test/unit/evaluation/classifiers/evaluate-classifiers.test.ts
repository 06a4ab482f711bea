import { loadClassifiers } from '../../../../src/evaluation/classifiers/classifiers';
import { evaluateClassifiers } from '../../../../src/evaluation/classifiers/evaluate-classifiers';
import { readLabelledTable, type TableSettings } from '../../../../src/evaluation/classifiers/labelled-table';
import { probabilityScores } from '../../../../src/learn/probability-scores';
import { stratifiedHalves } from '../../../../src/evaluation/classifiers/stratified-halves';
import { syntheticVisits } from './synthetic-visits';

const NOTHING: TableSettings = { label: undefined, without: [], categories: [] };
const read = (lines: readonly string[], settings: Partial<TableSettings> = {}) =>
  readLabelledTable(lines, { ...NOTHING, ...settings });

describe('a labelled table', () => {
  const visits = ['3;1;Feb;TRUE', '', '4.5;2;;FALSE', '1e2;1;"a;b";FALSE', '0;1;Feb;TRUE'];
  const lines = ['pages;browser;"month";bought', ...visits, ...visits];

  it('has numeric columns, categories, and a label of two values', () => {
    const rows = [
      [3, 1, 'Feb'],
      [4.5, 2, ''],
      [100, 1, 'a;b'],
      [0, 1, 'Feb'],
    ];
    expect(read(lines)).toEqual({
      columns: [
        { name: 'pages', isCategorical: false },
        { name: 'browser', isCategorical: false },
        { name: 'month', isCategorical: true },
      ],
      rows: [...rows, ...rows],
      labels: Uint8Array.of(1, 0, 0, 1, 1, 0, 0, 1),
      label: 'bought',
      positive: 'TRUE',
    });
  });

  it('leaves columns out, and reads numbers as categories where asked', () => {
    const table = read(lines, { without: ['month'], categories: ['browser'] });
    expect(table.columns.map(({ name }) => name)).toEqual(['pages', 'browser']);
    expect(table.rows[0]).toEqual([3, '1']);
  });

  it('takes the value that sorts last as label 1, if neither says yes', () => {
    const rows = ['1,cat', '2,dog', '3,cat', '4,dog'];
    expect(read(['x,kind', ...rows, ...rows])).toMatchObject({ positive: 'dog' });
  });

  it.each<[string[], Partial<TableSettings>, string]>([
    [[], {}, 'it has no rows below a header'],
    [['a,b'], {}, 'it has no rows below a header'],
    [['a,a', '1,2'], {}, 'the header names a twice'],
    [['a,b', '1,2,3'], {}, 'line 2 has 3 fields; the header has 2'],
    [['a,b', '"1,2'], {}, 'line 2: a quoted field is not closed'],
    [['a,b', '1,2'], { label: 'c' }, 'there is no column c; the columns are a, b'],
    [['a,b', '1,2'], { without: ['b'] }, "the label b can't be left out"],
    [['a,b', '1,2'], { without: ['a'] }, 'no column is left'],
    [['a,b', '1,2', '1,3', '1,4'], {}, 'the label b must have two values; it has 3 (2, 3, 4)'],
    [['a,b', '1,2', '1,3', '1,3'], {}, 'the label b is 2 in 1 of 3 rows; at least 4 are needed'],
    [
      ['id,b', ...Array.from({ length: 1_001 }, (_, n) => `id-${n},${n % 2}`)],
      {},
      'column id has 1001 different values; leave it out with --without "id"',
    ],
    [
      ['price,b', ',0', ...Array.from({ length: 1_001 }, (_, n) => `${n},${n % 2}`)],
      {},
      'column price has 1002 different values and empty fields, which are not numbers; leave it out',
    ],
  ])('rejects %j with %j', (given, settings, message) => {
    expect(() => read(given, settings)).toThrow(message);
  });
});

describe('stratified halves', () => {
  it('have the same share of each label, and every row once', () => {
    const labels = Uint8Array.from({ length: 101 }, (_, r) => (r % 5 === 0 ? 1 : 0));
    const { training, test } = stratifiedHalves(labels, 4);
    expect([...training, ...test].sort((a, b) => a - b)).toEqual([...labels.keys()]);
    const positives = (rows: Int32Array) => rows.reduce((sum, row) => sum + labels[row], 0);
    expect([training.length, positives(training), positives(test)]).toEqual([50, 10, 11]);
    expect(stratifiedHalves(labels, 4)).toEqual({ training, test });
    expect(stratifiedHalves(labels, 5)).not.toEqual({ training, test });
  });
});

describe('scores of probabilities', () => {
  it('are those of their definitions; equal probabilities count half', () => {
    const scores = probabilityScores(Float64Array.of(0.1, 0.4, 0.4, 0.8), Uint8Array.of(0, 0, 1, 1));
    expect(scores.auc).toBe(3.5 / 4);
    expect(scores.brier).toBeCloseTo((0.01 + 0.16 + 0.36 + 0.04) / 4, 12);
    expect(scores.logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.6) + Math.log(0.4) + Math.log(0.8)) / 4, 12);
  });

  it('refuse what is no probability', () => {
    expect(() => probabilityScores(Float64Array.of(0, NaN), Uint8Array.of(1, 0))).toThrow(
      'the probability of row 1 is NaN',
    );
  });

  it('are finite for a model that is certain and wrong', () => {
    expect(probabilityScores(Float64Array.of(0, 1), Uint8Array.of(1, 0)).logLoss).toBeCloseTo(-Math.log(1e-15), 1);
  });
});

describe('the evaluation of classifiers on a synthetic table', () => {
  const table = readLabelledTable(syntheticVisits(600), NOTHING);
  const options = { halves: 2, seed: 1, onProgress: () => undefined, clock: () => 0 };

  it('has a row for each, and all rank better than the base rate', async () => {
    const [baseRate, ...others] = evaluateClassifiers(table, { ...options, classifiers: await loadClassifiers() });
    expect(baseRate).toMatchObject({ model: 'base-rate', auc: 0.5, fitSeconds: 0 });
    expect(others.map(({ model }) => model)).toEqual([
      'logistic',
      'pruned-tree',
      'boosted-trees',
      'linear-svm',
      'kernel-svm',
    ]);
    for (const { auc } of others) expect(auc).toBeGreaterThan(0.65);
    expect(others[0].brier).toBeLessThan(baseRate.brier);
  });

  it('shows a classifier only the labels of its training half', () => {
    const seen: number[] = [];
    const spy = {
      name: 'spy',
      fit: (rows: readonly unknown[], labels: Uint8Array) => (seen.push(rows.length, labels.length), () => 0.5),
    };
    evaluateClassifiers(table, { ...options, classifiers: [spy] });
    expect(seen).toEqual([300, 300, 300, 300]);
  });
});
