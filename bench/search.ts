import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { merge } from '../src/search/index/merge';
import { SearchIndex } from '../src/search/index/search-index';
import type { Segment } from '../src/search/index/segment';
import { SegmentBuilder } from '../src/search/index/segment-builder';
import { type BenchRow, percentile } from './row';
import { type Corpus, searchCorpus } from './search-corpus';
import { requestOf, searchDocument, SETTINGS } from './search-freshet';
import type { MiniSearchTask } from './search-minisearch';
import { timePostgres } from './search-postgres';
import { CLASSES, searchQuestions } from './search-questions';
import { type ClassAnswers, timeClasses } from './search-timing';
import { worstRows } from './search-worst';

const QUESTIONS = 300;
/** Peers are asked fewer of them where they take long. */
const PEER_QUESTIONS = 100;
const UPDATES = 1_000;

/**
 * Product search in process, beside MiniSearch and PostgreSQL's full text on the same documents and questions: titles and descriptions,
 * the best ten, the exact total, and facets where they are asked for. Everybody has to find equally many.
 * `BENCH_SEARCH_DOCUMENTS`: how many documents, as `40000` (the default) or `40000,400000`.
 */
export async function measureSearch(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const size of (process.env.BENCH_SEARCH_DOCUMENTS ?? '40000').split(',').map(Number)) {
    if (!Number.isInteger(size) || size < 1_000) throw new Error('BENCH_SEARCH_DOCUMENTS: whole numbers from 1000 on');
    rows.push(...(await measureSize(searchCorpus(size))));
  }
  return rows;
}

async function measureSize(corpus: Corpus): Promise<BenchRow[]> {
  const { size, source } = corpus;
  const thousands = `${Math.round(size / 1_000)}k`;
  console.error(`search, ${thousands} documents, ${source} …`);
  const began = performance.now();
  const builder = new SegmentBuilder(SETTINGS);
  for (let number = 0; number < size; number++) builder.add(searchDocument(corpus.document(number)));
  const segment = builder.finish();
  const built = performance.now() - began;
  const index = new SearchIndex(SETTINGS, segment);
  const questions = searchQuestions(corpus, QUESTIONS);
  const ours = await timeClasses(questions, QUESTIONS, (question) => index.search(requestOf(question)).total);
  const ownRows = [
    { name: `build, ${thousands}: ${source}`, subject: 'freshet', rate: (size / built) * 1_000, unit: 'docs/s' },
    { name: `memory, ${thousands}`, subject: 'freshet', rate: segment.bytes / size, unit: 'B/doc' },
    ...updateRows(index, segment, corpus, thousands),
  ];
  console.error('PostgreSQL …');
  const postgres = await timePostgres(corpus, QUESTIONS, PEER_QUESTIONS);
  console.error('MiniSearch …');
  const miniSearch = await timeMiniSearch({ size, questions: QUESTIONS, count: PEER_QUESTIONS });
  const rows = CLASSES.flatMap((name): BenchRow[] => {
    const row = { name: `${name}, ${thousands}`, p50: percentile(ours[name].times, 0.5) };
    const peers = Object.entries({ 'minisearch 7': miniSearch[name], 'postgresql 18': postgres[name] });
    return [
      { ...row, subject: 'freshet', p99: percentile(ours[name].times, 0.99) },
      ...peers.map(([subject, { times, totals }]) => {
        totals.forEach((total, i) => {
          if (total !== ours[name].totals[i])
            throw new Error(
              `${name}: ${JSON.stringify(questions[name][i])} finds ${ours[name].totals[i]} here and ${total} with ${subject}`,
            );
        });
        const p50 = percentile(times, 0.5);
        return { name: row.name, subject, p50, p99: percentile(times, 0.99), ratio: p50 / row.p50 };
      }),
    ];
  });
  return [...rows, ...ownRows, ...(await worstRows(corpus, thousands))];
}

/** Documents put again into a filled index, and what merging them costs another thread. */
function updateRows(index: SearchIndex, segment: Segment, corpus: Corpus, thousands: string): BenchRow[] {
  const times: number[] = [];
  for (let update = 0; update < UPDATES; update++) {
    const document = searchDocument(corpus.document((update * 7_919) % corpus.size));
    const began = performance.now();
    index.put(document);
    times.push(performance.now() - began);
  }
  const input = index.startMerge();
  const began = performance.now();
  const merged = merge(segment, input);
  const took = performance.now() - began;
  index.finishMerge(merged);
  return [
    { name: `update, ${thousands}`, subject: 'freshet', p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
    { name: `merge of ${UPDATES} updates, ${thousands}`, subject: 'freshet', p50: took },
  ];
}

async function timeMiniSearch(task: MiniSearchTask): Promise<ClassAnswers> {
  const child = fork(path.join(__dirname, 'search-minisearch.js'), [], {
    execArgv: ['--max-old-space-size=10000'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.send(task);
  const ended = once(child, 'exit').then(() => {
    throw new Error('MiniSearch ended before it had answered');
  });
  const [answers] = (await Promise.race([once(child, 'message'), ended])) as [ClassAnswers];
  await ended.catch(() => undefined);
  return answers;
}
