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

export interface SearchEngine {
  readonly subject: string;
  /** Returns product ids, best first: if possible, so many that {@link DEPTH} remain if variants count as one. */
  search(text: string, typing: boolean): readonly string[] | Promise<readonly string[]>;
}

export interface EvaluationInput {
  readonly queries: readonly JudgedQuery[];
  /** Maps a product id to its key in the evaluation. Variants share a key, because a result list shows only one. */
  readonly variantKeyOf: (id: string) => string;
  readonly onProgress: (done: number) => void;
}

/** The metrics of one engine for one class of queries. */
export interface SearchRow extends QueryMetrics {
  readonly subject: string;
  readonly queryClass: string;
  readonly queries: number;
}

const PROGRESS_INTERVAL = 250;

/** Returns the metrics of an engine: one row per query class, in order of first occurrence. */
export async function evaluateEngine(
  engine: SearchEngine,
  { queries, variantKeyOf, onProgress }: EvaluationInput,
): Promise<SearchRow[]> {
  const metrics = new Map<string, QueryMetrics[]>();
  for (const [at, { classes, text, typing, grades }] of queries.entries()) {
    const ids = await engine.search(text, typing);
    const metricsOfQuery = queryMetrics([...new Set(ids.map(variantKeyOf))].slice(0, DEPTH), grades);
    for (const name of classes) {
      const known = metrics.get(name);
      if (known === undefined) metrics.set(name, [metricsOfQuery]);
      else known.push(metricsOfQuery);
    }
    if ((at + 1) % PROGRESS_INTERVAL === 0) onProgress(at + 1);
  }
  return [...metrics].map(([queryClass, each]) => ({
    subject: engine.subject,
    queryClass,
    queries: each.length,
    ...meanOf(each),
  }));
}
