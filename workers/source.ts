/** Starts a process that consumes events from the shop's message bus. */
import { BackPressure } from '../src/events/back-pressure';
import { EventService } from '../src/events/event.service';
import { measureInbox } from '../src/events/inbox-pressure.store';
import { connectPlatform } from '../src/platform/connect';
import { requireServices } from '../src/platform/required-services';
import { migrate } from '../src/platform/migrate';
import { REQUEST_TIMEOUT_MS } from '../src/platform/postgres';
import { RabbitMqSource } from '../src/platform/rabbitmq-source';
import { requireReachable } from '../src/platform/reachable';
import { runProcess } from '../src/platform/run-process';
import { BusConsumer } from '../src/sources/bus-consumer.service';

/** Events from the message bus have the rights of the shop's back end. */
const BACK_END = { scope: 'SERVER', keyId: 'bus' } as const;

void runProcess('source', async (config) => {
  const { sourceUrl: url, sourceQueue: queue, sourceRejectedQueue: rejectedQueue, sourcePrefetch: prefetch } = config;
  if (!url || !queue || !rejectedQueue)
    throw new Error('set SOURCE_URL and SOURCE_QUEUE: this process consumes events from that message bus');
  const { databaseUrl } = await requireReachable({ ...requireServices(config), namespace: config.namespace });
  await migrate(databaseUrl, config.namespace);
  const platform = connectPlatform(config, 'source', REQUEST_TIMEOUT_MS);
  const { pool, queues, log } = platform;
  const { inboxMaxAgeMs: maxAgeMs, inboxMaxEvents: maxEvents } = config;
  const pressure = new BackPressure({
    measure: () => measureInbox(pool),
    inFlightEvents: () => events.inFlightEvents,
    log,
    maxAgeMs,
    maxEvents,
  });
  const events = new EventService({
    pool,
    queues,
    log,
    delayMs: config.ingestDelayMs,
    knowsProduct: () => true,
    admit: (count, sender) => pressure.admit(count, sender),
  });
  await pressure.start();
  const consumer = new BusConsumer({
    source: new RabbitMqSource({ url, queue, rejectedQueue, prefetch }),
    record: (inputs) => events.record(BACK_END, inputs),
    log,
    maxBytes: config.maxBodyBytes,
  });
  consumer.start();
  return async () => {
    await consumer.stop();
    log.info(consumer.counts, 'message bus consumer stopped');
    await events.close();
    await pressure.stop();
    await platform.close();
  };
});
