import { connectRedis, type Redis } from './redis';
import type { Logger } from './log';

/** Characters that one process may have in Redis at a time. Redis refuses everybody's writes when it is full. */
const MAX_SHARED_BYTES = 32 * 1024 * 1024;

/** Short-lived values that processes of one shop share through Redis. Any of them may be gone at any time. */
export class SharedCache {
  private readonly redis: Redis;
  private shared = 0;

  constructor(
    url: string,
    private readonly namespace: string,
    private readonly log: Logger,
  ) {
    this.redis = connectRedis(url, log);
  }

  /** Does not wait; a failure, or one value too many, is as if it had expired. */
  set(key: string, value: string, ttlMs: number): void {
    if (this.shared + value.length > MAX_SHARED_BYTES) return;
    this.shared += value.length;
    setTimeout(() => (this.shared -= value.length), ttlMs).unref();
    this.redis
      .set(this.key(key), value, 'PX', ttlMs)
      .catch((error: Error) => this.log.debug({ error: error.message }, 'not cached'));
  }

  /** `null` when it has expired, was never there, or Redis does not answer. */
  async get(key: string): Promise<string | null> {
    return this.redis.get(this.key(key)).catch(() => null);
  }

  close(): void {
    this.redis.disconnect();
  }

  private key(key: string): string {
    return `{${this.namespace}}:cache:${key}`;
  }
}
