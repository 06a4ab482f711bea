import type { CooperativeTask } from './cooperative-task';

/** Work that needs counts, for example of matches. It yields a request for each count and resumes with the result. */
export type CountRequests<Question, T> = Generator<Question, T, number>;

/** Runs the work to the end and answers each request synchronously. */
export function resolveCounts<Question, T>(
  work: CountRequests<Question, T>,
  answer: (question: Question) => number,
): T {
  let step = work.next(0);
  while (step.done !== true) step = work.next(answer(step.value));
  return step.value;
}

/** Runs the work as a cooperative task: each request is answered by a task of its own. */
export function* resolveCountsInSteps<Question, T>(
  work: CountRequests<Question, T>,
  answer: (question: Question) => CooperativeTask<number>,
): CooperativeTask<T> {
  let step = work.next(0);
  while (step.done !== true) {
    const count = yield* answer(step.value);
    yield;
    step = work.next(count);
  }
  return step.value;
}

/**
 * Converts each request. If the conversion returns undefined, the count is 0 and no request is made.
 * @param minimumOf returns a lower bound of the count of a question. Default: 0
 */
export function* mapRequests<Question, Other, T>(
  work: CountRequests<Question, T>,
  convert: (question: Question) => Other | undefined,
  minimumOf: (question: Question) => number = () => 0,
): CountRequests<Other, T> {
  let step = work.next(0);
  while (step.done !== true) {
    const asked = step.value;
    const question = convert(asked);
    const count = question === undefined ? 0 : yield question;
    step = work.next(Math.max(count, minimumOf(asked)));
  }
  return step.value;
}
