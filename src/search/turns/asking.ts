import type { Steps } from './steps';

/** Work that asks for numbers: yields each question, and goes on with what it is told. */
export type Asking<Question, T> = Generator<Question, T, number>;

/** Answers every question at once. */
export function answered<Question, T>(asking: Asking<Question, T>, answer: (question: Question) => number): T {
  let step = asking.next(0);
  while (step.done !== true) step = asking.next(answer(step.value));
  return step.value;
}

/** Answers every question in steps. */
export function* answeredInSteps<Question, T>(
  asking: Asking<Question, T>,
  answer: (question: Question) => Steps<number>,
): Steps<T> {
  let step = asking.next(0);
  while (step.done !== true) {
    const told = yield* answer(step.value);
    yield;
    step = asking.next(told);
  }
  return step.value;
}

/** The same work where questions are put another way; undefined for what need not be asked: nothing is found. */
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
