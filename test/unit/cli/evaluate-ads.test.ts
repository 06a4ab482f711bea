import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { runEvaluateAds } from '../../../cli/evaluate-ads';
import { UsageError } from '../../../cli/usage-error';
import { folderOfTests, printedByTests } from '../../setup/printed';
import { syntheticColumns, syntheticImpressions } from '../evaluation/ads/synthetic-impressions';

const CARDINALITIES = [4, 12];

describe('evaluate-ads', () => {
  const folder = folderOfTests('evaluate-ads');
  const fileOf = (name: string): string => path.join(folder, name);
  const [log, broken, empty, clickless] = ['log.tsv.gz', 'broken.csv', 'empty.csv', 'clickless.csv'].map(fileOf);
  const columns = syntheticColumns(CARDINALITIES);
  const printed = printedByTests();

  beforeAll(() => {
    const lines = syntheticImpressions({ impressions: 600, rate: 0.2, cardinalities: CARDINALITIES, effect: 0.8 });
    writeFileSync(log, gzipSync(lines.join('\r\n')));
    writeFileSync(
      broken,
      Buffer.from('clicked,ad,at\n1,a,2\nmaybe,a,1\n0,b,1\n1\n0,b,never\n0,M\xfcller,1\n1,c,3\n', 'latin1'),
    );
    writeFileSync(empty, '');
    writeFileSync(clickless, 'clicked,ad\n0,a\n0,b\n');
  });

  it('prints a table of models, and its progress on standard error', async () => {
    await runEvaluateAds([log, '--columns', columns]);
    const [title, features, header, ...rows] = printed.output.trimEnd().split('\n');
    expect(title).toMatch(/^log\.tsv\.gz, 600 impressions, \d+ clicks \([\d.]+ %\)$/);
    expect(features).toBe('Features of an impression: 3 columns, 1 quantile bin, 3 crosses');
    expect(header.trim().split(/ {2,}/)).toEqual(['model', 'log-loss', 'AUC calibration', '± SE']);
    expect(rows.slice(0, 4).map((row) => row.trim().split(/ +/)[0])).toEqual([
      'base-rate',
      'logistic',
      'ftrl-proximal',
      'artefact',
    ]);
    expect(rows[4]).toMatch(/^Learning rate of logistic: [\d.]+( ÷ √t)?, the best of several$/);
    expect(rows[5]).toMatch(/^Artefact: \d+ bytes, \d+ weights$/);
    expect(printed.errors).toMatch(/s {2}600 impressions, 0 lines skipped\n$/);
  });

  it('prints JSON, which is the same for the same file', async () => {
    await runEvaluateAds([log, '--columns', columns, '--json']);
    const first = printed.output;
    expect(JSON.parse(first)).toMatchObject({
      dataset: 'log.tsv.gz',
      skipped: 0,
      impressions: 600,
      columns: 3,
      bins: 1,
      crosses: 3,
      rows: [{ model: 'base-rate' }, { model: 'logistic' }, { model: 'ftrl-proximal' }, { model: 'artefact' }],
    });
    printed.output = '';
    await runEvaluateAds([log, '--columns', columns, '--json']);
    expect(printed.output).toBe(first);
  });

  it('skips lines that it cannot use, and shows the first three', async () => {
    await runEvaluateAds([broken, '--columns', 'click=clicked,ad,time=at', '--json']);
    expect(JSON.parse(printed.output)).toMatchObject({ impressions: 3, clicks: 2, skipped: 4 });
    expect(printed.errors).toContain('3 impressions, 4 lines skipped\n');
    expect(printed.errors).toContain('  line 3: the click must be 0, 1, true or false; got "maybe"\n');
    expect(printed.errors).toContain('  line 6: the time can\'t be read; got "never"\n  …\n');
  });

  it.each([
    [[], 'needs exactly one FILE'],
    [['nowhere.csv', '--columns', 'click=a,b'], 'the file nowhere.csv does not exist'],
    [[log], 'evaluate-ads needs --columns'],
    [[log, '--columns', 'ad,site'], '--columns must name the column of the label by click=NAME'],
    [[log, '--columns', 'click=a,b,b'], '--columns names b twice'],
  ])('refuses %j', async (args, message) => {
    await expect(runEvaluateAds(args)).rejects.toThrow(UsageError);
    await expect(runEvaluateAds(args)).rejects.toThrow(message);
  });

  it.each([
    [empty, 'click=clicked,ad', 'there are no impressions'],
    [clickless, 'click=clicked,ad', 'the click of all 2 impressions is 0; both 0 and 1 are needed'],
    [clickless, 'click=clicked,shop', 'the first line has no column shop; it has clicked, ad.'],
    [
      broken,
      'click=at,ad',
      'the click of all 2 impressions is 1; both 0 and 1 are needed (5 lines skipped; line 2: the click must be 0, 1, true or false; got "2")',
    ],
  ])('names the file and the fault of %s', async (file, columnList, message) => {
    await expect(runEvaluateAds([file, '--columns', columnList])).rejects.toThrow(`${file}: `);
    await expect(runEvaluateAds([file, '--columns', columnList])).rejects.toThrow(message);
  });
});
