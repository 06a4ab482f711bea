import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Corpus, searchCorpus } from './search-corpus';
import { type Question, type QuestionClass, searchQuestions } from './search-questions';
import { type ClassAnswers, timeClasses } from './search-timing';

export interface PeerTask {
  readonly size: number;
  readonly classes: readonly QuestionClass[];
  /** The questions of each class, and the maximum number of questions to run. */
  readonly questions: number;
  readonly count: number;
}

export interface PeerAnswers {
  readonly answers: ClassAnswers;
  /** The memory of the documents: the growth of the process. */
  readonly bytes: number;
}

type Ask = (question: Question) => number | Promise<number>;

/** Runs in the peer's own process. @param fill builds the peer's index */
export function answerTask(fill: (corpus: Corpus) => Ask | Promise<Ask>): void {
  const answer = async ({ size, classes, questions, count }: PeerTask): Promise<PeerAnswers> => {
    const corpus = searchCorpus(size);
    const before = memoryInUse();
    const ask = await fill(corpus);
    const bytes = memoryInUse() - before;
    return { answers: await timeClasses(searchQuestions(corpus, questions), classes, count, ask), bytes };
  };
  process.once('message', (task: PeerTask) => {
    void answer(task).then((answers) => process.send?.(answers, () => process.exit(0)));
  });
}

function memoryInUse(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** @param file a file in this folder that calls {@link answerTask} */
export async function timePeer(file: string, task: PeerTask): Promise<PeerAnswers> {
  const child = fork(path.join(__dirname, file), [], {
    execArgv: ['--max-old-space-size=10000', '--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.send(task);
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${file} ended before it had answered`);
  });
  const [answers] = (await Promise.race([once(child, 'message'), ended])) as [PeerAnswers];
  await ended.catch(() => undefined);
  return answers;
}
