import { CLASSES, type QuestionClass } from './search-questions';

/** What is measured beside classes of questions. */
const PARTS = ['build', 'turns', 'update', 'worst'] as const;
type Part = (typeof PARTS)[number];

/** What `bench search` measures. */
export interface SearchPlan {
  readonly sizes: readonly number[];
  readonly classes: readonly QuestionClass[];
  readonly peers: boolean;
  has(part: Part): boolean;
}

/**
 * - `BENCH_SEARCH_DOCUMENTS`: how many documents, as `40000` (the default) or `40000,400000`.
 * - `BENCH_SEARCH_ONLY`: some of the classes and parts, as `or-frequent-facets,worst`; all if it says nothing.
 * - `BENCH_SEARCH_PEERS`: `none` leaves the others out.
 * @throws Error for what there is not
 */
export function searchPlan(environment: NodeJS.ProcessEnv): SearchPlan {
  const sizes = (environment.BENCH_SEARCH_DOCUMENTS ?? '40000').split(',').map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1_000))
    throw new Error('BENCH_SEARCH_DOCUMENTS: whole numbers from 1000 on');
  const known: readonly string[] = [...CLASSES, ...PARTS];
  const only = environment.BENCH_SEARCH_ONLY?.split(',') ?? known;
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`BENCH_SEARCH_ONLY: ${unknown} is none of ${known.join(', ')}`);
  const peers = environment.BENCH_SEARCH_PEERS;
  if (peers !== undefined && peers !== 'none') throw new Error('BENCH_SEARCH_PEERS: none, or not set');
  const classes = CLASSES.filter((name) => only.includes(name));
  return { sizes, classes, peers: peers === undefined && classes.length > 0, has: (part) => only.includes(part) };
}
