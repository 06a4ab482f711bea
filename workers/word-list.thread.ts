/** Reads a language's word list (for correcting queries). Runs in a thread, because the work is CPU-bound. */
import { parentPort, workerData } from 'node:worker_threads';
import { readWordList } from '../src/search/word-lists.service';

void readWordList(workerData as string).then(({ state }) =>
  parentPort?.postMessage(
    state,
    Object.values(state).map(({ buffer }: Uint32Array<ArrayBuffer>) => buffer),
  ),
);
