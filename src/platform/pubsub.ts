import type { Redis } from './redis';
import { connectRedis, connectSubscriber } from './redis';
import { BoundedQueue } from './bounded-queue';
import type { Logger } from './log';

type Listener = (message: Buffer) => void;

/** Maximum number of unread messages of a subscriber. If there are more, the oldest is dropped. */
const MAX_UNREAD_MESSAGES = 256;
/** Maximum number of published messages that Redis has not confirmed. Further messages are not sent. */
const MAX_PENDING_PUBLISHES = 1_000;

/**
 * Implements type-graphql's PubSub interface with Redis pub/sub. Delivery is at most once, and publishing never waits.
 * Subscribers that follow the log detect lost messages by gaps in the log positions, and read them from the outbox (the
 * table of published changes). Each subscriber has a separate bounded queue.
 */
export class RedisPubSub {
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly reconnectHandlers = new Set<() => void>();
  private wasReady = false;
  private pendingPublishes = 0;

  constructor(
    url: string,
    private readonly namespace: string,
    private readonly log: Logger,
  ) {
    this.publisher = connectRedis(url, log);
    this.subscriber = connectSubscriber(url, log);
    this.subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      for (const listener of this.listeners.get(channel.toString()) ?? []) this.deliver(listener, message, channel);
    });
    for (const connection of [this.publisher, this.subscriber]) connection.on('ready', () => this.notifyReconnected());
  }

  /** Whether the connection for publishing is ready. */
  get isReachable(): boolean {
    return this.publisher.status === 'ready';
  }

  /** Publishes a payload as JSON; part of type-graphql's PubSub. */
  publish(topic: string, payload: unknown): void {
    this.send(topic, JSON.stringify(payload ?? null));
  }

  /** Publishes a message without encoding it. */
  send(topic: string, message: string | Buffer): void {
    if (this.pendingPublishes >= MAX_PENDING_PUBLISHES) return;
    this.pendingPublishes++;
    this.publisher
      .publish(this.channel(topic), message)
      .catch((error: Error) => this.log.debug({ topic, error: error.message }, 'not published'))
      .finally(() => this.pendingPublishes--);
  }

  /** Returns a bounded async iterable over the payloads of one topic; part of type-graphql's PubSub. */
  subscribe(topic: string, dynamicId?: string | number): AsyncIterable<unknown> {
    const name = dynamicId === undefined ? topic : `${topic}:${dynamicId}`;
    const queue = new BoundedQueue<unknown>({ limit: MAX_UNREAD_MESSAGES, onClose: () => stop() });
    const stop = this.listen(name, (message) => queue.push(JSON.parse(message.toString())));
    return queue;
  }

  /** Calls `listener` for each message of a topic until the returned function is called. */
  listen(topic: string, listener: Listener): () => void {
    const channel = this.channel(topic);
    let set = this.listeners.get(channel);
    if (!set) {
      this.listeners.set(channel, (set = new Set()));
      this.subscriber
        .subscribe(channel)
        .catch((error: Error) => this.log.warn({ topic, error: error.message }, 'not subscribed'));
    }
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size > 0 || this.listeners.get(channel) !== set) return;
      this.listeners.delete(channel);
      this.subscriber.unsubscribe(channel).catch(() => undefined);
    };
  }

  /**
   * Calls `handler` after each reconnect, when both connections are ready again. Messages that were sent while a
   * connection was broken are lost.
   * @returns a function that removes the handler
   */
  onReconnect(handler: () => void): () => void {
    this.reconnectHandlers.add(handler);
    return () => this.reconnectHandlers.delete(handler);
  }

  /** Measures the latency, the memory and the clients of Redis. @throws Error if Redis is unreachable */
  async measure(): Promise<{ readonly seconds: number; readonly memoryBytes: number; readonly clients: number }> {
    const began = performance.now();
    await this.publisher.ping();
    const seconds = (performance.now() - began) / 1_000;
    const info = await this.publisher.info('everything');
    const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? NaN);
    return { seconds, memoryBytes: figure('used_memory'), clients: figure('connected_clients') };
  }

  async close(): Promise<void> {
    this.publisher.disconnect();
    this.subscriber.disconnect();
    await Promise.resolve();
  }

  private notifyReconnected(): void {
    if (this.publisher.status !== 'ready' || this.subscriber.status !== 'ready') return;
    if (this.wasReady) for (const handler of this.reconnectHandlers) handler();
    this.wasReady = true;
  }

  /** Calls a listener. Its error must neither withhold the message from other listeners nor end the process. */
  private deliver(listener: Listener, message: Buffer, channel: Buffer): void {
    try {
      listener(message);
    } catch (error) {
      this.log.error({ channel: channel.toString(), error: (error as Error).message }, 'message listener failed');
    }
  }

  private channel(topic: string): string {
    return `${this.namespace}:${topic}`;
  }
}
