import { parseArgs } from 'node:util';
import { SHOP_FORMATS, type ShopFormat } from '../src/imports/formats';
import { RATING_FORMATS, type RatingFormat } from '../src/evaluation/recommend/rating-lines';
import { DAY_IN_MS, parseDay, parseWindows } from './evaluation-window';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';

const PROTOCOLS = ['temporal', 'random', 'leave-last'] as const;
type Protocol = (typeof PROTOCOLS)[number];

export const EVALUATE_USAGE =
  `evaluate FILE [--format ${[...SHOP_FORMATS, ...RATING_FORMATS].join('|')}] [--columns NAME,…] ` +
  `[--protocol ${PROTOCOLS.join('|')}] [--from DATE --to DATE | --windows DATE[..DATE],…] [--holdout SHARE] [--relevant MIN] [--folds N] [--seed N] [--json]`;

interface CommonSettings {
  readonly file: string;
  /** The start of the day `--from`, ms since 1970. */
  readonly from: number | undefined;
  /** The end of the day `--to`, ms since 1970. */
  readonly to: number | undefined;
  readonly seed: number;
  readonly json: boolean;
}

export interface EventSettings extends CommonSettings {
  readonly kind: 'events';
  readonly format: ShopFormat;
  /** Test windows [from, to) in ms; undefined for the single window from `from` to `to`. */
  readonly windows: readonly { readonly from: number; readonly to: number }[] | undefined;
}

export interface RatingSettings extends CommonSettings {
  readonly kind: 'ratings';
  readonly format: RatingFormat;
  readonly columns: readonly string[] | undefined;
  readonly protocol: Protocol;
  /** Share of each user's ratings that is held out by the protocol `random`. */
  readonly holdout: number;
  /** Lowest rating that counts as liked; −Infinity if every rating counts as liked. */
  readonly relevant: number;
  /** Number of folds of the cross-validation; undefined without cross-validation. */
  readonly folds: number | undefined;
}

const RATING_OPTIONS = ['columns', 'holdout', 'relevant', 'folds'] as const;
const MIN_FOLDS = 2;
const MAX_FOLDS = 100;

/** @throws UsageError for a wrong command line */
export function parseEvaluateSettings(argv: readonly string[]): EventSettings | RatingSettings {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'jsonl' },
      columns: { type: 'string' },
      protocol: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      windows: { type: 'string' },
      holdout: { type: 'string' },
      relevant: { type: 'string' },
      folds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new UsageError('evaluate needs exactly one FILE (or - for standard input)');
  if (!/^\d{1,9}$/.test(values.seed)) throw new UsageError(`--seed must be a whole number; got ${values.seed}`);
  if ((values.from === undefined) !== (values.to === undefined))
    throw new UsageError('--from and --to must be given together');
  const from = values.from === undefined ? undefined : parseDay('--from', values.from);
  const to = values.to === undefined ? undefined : parseDay('--to', values.to) + DAY_IN_MS;
  if (from !== undefined && to !== undefined && to <= from) throw new UsageError('--to must not be before --from');
  checkInputFile(file);
  const common = { file, from, to, seed: Number(values.seed), json: values.json };

  const eventFormat = SHOP_FORMATS.find((each) => each === values.format);
  if (eventFormat) {
    const misplaced = RATING_OPTIONS.find((option) => values[option] !== undefined);
    if (misplaced) throw new UsageError(`--${misplaced} can only be used with --format ${RATING_FORMATS.join(' or ')}`);
    if (values.protocol !== undefined && values.protocol !== 'temporal') {
      throw new UsageError(`--protocol must be temporal for events; got ${values.protocol}`);
    }
    if (values.windows !== undefined && from !== undefined)
      throw new UsageError("--windows can't be combined with --from and --to");
    const windows = values.windows === undefined ? undefined : parseWindows('--windows', values.windows);
    return { kind: 'events', format: eventFormat, windows, ...common };
  }

  if (values.windows !== undefined)
    throw new UsageError(`--windows can only be used with --format ${SHOP_FORMATS.join(' or ')}`);
  const format = RATING_FORMATS.find((each) => each === values.format);
  if (!format)
    throw new UsageError(
      `--format must be one of ${[...SHOP_FORMATS, ...RATING_FORMATS].join(', ')}; got ${values.format}`,
    );
  const protocol = PROTOCOLS.find((each) => each === (values.protocol ?? 'temporal'));
  if (!protocol) throw new UsageError(`--protocol must be one of ${PROTOCOLS.join(', ')}; got ${values.protocol}`);
  if (values.columns !== undefined && format !== 'csv')
    throw new UsageError('--columns can only be used with --format csv');
  if (from !== undefined && protocol !== 'temporal')
    throw new UsageError('--from and --to can only be used with --protocol temporal');
  if (values.holdout !== undefined && protocol !== 'random') {
    throw new UsageError('--holdout can only be used with --protocol random');
  }
  if (values.folds !== undefined) {
    const other = (['holdout', 'relevant'] as const).find((option) => values[option] !== undefined);
    if (other) throw new UsageError(`--folds predicts each rating once and can't be combined with --${other}`);
    if ((values.protocol ?? 'random') !== 'random')
      throw new UsageError(`--folds can only be used with --protocol random; got ${protocol}`);
  }
  const holdout = parseNumber('--holdout', values.holdout ?? '0.25');
  if (!(holdout > 0 && holdout < 1))
    throw new UsageError(`--holdout must be greater than 0 and less than 1; got ${holdout}`);
  const folds = values.folds === undefined ? undefined : parseNumber('--folds', values.folds);
  if (folds !== undefined && !(Number.isInteger(folds) && folds >= MIN_FOLDS && folds <= MAX_FOLDS)) {
    throw new UsageError(`--folds must be a whole number from ${MIN_FOLDS} to ${MAX_FOLDS}; got ${folds}`);
  }
  return {
    kind: 'ratings',
    format,
    columns: values.columns?.split(',').map((name) => name.trim()),
    protocol,
    holdout,
    relevant: values.relevant === undefined ? -Infinity : parseNumber('--relevant', values.relevant),
    folds,
    ...common,
  };
}

function parseNumber(option: string, text: string): number {
  const number = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(number)) throw new UsageError(`${option} must be a number; got ${text}`);
  return number;
}
