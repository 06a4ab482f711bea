import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { checkItemCount } from '../graphql/item-count';
import { overloadedError } from '../graphql/limits/overloaded-error';
import { isShopKey } from '../graphql/scope';
import type { ItemError } from '../graphql/item-error.type';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { Queues } from '../platform/queues';
import { activeLink, inSpan, type Link } from '../platform/tracing';
import type { EventInput, RecordEventsPayload } from './event.type';
import { identityHash } from './inbox-order';
import { insertBatch } from './inbox.store';
import { type Sender, SENDER_SHARES } from './back-pressure';
import { MicroBatch } from './micro-batch';
import type { Turns } from '../graphql/limits/turns';
import type { StorageAllowance } from './storage-allowance.service';
import { storageSenderOf, storedBytes } from './storage-sender';
import type { StoredEvent } from './stored-event';
import { validateEvents, type ValidationContext } from './validate';

export const MAX_EVENTS = 1_000;
/** Cost of validating and writing one event, in units of 2 µs. */
export const EVENT_WORK = 40;
/**
 * Cost of what workers and PostgreSQL do for an accepted event: they need about a quarter of a millisecond. It is
 * charged before the event is written, because a request that declared it for 1,000 events would be `TOO_COMPLEX`.
 */
const WORK_ELSEWHERE = 80;
/** Cost of a request with events, however many it has, in the same units. */
const REQUEST_WORK = 800;
/** Returns the cost of recording this number of events. */
export const workOfEvents = (count: number): number => REQUEST_WORK + EVENT_WORK * count;

const BATCH_SIZE = 500;
/**
 * Maximum number of events that this process is writing to the inbox at the same time. Writing that many takes about
 * one second. A higher limit would only increase the waiting time of senders and the memory of this process.
 */
const MAX_IN_FLIGHT_EVENTS = 20_000;

export interface EventServiceOptions {
  readonly pool: Pool;
  readonly queues: Queues;
  readonly log: Logger;
  readonly delayMs: number;
  readonly knowsProduct: (id: string) => boolean;
  readonly isIssuedTo?: ValidationContext['isIssuedTo'];
  /** Counts events as admitted. Throws OVERLOADED while new events of the sender are refused. */
  readonly admit: (events: number, sender: Sender) => void;
  /** Limits what storefront keys store. Absent where only the shop itself records events. */
  readonly storage?: Pick<StorageAllowance, 'charge'>;
  readonly now?: () => number;
}

/**
 * Accepts events: validates them, batches them, writes them to the inbox, acknowledges them and enqueues an ingest job.
 */
export class EventService {
  private readonly inbox: MicroBatch<StoredEvent, string>;
  private inFlight = 0;
  /** Trace links of the requests whose events are in the next batch. */
  private pendingLinks: Link[] = [];
  /**
   * Identity hashes of those events of the next batch whose `id` was set by the sender. The identity is source, id and
   * `occurredAt`.
   */
  private pendingIdentities: number[] = [];

  constructor(private readonly options: EventServiceOptions) {
    this.inbox = new MicroBatch((events) => this.write(events), { delayMs: options.delayMs, size: BATCH_SIZE });
  }

  /**
   * Records events. An accepted event is durable: its inbox row is committed before this resolves.
   * @throws ApiError RATE_LIMITED, OVERLOADED
   * @param client the client's address, and its turns on the main thread
   */
  async record(
    viewer: Viewer,
    inputs: readonly EventInput[],
    { address, turns }: { readonly address: string | null; readonly turns?: Turns } = { address: null },
  ): Promise<RecordEventsPayload> {
    checkItemCount(inputs.length, MAX_EVENTS, 'events');
    if (!isShopKey(viewer.scope) && viewer.sessionId === undefined && viewer.customerId === undefined) {
      throw new ApiError('UNAUTHENTICATED', 'Recording events requires a token: call startSession first.');
    }
    const sender = isShopKey(viewer.scope) ? 'SHOP' : 'VISITORS';
    // Before the checks: the events count for them in the same step.
    while (turns?.mayContinue === false) await turns.next();
    this.requireCapacity(sender);
    this.options.admit(0, sender);
    const { events, identities, accepted, faults } = validateEvents(inputs, {
      sender: viewer,
      now: this.options.now?.() ?? Date.now(),
      knowsProduct: this.options.knowsProduct,
      isIssuedTo: this.options.isIssuedTo,
    });
    turns?.payElsewhere(WORK_ELSEWHERE * events.length);
    const storing = storageSenderOf(viewer, address);
    if (storing !== null) this.options.storage?.charge('EVENTS', storing, storedBytes(events));
    this.options.admit(events.length, sender);
    const errors: ItemError[] = faults.map((fault) => ({ ...fault, path: fault.path ?? null }));
    const receipt = events.length > 0 ? await this.store(events, identities) : null;
    return { accepted, receipt, errors };
  }

  /**
   * Records validated events of a mutation of another room, which requires a key of the shop. @param events ordered as they were sent
   * @returns the receipt
   * @throws ApiError OVERLOADED
   */
  async recordValidated(events: readonly StoredEvent[]): Promise<string> {
    this.requireCapacity('SHOP');
    this.options.admit(events.length, 'SHOP');
    return this.store(events, events.map(identityHash));
  }

  /**
   * Records events that Freshet itself generates of visitors. The caller has validated them.
   * @throws ApiError OVERLOADED
   */
  async recordInternal(events: readonly StoredEvent[]): Promise<void> {
    this.requireCapacity('VISITORS');
    this.options.admit(events.length, 'VISITORS');
    await this.store(events, []);
  }

  /** Writes the events that are still being collected. The requests that sent them wait for this write. */
  async close(): Promise<void> {
    await this.inbox.drain();
  }

  /** Number of accepted events that are not written yet. */
  get inFlightEvents(): number {
    return this.inFlight;
  }

  private requireCapacity(sender: Sender): void {
    if (this.inFlight >= MAX_IN_FLIGHT_EVENTS * SENDER_SHARES[sender])
      throw overloadedError('Events arrive faster than they can be written. Retry after retryAfterMs.');
  }

  private async store(events: readonly StoredEvent[], identities: readonly number[]): Promise<string> {
    this.inFlight += events.length;
    for (const identity of identities) this.pendingIdentities.push(identity);
    const link = activeLink();
    if (link) this.pendingLinks.push(link);
    try {
      return await this.inbox.add(events);
    } finally {
      this.inFlight -= events.length;
    }
  }

  private async write(events: readonly StoredEvent[]): Promise<string> {
    const { pendingLinks: links, pendingIdentities } = this;
    this.pendingLinks = [];
    this.pendingIdentities = [];
    return inSpan('write inbox', { links, attributes: { 'freshet.events': events.length } }, async () => {
      const receipt = await insertBatch(this.options.pool, events, pendingIdentities);
      this.options.queues.enqueue('ingest', { inboxId: receipt }, receipt);
      return receipt;
    });
  }
}
