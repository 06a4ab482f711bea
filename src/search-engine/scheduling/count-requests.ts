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

/** Converts each request. If the conversion returns undefined, the count is 0 and no request is made. */
export function* mapRequests<Question, Other, T>(
  work: CountRequests<Question, T>,
  convert: (question: Question) => Other | undefined,
): CountRequests<Other, T> {
  let step = work.next(0);
  while (step.done !== true) {
    const question = convert(step.value);
    step = work.next(question === undefined ? 0 : yield question);
  }
  return step.value;
}
