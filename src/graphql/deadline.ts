import { ApiError } from './errors';

/**
 * The result of `work`, or TIMEOUT. `onTimeout` is told, so that what can stop stops; what can't runs on unheard.
 * @throws ApiError TIMEOUT
 */
export async function withinTime<T>(work: Promise<T>, milliseconds: number, onTimeout: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ApiError('TIMEOUT', `It took longer than ${milliseconds} ms`));
      onTimeout();
    }, milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
