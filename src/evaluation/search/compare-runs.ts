import { z } from 'zod';
import { type BootstrapResult, clusterBootstrap } from '../../learn/cluster-bootstrap';
import { ANSWER_CAUSES, byClass, type QueryResult } from './evaluate';

/** What was evaluated. Only runs over the same input can be compared. */
const runInput = z.object({
  /** Name of the catalogue's file. */
  catalogue: z.string(),
  /** Number of products that can be found. */
  products: z.number(),
  /** Name of the file of judgments, or `synthetic`. */
  queries: z.string(),
  /** Absent with judgments. */
  seed: z.number().optional(),
});
export type RunInput = Readonly<z.infer<typeof runInput>>;

const share = z.number().min(0).max(1);

/** The figures of one query, as they are stored for later comparisons. */
const queryFigures = z.object({
  query: z.string(),
  classes: z.array(z.string()).min(1),
  cause: z.enum(ANSWER_CAUSES).optional(),
  ndcg10: share,
  recall100: share,
  top10: share,
});
export type QueryFigures = Readonly<z.infer<typeof queryFigures>>;

const storedRun = runInput.extend({ perQuery: z.array(queryFigures) });
export type StoredRun = Readonly<z.infer<typeof storedRun>>;

/** The difference of a mean between two runs, with a 95 % interval. */
export type MeanDifference = Pick<BootstrapResult, 'mean' | 'low' | 'high'>;

/** The differences of two runs for one class of queries: this run minus the earlier one. */
export interface DifferenceRow {
  readonly queryClass: string;
  /** Number of queries that both runs have. */
  readonly queries: number;
  readonly ndcg10: MeanDifference;
  readonly recall100: MeanDifference;
  readonly top10: MeanDifference;
}

export interface RunComparison {
  /** Number of queries that the earlier run lacks. */
  readonly onlyHere: number;
  /** Number of queries that this run lacks. */
  readonly onlyThere: number;
  readonly rows: readonly DifferenceRow[];
}

const DIGITS = 6;

/** Returns the figures of each query, rounded to {@link DIGITS} digits. */
export function queryFiguresOf(results: readonly QueryResult[]): QueryFigures[] {
  const rounded = (value: number) => Number(value.toFixed(DIGITS));
  return results.map(({ query, classes, cause, metrics: { ndcg10, recall100, top10 } }) => ({
    query,
    classes: [...classes],
    cause,
    ndcg10: rounded(ndcg10),
    recall100: rounded(recall100),
    top10,
  }));
}

/**
 * Parses the output of `evaluate-search --json`.
 * @param file its name, for error messages
 * @throws Error for any other text
 */
export function parseStoredRun(text: string, file: string): StoredRun {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${file} is not the output of evaluate-search --json of this version: it is not JSON`);
  }
  const parsed = storedRun.safeParse(value);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new Error(
    `${file} is not the output of evaluate-search --json of this version: ${path.join('.') || 'the value'}: ${message}`,
  );
}

/** @throws Error if an earlier run has other products or other queries */
export function checkSameInput(earlier: RunInput, input: RunInput, file: string): void {
  const described = ({ catalogue, products, queries, seed }: RunInput) =>
    `${products} products of ${catalogue}, ${seed === undefined ? `judgments ${queries}` : `synthetic queries of seed ${seed}`}`;
  if (described(earlier) !== described(input))
    throw new Error(`${file} can't be compared: it evaluates ${described(earlier)}; this run, ${described(input)}`);
}

/**
 * Compares two runs query by query: for each class, the difference of the means with a bootstrap interval over the
 * queries. A query of both runs is identified by its text and its first class. It counts in the classes that it has in
 * this run.
 * @throws Error if no query is in both runs
 */
export function compareRuns(
  here: readonly QueryFigures[],
  there: readonly QueryFigures[],
  { seed, file }: { readonly seed: number; readonly file: string },
): RunComparison {
  const earlier = byOccurrence(there);
  const pairs = [...byOccurrence(here)].flatMap(([key, now]) => {
    const before = earlier.get(key);
    return before === undefined ? [] : [{ classes: now.classes, now, before }];
  });
  if (pairs.length === 0) throw new Error(`${file} can't be compared: it has none of the queries of this run`);
  const rows = byClass(pairs).map(([queryClass, own]): DifferenceRow => {
    const difference = (name: 'ndcg10' | 'recall100' | 'top10'): MeanDifference => {
      const values = own.map(({ now, before }) => now[name] - before[name]);
      const { mean, low, high } = clusterBootstrap(values, { seed });
      return { mean, low, high };
    };
    return {
      queryClass,
      queries: own.length,
      ndcg10: difference('ndcg10'),
      recall100: difference('recall100'),
      top10: difference('top10'),
    };
  });
  return { onlyHere: here.length - pairs.length, onlyThere: there.length - pairs.length, rows };
}

/** Maps queries by class, text and number of occurrence, because generated queries of one class can be equal. */
function byOccurrence(figures: readonly QueryFigures[]): Map<string, QueryFigures> {
  const occurrences = new Map<string, number>();
  return new Map(
    figures.map((one) => {
      const key = JSON.stringify([one.classes[0], one.query]);
      const occurrence = (occurrences.get(key) ?? 0) + 1;
      occurrences.set(key, occurrence);
      return [`${occurrence} ${key}`, one];
    }),
  );
}
