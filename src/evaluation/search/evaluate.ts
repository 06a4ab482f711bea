import { appendTo } from '../../learn/group-by';
import { DEPTH, meanOf, queryMetrics, type QueryMetrics } from './metrics';

/** A query and the relevance grades of products for it. */
export interface JudgedQuery {
  /** The classes whose metrics include this query, such as a class and its subclass. */
  readonly classes: readonly string[];
  readonly text: string;
  /** Whether the last word is still being typed. */
  readonly typing: boolean;
  /** Grades by the key of a product ({@link EvaluationInput.variantKeyOf}); at least one is above 0. */
  readonly grades: ReadonlyMap<string, number>;
}

/**
 * How Freshet answered a query: with products that have all its words (ALL), after a correction (CORRECTED), with
 * products that have only some of its words (SOME), or with no products (NONE).
 */
export const ANSWER_CAUSES = ['ALL', 'CORRECTED', 'SOME', 'NONE'] as const;
export type AnswerCause = (typeof ANSWER_CAUSES)[number];

export interface EngineAnswer {
  /** Product ids, best first: if possible, so many that {@link DEPTH} remain if variants count as one. */
  readonly ids: readonly string[];
  /** Absent if the engine does not report it. */
  readonly cause?: AnswerCause;
  /** The number of products, the first ones, that match the whole query. */
  readonly matchCount?: number;
}

export interface SearchEngine {
  readonly subject: string;
  search(text: string, typing: boolean): EngineAnswer | Promise<EngineAnswer>;
}

export interface EvaluationInput {
  readonly queries: readonly JudgedQuery[];
  /** Maps a product id to its key in the evaluation. Variants share a key, because a result list shows only one. */
  readonly variantKeyOf: (id: string) => string;
  readonly onProgress: (done: number) => void;
}

/** The metrics of one query, and how it was answered. */
export interface QueryResult {
  readonly query: string;
  readonly classes: readonly string[];
  readonly cause?: AnswerCause;
  readonly metrics: QueryMetrics;
}

/** The metrics of one engine for one class of queries. */
export interface SearchRow extends QueryMetrics {
  readonly subject: string;
  readonly queryClass: string;
  readonly queries: number;
}

/** The metrics of the queries of one class that were answered in the same way. */
export interface CauseRow extends QueryMetrics {
  readonly queryClass: string;
  readonly cause: AnswerCause;
  readonly queries: number;
}

const PROGRESS_INTERVAL = 250;

/** Runs all queries and returns the result of each, in the order of the queries. */
export async function evaluateEngine(
  engine: SearchEngine,
  { queries, variantKeyOf, onProgress }: EvaluationInput,
): Promise<QueryResult[]> {
  const results: QueryResult[] = [];
  for (const { classes, text, typing, grades } of queries) {
    const { ids, cause } = await engine.search(text, typing);
    const metrics = queryMetrics([...new Set(ids.map(variantKeyOf))].slice(0, DEPTH), grades);
    results.push({ query: text, classes, cause, metrics });
    if (results.length % PROGRESS_INTERVAL === 0) onProgress(results.length);
  }
  return results;
}

/** Returns the metrics of an engine: one row per query class, in order of first occurrence. */
export function classRows(subject: string, results: readonly QueryResult[]): SearchRow[] {
  return byClass(results).map(([queryClass, own]) => ({ subject, queryClass, ...meanRow(own) }));
}

/** Returns one row for each query class and each cause that occurs in it. Results without a cause are in no row. */
export function causeRows(results: readonly QueryResult[]): CauseRow[] {
  return byClass(results).flatMap(([queryClass, own]) =>
    ANSWER_CAUSES.flatMap((cause) => {
      const answered = own.filter((result) => result.cause === cause);
      return answered.length === 0 ? [] : [{ queryClass, cause, ...meanRow(answered) }];
    }),
  );
}

/** Groups results by class. A result is in each of its classes. */
export function byClass<Result extends { readonly classes: readonly string[] }>(
  results: readonly Result[],
): [string, Result[]][] {
  const groups = new Map<string, Result[]>();
  for (const result of results) for (const name of result.classes) appendTo(groups, name, result);
  return [...groups];
}

function meanRow(results: readonly QueryResult[]) {
  return { queries: results.length, ...meanOf(results.map(({ metrics }) => metrics)) };
}
