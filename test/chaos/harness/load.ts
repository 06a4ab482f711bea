import { shuffle } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import type { GraphqlClient } from '../../setup/graphql-client';
import { RECORD, type RecordAnswer } from '../../setup/operations';
import type { SentEvent } from '../../setup/recount';
import { makeEvents } from './events';

/** The distance over which events are shuffled. */
const WINDOW = 400;
const DUPLICATES = 0.1;
const TICK_MS = 50;
const RETRY_MS = 150;
/** Maximum number of requests in flight or waiting to be sent again; a client whose shop is down also waits. */
const MAX_REQUESTS = 40;
const REQUEST_MS = 8_000;

/** Codes after which a client must send the same request again. */
export const TRY_AGAIN = new Set(['UNAVAILABLE', 'OVERLOADED', 'TIMEOUT', 'INTERNAL']);

/**
 * Sends events to any API process that answers, as a back end would. It repeats a request with the same ids until it is
 * acknowledged. At the end every sent event is acknowledged, and the log must hold exactly these events.
 */
export class Load {
  /** Acknowledged events, without repeats. */
  readonly acknowledged: SentEvent[] = [];
  /** Number of acknowledged events, including repeats. */
  taken = 0;
  /** Failed requests by code; `network` stands for no response. */
  readonly failures = new Map<string, number>();
  private readonly random = seededRandom(11);
  private readonly source = makeEvents(7);
  private window: SentEvent[] = [];
  private readonly again: SentEvent[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private owed = 0;
  private turn = 0;
  private wrong: Error | undefined;

  constructor(
    private readonly clients: () => readonly GraphqlClient[],
    private readonly rate: number,
    private readonly batch = 100,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /**
   * Stops sending, and waits until every sent event is acknowledged.
   * @throws Error for a response that no fault explains
   */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    if (this.wrong) throw this.wrong;
  }

  private tick(): void {
    this.owed = Math.min(this.owed + (this.rate * TICK_MS) / 1_000, 10 * this.batch);
    while (this.owed >= this.batch && this.underWay.size < MAX_REQUESTS) {
      this.owed -= this.batch;
      const sending = this.sendUntilAcknowledged(this.nextBatch())
        .catch((error: Error) => void (this.wrong ??= error))
        .finally(() => this.underWay.delete(sending));
      this.underWay.add(sending);
    }
  }

  private nextBatch(): SentEvent[] {
    const fresh: SentEvent[] = [];
    const repeats = Math.min(Math.round(this.batch * DUPLICATES), this.again.length);
    while (fresh.length < this.batch - repeats) {
      if (this.window.length === 0) {
        this.window = shuffle(
          Array.from({ length: WINDOW }, () => this.source.next().value),
          this.random,
        );
      }
      fresh.push(this.window.pop() as SentEvent);
    }
    const repeated = this.again.splice(0, repeats);
    this.again.push(...fresh.slice(0, Math.round(this.batch * DUPLICATES)));
    return shuffle([...fresh, ...repeated], this.random);
  }

  private async sendUntilAcknowledged(events: readonly SentEvent[]): Promise<void> {
    while (!(await this.send(events))) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    this.taken += events.length;
    for (const event of events) if (!this.known.has(event.id)) this.acknowledge(event);
  }

  private readonly known = new Set<string>();

  private acknowledge(event: SentEvent): void {
    this.known.add(event.id);
    this.acknowledged.push(event);
  }

  private async send(events: readonly SentEvent[]): Promise<boolean> {
    const clients = this.clients();
    if (clients.length === 0) return this.failed('network');
    const client = clients[this.turn++ % clients.length];
    try {
      const { data, errors } = await within(REQUEST_MS, client.send<RecordAnswer>(RECORD, { events }));
      if (errors) {
        const { code } = errors[0].extensions;
        if (!TRY_AGAIN.has(code)) throw new WrongAnswer(JSON.stringify(errors));
        return this.failed(code);
      }
      if (data?.recordEvents.errors.length !== 0) throw new WrongAnswer(JSON.stringify(data));
      return true;
    } catch (error) {
      if (error instanceof WrongAnswer) throw error;
      return this.failed('network');
    }
  }

  private failed(code: string): false {
    this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
    return false;
  }
}

class WrongAnswer extends Error {}

/** @throws Error if it takes longer: every request must be answered eventually */
export async function within<T>(boundMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${boundMs} ms`)), boundMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
