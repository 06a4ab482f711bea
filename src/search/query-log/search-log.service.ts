import { firstCodePoints } from '../../expressions/code-points';
import type { Identity } from '../../auth/identity';
import { subjectOf } from '../../events/log-event';
import { storedBytes, type StorageSender } from '../../events/storage-sender';
import type { StoredEvent } from '../../events/stored-event';
import type { Logger } from '../../platform/log';
import { encodeEvidence, EVIDENCE_VERSION } from '../ranking/evidence-vector';
import type { HitEvidence } from '../ranking/log-linear';
import type { SearchSnapshot } from '../search-snapshot';
import type { SearchInput } from '../search.type';

/** Time over which searches are batched. */
const BATCH_WINDOW_MS = 100;
/** A search that is sent while the customer types (`typing`) is logged if no other follows within this time. */
const TYPING_PAUSE_MS = 2_000;
/** Maximum number of pending searches with `typing`. Beyond this limit the oldest search is logged immediately. */
const MAX_TYPING_VISITS = 10_000;
/** Maximum number of searches in the buffer. Further searches are dropped. */
const MAX_BUFFERED_EVENTS = 5_000;
const MAX_BATCH_SIZE = 500;
const WARN_MS = 10_000;
/** Maximum lengths of the query and of other texts in events, in UTF-16 code units. */
const MAX_QUERY_LENGTH = 500;
const MAX_TEXT_LENGTH = 100;

export interface SearchLogOptions {
  /** Stores the events. The promise may reject. */
  readonly send: (events: readonly StoredEvent[]) => Promise<unknown>;
  /** Returns whether a search may be stored, and counts its bytes. If absent, every search may. */
  readonly mayStore?: (sender: StorageSender, bytes: number) => boolean;
  readonly log: Pick<Logger, 'warn'>;
  readonly now?: () => number;
}

/** The first page of an answered search. */
export interface AnsweredSearch {
  readonly who: Identity;
  /** Null with a key of the shop. */
  readonly sender: StorageSender | null;
  readonly input: SearchInput;
  readonly answer: Pick<
    SearchSnapshot,
    'requestId' | 'totalCount' | 'modelVersion' | 'correctedQuery' | 'ignoredWords'
  >;
  /** Ids of the products on the page, in order. */
  readonly shown: readonly string[];
  /** Returns the inputs of the score of each product on the page. */
  readonly evidence: () => readonly HitEvidence[];
}

interface LoggedSearch {
  readonly event: StoredEvent;
  readonly sender: StorageSender | null;
}

/**
 * Logs searches as events of source SEARCH. The event id is the `requestId` of the response, which later clicks, cart
 * additions and purchases refer to. Logging never delays or fails a response: a search that cannot be logged is dropped
 * and counted.
 */
export class SearchLog {
  private buffer: StoredEvent[] = [];
  /** The last search with `typing` of each customer or session, oldest first. It is logged if no newer one follows. */
  private readonly pendingTyped = new Map<string, LoggedSearch & { readonly dueAt: number }>();
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  private droppedCount = 0;
  private warnedAt = -Infinity;

  constructor(private readonly options: SearchLogOptions) {}

  /** Number of searches that this process failed to log. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** Logs a search. Browsing (an empty query) is not logged. */
  record(search: AnsweredSearch): void {
    try {
      const { who, input } = search;
      const query = loggedQuery(input);
      if (query === undefined) return;
      const logged = { event: this.eventOf(search, query), sender: search.sender };
      const visit = subjectOf(who);
      // A pending search of the same customer or session was only an intermediate state of typing.
      if (visit !== undefined) this.pendingTyped.delete(visit);
      if (!input.typing) this.add(logged);
      // Without a customer or session, it is unknown which search with `typing` is the last, so none is logged.
      else if (visit !== undefined) this.holdTyped(visit, logged);
    } catch (error) {
      this.drop(1, error as Error);
    }
  }

