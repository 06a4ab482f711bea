import { RequestError } from './request-error.ts';

/** What a storefront may say; see `EventInput` in schema.graphql. Identity and time are added. */
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
  /** Units, from 1. */
  readonly quantity?: number;
  /** 0 to 5, for RATE. */
  readonly rating?: number;
  /** For SEARCH. Freshet's own `search` has logged itself. */
  readonly query?: string;
  /** The served list that this reacts to, the place in it (from 1), and where it was shown. */
  readonly requestId?: string;
  readonly position?: number;
  readonly placement?: string;
  /** For CUSTOM. */
  readonly name?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** An event as it is sent: repeated, it is the same one. */
export interface IdentifiedEvent extends StorefrontEvent {
  readonly id: string;
  readonly occurredAt: string;
}

export interface EventBatchOptions {
  /** Sends up to {@link MAX_BATCH}. A failure with a code of {@link AGAIN} is tried again. */
  readonly send: (events: readonly IdentifiedEvent[], leaving: boolean) => Promise<void>;
  readonly shopTime: () => Date;
  /** Events that nobody will take: the batch was wrong, or too many waited. */
  readonly onLost?: (events: readonly IdentifiedEvent[], reason: string) => void;
}

export const MAX_BATCH = 100;
/**
 * What goes as a page is left. The Fetch standard fails a request that outlives its page where the bodies of all those
 * under way come to more than 64 KiB; the rest is for the page's other ones. An event has some 300 bytes.
 */
export const MAX_UNLOAD_BYTES = 60_000;
/** `{"events":[]}` */
const BODY_BYTES = 13;
/** Then the oldest are lost: a shop that is away for long is no reason to fill a visitor's memory. */
export const MAX_WAITING = 1_000;
/** What changes lists goes at once, with whatever else is said in the same moment; what was seen can wait. */
const SOON_MS = 20;
const SEEN_MS = 2_000;
const MAX_PAUSE_MS = 30_000;
const AGAIN: ReadonlySet<string> = new Set([
  ...['NETWORK', 'RATE_LIMITED', 'OVERLOADED', 'UNAVAILABLE', 'TIMEOUT', 'INTERNAL', 'UNAUTHENTICATED'],
]);

/** Gathers events and sends them in order, each counted once: with ids of their own they can be repeated. */
export class EventBatch {
  private waiting: IdentifiedEvent[] = [];
  /** Under way as the page is left. */
  private readonly leaving = new Set<IdentifiedEvent>();
  private leavingBytes = 0;
  private sending: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private dueAt = Infinity;
  private failures = 0;

  constructor(private readonly options: EventBatchOptions) {}

  record(event: StorefrontEvent): void {
    this.waiting.push({ ...event, id: makeId(), occurredAt: this.options.shopTime().toISOString() });
    if (this.waiting.length > MAX_WAITING)
      this.lose(this.waiting.splice(0, this.waiting.length - MAX_WAITING), 'too many events wait');
    this.schedule(event.type === 'IMPRESSION' ? SEEN_MS : SOON_MS);
  }

  /** Sends what waits; done when it is taken, or when it has to wait for another attempt. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.dueAt = Infinity;
    while (this.sending) await this.sending;
    if (this.waiting.length === 0) return;
    this.sending = this.sendNext().finally(() => (this.sending = undefined));
    await this.sending;
    // A shop that is away is asked again later.
    if (this.waiting.length > 0 && this.failures === 0) await this.flush();
  }

  /** Whoever asks is about to be somebody else: what can't be sent now is lost, for it is not the next one's. */
  async settle(): Promise<void> {
    await this.flush();
    while (this.sending) await this.sending;
    if (this.waiting.length > 0) this.lose(this.waiting.splice(0), 'somebody else asks from here on');
  }

  /**
   * The page is being left: what waits goes now, the oldest first, with requests that outlive it, as far as
   * {@link MAX_UNLOAD_BYTES} do. What was under way may be repeated.
   * @param gone it does not come back: what is more is lost. Otherwise that still waits, as does what fails.
   */
  leave(gone = false): void {
    let events: IdentifiedEvent[] = [];
    let bytes = BODY_BYTES;
    const send = () => {
      if (events.length > 0) this.sendLeaving(events, bytes);
      [events, bytes] = [[], BODY_BYTES];
    };
    for (const event of this.waiting) {
      if (this.leaving.has(event)) continue;
      const more = new TextEncoder().encode(JSON.stringify(event)).length + 1;
      if (this.leavingBytes + bytes + more > MAX_UNLOAD_BYTES) break;
      events.push(event);
      bytes += more;
      if (events.length === MAX_BATCH) send();
    }
    send();
    const rest = this.waiting.filter((event) => !this.leaving.has(event));
    if (rest.length === 0) return;
    if (!gone) return this.schedule(SEEN_MS);
    this.drop(rest);
    this.lose(rest, 'the page was left with more than can outlive it');
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private sendLeaving(events: readonly IdentifiedEvent[], bytes: number): void {
    events.forEach((event) => this.leaving.add(event));
    this.leavingBytes += bytes;
    const over = () => {
      events.forEach((event) => this.leaving.delete(event));
      this.leavingBytes -= bytes;
    };
    this.options.send(events, true).then(
      () => {
        over();
        this.drop(events);
      },
      () => {
        over();
        this.schedule(SEEN_MS);
      },
    );
  }

  private async sendNext(): Promise<void> {
    const events = this.waiting.slice(0, MAX_BATCH);
    try {
      await this.options.send(events, false);
      this.failures = 0;
      this.drop(events);
    } catch (error) {
      const fault = error instanceof RequestError ? error : new RequestError(String(error), 'NETWORK');
      if (!AGAIN.has(fault.code)) {
        this.failures = 0;
        this.drop(events);
        return this.lose(events, `${fault.code}: ${fault.message}`);
      }
      this.failures++;
      const pause = Math.min(MAX_PAUSE_MS, 500 * 2 ** this.failures) * (0.5 + Math.random() / 2);
      this.schedule(Math.max(pause, fault.retryAfterMs ?? 0));
    }
  }

  private drop(events: readonly IdentifiedEvent[]): void {
    const gone = new Set(events);
    this.waiting = this.waiting.filter((event) => !gone.has(event));
  }

  private lose(events: readonly IdentifiedEvent[], reason: string): void {
    this.options.onLost?.(events, reason);
  }

  private schedule(delayMs: number): void {
    const dueAt = Date.now() + delayMs;
    // After a failure the pause holds, whatever else happens.
    if (this.failures > 0 ? this.dueAt !== Infinity : dueAt >= this.dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }
}

/** 128 random bits. `crypto.randomUUID` is there on https and localhost alone. */
function makeId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
