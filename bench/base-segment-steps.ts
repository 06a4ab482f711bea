import { mergeIntoBase, type MergeInput } from '../src/search-engine/index/merge-into-base';
import { SearchIndex } from '../src/search-engine/index/search-index';
import type { Segment } from '../src/search-engine/index/segment';
import { decodeSegment, encodeSegment } from '../src/search-engine/index/segment-codec';
import { type BenchRow, percentile } from './row';
import type { Corpus } from './search-corpus';
import { searchDocument, SETTINGS } from './search-freshet';

const ROUNDS = 20;
const CHANGED = 1_000;

/**
 * Measures the steps that hold the event loop without a pause when a base segment changes; another thread builds and
 * merges segments. CPU milliseconds, p50 and p99 over rounds, of three steps: loading a base that a thread has built,
 * collecting the documents to merge, and installing the merged base after as many documents have changed again.
 */
export function baseSegmentStepRows(segment: Segment, corpus: Corpus, thousands: string): BenchRow[] {
  const bytes = encodeSegment(segment);
  const load = () => new SearchIndex(SETTINGS, decodeSegment(bytes));
  const changed = Array.from({ length: CHANGED }, (_, n) => searchDocument(corpus.document((n * 7_919) % corpus.size)));
  const loaded: number[] = [];
  const started: number[] = [];
  const finished: number[] = [];
  let merged: Segment | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    let index = load();
    loaded.push(milliseconds(() => void (index = load())));
    for (const document of changed) index.put(document);
    let input: MergeInput | undefined;
    started.push(milliseconds(() => void (input = index.startMerge())));
    merged ??= mergeIntoBase(segment, input as MergeInput);
    for (const document of changed) index.put(document);
    const whole = merged;
    finished.push(milliseconds(() => index.finishMerge(whole)));
  }
  return Object.entries({ loaded, 'merge started': started, 'merge finished': finished }).map(([name, times]) => ({
    name: `base segment: ${name}, ${thousands}`,
    subject: 'freshet',
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  }));
}

function milliseconds(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}
