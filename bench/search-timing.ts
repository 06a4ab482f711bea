import type { Question, QuestionClass } from './search-questions';

/** Results by measured class. */
export type ClassAnswers = Record<QuestionClass, Answers>;

interface Answers {
  /** Milliseconds by question: the minimum over all rounds. */
  readonly times: number[];
  /** Number of matching documents by question. */
  readonly totals: number[];
}

/** A class stops after this time if it has run at least {@link MIN_QUESTIONS} questions. */
const CLASS_PATIENCE_MS = 15_000;
const MIN_QUESTIONS = 20;
const ROUNDS = 6;

/**
 * Runs all questions one after another, {@link EXAMINATION_ROUNDS} times. The fastest round of each question counts,
 * because other load on the machine is no property of an index. Quantiles are therefore over questions, hard ones and
 * easy ones.
 * @param count maximum number of questions in each class
 * @param ask returns the number of matching documents
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
