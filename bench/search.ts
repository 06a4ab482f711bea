import { SearchIndex } from '../src/search-engine/index/search-index';
import { SegmentBuilder } from '../src/search-engine/index/segment-builder';
import type { SpellingDictionary } from '../src/search-engine/spelling/spelling-dictionary';
import { segmentDictionary } from '../src/search-engine/spelling/segment-dictionary';
import { type BenchRow, percentile } from './row';
import { type Corpus, searchCorpus } from './search-corpus';
import { ask, searchDocument, SETTINGS } from './search-freshet';
import { type PeerAnswers, type PeerTask, timePeer } from './search-peer';
import { timePostgres } from './search-postgres';
import { type Peer, type SearchPlan, searchPlan } from './search-plan';
import { type Question, searchQuestions } from './search-questions';
import { timeClasses } from './search-timing';
import { baseSegmentRow } from './base-segment';
import { worstRows } from './search-worst';

const QUESTIONS = 300;
/** Slow peers run fewer questions. */
const PEER_QUESTIONS = 100;
const UPDATES = 1_000;
/** This engine treats either all words or none as prefixes, and its AND is not exact, so its totals may differ. */
const ESTIMATING: ReadonlySet<string> = new Set(['orama 3']);

/**
 * Measures product search in process, compared with PostgreSQL's full-text search, MiniSearch and Orama on the same
 * documents and questions: titles and descriptions, the best ten results, the exact total, and facets where the
 * question has them. All engines must find the same number of documents, with two exceptions: Orama, and queries with a
 * typo, which each engine corrects in its own way. Freshet uses the dictionary of the index, PostgreSQL the trigrams of
 * its words.
 *
 * The environment selects the measured parts ({@link searchPlan}).
 */
export async function measureSearch(): Promise<BenchRow[]> {
  const plan = searchPlan(process.env);
  const rows: BenchRow[] = [];
  for (const size of plan.sizes) rows.push(...(await measureSize(searchCorpus(size), plan)));
  return rows;
}

async function measureSize(corpus: Corpus, plan: SearchPlan): Promise<BenchRow[]> {
  const { size, source } = corpus;
  const thousands = `${Math.round(size / 1_000)}k`;
  console.error(`search, ${thousands} documents, ${source} …`);
  const began = performance.now();
  const builder = new SegmentBuilder(SETTINGS);
  for (let number = 0; number < size; number++) builder.add(searchDocument(corpus.document(number)));
  const segment = builder.finish();
  const built = performance.now() - began;
  const index = new SearchIndex(SETTINGS, segment);
  const dictionary = segmentDictionary(segment);
  const rows: BenchRow[] = [];
  if (plan.classes.length > 0) rows.push(...(await classRows(corpus, thousands, plan, { index, dictionary })));
  if (plan.has('build'))
    rows.push(
      { name: `build, ${thousands}: ${source}`, subject: 'freshet', rate: (size / built) * 1_000, unit: 'docs/s' },
      memoryRow(thousands, size, 'freshet', segment.bytes + dictionary.bytes),
    );
  if (plan.has('base-segment')) rows.push(baseSegmentRow(segment, thousands));
  if (plan.has('update')) rows.push(updateRow(index, corpus, thousands));
  if (plan.has('worst')) rows.push(...(await worstRows(corpus, thousands)));
  return rows;
}

interface Ours {
  readonly index: SearchIndex;
  readonly dictionary: SpellingDictionary;
}

/** Returns one row for each class and for memory, for Freshet and for the peers. */
async function classRows(
  corpus: Corpus,
  thousands: string,
  { classes, peers: compared }: SearchPlan,
  { index, dictionary }: Ours,
): Promise<BenchRow[]> {
  const { size } = corpus;
  const questions = searchQuestions(corpus, QUESTIONS);
  const ours = await timeClasses(questions, classes, QUESTIONS, (question) => ask(index, dictionary, question));
  const peers = await timePeers(compared, corpus, { size, classes, questions: QUESTIONS, count: PEER_QUESTIONS });
  const rows = classes.flatMap((name): BenchRow[] => {
    const asked = { name: `${name}, ${thousands}` };
    const row = { ...asked, subject: 'freshet', ...quantiles(ours[name].times) };
    return [
      row,
      ...peers.map(({ subject, answers }): BenchRow => {
        const { times, totals } = answers[name];
        if (!ESTIMATING.has(subject) && name !== 'one-typo')
          checkTotals(questions[name], ours[name].totals, totals, subject);
        const measured = quantiles(times);
        return { ...asked, subject, ...measured, ratio: measured.p50 / row.p50 };
      }),
    ];
  });
  return [...rows, ...peers.map(({ subject, bytes }) => memoryRow(thousands, size, subject, bytes))];
}

interface PeerMeasure {
  readonly subject: string;
  readonly time: (corpus: Corpus, task: PeerTask) => Promise<PeerAnswers>;
}

const MEASURES: Readonly<Record<Peer, PeerMeasure>> = {
  postgresql: { subject: 'postgresql 18', time: timePostgres },
  minisearch: { subject: 'minisearch 7', time: (_, task) => timePeer('search-minisearch.js', task) },
  orama: { subject: 'orama 3', time: (_, task) => timePeer('search-orama.js', task) },
};

/** Runs one after another. */
async function timePeers(
  peers: readonly Peer[],
  corpus: Corpus,
  task: PeerTask,
): Promise<(PeerAnswers & { readonly subject: string })[]> {
  const answers: (PeerAnswers & { readonly subject: string })[] = [];
  for (const peer of peers) {
    const { subject, time } = MEASURES[peer];
    console.error(`${subject} …`);
    answers.push({ subject, ...(await time(corpus, task)) });
  }
  return answers;
}

/** @throws Error if the peer finds another number of documents */
function checkTotals(
  questions: readonly Question[],
  ours: readonly number[],
  totals: readonly number[],
  subject: string,
): void {
  totals.forEach((total, i) => {
    if (total !== ours[i])
      throw new Error(`${JSON.stringify(questions[i])} finds ${ours[i]} here and ${total} with ${subject}`);
  });
}

const quantiles = (times: readonly number[]) => ({
  p50: percentile(times, 0.5),
  p95: percentile(times, 0.95),
  p99: percentile(times, 0.99),
});

const memoryRow = (thousands: string, size: number, subject: string, bytes: number): BenchRow => ({
  name: `memory per 100k documents, ${thousands}`,
  subject,
  rate: bytes / size / 10,
  unit: 'MB',
});

/** Measures documents that are replaced in a filled index. */
function updateRow(index: SearchIndex, corpus: Corpus, thousands: string): BenchRow {
  const times: number[] = [];
  for (let update = 0; update < UPDATES; update++) {
    const document = searchDocument(corpus.document((update * 7_919) % corpus.size));
    const began = performance.now();
    index.put(document);
    times.push(performance.now() - began);
  }
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  return { name: `update, ${thousands}`, subject: 'freshet', p50, p99 };
}
