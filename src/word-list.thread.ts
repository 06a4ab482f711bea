/** Reads a language's word list, CPU-bound, for a process that corrects queries. */
import { parentPort, workerData } from 'node:worker_threads';
import { readWordList } from './search/word-lists.service';

void readWordList(workerData as string).then(({ state }) =>
  parentPort?.postMessage(
    state,
    Object.values(state).map(({ buffer }: Uint32Array<ArrayBuffer>) => buffer),
  ),
);
