import { ApiError } from '../errors';

/**
 * Returns the result of `work`. After the timeout it throws and calls `onTimeout`, which should abort the work. A later
 * result is ignored.
 * @throws ApiError TIMEOUT
 */
export async function withTimeout<T>(work: Promise<T>, milliseconds: number, onTimeout: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ApiError('TIMEOUT', `The operation took longer than ${milliseconds} ms.`));
      onTimeout();
    }, milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
