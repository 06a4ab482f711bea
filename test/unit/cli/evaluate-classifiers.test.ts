import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { runEvaluateClassifiers } from '../../../cli/evaluate-classifiers';
import { UsageError } from '../../../cli/usage-error';
import { folderOfTests, printedByTests } from '../../setup/printed';
import { syntheticVisits } from '../evaluation/classifiers/synthetic-visits';

describe('evaluate-classifiers', () => {
  const folder = folderOfTests('evaluate-classifiers');
  const file = path.join(folder, 'synthetic-visits.csv.gz');
  const printed = printedByTests();

  beforeAll(() => writeFileSync(file, gzipSync(syntheticVisits(300).join('\r\n'))));

  it('prints a table, and its progress on standard error', async () => {
    await runEvaluateClassifiers([file, '--halves', '1']);
    const [title, header, ...rows] = printed.output.trimEnd().split('\n');
    expect(title).toMatch(/^synthetic-visits.csv.gz, bought = true \([\d.]+ %\), mean of 1 random half, seed 1$/);
    expect(header.trim().split(/ {2,}/)).toEqual(['model', 'AUC', 'Brier log-loss', 'fit s']);
    expect(rows.map((row) => row.trim().split(' ')[0])).toEqual([
      'base-rate',
      'logistic',
      'pruned-tree',
      'boosted-trees',
      'linear-svm',
      'kernel-svm',
    ]);
    expect(printed.errors).toContain('300 rows. Numeric: weekday, pages. Categories: source\n');
    expect(printed.errors).toMatch(/s {2}half 1: boosted-trees, AUC 0\.\d{4}\n/);
  });

  it('prints JSON, which is the same for the same seed', async () => {
    const args = [file, '--label', 'bought', '--without', 'weekday', '--categories', 'pages', '--seed', '5', '--json'];
    await runEvaluateClassifiers(args);
    const first = JSON.parse(printed.output);
    expect(first).toMatchObject({
      dataset: 'synthetic-visits.csv.gz',
      positive: 'true',
      rowCount: 300,
      halves: 3,
      seed: 5,
    });
    expect(printed.errors).toContain('Numeric: none. Categories: pages, source\n');
    printed.output = '';
    await runEvaluateClassifiers(args);
    const withoutTimes = ({ rows }: { rows: object[] }) => rows.map((row) => ({ ...row, fitSeconds: 0 }));
    expect(withoutTimes(JSON.parse(printed.output))).toEqual(withoutTimes(first));
  });

  it.each([
    [[], 'needs exactly one FILE'],
    [['nowhere.csv'], 'the file nowhere.csv does not exist'],
    [[file, '--halves', '0'], '--halves must be a whole number from 1 to 100; got 0'],
    [[file, '--seed', 'x'], '--seed must be a whole number; got x'],
  ])('refuses %j', async (args, message) => {
    await expect(runEvaluateClassifiers(args)).rejects.toThrow(UsageError);
    await expect(runEvaluateClassifiers(args)).rejects.toThrow(message);
  });

  it('names the file and the fault of a table that it cannot use', async () => {
    await expect(runEvaluateClassifiers([file, '--label', 'price'])).rejects.toThrow(
      `${file}: there is no column price; the columns are weekday, pages, source, bought`,
    );
  });
});
