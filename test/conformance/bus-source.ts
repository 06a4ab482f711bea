/** The contract of every event bus. An adapter needs no property that these tests do not show. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { validateEvents } from '../../src/events/validate';
import type { EventInput } from '../../src/events/event.type';
import { eventIdentity } from '../../src/events/stored-event';
import { overloadedError } from '../../src/graphql/limits/overloaded-error';
import type { BusMessage, BusSource } from '../../src/platform/bus-source';
import { BusConsumer } from '../../src/sources/bus-consumer.service';
import { until } from '../setup/until';

export interface RejectedMessage {
  readonly body: string;
  readonly messageId?: string;
  readonly code: string;
  readonly reason: string;
}

/** A bus with one queue, as its operators see it. */
export interface TestBus {
  source(prefetch: number): BusSource;
  /** Resolves when the bus has stored the messages durably. */
  publish(messages: readonly (Omit<BusMessage, 'body'> & { readonly body: string })[]): Promise<void>;
  /** Number of messages that are not delivered to a consumer. */
  ready(): Promise<number>;
  /** Removes and returns the messages in the rejected queue. */
  takeRejected(): Promise<RejectedMessage[]>;
  /** Deletes the rejected queue, so that rejected messages have no destination. */
  loseRejectedQueue(): Promise<void>;
  /** Cuts every connection and refuses new ones until `comeBack` is called. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

const AT = '2026-03-01T10:15:00Z';
const event = (id: string, more: object = {}) => ({
  ...{ id, occurredAt: AT, type: 'VIEW', customerId: 'mia', productId: 'mug' },
  ...more,
});
const message = (id: string, more: object = {}) => ({ body: JSON.stringify(event(id, more)) });
const ids = (count: number) => [...Array(count).keys()].map((n) => `event-${n}`);

/** Replaces the inbox: validates like it, stores committed events by identity, and can be blocked or made to fail. */
class Ledger {
  readonly committed = new Map<string, number>();
  calls: string[][] = [];
  failures: Error[] = [];
  /** Fails on every batch with this event. */
  poison: string | undefined;
  private gate: Promise<void> = Promise.resolve();
  private open: () => void = () => undefined;

  hold(): void {
    this.gate = new Promise((resolve) => (this.open = resolve));
  }

  release(): void {
    this.open();
  }

  record = async (inputs: readonly EventInput[]) => {
    this.calls.push(inputs.map(({ id }) => id!));
    await this.gate;
    const failure = this.failures.shift();
    if (failure) throw failure;
    if (inputs.some(({ id }) => id === this.poison)) throw new Error('this event breaks the inbox');
    const sender = { scope: 'SERVER' } as const;
    const { events, accepted, faults } = validateEvents(inputs, { sender, now: Date.now(), knowsProduct: () => true });
    for (const each of events)
      this.committed.set(eventIdentity(each), (this.committed.get(eventIdentity(each)) ?? 0) + 1);
    return { accepted, errors: faults };
  };

