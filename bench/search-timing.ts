import { CLASSES, type Question, type QuestionClass } from './search-questions';

export type ClassAnswers = Record<QuestionClass, Answers>;

export interface Answers {
  /** Milliseconds of each answer. */
  readonly times: number[];
  /** By question: how many documents were found. */
  readonly totals: number[];
}

/** A class that takes longer than this has been asked enough, if it has answered {@link ENOUGH} questions. */
const CLASS_PATIENCE_MS = 20_000;
const ENOUGH = 20;
const ROUNDS = 3;

/**
 * Asks one question after the other: all of them once, so that everything is warm, then {@link ROUNDS} times with a clock.
 * @param count questions of each class, at most
 * @param ask gives the number of documents found
 */
export async function timeClasses(
  questions: Record<QuestionClass, readonly Question[]>,
  count: number,
  ask: (question: Question) => number | Promise<number>,
): Promise<ClassAnswers> {
  const answers = {} as ClassAnswers;
  for (const name of CLASSES) {
    const { times, totals }: Answers = { times: [], totals: [] };
    const asked = questions[name].slice(0, count);
    const end = performance.now() + CLASS_PATIENCE_MS;
    for (let i = 0; i < asked.length * (ROUNDS + 1); i++) {
      const began = performance.now();
      if (began > end && times.length >= ENOUGH) break;
      const found = ask(asked[i % asked.length]);
      const total = typeof found === 'number' ? found : await found;
      // What is too slow to be asked everything twice has been warm long ago.
      if (i >= asked.length || began > end) times.push(performance.now() - began);
      totals[i % asked.length] = total;
    }
    answers[name] = { times, totals };
  }
  return answers;
}
