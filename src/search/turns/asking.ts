import type { Steps } from './steps';

/** Work that needs counts: it yields each request and resumes with the count. */
export type Asking<Question, T> = Generator<Question, T, number>;

/** Runs the work to the end and answers each request synchronously. */
export function answered<Question, T>(asking: Asking<Question, T>, answer: (question: Question) => number): T {
  let step = asking.next(0);
  while (step.done !== true) step = asking.next(answer(step.value));
  return step.value;
}

/** Runs the work as a cooperative task: each request is answered by a task of its own. */
export function* answeredInSteps<Question, T>(
  asking: Asking<Question, T>,
  answer: (question: Question) => Steps<number>,
): Steps<T> {
  let step = asking.next(0);
  while (step.done !== true) {
    const count = yield* answer(step.value);
    yield;
    step = asking.next(count);
  }
  return step.value;
}

/** Converts the requests of the work. A request that `other` converts to undefined counts as 0 without being made. */
export function* putAs<Question, Other, T>(
  asking: Asking<Question, T>,
  other: (question: Question) => Other | undefined,
): Asking<Other, T> {
  let step = asking.next(0);
  while (step.done !== true) {
    const question = other(step.value);
    step = asking.next(question === undefined ? 0 : yield question);
  }
  return step.value;
}
