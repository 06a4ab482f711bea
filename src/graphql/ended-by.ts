/**
 * An async iterable that also ends, by throwing the signal's reason, as soon as the signal is aborted, even while its
 * source has nothing to say. Ending it either way lets go of the source at once.
 *
 * @param onEnd called once, however it ended
 */
export function endedBy<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  onEnd: () => void,
): AsyncGenerator<T, void, void> {
  const inner = source[Symbol.asyncIterator]();
  let ended = false;
  let release: ((error?: Error) => void) | undefined;

  const onAbort = (): void => end(reasonOf(signal));

  function end(error?: Error): void {
    if (ended) return;
    ended = true;
    signal.removeEventListener('abort', onAbort);
    release?.(error);
    onEnd();
    // Nobody waits for it: a generator in the middle of an await would answer only after that.
    Promise.resolve(inner.return?.()).catch(() => undefined);
  }

  function next(): Promise<IteratorResult<T, void>> {
    if (signal.aborted) {
      end(reasonOf(signal));
      return Promise.reject(reasonOf(signal));
    }
    if (ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      release = (error) => (error === undefined ? resolve({ done: true, value: undefined }) : reject(error));
      inner.next().then(
        (result) => {
          release = undefined;
          if (result.done) end();
          resolve(result.done ? { done: true, value: undefined } : result);
        },
        (error: unknown) => {
          release = undefined;
          end();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  if (signal.aborted) queueMicrotask(onAbort);
  else signal.addEventListener('abort', onAbort);

  return {
    next,
    return: () => {
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    throw: (error: Error) => {
      end();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: () => {
      end();
      return Promise.resolve();
    },
  };
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
