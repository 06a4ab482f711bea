/** Reads the word list of a language for a process that corrects queries. A thread does it because it is CPU-bound. */
import { parentPort, workerData } from 'node:worker_threads';
import { readWordList } from './search/word-lists.service';

void readWordList(workerData as string).then(({ state }) =>
  parentPort?.postMessage(
    state,
    Object.values(state).map(({ buffer }: Uint32Array<ArrayBuffer>) => buffer),
  ),
);
