/** A queue of a real RabbitMQ, which the source reaches through a relay that can be closed. */
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectSocket, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { BusSource } from '../../src/platform/bus-source';
import { REJECTION, RabbitMqSource } from '../../src/platform/rabbitmq-source';
import type { RabbitMq } from '../setup/rabbitmq';
import type { RejectedMessage, TestBus } from './bus-source';

interface Properties {
  readonly headers?: Record<string, string>;
  readonly messageId?: string;
}

export class RabbitMqBus implements TestBus {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly operator: ChannelModel,
    private readonly queue: string,
    private readonly door: Server,
    private readonly doorPort: number,
  ) {
    door.on('connection', (socket) => this.sockets.add(socket));
  }

  static async open(server: RabbitMq): Promise<RabbitMqBus> {
    const operator = await connect(server.url);
    const queue = `events-${randomUUID()}`;
    const channel = await operator.createChannel();
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.close();
    const door = createServer((inside) => {
      const outside = connectSocket(server.port, '127.0.0.1');
      inside.pipe(outside).pipe(inside);
      inside.on('error', () => outside.destroy()).on('close', () => outside.destroy());
      outside.on('error', () => inside.destroy());
    });
    door.listen(0, '127.0.0.1');
    await once(door, 'listening');
    return new RabbitMqBus(operator, queue, door, (door.address() as AddressInfo).port);
  }

  source(prefetch: number): BusSource {
    const { queue } = this;
    const url = `amqp://127.0.0.1:${this.doorPort}`;
    return new RabbitMqSource({ url, queue, rejectedQueue: `${queue}.rejected`, prefetch });
  }

  publish: TestBus['publish'] = async (messages) => {
    const channel = await this.operator.createConfirmChannel();
    for (const { body, messageId, timestamp } of messages) {
      const seconds = timestamp === undefined ? undefined : timestamp / 1_000;
      channel.sendToQueue(this.queue, Buffer.from(body), { persistent: true, messageId, timestamp: seconds });
    }
    await channel.waitForConfirms();
    await channel.close();
  };

  ready = () => this.on(async (channel) => (await channel.checkQueue(this.queue)).messageCount);

  takeRejected = async () => {
    const taken: RejectedMessage[] = [];
    const take = this.on(async (channel) => {
      for (;;) {
        const message = await channel.get(`${this.queue}.rejected`, { noAck: true });
        if (!message) return;
        const { headers = {}, messageId } = message.properties as Properties;
        const { [REJECTION.code]: code, [REJECTION.reason]: reason } = headers;
        taken.push({ body: message.content.toString(), messageId, code, reason });
      }
    });
    await take.catch((error: { code?: number }) => {
      if (error.code !== 404) throw error; // The queue does not exist yet.
    });
    return taken;
  };

  loseRejectedQueue = () => this.on(async (channel) => void (await channel.deleteQueue(`${this.queue}.rejected`)));

  async goAway(): Promise<void> {
    const shut = once(this.door, 'close');
    this.door.close();
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await shut;
  }

  async comeBack(): Promise<void> {
    this.door.listen(this.doorPort, '127.0.0.1');
    await once(this.door, 'listening');
  }

  async close(): Promise<void> {
    if (this.door.listening) await this.goAway();
    await this.on(async (channel) => {
      await channel.deleteQueue(this.queue);
      await channel.deleteQueue(`${this.queue}.rejected`);
    });
    await this.operator.close();
  }

  /** The server closes a channel with the first operation that it refuses. */
  private async on<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.operator.createChannel();
    channel.on('error', () => undefined);
    const result = await work(channel);
    await channel.close();
    return result;
  }
}
