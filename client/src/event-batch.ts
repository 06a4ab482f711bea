import { RequestError } from './request-error.ts';

/** An event that a storefront may record; see `EventInput` in schema.graphql. Id and time are added by the client. */
export interface StorefrontEvent {
  readonly type:
    | 'VIEW'
    | 'CLICK'
    | 'ADD_TO_CART'
    | 'REMOVE_FROM_CART'
    | 'IMPRESSION'
    | 'LIKE'
    | 'DISLIKE'
    | 'RATE'
    | 'SEARCH'
    | 'CUSTOM';
  readonly productId?: string;
  /** Number of units, at least 1. */
  readonly quantity?: number;
  /** 0 to 5; for RATE. */
  readonly rating?: number;
  /** For SEARCH. Freshet's own `search` query logs its searches by itself. */
  readonly query?: string;
  /** The list that the customer reacts to, the product's position in it (from 1), and where the list was shown. */
  readonly requestId?: string;
  readonly position?: number;
  readonly placement?: string;
  /** For CUSTOM. */
  readonly name?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** An event as it is sent. Because of its id it can be sent again without being counted twice. */
export interface IdentifiedEvent extends StorefrontEvent {
  readonly id: string;
  readonly occurredAt: string;
}

export interface EventBatchOptions {
  /** Sends up to {@link MAX_BATCH} events. A failure with a code in {@link RETRYABLE_CODES} is retried. */
  readonly send: (events: readonly IdentifiedEvent[], leaving: boolean) => Promise<void>;
  readonly shopTime: () => Date;
  /** Called with events that will not be sent again: the batch was invalid, or too many events were pending. */
  readonly onLost?: (events: readonly IdentifiedEvent[], reason: string) => void;
}

export const MAX_BATCH = 100;
/**
 * Maximum total size of the requests sent while the page is unloading. The Fetch standard fails a keep-alive request if
 * the bodies of all such requests in flight exceed 64 KiB; the difference is left to the page's other requests. An
 * event takes about 300 bytes.
 */
export const MAX_UNLOAD_BYTES = 60_000;
/** Length of `{"events":[]}`. */
const EMPTY_BODY_BYTES = 13;
/** Pending events beyond this number are dropped, the oldest first, to bound memory while the shop is unreachable. */
export const MAX_PENDING_EVENTS = 1_000;
/** Delay of events that change lists, so that simultaneous events share a request. Impressions can wait longer. */
const BATCH_DELAY_MS = 20;
const IMPRESSION_DELAY_MS = 2_000;
const MAX_PAUSE_MS = 30_000;
const RETRYABLE_CODES: ReadonlySet<string> = new Set([
  ...['NETWORK', 'RATE_LIMITED', 'OVERLOADED', 'UNAVAILABLE', 'TIMEOUT', 'INTERNAL', 'UNAUTHENTICATED'],
]);

/** Batches events and sends them in order. Each event has an id, so it is counted once even if it is sent again. */
export class EventBatch {
  private pending: IdentifiedEvent[] = [];
  /** Events in flight that were sent while the page was unloading. */
  private readonly unloading = new Set<IdentifiedEvent>();
  private unloadingBytes = 0;
  private sending: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private dueAt = Infinity;
  private failures = 0;

  constructor(private readonly options: EventBatchOptions) {}

  record(event: StorefrontEvent): void {
    this.pending.push({ ...event, id: randomId(), occurredAt: this.options.shopTime().toISOString() });
    if (this.pending.length > MAX_PENDING_EVENTS)
      this.reportLost(this.pending.splice(0, this.pending.length - MAX_PENDING_EVENTS), 'too many events are pending');
    this.schedule(event.type === 'IMPRESSION' ? IMPRESSION_DELAY_MS : BATCH_DELAY_MS);
  }

