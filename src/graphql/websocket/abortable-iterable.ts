/**
 * Returns an async iterable over the values of `source`. When the signal is aborted, the iterable throws the signal's
 * reason at once, even while the source is waiting for a value. When the iterable ends, it calls `return()` of the
 * source.
 *
 * @param onEnd called once when the iterable has ended, also after an error or an abort
 */
export function abortableIterable<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  onEnd: () => void,
): AsyncGenerator<T, void, void> {
  const inner = source[Symbol.asyncIterator]();
  let ended = false;
  let completePendingNext: ((error?: Error) => void) | undefined;

  const onAbort = (): void => end(reasonOf(signal));

  function end(error?: Error): void {
    if (ended) return;
    ended = true;
    signal.removeEventListener('abort', onAbort);
    completePendingNext?.(error);
    onEnd();
    // Not awaited: a generator that awaits a value runs `return()` only after it has received that value.
    Promise.resolve(inner.return?.()).catch(() => undefined);
  }

  function next(): Promise<IteratorResult<T, void>> {
    if (signal.aborted) {
      end(reasonOf(signal));
      return Promise.reject(reasonOf(signal));
    }
    if (ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      completePendingNext = (error) =>
        error === undefined ? resolve({ done: true, value: undefined }) : reject(error);
      inner.next().then(
        (result) => {
          completePendingNext = undefined;
          if (result.done) end();
          resolve(result.done ? { done: true, value: undefined } : result);
        },
        (error: unknown) => {
          completePendingNext = undefined;
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
