import { connect } from 'amqplib';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Pool } from 'pg';
import { connectPostgres } from '../../../src/platform/postgres';
import { describeBusSource } from '../../conformance/bus-source';
import { RabbitMqBus } from '../../conformance/rabbitmq-bus';
import { caughtUp } from '../../setup/caught-up';
import { startProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { describeWithRabbitMq, RabbitMq } from '../../setup/rabbitmq';
import { testFolder, testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';
import { expectExactly } from '../../setup/final-failure';

describeWithRabbitMq('events from RabbitMQ')('RabbitMQ', () => {
  let server: RabbitMq;

  beforeAll(async () => {
    server = await RabbitMq.start(path.join(testFolder('rabbitmq'), 'node'));
  });

  afterAll(() => server.end());

  describeBusSource('a quorum queue of RabbitMQ', () => RabbitMqBus.open(server));

  describe('killed in mid-stream and started again', () => {
    const EVENTS = 3_000;
    const queue = `events-${randomUUID()}`;
    const event = (n: number) => ({
      ...{ type: 'VIEW', customerId: `customer-${n % 50}`, productId: `product-${n % 20}` },
      occurredAt: new Date(Date.now() - 86_400_000 + n).toISOString(),
    });
    const processes: OwnProcess[] = [];
    let shop: TestNamespace;
    let pool: Pool;

    beforeAll(async () => {
      shop = await testNamespace();
      pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    });

    afterAll(async () => {
      await Promise.all(processes.map((each) => each.stop()));
      await pool.end();
      await shop.drop();
    });

    const logged = async () =>
      (
        await pool.query<{ n: number; distinct: number }>(
          'SELECT count(*)::int AS n, count(DISTINCT product_id || occurred_at)::int AS distinct FROM events',
        )
      ).rows[0];

    /** Publishes unconfirmed messages as a publisher does: again after a failure, under the same message id. */
    async function publish(unconfirmed: Set<number>): Promise<void> {
      const model = await connect(server.url);
      model.on('error', () => undefined);
      const channel = await model.createConfirmChannel();
      channel.on('error', () => undefined);
      await channel.assertQueue(queue, { durable: true });
      for (const n of [...unconfirmed]) {
        const options = { persistent: true, messageId: `m-${n}` };
        channel.sendToQueue(queue, Buffer.from(JSON.stringify(event(n))), options, (error: unknown) => {
          if (!error) unconfirmed.delete(n);
        });
        if (n % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await channel.waitForConfirms();
      await model.close();
    }

    it('loses nothing and counts nothing twice', async () => {
      processes.push(startWorkerProcess(shop));
      const unconfirmed = new Set([...Array(EVENTS).keys()]);
      const publishing = publish(unconfirmed).catch(() => undefined);
      const source = startProcess('workers/source.js', shop, {
        SOURCE_URL: server.url,
        SOURCE_QUEUE: queue,
        SOURCE_PREFETCH: '100',
      });
      processes.push(source);
      await until(logged, ({ n }) => n > 200);
      await server.kill();
      await publishing;
      expect((await logged()).n).toBeLessThan(EVENTS);
      await server.startAgain();
      await publish(unconfirmed);
      expect(unconfirmed.size).toBe(0);
      const looking = await connect(server.url);
      const channel = await looking.createChannel();
      const left = async () => (await channel.checkQueue(queue)).messageCount;
      // The broker loses acknowledgements that it had not written when it was killed: those messages are delivered once
      // more.
      await until(left, (count) => count === 0);
      expect(await source.stop()).toBe(0);
      // No delivery was in progress either.
      expect(await left()).toBe(0);
      await looking.close();
      await caughtUp(pool, ['inbox']);
      await expectExactly(async () => expect(await logged()).toEqual({ n: EVENTS, distinct: EVENTS }));
      expect(source.log()).toContain('bus: connection lost');
    });
  });
});
