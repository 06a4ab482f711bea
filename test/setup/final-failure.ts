import { FINAL_FAILURE } from './final-failure-text';

/**
 * A test that compares with an exact result after a fault: events that were lost or doubled, wrong counts, different
 * bytes. If one of its expectations fails, `npm test` does not run the file again, because another run would excuse a
 * fault that depends on chance.
 */
export function itIsExact(title: string, test: () => unknown, timeoutMs?: number): void {
  it(title, () => expectExactly(test) as Promise<void>, timeoutMs);
}

/** Runs expectations of the same kind within another test. */
export function expectExactly<T>(check: () => T): T {
  try {
    const result = check();
    return result instanceof Promise ? (result.catch(throwAsFinal) as T) : result;
  } catch (error) {
    return throwAsFinal(error);
  }
}

/** Marks failed expectations. Other errors, such as a process that did not start, are not final. */
function throwAsFinal(error: unknown): never {
  if (error instanceof Error && 'matcherResult' in error) {
    error.message = `${FINAL_FAILURE}\n${error.message}`;
    error.stack = `${FINAL_FAILURE}\n${error.stack}`;
  }
  throw error;
}
