import { connectRedis, type Redis } from './redis';
import type { Logger } from './log';

/** Short-lived values that processes of one shop share through Redis. Any of them may be gone at any time. */
export class SharedCache {
  private readonly redis: Redis;

  constructor(
    url: string,
    private readonly namespace: string,
    private readonly log: Logger,
  ) {
    this.redis = connectRedis(url, log);
  }

  /** Does not wait; a failure is as if it had expired. */
  set(key: string, value: string, ttlMs: number): void {
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
