import { featureNames, parseAdColumns } from '../../../../src/evaluation/ads/ad-columns';
import { AdEvaluation, type AdModelRow } from '../../../../src/evaluation/ads/evaluate-ads';
import { ImpressionBuffer } from '../../../../src/evaluation/ads/impression-buffer';
import { ImpressionLineReader } from '../../../../src/evaluation/ads/impression-lines';
import { syntheticColumns, syntheticImpressions } from './synthetic-impressions';

function evaluate(lines: readonly string[], columnList: string) {
  const columns = parseAdColumns(columnList);
  const reader = new ImpressionLineReader(columns);
  const isTimed = columns.some(({ role }) => role === 'time');
  const evaluation = new AdEvaluation(featureNames(columns), isTimed);
  for (const line of lines) {
    const impression = reader.read(line);
    if (impression !== undefined) evaluation.add(impression);
  }
  return evaluation.finish();
}

const byModel = (rows: readonly AdModelRow[]) =>
  Object.fromEntries(rows.map((row) => [row.model, row])) as Record<AdModelRow['model'], AdModelRow>;

function expectCalibrated({ calibration, calibrationError }: AdModelRow): void {
  expect(Math.abs(calibration - 1)).toBeLessThan(Math.max(0.03, 3 * calibrationError));
}

const WIDE_LOG = Array.from({ length: 14 }, (_, c) => 3 + 7 * c * c);

describe('progressive validation of click models', () => {
  it.each([
    ['many columns', { impressions: 5_000, rate: 0.2, cardinalities: WIDE_LOG, effect: 0.25 }],
    [
      'rare values and a drift',
      { impressions: 5_000, rate: 0.04, cardinalities: [5, 8, 300, 20_000], effect: 0.6, drift: 1 },
    ],
    ['crosses', { impressions: 5_000, rate: 0.1, cardinalities: [6, 9, 40], effect: 0.3, crossEffect: 1 }],
  ])('ranks FTRL-Proximal before plain logistic regression and the base rate: %s', (_, settings) => {
    const result = evaluate(syntheticImpressions(settings), syntheticColumns(settings.cardinalities));
    const models = byModel(result.rows);
    expect(result.impressions).toBe(settings.impressions);
    expect(models['ftrl-proximal'].logLoss).toBeLessThan(models.logistic.logLoss);
    expect(models.logistic.logLoss).toBeLessThan(models['base-rate'].logLoss);
    expect(models.artefact.logLoss).toBeLessThan(models['base-rate'].logLoss);
    expectCalibrated(models['ftrl-proximal']);
    expect(result.artefactBytes).toBeLessThanOrEqual(1_000_000);
    expect(result.crosses > 0).toBe(settings.cardinalities.length < 12);
  });

  it('is near the base rate at 1 % clicks that nothing explains', () => {
    const cardinalities = [5, 8, 300];
    const lines = syntheticImpressions({ impressions: 4_000, rate: 0.01, cardinalities, effect: 0 });
    const models = byModel(evaluate(lines, syntheticColumns(cardinalities)).rows);
    expect(models['ftrl-proximal'].logLoss - models['base-rate'].logLoss).toBeLessThan(0.0003);
    expectCalibrated(models['ftrl-proximal']);
  });

  it('scores every impression before it is learned: the first prediction is ½', () => {
    const { rows, clicks } = evaluate(['1,a', '0,a'], 'click=c,a');
    expect(clicks).toBe(1);
    const [base, , ftrl] = rows;
    expect(base.logLoss).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 10);
    expect(ftrl.calibration).toBeGreaterThan(1);
  });

  it('learns in order of time, with equal times in order of the file', () => {
    const lines = syntheticImpressions({ impressions: 600, rate: 0.2, cardinalities: [5], effect: 1, drift: 3 });
    const columns = 'click=click,time=time,c0';
    const timed = lines.map((line, n) => [line.split('\t')[0], Math.floor(n / 7), line.split('\t')[2]].join(','));
    // A stable shuffle: impressions of the same time keep their order.
    const shuffled = [0, 1, 2].flatMap((part) => timed.filter((line) => Number(line.split(',')[1]) % 3 === part));
    const [inOrder, sorted] = [timed, shuffled].map((each) => evaluate(each, columns));
    expect(sorted).toEqual(inOrder);
    expect(evaluate(shuffled, 'click=click,-,c0').rows).not.toEqual(inOrder.rows);
  });

  it('refuses files without impressions or with one label', () => {
    expect(() => evaluate([], 'click=c,a')).toThrow('there are no impressions');
    expect(() => evaluate(['0,a', '0,b'], 'click=c,a')).toThrow(
      'the click of all 2 impressions is 0; both 0 and 1 are needed',
    );
  });
});

describe('ImpressionBuffer', () => {
  it('sorts dates with the day first if one of them can only be read so', () => {
    const buffer = new ImpressionBuffer(1);
    const dates = [
      { monthFirst: 5, dayFirst: 1 },
      { monthFirst: NaN, dayFirst: 3 },
      { monthFirst: 1, dayFirst: NaN },
      { monthFirst: 2, dayFirst: 2 },
    ];
    dates.forEach((date, n) => buffer.add(Uint32Array.of(n), n % 2, date));
    const order: number[] = [];
    buffer.forEach(([n], label) => {
      expect(label).toBe(n % 2);
      order.push(n);
    });
    expect(order).toEqual([0, 3, 1, 2]);
  });

  it('refuses more impressions than fit', () => {
    const buffer = new ImpressionBuffer(4, 80_000);
    const add = () => buffer.add(new Uint32Array(4), 0, { monthFirst: 0, dayFirst: 0 });
    for (let n = 0; n < 20_000; n++) add();
    expect(add).toThrow('at most 20000 impressions with 4 features can be sorted by time');
  });
});
