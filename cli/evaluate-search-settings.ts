import { parseArgs } from 'node:util';
import { SHOP_FORMATS, type ShopFormat } from '../src/imports/formats';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';

export const EVALUATE_SEARCH_USAGE =
  `evaluate-search CATALOGUE [--format ${SHOP_FORMATS.join('|')}] [--judgments FILE] [--peers] ` +
  `[--queries N] [--seed N] [--against FILE] [--json]`;

const DEFAULT_QUERIES = '1000';

export interface SearchSettings {
  readonly catalogue: string;
  readonly format: ShopFormat;
  /** File of judged queries; undefined if queries are generated from the titles. */
  readonly judgments: string | undefined;
  /** Whether MiniSearch and PostgreSQL are measured, too. */
  readonly peers: boolean;
  /** Maximum number of generated queries for each class of queries, such as queries with one typo. */
  readonly queries: number;
  readonly seed: number;
  /** Output of an earlier run with `--json`, to compare this run with. */
  readonly against: string | undefined;
  readonly json: boolean;
}

/** @throws UsageError for a wrong command line */
export function parseEvaluateSearchSettings(argv: readonly string[]): SearchSettings {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'jsonl' },
      judgments: { type: 'string' },
      peers: { type: 'boolean', default: false },
      queries: { type: 'string' },
      seed: { type: 'string' },
      against: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [catalogue, ...others] = positionals;
  if (catalogue === undefined || others.length > 0)
    throw new UsageError('evaluate-search needs exactly one CATALOGUE (or - for standard input)');
  const format = SHOP_FORMATS.find((each) => each === values.format);
  if (format === undefined)
    throw new UsageError(`--format must be one of ${SHOP_FORMATS.join(', ')}; got ${values.format}`);
  const { judgments, peers, queries = DEFAULT_QUERIES, seed = '1', against, json } = values;
  if (!/^[1-9]\d{0,8}$/.test(queries))
    throw new UsageError(`--queries must be a whole number of at least 1; got ${queries}`);
  if (!/^\d{1,9}$/.test(seed)) throw new UsageError(`--seed must be a whole number; got ${seed}`);
  if (judgments !== undefined) {
    const misplaced = (['queries', 'seed'] as const).find((option) => values[option] !== undefined);
    if (misplaced)
      throw new UsageError(`--${misplaced} applies to generated queries only and can't be combined with --judgments`);
    if (judgments === '-' && catalogue === '-') throw new UsageError('only one file can be standard input');
    checkInputFile(judgments);
  }
  if (against === '-') throw new UsageError('--against must be a file; standard input is not supported');
  if (against !== undefined) checkInputFile(against);
  checkInputFile(catalogue);
  return { catalogue, format, judgments, peers, queries: Number(queries), seed: Number(seed), against, json };
}