  /** Sends everything in the buffer, including pending searches with `typing`. */
  async close(): Promise<void> {
    for (const logged of this.pendingTyped.values()) this.add(logged);
    this.pendingTyped.clear();
    while (this.buffer.length > 0) await this.send();
    clearTimeout(this.timer);
    await this.sending;
  }

  private eventOf({ who, input, answer, shown, evidence }: AnsweredSearch, query: string): StoredEvent {
    const { placement, language, typing, sort, matching } = input;
    const hasAllWords = matching !== 'ANY_WORD' && answer.totalCount > 0 && answer.ignoredWords.length === 0;
    return {
      source: 'SEARCH',
      id: answer.requestId,
      type: 'SEARCH',
      occurredAt: this.now(),
      ...who,
      quantity: 1,
      query,
      ...(placement == null ? {} : { placement: storableText(placement, MAX_TEXT_LENGTH) }),
      properties: {
        total: answer.totalCount,
        typing: typing ?? false,
        asTyped: typing !== true && answer.correctedQuery === null && hasAllWords,
        language: language == null ? null : storableText(language, MAX_TEXT_LENGTH),
        ...(sort == null || sort === 'RELEVANCE' ? {} : { sort }),
        modelVersion: answer.modelVersion,
        shown,
        features: encodeEvidence(evidence()),
        featureNames: EVIDENCE_VERSION,
      },
    };
  }

  private holdTyped(visit: string, logged: LoggedSearch): void {
    this.pendingTyped.set(visit, { ...logged, dueAt: this.now() + TYPING_PAUSE_MS });
    if (this.pendingTyped.size > MAX_TYPING_VISITS) this.releaseTyped(Infinity, 1);
    this.schedule();
  }

  /** Moves the due searches with `typing` into the buffer. @param limit maximum number of searches to move */
  private releaseTyped(now: number, limit = Infinity): void {
    for (const [visit, logged] of this.pendingTyped) {
      if (logged.dueAt > now || limit-- <= 0) return;
      this.pendingTyped.delete(visit);
      this.add(logged);
    }
  }

  private add({ event, sender }: LoggedSearch): void {
    if (this.buffer.length >= MAX_BUFFERED_EVENTS) return this.drop(1, new Error('the buffer is full'));
    if (sender !== null && this.options.mayStore?.(sender, storedBytes([event])) === false)
      return this.drop(1, new Error('the visit or address has stored as much as it may store in a day'));
    this.buffer.push(event);
    this.schedule();
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.releaseTyped(this.now());
      void this.send();
      if (this.pendingTyped.size > 0) this.schedule();
    }, BATCH_WINDOW_MS);
  }

  /** Sends one batch at a time. */
  private send(): Promise<void> {
    this.sending = this.sending.then(async () => {
      const events = this.buffer.splice(0, MAX_BATCH_SIZE);
      if (events.length === 0) return;
      await this.options.send(events).catch((error: Error) => this.drop(events.length, error));
      if (this.buffer.length > 0) this.schedule();
    });
    return this.sending;
  }

  private drop(count: number, { message }: Error): void {
    this.droppedCount += count;
    if (this.now() < this.warnedAt + WARN_MS) return;
    this.warnedAt = this.now();
    this.options.log.warn({ dropped: this.droppedCount, error: message }, 'searches are not logged');
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }
}

/** Returns the query of a search as it is logged; undefined for browsing, which is a query without text. */
export function loggedQuery({ query }: Pick<SearchInput, 'query'>): string | undefined {
  const text = storableText(query ?? '', MAX_QUERY_LENGTH);
  return text.trim() === '' ? undefined : text;
}

/** Returns the text cut to a length, without the characters that PostgreSQL cannot store. */
function storableText(text: string, maxLength: number): string {
  return firstCodePoints(text, maxLength).replace(/[\0\p{Cs}]/gu, '');
}
