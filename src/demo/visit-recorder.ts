import type { Identity } from '../auth/identity';
import type { RequestIdContent } from '../auth/request-id';
import type { EventType } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import type { DemoCustomer, Preferences } from './demo-customers';
import type { TypedSearch } from './demo-search';

/** The placement of searches and of browsing, as on the shop page. */
const SEARCH_PLACEMENT = 'search';
/** The model version of the lists and searches of simulated visits, which no model has ranked. */
const MODEL_VERSION = 'demo';
const SYNTHETIC = { synthetic: true } as const;

/** Where a product was chosen: a list and the position in it (from 1), or only a place in the shop without a list. */
export type ListOrigin = Pick<StoredEvent, 'requestId' | 'listPosition' | 'placement'>;

/**
 * Issues the id of a list or search.
 * @param seed a text that is unique for each list: the same arguments give the same id
 */
export type IssueRequestId = (content: RequestIdContent, who: Identity, seed: string) => string;

export interface VisitPlan {
  readonly id: string;
  readonly taste: Preferences;
  /** Absent if the visitor is not signed in. */
  readonly customer?: DemoCustomer;
  readonly at: number;
  /** Approximate number of seconds per page. */
  readonly pace: number;
  /** The ids of the products that the customer has run out of. */
  readonly dueProductIds: readonly string[];
}

/** A list of recommendations as the visitor asks for it. */
export interface PlacedList {
  readonly intent: string;
  readonly placement: string;
}

/** Records the events of a visit in order of time. */
export class VisitRecorder {
  readonly events: StoredEvent[] = [];
  private at: number;
  private lists = 0;

  /** @param issueRequestId if absent, the ids of lists are unsigned */
  constructor(
    private readonly visiting: VisitPlan,
    private readonly random: () => number,
    private readonly issueRequestId: IssueRequestId | undefined,
  ) {
    this.at = Math.round(visiting.at);
  }

  /** Advances the time by a random duration. @returns the new time */
  advanceTime(): number {
    return (this.at += Math.round(1_000 * this.visiting.pace * (0.3 + 1.4 * this.random())));
  }

  /** Opens a page or puts a product into the cart. */
  add(type: EventType, productId: string, origin: ListOrigin = {}): void {
    this.write({ source: 'STOREFRONT', type, productId, ...origin }, 1);
  }

  /** Follows a link to a product, whose page opens. */
  open(productId: string, origin: ListOrigin): void {
    this.add('CLICK', productId, origin);
    this.write({ source: 'STOREFRONT', type: 'VIEW', productId, ...origin }, 0);
  }

  /** Shows a list of recommendations. @returns the origins of its products, by product */
  showList({ intent, placement }: PlacedList, productIds: readonly string[]): Map<string, ListOrigin> {
    const requestId = this.listId({ kind: 'RECOMMENDATION', intent, placement });
    return this.showProducts(productIds, requestId, placement);
  }

  /** Shows a list of products without a query. @returns the origins of its products, by product */
  browse(productIds: readonly string[]): Map<string, ListOrigin> {
    const requestId = this.listId({ kind: 'BROWSE', intent: null, placement: SEARCH_PLACEMENT });
    return this.showProducts(productIds, requestId, SEARCH_PLACEMENT);
  }

  /**
   * Searches, and looks at the first results.
   * @param seen number of results that the visitor looks at
   * @returns the origins of these results, by product
   */
  search({ query, total, shown }: TypedSearch, seen: number, sort?: string): Map<string, ListOrigin> {
    const id = this.listId({ kind: 'SEARCH', intent: null, placement: SEARCH_PLACEMENT });
    const properties = {
      ...SYNTHETIC,
      total,
      typing: false,
      language: null,
      modelVersion: MODEL_VERSION,
      shown,
      ...(sort && { sort }),
    };
    this.write({ source: 'SEARCH', id, type: 'SEARCH', query, placement: SEARCH_PLACEMENT, properties }, 1);
    return this.showProducts(shown.slice(0, seen), id, SEARCH_PLACEMENT);
  }

  private showProducts(productIds: readonly string[], requestId: string, placement: string): Map<string, ListOrigin> {
    const origins = new Map(
      [...new Set(productIds)].map((productId, place) => [
        productId,
        { requestId, listPosition: place + 1, placement },
      ]),
    );
    for (const [productId, origin] of origins)
      this.write({ source: 'STOREFRONT', type: 'IMPRESSION', productId, ...origin }, 0);
    return origins;
  }

  /** Returns the id of a list that the visitor sees now. */
  private listId(list: Pick<RequestIdContent, 'kind' | 'intent' | 'placement'>): string {
    const name = `${this.visiting.id}-list-${++this.lists}`;
    const content = { ...list, modelVersion: MODEL_VERSION, at: this.at };
    return this.issueRequestId?.(content, this.who, name) ?? name;
  }

  private get who(): Identity {
    const { id, customer } = this.visiting;
    return { ...(customer && { customerId: customer.id }), sessionId: id };
  }

  private write(event: Partial<StoredEvent> & Pick<StoredEvent, 'source' | 'type'>, pageCount: number): void {
    this.events.push({
      id: `${this.visiting.id}:${this.events.length + 1}`,
      occurredAt: pageCount > 0 ? this.advanceTime() : this.at,
      ...this.who,
      quantity: 1,
      properties: SYNTHETIC,
      ...event,
    });
  }
}
