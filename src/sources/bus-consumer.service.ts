import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventInput, RecordEventsPayload } from '../events/event.type';
import { ApiError } from '../graphql/errors';
import type { BusSource, Delivery, Rejection } from '../platform/bus-source';
import type { Logger } from '../platform/log';
import { isOutage } from '../platform/outage';
import { parseMessage, isRejection, type MessageEvents } from './message-events';

export interface BusConsumerOptions {
  readonly source: BusSource;
  /**
   * Calls `EventService.record` with the permissions of a server key. Resolves when the accepted events are durable.
   */
  readonly record: (events: readonly EventInput[]) => Promise<Pick<RecordEventsPayload, 'accepted' | 'errors'>>;
  readonly log: Logger;
  /** Maximum length of a message body in bytes. */
  readonly maxBytes: number;
  /** The pause after the first failed attempt to connect or to record, in ms. It doubles each time, up to `most`. */
  readonly backOffMs?: { readonly first: number; readonly most: number };
}

/**
 * After this many failed attempts to record a message, it is rejected. Attempts that failed because of an outage or
 * overload do not count.
 */
const MAX_RECORD_ATTEMPTS = 5;
const BACK_OFF_MS = { first: 200, most: 5_000 };
const MAX_REASON_LENGTH = 1_000;

/**
 * Consumes messages with events from a bus and writes the events to the inbox (the table of accepted events that are
 * not in the log yet). A message is acknowledged after all its events have been committed. If some events are invalid,
 * the message is rejected with the reasons, after its valid events have been committed. If the connection ends before
 * the message is acknowledged or rejected, the bus delivers it again; event ids prevent duplicates. While events can't
 * be recorded, delivered messages wait in this process, and the bus delivers no more.
 */
export class BusConsumer {
  /** Number of accepted events (a redelivered event counts again) and of rejected messages. */
  readonly counts = { events: 0, rejectedMessages: 0 };
  private readonly stopController = new AbortController();
  private readonly stopped = new Promise<string>((resolve) => {
    this.stopController.signal.addEventListener('abort', () => resolve('the consumer was stopped'));
  });
  private readonly inFlight = new Set<Promise<void>>();
  private running: Promise<void> | undefined;

  constructor(private readonly options: BusConsumerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /**
   * Stops consuming and finishes running writes. Messages that are not being written return to the bus, which delivers
   * them to other consumers.
   */
  async stop(): Promise<void> {
    this.stopController.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { source, log } = this.options;
    const { queue } = source;
    let failures = 0;
    while (!this.stopController.signal.aborted) {
      try {
        const why = await this.consume(() => (failures = 0));
        if (this.stopController.signal.aborted) return;
        log.warn({ queue, why }, 'bus: connection lost');
      } catch (error) {
        log.warn({ queue, error: (error as Error).message }, 'bus: not connected');
      }
      await this.pause(failures++, this.stopController.signal);
    }
  }

  /** Consumes messages over one connection until it ends. @returns why it ended */
  private async consume(onSettled: () => void): Promise<string> {
    const { source, log } = this.options;
    const connectionEnd = new AbortController();
    setMaxListeners(0, connectionEnd.signal); // Each waiting message adds a listener.
    let fail: (why: string) => void = () => undefined;
    const failed = new Promise<string>((resolve) => (fail = resolve));
    const connection = await source.connect((delivery) => {
      const work = this.handle(delivery, connectionEnd.signal).then(
        (settled) => {
          if (settled) onSettled();
        },
        (error: Error) => fail(`a message could not be rejected: ${error.message}`),
      );
      this.inFlight.add(work);
      void work.finally(() => this.inFlight.delete(work));
    });
    log.info({ queue: source.queue }, 'bus: connected');
    const why = await Promise.race([connection.closed, failed, this.stopped]);
    connectionEnd.abort();
    if (this.stopController.signal.aborted) {
      await Promise.race([connection.pause().catch(() => undefined), connection.closed]);
    }
    await Promise.all(this.inFlight);
    await connection.close();
    return why;
  }

  /**
   * Processes one message.
   * @returns true if the message was acknowledged or rejected; false if the bus will deliver it again
   * @throws Error if the rejection of a message failed
   */
  private async handle(delivery: Delivery, endSignal: AbortSignal): Promise<boolean> {
    const parsed = this.parse(delivery);
    const outcome = isRejection(parsed) ? parsed : await this.recordWithRetries(parsed, endSignal);
    if (outcome === 'LEFT') return false;
    if (outcome === 'TAKEN') delivery.ack();
    else await this.reject(delivery, outcome);
    return true;
  }

  /** Parses a message. If that fails, the message is rejected, because it would be redelivered forever otherwise. */
  private parse(delivery: Delivery): MessageEvents | Rejection {
    try {
      return parseMessage(delivery, this.options.source.queue, this.options.maxBytes);
    } catch (error) {
      return { code: 'MALFORMED', message: `the message can't be read: ${(error as Error).message}` };
    }
  }

  private async reject(delivery: Delivery, rejection: Rejection): Promise<void> {
    const message = rejection.message.slice(0, MAX_REASON_LENGTH);
    await delivery.reject({ code: rejection.code, message });
    this.counts.rejectedMessages++;
    this.options.log.warn({ queue: this.options.source.queue, code: rejection.code }, 'bus: a message was rejected');
  }

  /**
   * Records events with retries.
   * @returns `TAKEN` if all events of the message are recorded. `LEFT` if the connection has ended; the bus then
   *   redelivers the message. Otherwise a rejection with the reason.
   */
  private async recordWithRetries(
    messageEvents: MessageEvents,
    endSignal: AbortSignal,
  ): Promise<'TAKEN' | 'LEFT' | Rejection> {
    let failedAttempts = 0;
    for (let attempt = 0; ; attempt++) {
      if (endSignal.aborted) return 'LEFT';
      try {
        return await this.record(messageEvents);
      } catch (error) {
        const refused = error instanceof ApiError && error.code === 'OVERLOADED';
        if (!refused && !isOutage(error) && ++failedAttempts >= MAX_RECORD_ATTEMPTS)
          return { code: 'POISON', message: (error as Error).message };
      }
      // `pause` adds jitter, so that messages that failed at the same time are not retried at the same time.
      await this.pause(attempt, endSignal);
    }
  }

  private async record({ events, indexes, errors }: MessageEvents): Promise<'TAKEN' | Rejection> {
    const recorded = events.length > 0 ? await this.options.record(events) : { accepted: 0, errors: [] };
    this.counts.events += recorded.accepted;
    const faults = [
      ...errors,
      ...recorded.errors.map(({ index, code, message, path }) => ({
        index: indexes[index]!,
        code,
        message: path ? `${path}: ${message}` : message,
      })),
    ].sort((a, b) => a.index - b.index);
    const [first] = faults;
    if (first === undefined) return 'TAKEN';
    return { code: first.code, message: faults.map((fault) => `${fault.index}: ${fault.message}`).join('\n') };
  }

  private async pause(attempt: number, abortSignal: AbortSignal): Promise<void> {
    const { first, most } = this.options.backOffMs ?? BACK_OFF_MS;
    const ms = Math.min(first * 2 ** Math.min(attempt, 20), most);
    await sleep(ms * (0.5 + 0.5 * Math.random()), undefined, { signal: abortSignal }).catch(() => undefined);
  }
}
