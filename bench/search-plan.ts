import { CLASSES, type QuestionClass } from './search-questions';

/** Measurements in addition to the classes of questions. */
const PARTS = ['build', 'base-segment', 'update', 'worst'] as const;
type Part = (typeof PARTS)[number];
const PEERS = ['postgresql', 'minisearch', 'orama'] as const;
export type Peer = (typeof PEERS)[number];

/** The parts that `bench search` measures. */
export interface SearchPlan {
  readonly sizes: readonly number[];
  readonly classes: readonly QuestionClass[];
  readonly peers: readonly Peer[];
  has(part: Part): boolean;
}

/**
 * Reads the environment:
 * - `BENCH_SEARCH_DOCUMENTS`: numbers of documents, for example `40000` (the default) or `40000,400000`.
 * - `BENCH_SEARCH_ONLY`: classes and parts to measure, for example `or-frequent-facets,worst`; all if it is not set.
 * - `BENCH_SEARCH_PEERS`: peers to measure, for example `postgresql,minisearch`, or `none`; all if it is not set. Orama
 *   alone takes more than half an hour with 400,000 documents.
 * @throws Error for an unknown value
 */
export function searchPlan(environment: NodeJS.ProcessEnv): SearchPlan {
  const sizes = (environment.BENCH_SEARCH_DOCUMENTS ?? '40000').split(',').map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1_000))
    throw new Error('BENCH_SEARCH_DOCUMENTS must list whole numbers of at least 1000');
  const known: readonly string[] = [...CLASSES, ...PARTS];
  const only = environment.BENCH_SEARCH_ONLY?.split(',') ?? known;
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`BENCH_SEARCH_ONLY: ${unknown} is none of ${known.join(', ')}`);
  const classes = CLASSES.filter((name) => only.includes(name));
  const peers = classes.length > 0 ? peersFrom(environment.BENCH_SEARCH_PEERS) : [];
  return { sizes, classes, peers, has: (part) => only.includes(part) };
}

function peersFrom(setting: string | undefined): readonly Peer[] {
  if (setting === undefined) return PEERS;
  const names = setting === 'none' ? [] : setting.split(',');
  const peers = PEERS.filter((name) => names.includes(name));
  if (peers.length < names.length) throw new Error(`BENCH_SEARCH_PEERS must be none, or a list of ${PEERS.join(', ')}`);
  return peers;
}
