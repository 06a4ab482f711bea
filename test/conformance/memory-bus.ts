/** An in-memory bus, which shows what the contract means without a server. */
import type { BusConnection, BusMessage, BusSource, Delivery, Rejection } from '../../src/platform/bus-source';
import type { RejectedMessage, TestBus } from './bus-source';

interface Consumer {
  readonly prefetch: number;
  readonly deliver: (message: BusMessage) => void;
  readonly unsettled: Set<BusMessage>;
  readonly end: (why: string) => void;
  paused: boolean;
}

export class MemoryBus implements TestBus {
  private queue: BusMessage[] = [];
  private rejected: RejectedMessage[] | undefined = [];
  private consumer: Consumer | undefined;
  private away = false;

  source(prefetch: number): BusSource {
    return { queue: 'memory', connect: (onDelivery) => this.connect(prefetch, onDelivery) };
  }

  publish: TestBus['publish'] = async (messages) => {
    this.queue.push(...messages.map((message) => ({ ...message, body: Buffer.from(message.body) })));
    this.handOut();
  };

  ready = async () => this.queue.length;

  async takeRejected(): Promise<RejectedMessage[]> {
    return this.rejected?.splice(0) ?? [];
  }

  async loseRejectedQueue(): Promise<void> {
    this.rejected = undefined;
  }

  async goAway(): Promise<void> {
    this.away = true;
    this.consumer?.end('cut');
  }

  async comeBack(): Promise<void> {
    this.away = false;
  }

  async close(): Promise<void> {
    this.consumer?.end('closed');
  }

  private async connect(prefetch: number, onDelivery: (delivery: Delivery) => void): Promise<BusConnection> {
    if (this.away) throw new Error('away');
    this.rejected ??= [];
    let end: (why: string) => void = () => undefined;
    const closed = new Promise<string>((resolve) => (end = resolve));
    const unsettled = new Set<BusMessage>();
    const consumer: Consumer = {
      prefetch,
      unsettled,
      paused: false,
      deliver: (message) => {
        const settle = () => {
          if (unsettled.delete(message)) this.handOut();
        };
        onDelivery({ ...message, ack: settle, reject: async (why) => this.keep(message, why, consumer, settle) });
      },
      end: (why) => {
        if (this.consumer === consumer) this.consumer = undefined;
        this.queue.unshift(...unsettled);
        unsettled.clear();
        end(why);
      },
    };
    this.consumer = consumer;
    this.handOut();
    return {
      closed,
      pause: async () => void (consumer.paused = true),
      close: async () => consumer.end('the consumer closed the connection'),
    };
  }

  private keep({ body, messageId }: BusMessage, why: Rejection, consumer: Consumer, settle: () => void): void {
    if (!this.rejected || this.consumer !== consumer) throw new Error('there is no rejected queue');
    const { code, message: reason } = why;
    this.rejected.push({ body: Buffer.from(body).toString(), messageId, code, reason });
    settle();
  }

  private handOut(): void {
    const { consumer } = this;
    if (!consumer) return;
    while (!consumer.paused && consumer.unsettled.size < consumer.prefetch && this.queue.length > 0) {
      const message = this.queue.shift()!;
      consumer.unsettled.add(message);
      setImmediate(() => consumer.unsettled.has(message) && consumer.deliver(message));
    }
  }
}
