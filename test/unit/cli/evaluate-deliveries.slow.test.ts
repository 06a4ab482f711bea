import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { runEvaluateDeliveries } from '../../../cli/evaluate-deliveries';
import { UsageError } from '../../../cli/usage-error';
import { simulateDeliveries } from '../../../src/evaluation/deliveries/simulated-deliveries';
import { folderOfTests, printedByTests } from '../../setup/printed';

describe('evaluate-deliveries', () => {
  const folder = folderOfTests('evaluate-deliveries');
  const file = path.join(folder, 'parcels.csv.gz');
  const printed = printedByTests();

  beforeAll(() => {
    const { parcels } = simulateDeliveries({ seed: 2, parcels: 3_000, slowdown: 1, draws: 1 });
    const rows = parcels.map(({ id, carrier, service, destination, scans }) => {
      const timeOf = (wanted: string) => {
        const at = scans.find(({ type }) => type === wanted)?.at;
        return at === undefined ? '' : new Date(at - 10 * 52 * 7 * 86_400_000).toISOString();
      };
      return [id, carrier, service, destination, ...['LABEL_CREATED', 'PICKED_UP', 'DELIVERED'].map(timeOf)].join(',');
    });
    writeFileSync(
      file,
      gzipSync(`id,carrier,service,destination,ordered,shipped,arrived\n${rows.join('\n')}\nX,,,,never,,\n`),
    );
  });

  const columns = [
    '--columns',
    'carrier=carrier,service=service,destination=destination,label-created=ordered,picked-up=shipped,delivered=arrived',
  ];

  it('prints a table for a file', async () => {
    await runEvaluateDeliveries([file, ...columns]);
    expect(printed.errors).toMatch(/^[\d,]+ parcels, 1 line skipped$/m);
    expect(printed.errors).toMatch(/line \d+: the time of LABEL_CREATED can't be read; got "never"/);
    expect(printed.output).toMatch(
      /^parcels\.csv\.gz, cut 2016-\d\d-\d\d, fitted on [\d,]+ parcels, cohorts of \d+ days and more, seed 1\n/,
    );
    expect(printed.output).toMatch(
      /^ +group +number +baseline +freshet +oracle +gap closed +coverage +width +score +÷ oracle$/m,
    );
    expect(printed.output).toMatch(/^ +LABEL_CREATED +\d+/m);
    expect(printed.output).toMatch(/With a significantly wrong coverage: /);
    for (const group of ['all', 'LABEL_CREATED', 'PICKED_UP'])
      expect(printed.output).toMatch(new RegExp(`^ +${group} +past-parcels +\\d+ +[\\d.]+ +[\\d.]+ `, 'm'));
    expect(printed.output).toMatch(
      /^Changes of the expected day per parcel: past-parcels \d\.\d\d, freshet \d\.\d\d$/m,
    );
  });

  it('prints JSON, and is better than the baseline', async () => {
    await runEvaluateDeliveries([file, ...columns, '--json', '--seed', '3']);
    const { dataset, seed, all, stages, lanes } = JSON.parse(printed.output);
    expect({ dataset, seed }).toEqual({ dataset: 'parcels.csv.gz', seed: 3 });
    expect(all.freshet).toBeLessThan(all.baseline);
    expect(all).not.toHaveProperty('oracle');
    expect(stages.map(({ group }: { group: string }) => group)).toEqual(['LABEL_CREATED', 'PICKED_UP']);
    expect(lanes).toHaveLength(10);
  });

  it('compares with the oracle of simulated parcels', async () => {
    await runEvaluateDeliveries(['--simulate', '--parcels', '3000', '--slow-hub', '3', '--json']);
    const { dataset, all, slowdown, cells } = JSON.parse(printed.output);
    expect(cells).toEqual({ tested: 0, tooSmall: expect.any(Number), wrongCoverage: [] });
    expect(dataset).toBe('synthetic parcels');
    expect(all.gapClosed).toBeGreaterThan(0.5);
    expect(slowdown[0].group).toBe('before');
  });

  it.each([
    [[], 'needs exactly one FILE'],
    [['--simulate', file], '--simulate takes neither'],
    [['--simulate', '--parcels', '0'], '--parcels must be a whole number from 1 to 60000; got 0'],
    [['--simulate', '--slow-hub', '0.5'], '--slow-hub must be a number from 1 to 20; got 0.5'],
    [[file, '--parcels', '5'], '--parcels and --slow-hub can only be used with --simulate'],
    [[file, '--seed', 'x'], '--seed must be a whole number'],
    [[path.join(folder, 'none.csv')], 'does not exist'],
  ])('refuses %j', async (argv, message) => {
    await expect(runEvaluateDeliveries(argv)).rejects.toThrow(message);
    await expect(runEvaluateDeliveries(argv)).rejects.toThrow(UsageError);
  });

  it('names a file whose columns are not found', async () => {
    await expect(runEvaluateDeliveries([file, '--columns', 'delivered=x'])).rejects.toThrow(
      `${file}: --columns: the first line has no column x`,
    );
  });
});