  /** Sends the pending events. Resolves when they are accepted, or when they have to wait for another attempt. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.dueAt = Infinity;
    while (this.sending) await this.sending;
    if (this.pending.length === 0) return;
    this.sending = this.sendNext().finally(() => (this.sending = undefined));
    await this.sending;
    // After a failure, the scheduled retry sends the rest.
    if (this.pending.length > 0 && this.failures === 0) await this.flush();
  }

  /**
   * Sends the pending events before the visitor's identity changes. Events that can't be sent now are dropped, because
   * they must not be attributed to the next identity.
   */
  async sendOrDrop(): Promise<void> {
    await this.flush();
    while (this.sending) await this.sending;
    if (this.pending.length > 0)
      this.reportLost(this.pending.splice(0), 'the visitor signed in or out before the event could be sent');
  }

  /**
   * Sends pending events with keep-alive requests while the page unloads, the oldest first, up to
   * {@link MAX_UNLOAD_BYTES}. Events that are in flight may be sent again.
   * @param gone whether the page can't be restored: then the remaining events are dropped. Otherwise they stay pending,
   *   like events whose request fails.
   */
  sendOnUnload(gone = false): void {
    let events: IdentifiedEvent[] = [];
    let bytes = EMPTY_BODY_BYTES;
    const send = () => {
      if (events.length > 0) this.sendKeepalive(events, bytes);
      [events, bytes] = [[], EMPTY_BODY_BYTES];
    };
    for (const event of this.pending) {
      if (this.unloading.has(event)) continue;
      const more = new TextEncoder().encode(JSON.stringify(event)).length + 1;
      if (this.unloadingBytes + bytes + more > MAX_UNLOAD_BYTES) break;
      events.push(event);
      bytes += more;
      if (events.length === MAX_BATCH) send();
    }
    send();
    const rest = this.pending.filter((event) => !this.unloading.has(event));
    if (rest.length === 0) return;
    if (!gone) return this.schedule(IMPRESSION_DELAY_MS);
    this.removePending(rest);
    this.reportLost(rest, 'the page was left with more pending events than can be sent on unload');
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private sendKeepalive(events: readonly IdentifiedEvent[], bytes: number): void {
    events.forEach((event) => this.unloading.add(event));
    this.unloadingBytes += bytes;
    const finish = () => {
      events.forEach((event) => this.unloading.delete(event));
      this.unloadingBytes -= bytes;
    };
    this.options.send(events, true).then(
      () => {
        finish();
        this.removePending(events);
      },
      () => {
        finish();
        this.schedule(IMPRESSION_DELAY_MS);
      },
    );
  }

  private async sendNext(): Promise<void> {
    const events = this.pending.slice(0, MAX_BATCH);
    try {
      await this.options.send(events, false);
      this.failures = 0;
      this.removePending(events);
    } catch (error) {
      const fault = error instanceof RequestError ? error : new RequestError(String(error), 'NETWORK');
      if (!RETRYABLE_CODES.has(fault.code)) {
        this.failures = 0;
        this.removePending(events);
        return this.reportLost(events, `${fault.code}: ${fault.message}`);
      }
      this.failures++;
      const pause = Math.min(MAX_PAUSE_MS, 500 * 2 ** this.failures) * (0.5 + Math.random() / 2);
      this.schedule(Math.max(pause, fault.retryAfterMs ?? 0));
    }
  }

  private removePending(events: readonly IdentifiedEvent[]): void {
    const gone = new Set(events);
    this.pending = this.pending.filter((event) => !gone.has(event));
  }

  private reportLost(events: readonly IdentifiedEvent[], reason: string): void {
    this.options.onLost?.(events, reason);
  }

  private schedule(delayMs: number): void {
    const dueAt = Date.now() + delayMs;
    // After a failure, new events do not shorten the pause.
    if (this.failures > 0 ? this.dueAt !== Infinity : dueAt >= this.dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }
}

/** Returns 128 random bits in hex. `crypto.randomUUID` exists on https and localhost only. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
