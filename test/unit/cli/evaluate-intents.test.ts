import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { csvRow } from '../../../cli/csv-row';
import { runEvaluateIntents } from '../../../cli/evaluate-intents';
import { UsageError } from '../../../cli/usage-error';
import { folderOfTests, printedByTests } from '../../setup/printed';
import { foreignSentences, syntheticSentences } from '../support/synthetic-sentences';

describe('evaluate-intents', () => {
  const folder = folderOfTests('evaluate-intents');
  const inFolder = (name: string) => path.join(folder, name);
  const [table, parts, starters, bad] = ['synthetic.csv.gz', 'parts.json', 'starters.csv', 'bad.csv'].map(inFolder);
  const printed = printedByTests();

  beforeAll(() => {
    const examples = syntheticSentences(12, 1);
    const outside = foreignSentences(12, 2);
    const rows = [...examples.map(({ text, intent }) => [text, intent]), ...outside.map((text) => [text, 'OOS'])];
    writeFileSync(table, gzipSync([['text', 'intent'], ...rows].map(csvRow).join('')));
    const test = syntheticSentences(5, 3).map(({ text, intent }) => [text, intent]);
    const train = examples.map(({ text, intent }) => [text, intent]);
    const json = {
      train,
      val: test,
      test,
      oos_val: outside.map((text) => [text, 'oos']),
      oos_test: [['chess', 'oos']],
    };
    writeFileSync(parts, JSON.stringify(json));
    writeFileSync(starters, 'text,intent\nwhere is my order,order-status\nwhat is your name,robot-name\n');
    writeFileSync(bad, 'text,intent\nhello,greeting\n"hi,greeting\n');
  });

  it('cross-validates a CSV file, prints tables, and its progress on standard error', async () => {
    await runEvaluateIntents([table, '--folds', '2']);
    expect(printed.output).toMatch(
      /^synthetic.csv.gz, 2 folds, seed 1\ntraining examples +54\ntest examples +108 \(12 out of scope\)\n/,
    );
    expect(printed.output).toMatch(/accuracy in scope +\d+\.\d % ± \d+\.\d\n/);
    expect(printed.output).toMatch(/threshold +coverage +right answers +oos refused\n +chosen /);
    expect(printed.output).toMatch(/\n +0\.95 /);
    expect(printed.output).toContain('Intents with the lowest recall');
    expect(printed.errors).toMatch(/s {2}fold 2 of 2: classifying \d+ examples\n$/);
  });

  it('scores the test part of a JSON file, and prints the same JSON for the same seed', async () => {
    const withoutTimes = () => ({ ...JSON.parse(printed.output), fitSeconds: 0, classifyMicroseconds: 0 });
    await runEvaluateIntents([parts, '--seed', '5', '--json']);
    const first = withoutTimes();
    expect(first).toMatchObject({ dataset: 'parts.json', protocol: 'test part', seed: 5, trainingExamples: 96 });
    expect(first).toMatchObject({ examples: 41, outOfScopeExamples: 1, intents: 8 });
    expect(first.accuracy.share).toBeGreaterThan(0.8);
    expect(first.curve).toHaveLength(18);
    printed.output = '';
    await runEvaluateIntents([parts, '--seed', '5', '--json']);
    expect(withoutTimes()).toEqual(first);
  });

  it('only tests a CSV file if there is a training set', async () => {
    await runEvaluateIntents([starters, '--train', 'starter', '--json']);
    const { examples, trainingExamples, worstIntents } = JSON.parse(printed.output);
    expect(examples).toBe(2);
    expect(trainingExamples).toBeGreaterThan(2);
    expect(worstIntents).toEqual([
      { intent: 'robot-name', examples: 1, recall: 0 },
      { intent: 'order-status', examples: 1, recall: 1 },
    ]);
    expect(printed.errors).toContain(
      "1 row can't be right, because the training examples lack the intent: robot-name\n",
    );
    printed.output = '';
    await runEvaluateIntents([table, '--train', parts, '--json']);
    expect(JSON.parse(printed.output)).toMatchObject({
      protocol: 'trained on parts.json',
      examples: 108,
      trainingExamples: 96,
    });
  });

  it.each([
    [[], 'needs exactly one FILE'],
    [['nowhere.csv'], 'the file nowhere.csv does not exist'],
    [[table, '--train', 'nowhere.csv'], 'the file nowhere.csv does not exist'],
    [[table, '--folds', '1'], '--folds must be a whole number from 2 to 100; got 1'],
    [[table, '--seed', 'x'], '--seed must be a whole number; got x'],
    [[parts, '--train', 'starter'], '--train is for CSV files; a JSON file has its own training part'],
    [[parts, '--folds', '5'], '--folds is for CSV files without --train'],
  ])('refuses %j', async (args, message) => {
    await expect(runEvaluateIntents(args)).rejects.toThrow(UsageError);
    await expect(runEvaluateIntents(args)).rejects.toThrow(message);
  });

  it('names the file and the fault of a file that it cannot use', async () => {
    await expect(runEvaluateIntents([bad])).rejects.toThrow(`${bad}: line 3: a quoted field is not closed`);
    await expect(runEvaluateIntents([starters, '--train', bad])).rejects.toThrow(`${bad}: line 3`);
    writeFileSync(bad, 'text,intent\nhello,greeting\nhi,greeting\n');
    await expect(runEvaluateIntents([bad])).rejects.toThrow(
      `${bad}: a classifier needs at least 2 intents; got greeting`,
    );
  });
});
