import { connect, type ChannelModel, type ConfirmChannel, type ConsumeMessage, type Options } from 'amqplib';
import type { BusConnection, BusSource, Delivery, Rejection } from './bus-source';

export interface RabbitMqOptions {
  /** `amqp://` or `amqps://`, with user, password and virtual host. */
  readonly url: string;
  /** Exists already, of whatever type: it is the shop's. */
  readonly queue: string;
  /** Where rejected messages wait; made durable where it does not exist. */
  readonly rejectedQueue: string;
  /** Messages that may be delivered and not settled. */
  readonly prefetch: number;
}

const CONNECT_MS = 5_000;
/** A connection that says nothing for two of these is dead, unless the URL says otherwise. In seconds. */
const HEARTBEAT_S = 10;
/** Header fields of a rejected message. */
export const REJECTION = {
  code: 'x-freshet-code',
  reason: 'x-freshet-reason',
  queue: 'x-freshet-queue',
  tag: 'x-freshet-delivery',
} as const;
/** These would send a copy to other queues once more. */
const ROUTING_HEADERS = ['CC', 'BCC'];
/** Seconds since 1970 as AMQP has it; what is later than the year 5138 was meant as milliseconds. */
const MAX_SECONDS = 1e11;

/** RabbitMQ, and what else speaks AMQP 0-9-1 with publisher confirms. */
export class RabbitMqSource implements BusSource {
  readonly queue: string;

  constructor(private readonly options: RabbitMqOptions) {
    this.queue = options.queue;
  }

  async connect(onDelivery: (delivery: Delivery) => void): Promise<BusConnection> {
    const model = await connect(withHeartbeat(this.options.url), {
      timeout: CONNECT_MS,
      noDelay: true,
      keepAlive: true,
      clientProperties: { connection_name: 'freshet source' },
    });
    let over: (why: string) => void = () => undefined;
    const closed = new Promise<string>((resolve) => (over = resolve));
    model.on('error', (error) => over(error.message));
    model.on('close', () => over('the connection was closed'));
    try {
      await this.makeRejectedQueue(model);
      const channel = await model.createConfirmChannel();
      channel.on('error', (error) => over(error.message));
      channel.on('close', () => over('the channel was closed'));
      const rejected = new RejectedMessages(channel, this.options, closed);
      await channel.prefetch(this.options.prefetch);
      const { consumerTag } = await channel.consume(this.queue, (message) => {
        if (message) onDelivery(toDelivery(message, channel, rejected));
        else over('the queue was deleted');
      });
      return {
        closed,
        pause: async () => void (await channel.cancel(consumerTag)),
        close: async () => {
          over('it was asked for');
          // In order: what closes the connection overtakes acknowledgements on its channels.
          await quietly(() => channel.close());
          await quietly(() => model.close());
        },
      };
    } catch (error) {
      await quietly(() => model.close());
      throw error;
    }
  }

  /** Looked for first: where it exists it may be of any type. What is not there closes the channel that asked. */
  private async makeRejectedQueue(model: ChannelModel): Promise<void> {
    const { rejectedQueue } = this.options;
    const asking = await model.createChannel();
    asking.on('error', () => undefined);
    const exists = await asking.checkQueue(rejectedQueue).then(
      () => true,
      (error: { code?: number }) => {
        if (error.code !== 404) throw error;
        return false;
      },
    );
    if (exists) return asking.close();
    const making = await model.createChannel();
    making.on('error', () => undefined);
    await making.assertQueue(rejectedQueue, { durable: true });
    await making.close();
  }
}

/** What a message says of itself; the rest says what the broker is to do with it. */
type Own = Pick<
  Options.Publish,
  'contentType' | 'contentEncoding' | 'messageId' | 'timestamp' | 'type' | 'appId' | 'correlationId'
>;

/** Publishes what was rejected, and knows whether it has arrived. */
class RejectedMessages {
  /** Delivery tags of what no queue took: the broker says so before it confirms. */
  private readonly returned = new Set<unknown>();

  constructor(
    private readonly channel: ConfirmChannel,
    private readonly options: RabbitMqOptions,
    private readonly closed: Promise<string>,
  ) {
    channel.on('return', (message) => this.returned.add(message.properties.headers?.[REJECTION.tag]));
  }

  async keep({ content, properties, fields }: ConsumeMessage, { code, message }: Rejection): Promise<void> {
    const { contentType, contentEncoding, messageId, timestamp, type, appId, correlationId } = properties as Own;
    const own = Object.entries(properties.headers ?? {}).filter(([name]) => !ROUTING_HEADERS.includes(name));
    const headers = {
      [REJECTION.code]: code,
      [REJECTION.reason]: message,
      [REJECTION.queue]: this.options.queue,
      [REJECTION.tag]: fields.deliveryTag,
    };
    const said = { contentType, contentEncoding, messageId, timestamp, type, appId, correlationId };
    const confirmed = this.publish(content, [
      { ...said, headers: { ...Object.fromEntries(own), ...headers } },
      // What its sender said of it may be more than can be sent again.
      { ...said, headers },
      { headers },
    ]);
    const lost = this.closed.then((why) => Promise.reject(new Error(why)));
    await Promise.race([confirmed, lost]);
    if (this.returned.delete(fields.deliveryTag)) throw new Error(`there is no queue ${this.options.rejectedQueue}`);
  }

  /** With the first properties that can be encoded: amqplib throws before it has sent anything of others. */
  private publish(content: Buffer, candidates: readonly Options.Publish[]): Promise<void> {
    return new Promise((resolve, reject) => {
      let fault: unknown;
      for (const properties of candidates) {
        try {
          this.channel.sendToQueue(
            this.options.rejectedQueue,
            content,
            { ...properties, persistent: true, mandatory: true },
            (error: unknown) => (error ? reject(new Error('the broker refused it')) : resolve()),
          );
          return;
        } catch (error) {
          fault = error;
        }
      }
      reject(fault);
    });
  }
}

function toDelivery(message: ConsumeMessage, channel: ConfirmChannel, rejected: RejectedMessages): Delivery {
  const { messageId, timestamp } = message.properties as { messageId?: string; timestamp?: number };
  const ack = () => {
    try {
      channel.ack(message);
    } catch {
      // The channel has ended: the broker delivers it again.
    }
  };
  return {
    body: message.content,
    ...(messageId ? { messageId } : {}),
    ...(typeof timestamp === 'number' ? { timestamp: timestamp < MAX_SECONDS ? timestamp * 1_000 : timestamp } : {}),
    ack,
    reject: async (rejection) => {
      await rejected.keep(message, rejection);
      ack();
    },
  };
}

function withHeartbeat(text: string): string {
  const url = new URL(text);
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return url.href;
}

/** It may have gone by itself. */
async function quietly(close: () => Promise<void>): Promise<void> {
  try {
    await close();
  } catch {
    // So it is closed.
  }
}
