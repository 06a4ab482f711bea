import { ApiError } from '../graphql/errors';

/** How often a visit may follow a conversation at the same time: in two windows. */
export const MAX_FOLLOWERS = 2;
const RETRY_AFTER_MS = 5_000;

/** Counts how often each visit follows each conversation. */
export class Followers {
  private readonly counts = new Map<string, number>();

  /**
   * @param key of the visit and the conversation
   * @returns a function that is called once, when it follows no longer
   * @throws ApiError RATE_LIMITED
   */
  enter(key: string): () => void {
    const count = this.counts.get(key) ?? 0;
    if (count >= MAX_FOLLOWERS) {
      const message = `A visit may follow a conversation ${MAX_FOLLOWERS} times at once.`;
      throw new ApiError('RATE_LIMITED', message, { retryAfterMs: RETRY_AFTER_MS });
    }
    this.counts.set(key, count + 1);
    return () => {
      const left = this.counts.get(key)! - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    };
  }
}
