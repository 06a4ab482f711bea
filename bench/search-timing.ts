import type { Question, QuestionClass } from './search-questions';

/** Of the classes that were asked. */
export type ClassAnswers = Record<QuestionClass, Answers>;

export interface Answers {
  /** By question: milliseconds, the best of all rounds. */
  readonly times: number[];
  /** By question: how many documents were found. */
  readonly totals: number[];
}

/** A class that takes longer than this has been asked enough, if it has answered {@link MIN_QUESTIONS} questions. */
const CLASS_PATIENCE_MS = 15_000;
const MIN_QUESTIONS = 20;
const ROUNDS = 6;

/**
 * Asks one question after the other, all of them {@link EXAMINATION_ROUNDS} times. Of each question the best round counts: what others do on the
 * machine meanwhile is no property of an index. So quantiles are over questions, hard ones and easy ones.
 * @param count questions of each class, at most
 * @param ask gives the number of documents found
 */
export async function timeClasses(
  questions: Record<QuestionClass, readonly Question[]>,
  classes: readonly QuestionClass[],
  count: number,
  ask: (question: Question) => number | Promise<number>,
): Promise<ClassAnswers> {
  const answers = {} as ClassAnswers;
  for (const name of classes) {
    const { times, totals }: Answers = { times: [], totals: [] };
    const asked = questions[name].slice(0, count);
    const end = performance.now() + CLASS_PATIENCE_MS;
    for (let i = 0; i < asked.length * ROUNDS; i++) {
      const began = performance.now();
      if (began > end && i >= MIN_QUESTIONS) break;
      const question = i % asked.length;
      const found = ask(asked[question]);
      totals[question] = typeof found === 'number' ? found : await found;
      times[question] = Math.min(times[question] ?? Infinity, performance.now() - began);
    }
    answers[name] = { times, totals };
  }
  return answers;
}
