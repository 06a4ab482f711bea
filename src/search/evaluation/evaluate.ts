import { DEPTH, meanOf, queryMetrics, type QueryMetrics } from './metrics';

/** A query, and what it should find. */
export interface JudgedQuery {
  /** What its figures go into; more than one where a part of a class is told apart. */
  readonly classes: readonly string[];
  readonly text: string;
  /** Its last word is still being typed. */
  readonly typing: boolean;
  /** By {@link Evaluated.productOf}; at least one above 0. */
  readonly grades: ReadonlyMap<string, number>;
}

/** Whatever answers queries. */
export interface SearchEngine {
  readonly subject: string;
  /** @returns ids of products, best first; enough of them that {@link DEPTH} are left where variants are one product */
  search(text: string, typing: boolean): readonly string[] | Promise<readonly string[]>;
}

export interface Evaluated {
  readonly queries: readonly JudgedQuery[];
  /** What a product is counted as: the variants of one are one, as they are in lists. */
  readonly productOf: (id: string) => string;
  readonly onProgress: (done: number) => void;
}

/** One engine's figures for one class of queries. */
export interface SearchRow extends QueryMetrics {
  readonly subject: string;
  readonly queryClass: string;
  readonly queries: number;
}

const STEP = 250;

/** A row for each class, in order of first sight. */
export async function evaluateEngine(
  engine: SearchEngine,
  { queries, productOf, onProgress }: Evaluated,
): Promise<SearchRow[]> {
  const metrics = new Map<string, QueryMetrics[]>();
  for (const [at, { classes, text, typing, grades }] of queries.entries()) {
    const ids = await engine.search(text, typing);
    const found = queryMetrics([...new Set(ids.map(productOf))].slice(0, DEPTH), grades);
    for (const name of classes) {
      const known = metrics.get(name);
      if (known === undefined) metrics.set(name, [found]);
      else known.push(found);
    }
    if ((at + 1) % STEP === 0) onProgress(at + 1);
  }
  return [...metrics].map(([queryClass, each]) => ({
    subject: engine.subject,
    queryClass,
    queries: each.length,
    ...meanOf(each),
  }));
}
