import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventInput, RecordEventsPayload } from '../events/event.type';
import { ApiError } from '../graphql/errors';
import type { BusSource, Delivery, Rejection } from '../platform/bus-source';
import type { Logger } from '../platform/log';
import { isOutage } from '../platform/outage';
import { eventsOfMessage, isRejection, type MessageEvents } from './message-events';

export interface BusConsumerOptions {
  readonly source: BusSource;
  /** Resolves when what it accepted is durable: the `record` of `EventService`, as a server key. */
  readonly record: (events: readonly EventInput[]) => Promise<Pick<RecordEventsPayload, 'accepted' | 'errors'>>;
  readonly log: Logger;
  /** Longest body of a message. */
  readonly maxBytes: number;
  /** Pauses between attempts to connect, and to record, in milliseconds: the first, and the longest; they double. */
  readonly backOffMs?: { readonly first: number; readonly most: number };
}

/** Attempts on a message whose failure is not the database's or the load's. */
const MAX_ATTEMPTS = 5;
const BACK_OFF_MS = { first: 200, most: 5_000 };
const MAX_REASON_LENGTH = 1_000;

/**
 * Events from a bus into the inbox. A message is acknowledged when what is good of it has been committed, so it comes again
 * after any failure in between, and counts once by its events' identity. What can't be taken is kept aside with its reason.
 * While nothing may be recorded, what was delivered waits here and nothing more is delivered.
 */
export class BusConsumer {
  /** Events taken, repeats included; messages rejected. */
  readonly counts = { events: 0, rejectedMessages: 0 };
  private readonly stopping = new AbortController();
  private readonly stopped = new Promise<string>((resolve) => {
    this.stopping.signal.addEventListener('abort', () => resolve('it was asked for'));
  });
  private readonly underWay = new Set<Promise<void>>();
  private running: Promise<void> | undefined;

  constructor(private readonly options: BusConsumerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Takes nothing more, finishes what is being written, and lets the bus hand out the rest to others. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { source, log } = this.options;
    const { queue } = source;
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        const why = await this.consume(() => (failures = 0));
        if (this.stopping.signal.aborted) return;
        log.warn({ queue, why }, 'bus: connection lost');
      } catch (error) {
        log.warn({ queue, error: (error as Error).message }, 'bus: not connected');
      }
      await this.pause(failures++, this.stopping.signal);
    }
  }

  /** One connection, until it ends. @returns why it did */
  private async consume(onSettled: () => void): Promise<string> {
    const { source, log } = this.options;
    const over = new AbortController();
    setMaxListeners(0, over.signal); // as many as messages wait
    let fail: (why: string) => void = () => undefined;
    const failed = new Promise<string>((resolve) => (fail = resolve));
    const connection = await source.connect((delivery) => {
      const work = this.take(delivery, over.signal).then(
        (settled) => {
          if (settled) onSettled();
        },
        (error: Error) => fail(`a message could not be rejected: ${error.message}`),
      );
      this.underWay.add(work);
      void work.finally(() => this.underWay.delete(work));
    });
    log.info({ queue: source.queue }, 'bus: connected');
    const why = await Promise.race([connection.closed, failed, this.stopped]);
    over.abort();
    if (this.stopping.signal.aborted) {
      await Promise.race([connection.pause().catch(() => undefined), connection.closed]);
    }
    await Promise.all(this.underWay);
    await connection.close();
    return why;
  }

  /**
   * @returns whether it is settled; else it is delivered again
   * @throws Error where a message that has to be rejected could not be
   */
  private async take(delivery: Delivery, over: AbortSignal): Promise<boolean> {
    const read = this.read(delivery);
    const outcome = isRejection(read) ? read : await this.recordPatiently(read, over);
    if (outcome === 'LEFT') return false;
    if (outcome === 'TAKEN') delivery.ack();
    else await this.reject(delivery, outcome);
    return true;
  }

  /** A message that can't be read for any reason is rejected; else it would be delivered again for ever. */
  private read(delivery: Delivery): MessageEvents | Rejection {
    try {
      return eventsOfMessage(delivery, this.options.source.queue, this.options.maxBytes);
    } catch (error) {
      return { code: 'MALFORMED', message: `it can't be read: ${(error as Error).message}` };
    }
  }

  private async reject(delivery: Delivery, rejection: Rejection): Promise<void> {
    const message = rejection.message.slice(0, MAX_REASON_LENGTH);
    await delivery.reject({ code: rejection.code, message });
    this.counts.rejectedMessages++;
    this.options.log.warn({ queue: this.options.source.queue, code: rejection.code }, 'bus: a message was rejected');
  }

  /** Until it is durable. @returns `LEFT` where nobody waits for it any more: it is delivered again */
  private async recordPatiently(read: MessageEvents, over: AbortSignal): Promise<'TAKEN' | 'LEFT' | Rejection> {
    let faults = 0;
    for (let attempt = 0; ; attempt++) {
      if (over.aborted) return 'LEFT';
      try {
        return await this.record(read);
      } catch (error) {
        const refused = error instanceof ApiError && error.code === 'OVERLOADED';
        if (!refused && !isOutage(error) && ++faults >= MAX_ATTEMPTS)
          return { code: 'POISON', message: (error as Error).message };
      }
      // Jittered, so that those that failed together are not written together again.
      await this.pause(attempt, over);
    }
  }

  private async record({ events, indexes, errors }: MessageEvents): Promise<'TAKEN' | Rejection> {
    const recorded = events.length > 0 ? await this.options.record(events) : { accepted: 0, errors: [] };
    this.counts.events += recorded.accepted;
    const faults = [
      ...errors,
      ...recorded.errors.map(({ index, code, message, path }) => ({
        index: indexes[index],
        code,
        message: path ? `${path}: ${message}` : message,
      })),
    ].sort((a, b) => a.index - b.index);
    if (faults.length === 0) return 'TAKEN';
    return { code: faults[0].code, message: faults.map((fault) => `${fault.index}: ${fault.message}`).join('\n') };
  }

  private async pause(attempt: number, until: AbortSignal): Promise<void> {
    const { first, most } = this.options.backOffMs ?? BACK_OFF_MS;
    const ms = Math.min(first * 2 ** Math.min(attempt, 20), most);
    await sleep(ms * (0.5 + 0.5 * Math.random()), undefined, { signal: until }).catch(() => undefined);
  }
}