  get ids(): string[] {
    return [...this.committed.keys()].map((identity) => identity.split('\n')[1]).sort();
  }
}

/** @param open returns a bus whose queue is new and empty */
export function describeBusSource(name: string, open: () => Promise<TestBus>): void {
  describe(`events from ${name}`, () => {
    let bus: TestBus;
    let ledger: Ledger;
    let consumers: BusConsumer[];

    beforeEach(async () => {
      bus = await open();
      ledger = new Ledger();
      consumers = [];
    });

    afterEach(async () => {
      ledger.release();
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await bus.close();
    });

    const start = (prefetch = 50, source = bus.source(prefetch)): BusConsumer => {
      const consumer = new BusConsumer({
        source,
        record: ledger.record,
        log: pino({ level: 'silent' }),
        maxBytes: 100_000,
        backOffMs: { first: 20, most: 100 },
      });
      consumer.start();
      consumers.push(consumer);
      return consumer;
    };
    const readyIs = (count: number) =>
      until(
        () => bus.ready(),
        (ready) => ready === count,
      );
    const counted = (count: number) =>
      until(
        () => ledger.committed.size,
        (size) => size === count,
      );

    it('are acknowledged after they are committed, and not before', async () => {
      ledger.hold();
      await bus.publish(ids(3).map((id) => message(id)));
      const consumer = start();
      await until(
        () => ledger.calls.length,
        (calls) => calls === 3,
      );
      await bus.goAway();
      await bus.comeBack();
      ledger.release(); // The events are committed, and the connection for the acknowledgement is closed.
      await until(
        () => [...ledger.committed.values()],
        (times) => times.length === 3 && times.every((n) => n >= 2),
      );
      await consumer.stop();
      expect(await bus.ready()).toBe(0);
      expect(ledger.ids).toEqual(ids(3));
    });

    it('are delivered again if the process ended before it committed them', async () => {
      ledger.hold();
      await bus.publish(ids(3).map((id) => message(id)));
      const consumer = start();
      await until(
        () => ledger.calls.length,
        (calls) => calls === 3,
      );
      ledger.failures = ids(3).map(() => Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
      const stopped = consumer.stop();
      ledger.release();
      await stopped;
      expect(ledger.committed.size).toBe(0);
      await readyIs(3);
    });

    it('have one identity however often they are delivered, even without an id', async () => {
      const { id: _, ...nameless } = event('');
      const { occurredAt: __, ...timeless } = nameless;
      const messages = [
        { body: JSON.stringify([nameless, nameless, event('own')]) },
        { body: JSON.stringify([timeless, timeless]), messageId: 'm-1', timestamp: Date.parse(AT) },
        { body: JSON.stringify(timeless), messageId: 'm-2', timestamp: Date.parse(AT) },
      ];
      await bus.publish(messages);
      await bus.publish(messages); // the publisher repeats its messages
      ledger.hold();
      start();
      await until(
        () => ledger.calls.length,
        (calls) => calls === 6,
      );
      await bus.goAway();
      await bus.comeBack();
      ledger.release();
      await until(
        () => ledger.calls.length,
        (calls) => calls === 12,
      );
      await counted(6);
      await readyIs(0);
      expect(await bus.takeRejected()).toEqual([]);
    });

    it('that are invalid go to the rejected queue, whole and with the reason, and block nothing', async () => {
      const poison = [
        { body: '{"type":', messageId: 'broken' },
        { body: '"text"' },
        { body: JSON.stringify({ type: 'VIEW', customerId: 'mia', productId: 'mug' }) },
        { body: JSON.stringify([event('good'), event('bad', { quantity: 0 }), { surprise: true }]) },
        { body: JSON.stringify(event('long', { properties: { text: 'x'.repeat(100_000) } })) },
        // Too deep for Node 20 to write as JSON again, but not for Node 26.
        {
          body: `{"type":"CUSTOM","name":"deep","occurredAt":"2026-01-01T00:00:00Z","properties":{"a":${'['.repeat(8_000)}${']'.repeat(8_000)}}}`,
        },
      ];
      await bus.publish([...poison, ...ids(5).map((id) => message(id))]);
      const consumer = start(2);
      await counted(6);
      const rejected: RejectedMessage[] = [];
      await until(
        async () => rejected.push(...(await bus.takeRejected())),
        (count) => count === poison.length,
      );
      const byBody = (a: { body: string }, b: { body: string }) => (a.body < b.body ? -1 : 1);
      expect(rejected.map(({ body }) => body).sort()).toEqual(poison.map(({ body }) => body).sort());
      expect(rejected.sort(byBody).map(({ code }) => code)).toEqual(
        [...poison]
          .sort(byBody)
          .map(({ body }) =>
            (body.includes('VIEW') && body.length < 9_999) || body.includes('deep') ? 'BAD_USER_INPUT' : 'MALFORMED',
          ),
      );
      expect(rejected.find(({ body }) => body === '{"type":')).toMatchObject({
        messageId: 'broken',
        reason: 'the body must be JSON in UTF-8',
      });
      expect(rejected.find(({ body }) => body.includes('good'))?.reason).toMatch(/^1: quantity: .*\n2: /);
      expect(ledger.ids).toEqual([...ids(5), 'good']);
      await consumer.stop();
      expect(await bus.ready()).toBe(0);
    });

    it('that break the inbox are rejected in the end; the others are not', async () => {
      ledger.poison = 'event-1';
      await bus.publish(ids(3).map((id) => message(id)));
      start();
      const rejected = await until(
        () => bus.takeRejected(),
        (taken) => taken.length > 0,
      );
      expect(rejected).toMatchObject([
        { body: message('event-1').body, code: 'POISON', reason: 'this event breaks the inbox' },
      ]);
      expect(ledger.ids).toEqual(['event-0', 'event-2']);
    });

    it('that could not be moved to the rejected queue stay in their queue', async () => {
      await bus.publish([{ body: 'no event' }]);
      ledger.hold();
      await bus.publish([message('first')]);
      start();
      await until(
        () => bus.takeRejected(),
        (taken) => taken.length === 1,
      );
      await bus.loseRejectedQueue();
      await bus.publish([{ body: 'nor this' }]);
      ledger.release();
      // The consumer reconnects, recreates the missing queue, and receives the message again.
      const rejected = await until(
        () => bus.takeRejected(),
        (taken) => taken.length > 0,
      );
      expect(rejected.map(({ body }) => body)).toEqual(['nor this']);
      await readyIs(0);
    });

    it('stay in the queue, except for the prefetched ones, while none can be recorded', async () => {
      ledger.hold();
      await bus.publish(ids(20).map((id) => message(id)));
      start(5);
      await until(
        () => ledger.calls.length,
        (calls) => calls === 5,
      );
      await sleep(100);
      expect(ledger.calls).toHaveLength(5);
      expect(await bus.ready()).toBe(15);
      ledger.release();
      await counted(20);
    });

    it('wait for a full inbox or an unavailable database for as long as necessary', async () => {
      const away = () => Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });
      ledger.failures = [...Array(12).keys()].map((n) => (n % 2 ? away() : overloadedError('full')));
      await bus.publish([message('patient')]);
      const consumer = start();
      await counted(1);
      expect(ledger.calls).toHaveLength(13);
      await consumer.stop();
      expect([await bus.ready(), await bus.takeRejected()]).toEqual([0, []]);
    });

    it('continue when the bus is back; connection attempts are spaced', async () => {
      const source = bus.source(50);
      let attempts = 0;
      await bus.goAway();
      start(50, {
        queue: source.queue,
        connect: (onDelivery) => {
          attempts++;
          return source.connect(onDelivery);
        },
      });
      const began = performance.now();
      await until(
        () => attempts,
        (count) => count > 5,
      );
      // The pause between two attempts is 20 to 100 ms.
      expect(attempts).toBeLessThan((performance.now() - began) / 20 + 5);
      await bus.comeBack();
      await bus.publish([message('after')]);
      await counted(1);
    });

    it('that are being written when the consumer stops are acknowledged; it receives no more', async () => {
      ledger.hold();
      await bus.publish(ids(8).map((id) => message(id)));
      const consumer = start(3);
      await until(
        () => ledger.calls.length,
        (calls) => calls === 3,
      );
      const stopped = consumer.stop();
      await sleep(50);
      ledger.release();
      await stopped;
      const taken = ledger.committed.size;
      expect(taken).toBeGreaterThanOrEqual(3);
      expect(taken).toBeLessThan(8);
      await readyIs(8 - taken);
      const another = start();
      await counted(8);
      await another.stop();
      expect([...ledger.committed.values()]).toEqual(Array(8).fill(1));
    });
  });
}
