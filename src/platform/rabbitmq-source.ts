import { connect, type ChannelModel, type ConfirmChannel, type ConsumeMessage, type Options } from 'amqplib';
import type { BusConnection, BusSource, Delivery, Rejection } from './bus-source';

export interface RabbitMqOptions {
  /** `amqp://` or `amqps://`, with user, password and virtual host. */
  readonly url: string;
  /** The queue to consume. It must exist and may have any type, because it belongs to the shop. */
  readonly queue: string;
  /** The queue for rejected messages. It is created as a durable queue if it does not exist. */
  readonly rejectedQueue: string;
  /** Maximum number of delivered messages that are neither acknowledged nor rejected. */
  readonly prefetch: number;
}

const CONNECT_MS = 5_000;
/** Heartbeat interval in seconds, unless the URL sets one. A connection that is silent for two intervals is dead. */
const HEARTBEAT_S = 10;
/** Headers that are added to a rejected message. */
export const REJECTION = {
  code: 'x-freshet-code',
  reason: 'x-freshet-reason',
  queue: 'x-freshet-queue',
  tag: 'x-freshet-delivery',
} as const;
/** Headers that a rejected message loses, because they would make the broker send it to further queues. */
const ROUTING_HEADERS = ['CC', 'BCC'];
/** AMQP timestamps are seconds since 1970. A value of at least this (the year 5138) must be in milliseconds. */
const MAX_SECONDS = 1e11;

/** A source for RabbitMQ and other brokers that support AMQP 0-9-1 with publisher confirms. */
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
    let end: (reason: string) => void = () => undefined;
    const closed = new Promise<string>((resolve) => (end = resolve));
    model.on('error', (error) => end(error.message));
    model.on('close', () => end('the connection was closed'));
    try {
      await this.ensureRejectedQueue(model);
      const channel = await model.createConfirmChannel();
      channel.on('error', (error) => end(error.message));
      channel.on('close', () => end('the channel was closed'));
      const rejectedMessages = new RejectedMessages(channel, this.options, closed);
      await channel.prefetch(this.options.prefetch);
      const { consumerTag } = await channel.consume(this.queue, (message) => {
        if (message) onDelivery(toDelivery(message, channel, rejectedMessages));
        else end('the queue was deleted');
      });
      return {
        closed,
        pause: async () => void (await channel.cancel(consumerTag)),
        close: async () => {
          end('the caller closed the connection');
          // The channel is closed first. If the connection were closed first, acknowledgements on the channel could be
          // lost.
          await ignoringErrors(() => channel.close());
          await ignoringErrors(() => model.close());
        },
      };
    } catch (error) {
      await ignoringErrors(() => model.close());
      throw error;
    }
  }

  /**
   * Creates the queue for rejected messages unless it exists. An existing queue may have any type, so it is looked up
   * instead of declared. Looking up a missing queue closes the channel, so creating it needs a second channel.
   */
  private async ensureRejectedQueue(model: ChannelModel): Promise<void> {
    const { rejectedQueue } = this.options;
    const lookUpChannel = await model.createChannel();
    lookUpChannel.on('error', () => undefined);
    const exists = await lookUpChannel.checkQueue(rejectedQueue).then(
      () => true,
      (error: { code?: number }) => {
        if (error.code !== 404) throw error;
        return false;
      },
    );
    if (exists) return lookUpChannel.close();
    const creationChannel = await model.createChannel();
    creationChannel.on('error', () => undefined);
    await creationChannel.assertQueue(rejectedQueue, { durable: true });
    await creationChannel.close();
  }
}

/** The properties that a rejected message retains. The others are instructions to the broker. */
type MessageProperties = Pick<
  Options.Publish,
  'contentType' | 'contentEncoding' | 'messageId' | 'timestamp' | 'type' | 'appId' | 'correlationId'
>;

/** Publishes rejected messages and waits until the broker has confirmed them. */
class RejectedMessages {
  /**
   * Delivery tags of messages that the broker returned because it had no queue for them. The broker also confirms such
   * a message, but only after it has returned it.
   */
  private readonly returned = new Set<unknown>();

  constructor(
    private readonly channel: ConfirmChannel,
    private readonly options: RabbitMqOptions,
    private readonly closed: Promise<string>,
  ) {
    channel.on('return', (message) => this.returned.add(message.properties.headers?.[REJECTION.tag]));
  }

  async store({ content, properties, fields }: ConsumeMessage, { code, message }: Rejection): Promise<void> {
    const { contentType, contentEncoding, messageId, timestamp, type, appId, correlationId } =
      properties as MessageProperties;
    const own = Object.entries(properties.headers ?? {}).filter(([name]) => !ROUTING_HEADERS.includes(name));
    const headers = {
      [REJECTION.code]: code,
      [REJECTION.reason]: message,
      [REJECTION.queue]: this.options.queue,
      [REJECTION.tag]: fields.deliveryTag,
    };
    const described = { contentType, contentEncoding, messageId, timestamp, type, appId, correlationId };
    const confirmed = this.publish(content, [
      { ...described, headers: { ...Object.fromEntries(own), ...headers } },
      // If amqplib can't encode the sender's headers or properties, the message is stored without them.
      { ...described, headers },
      { headers },
    ]);
    const lost = this.closed.then((why) => Promise.reject(new Error(why)));
    await Promise.race([confirmed, lost]);
    if (this.returned.delete(fields.deliveryTag))
      throw new Error(`the queue ${this.options.rejectedQueue} does not exist`);
  }

  /**
   * Publishes with the first candidate that can be encoded. If properties can't be encoded, amqplib throws before it
   * sends anything.
   */
  private publish(content: Buffer, candidates: readonly Options.Publish[]): Promise<void> {
    return new Promise((resolve, reject) => {
      let fault: unknown;
      for (const properties of candidates) {
        try {
          this.channel.sendToQueue(
            this.options.rejectedQueue,
            content,
            { ...properties, persistent: true, mandatory: true },
            (error: unknown) => (error ? reject(new Error('the broker refused the message')) : resolve()),
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

function toDelivery(message: ConsumeMessage, channel: ConfirmChannel, rejectedMessages: RejectedMessages): Delivery {
  const { messageId, timestamp } = message.properties as { messageId?: string; timestamp?: number };
  const ack = () => {
    try {
      channel.ack(message);
    } catch {
      // The channel has ended. The broker delivers the message again.
    }
  };
  return {
    body: message.content,
    ...(messageId ? { messageId } : {}),
    ...(typeof timestamp === 'number' ? { timestamp: timestamp < MAX_SECONDS ? timestamp * 1_000 : timestamp } : {}),
    ack,
    reject: async (rejection) => {
      await rejectedMessages.store(message, rejection);
      ack();
    },
  };
}

function withHeartbeat(text: string): string {
  const url = new URL(text);
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return url.href;
}

/** Ignores errors, because the channel or connection may already be closed. */
async function ignoringErrors(close: () => Promise<void>): Promise<void> {
  try {
    await close();
  } catch {
    // Already closed.
  }
}
