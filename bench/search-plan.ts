import { CLASSES, type QuestionClass } from './search-questions';

/** What is measured beside classes of questions. */
const PARTS = ['build', 'turns', 'update', 'worst'] as const;
type Part = (typeof PARTS)[number];
const PEERS = ['postgresql', 'minisearch', 'orama'] as const;
export type Peer = (typeof PEERS)[number];

/** What `bench search` measures. */
export interface SearchPlan {
  readonly sizes: readonly number[];
  readonly classes: readonly QuestionClass[];
  readonly peers: readonly Peer[];
  has(part: Part): boolean;
}

/**
 * - `BENCH_SEARCH_DOCUMENTS`: how many documents, as `40000` (the default) or `40000,400000`.
 * - `BENCH_SEARCH_ONLY`: some of the classes and parts, as `or-frequent-facets,worst`; all if it says nothing.
 * - `BENCH_SEARCH_PEERS`: some of the peers, as `postgresql,minisearch`, or `none`; all if it says nothing. Orama alone takes more than half an hour of 400,000.
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
  const classes = CLASSES.filter((name) => only.includes(name));
  const peers = classes.length > 0 ? peersFrom(environment.BENCH_SEARCH_PEERS) : [];
  return { sizes, classes, peers, has: (part) => only.includes(part) };
}

function peersFrom(setting: string | undefined): readonly Peer[] {
  if (setting === undefined) return PEERS;
  const names = setting === 'none' ? [] : setting.split(',');
  const peers = PEERS.filter((name) => names.includes(name));
  if (peers.length < names.length) throw new Error(`BENCH_SEARCH_PEERS: none, or some of ${PEERS.join(', ')}`);
  return peers;
}
