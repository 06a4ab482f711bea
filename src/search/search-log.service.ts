import type { Identity } from '../auth/identify';
import { subjectOf } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import type { Logger } from '../platform/log';
import { encodeEvidence, EVIDENCE_VERSION } from './ranking/evidence-vector';
import type { Evidence } from './ranking/log-linear';
import type { SearchSnapshot } from './search-snapshot';
import type { SearchInput } from './search.type';

/** What is logged of a search is gathered for so long. */
const GATHER_MS = 100;
/** A query that is still being typed counts when nobody has typed on for so long. */
const TYPED_MS = 2_000;
/** Visits in which somebody types just now; beyond, the one that has waited longest counts at once. */
const MAX_TYPING_VISITS = 10_000;
/** Searches that wait for being sent: beyond, they are dropped. */
const MAX_WAITING = 5_000;
const BATCH = 500;
const WARN_MS = 10_000;
/** As long as texts of events may be. */
const MAX_QUERY_LENGTH = 500;
const MAX_TEXT_LENGTH = 100;

export interface SearchLogOptions {
  /** Makes them durable. It may refuse. */
  readonly send: (events: readonly StoredEvent[]) => Promise<unknown>;
  readonly log: Pick<Logger, 'warn'>;
  readonly now?: () => number;
}

/** The first page of a search, as it was answered. */
export interface AnsweredSearch {
  readonly who: Identity;
  readonly input: SearchInput;
  readonly answer: Pick<SearchSnapshot, 'requestId' | 'totalCount' | 'modelVersion'>;
  /** The products of the page, in their order. */
  readonly shown: readonly string[];
  /** What each one's place rests on. */
  readonly evidence: () => readonly Evidence[];
}

/**
 * Puts searches into the log, as events of source SEARCH whose id is the answer's requestId: what is clicked, put into
 * carts and bought names it. It keeps no answer waiting and fails none: what can't be taken is dropped, and counted.
 */
export class SearchLog {
  private waiting: StoredEvent[] = [];
  /** By visit, the one that has waited longest first. */
  private readonly typed = new Map<string, { readonly event: StoredEvent; readonly dueAt: number }>();
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  private lost = 0;
  private warnedAt = -Infinity;

  constructor(private readonly options: SearchLogOptions) {}

  /** Searches that this process has not logged though it should have. */
  get dropped(): number {
    return this.lost;
  }

  /** Browsing, where nothing is typed, is no search. */
  take(search: AnsweredSearch): void {
    try {
      const { who, input } = search;
      const query = storable(input.query ?? '', MAX_QUERY_LENGTH);
      if (query.trim() === '') return;
      const event = this.eventOf(search, query);
      const visit = subjectOf(who);
      // What was typed on the way to this one is not what was meant.
      if (visit !== undefined) this.typed.delete(visit);
      if (!input.typing) this.add(event);
      // Of nobody it can't be told which one was the last.
      else if (visit !== undefined) this.hold(visit, event);
    } catch (error) {
      this.drop(1, error as Error);
    }
  }

  /** Sends all that is there, also what may still have been typed on. */
  async close(): Promise<void> {
    for (const { event } of this.typed.values()) this.add(event);
    this.typed.clear();
    while (this.waiting.length > 0) await this.send();
    clearTimeout(this.timer);
    await this.sending;
  }

  private eventOf({ who, input, answer, shown, evidence }: AnsweredSearch, query: string): StoredEvent {
    const { placement, language, typing, sort } = input;
    return {
      source: 'SEARCH',
      id: answer.requestId,
      type: 'SEARCH',
      occurredAt: this.now(),
      ...who,
      quantity: 1,
      query,
      ...(placement == null ? {} : { placement: storable(placement, MAX_TEXT_LENGTH) }),
      properties: {
        total: answer.totalCount,
        typing: typing ?? false,
        language: language == null ? null : storable(language, MAX_TEXT_LENGTH),
        ...(sort == null || sort === 'RELEVANCE' ? {} : { sort }),
        modelVersion: answer.modelVersion,
        shown,
        features: encodeEvidence(evidence()),
        featureNames: EVIDENCE_VERSION,
      },
    };
  }

  private hold(visit: string, event: StoredEvent): void {
    this.typed.set(visit, { event, dueAt: this.now() + TYPED_MS });
    if (this.typed.size > MAX_TYPING_VISITS) this.release(Infinity, 1);
    this.schedule();
  }

  /** What has been typed and is due. */
  private release(now: number, most = Infinity): void {
    for (const [visit, { event, dueAt }] of this.typed) {
      if (dueAt > now || most-- <= 0) return;
      this.typed.delete(visit);
      this.add(event);
    }
  }

  private add(event: StoredEvent): void {
    if (this.waiting.length >= MAX_WAITING) return this.drop(1, new Error('too many wait'));
    this.waiting.push(event);
    this.schedule();
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.release(this.now());
      void this.send();
      if (this.typed.size > 0) this.schedule();
    }, GATHER_MS);
  }

  /** One batch at a time: where writing takes long, no more than it is under way. */
  private send(): Promise<void> {
    this.sending = this.sending.then(async () => {
      const events = this.waiting.splice(0, BATCH);
      if (events.length === 0) return;
      await this.options.send(events).catch((error: Error) => this.drop(events.length, error));
      if (this.waiting.length > 0) this.schedule();
    });
    return this.sending;
  }

  private drop(count: number, { message }: Error): void {
    this.lost += count;
    if (this.now() < this.warnedAt + WARN_MS) return;
    this.warnedAt = this.now();
    this.options.log.warn({ dropped: this.lost, error: message }, 'searches are not logged');
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }
}

/** As PostgreSQL can keep it. */
function storable(text: string, longest: number): string {
  return text.slice(0, longest).replace(/[\0\p{Cs}]/gu, '');
}
