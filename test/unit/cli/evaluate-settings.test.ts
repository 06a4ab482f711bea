import { parseEvaluateSettings } from '../../../cli/evaluate-settings';
import { UsageError } from '../../../cli/usage-error';

const settings = (line: string) => parseEvaluateSettings(['-', ...line.split(' ').filter((word) => word !== '')]);

describe('the command line of evaluate', () => {
  it('reads rating files by every protocol', () => {
    expect(settings('--format movielens --protocol random --holdout 0.3 --relevant 4 --seed 7')).toMatchObject({
      kind: 'ratings',
      format: 'movielens',
      protocol: 'random',
      holdout: 0.3,
      relevant: 4,
      seed: 7,
    });
    expect(settings('--format csv --columns user,item,rating')).toMatchObject({
      columns: ['user', 'item', 'rating'],
      protocol: 'temporal',
      relevant: -Infinity,
    });
    expect(settings('--format movielens --folds 5')).toMatchObject({ folds: 5 });
    expect(settings('--format online-retail')).toMatchObject({ kind: 'events', format: 'online-retail' });
  });

  it('reads several windows, of 30 days if only the first is given', () => {
    const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
    expect(settings('--windows 2011-06-15,2011-09-15..2011-10-15')).toMatchObject({
      windows: [
        { from: day('2011-06-15'), to: day('2011-07-15') },
        { from: day('2011-09-15'), to: day('2011-10-16') },
      ],
    });
  });

  it.each([
    ['--windows 2011-06-15 --from 2011-06-15 --to 2011-07-15', "can't be combined with --from and --to"],
    ['--windows 2011-02-30', 'must be a day'],
    ['--windows 2011-06-15,', 'takes days like'],
    ['--windows 2011-06-15..2011-06-14', 'ends before it begins'],
    ['--format movielens --windows 2011-06-15', '--windows can only be used with'],
    ['--format parquet', '--format must be one of'],
    ['--format jsonl --folds 5', '--folds can only be used with'],
    ['--format jsonl --protocol random', 'must be temporal for events'],
    ['--format movielens --protocol newest', '--protocol must be one of'],
    ['--format movielens --columns user,item,rating', '--columns can only be used with --format csv'],
    ['--format movielens --protocol random --holdout 1', 'greater than 0 and less than 1'],
    ['--format movielens --protocol leave-last --holdout 0.5', '--holdout can only be used with'],
    ['--format movielens --folds 1', 'from 2 to 100'],
    ['--format movielens --folds 2.5', 'from 2 to 100'],
    ['--format movielens --folds 5 --relevant 4', "can't be combined with --relevant"],
    ['--format movielens --relevant high', 'must be a number'],
    ['--format movielens --protocol random --from 2020-01-01 --to 2020-01-02', '--protocol temporal'],
  ])('refuses %s', (line, message) => {
    expect(() => settings(line)).toThrow(message);
    expect(() => settings(line)).toThrow(UsageError);
  });
});
