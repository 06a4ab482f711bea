import { connectRedis, type Redis } from './redis';
import { KeyedLimit } from './keyed-limit';
import type { Logger } from './log';

/**
 * Maximum number of characters that one process may store in Redis at any time. A full Redis would refuse all writes.
 */
const MAX_STORED_CHARACTERS = 32 * 1024 * 1024;
/** The part of it for one client address. */
const MAX_CLIENT_CHARACTERS = MAX_STORED_CHARACTERS / 16;

/** Short-lived values that the processes of one shop share through Redis. Any value may disappear at any time. */
export class SharedCache {
  private readonly redis: Redis;
  private storedSize = 0;
  private readonly clients = new KeyedLimit(MAX_CLIENT_CHARACTERS);

  constructor(
    url: string,
    private readonly namespace: string,
    private readonly log: Logger,
  ) {
    this.redis = connectRedis(url, log);
  }

  /**
   * Stores a value without waiting. If that fails or exceeds a limit, `get` finds no value, as if it had expired.
   * @param client key of the address of the client that caused it; null if it is not limited
   */
  set(key: string, value: string, ttlMs: number, client: string | null = null): void {
    if (this.storedSize + value.length > MAX_STORED_CHARACTERS) return;
    const release = this.clients.take(client, value.length);
    if (release === null) return;
    this.storedSize += value.length;
    setTimeout(() => {
      this.storedSize -= value.length;
      release();
    }, ttlMs).unref();
    this.redis
      .set(this.key(key), value, 'PX', ttlMs)
      .catch((error: Error) => this.log.debug({ error: error.message }, 'not cached'));
  }

  /** Returns the value; `null` if it has expired, was never stored, or Redis does not answer. */
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
