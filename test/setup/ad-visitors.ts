/** Simulated visitors of a shop with sponsored products, honest ones and others, while processes may be killed. */
import { randomBytes, randomUUID } from 'node:crypto';
import { sealAdToken, type AdTokenContent, type AdTokenKeys } from '../../src/auth/ad-token';
import { seededRandom } from '../../src/learn/seeded-random';
import { SPONSORED_SEARCH, type ShownSponsored, type SponsoredSearch } from './ad-operations';
import { expectExactly } from './final-failure';
import type { Credentials } from './graphql-client';
import {
  MERGE,
  RECORD,
  START_SESSION,
  type MergeAnswer,
  type RecordAnswer,
  type StartSessionAnswer,
} from './operations';
import type { startApiProcess } from './processes';
import { PATIENCE_MS } from './until';

export type AdApi = Awaited<ReturnType<typeof startApiProcess>>;

/** The outcome that an event must have. HONEST: it counts, repeats a token, or is beyond a limit. DROPPED: the log has no token of it. */
type ExpectedOutcome = 'HONEST' | 'FORGED' | 'FOREIGN' | 'EXPIRED' | 'DROPPED';

interface SentAdEvent {
  readonly id: string;
  readonly occurredAt: string;
  readonly type: 'IMPRESSION' | 'CLICK';
  readonly productId: string;
  readonly requestId: string;
  readonly sessionId?: string;
  readonly customerId?: string;
}

/** A line item whose tokens are sealed in the test. */
export interface SealedLineItem {
  readonly number: number;
  readonly bidKind: 'CPC' | 'CPM';
  readonly productId: string;
}

interface AdVisitorsOptions {
  /** Two API processes; a killed one is replaced. */
  readonly apis: readonly AdApi[];
  readonly killed: ReadonlySet<AdApi>;
  readonly storefrontKey: string;
  readonly serverKey: string;
  readonly placement: string;
  readonly queries: readonly string[];
  readonly keys: AdTokenKeys;
  readonly lineItems: readonly SealedLineItem[];
}

interface Visit {
  readonly sessionId: string;
  readonly by: Credentials;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Pause before a request is repeated that was not answered. */
const RETRY_MS = 200;
/** Pause of a visitor between two steps. */
const STEP_MS = 80;
/** More than may count in a minute. */
const BURST_IMPRESSIONS = 204;
/** More impressions than the frequency cap of a line item lets one visitor have. */
const OVER_FREQUENCY_CAP = 3;
const CUSTOMERS = 12;
/** Codes of errors with which a request is repeated. */
const TRANSIENT = /"code":"(UNAVAILABLE|TIMEOUT)"/;

export class AdVisitors {
  /** By id, the outcome of the events that the shop has acknowledged. */
  readonly acknowledged = new Map<string, ExpectedOutcome>();
  /** Number of requests without a response because their process ended. */
  brokenRequests = 0;
  merges = 0;
  /** Number of ads that searches have shown. */
  shownAds = 0;
  private readonly inFlight = new Map<AdApi, number>();
  private readonly random = seededRandom(23);
  private readonly pastAds: { readonly ad: ShownSponsored; readonly visit: Visit }[] = [];
  private visits = 0;
  private isOver = false;

  constructor(private readonly options: AdVisitorsOptions) {}

  /** Lets visitors come, at most `count` at a time, until {@link end}. */
  async run(count: number): Promise<void> {
    const visitor = async () => {
      while (!this.isOver) await this.visit(this.visits++);
    };
    await Promise.all(Array.from({ length: count }, visitor));
  }

  end(): void {
    this.isOver = true;
  }

  /** Returns the number of requests that a process has not answered yet. */
  inFlightAt(api: AdApi): number {
    return this.inFlight.get(api) ?? 0;
  }

  /** Shows ads to new visitors who click on them only later: see {@link clickAll}. */
  async lookAround(visits: number): Promise<{ visit: Visit; ad: ShownSponsored }[]> {
    const looked: { visit: Visit; ad: ShownSponsored }[] = [];
    for (let n = 0; n < visits; n++) {
      const visit = await this.begin();
      for (const ad of await this.search(visit)) looked.push({ visit, ad });
    }
    return looked;
  }

  async clickAll(looked: readonly { visit: Visit; ad: ShownSponsored }[]): Promise<void> {
    for (const { visit, ad } of looked) {
      await this.send(visit.by, [eventOf('IMPRESSION', ad)], 'HONEST');
      await this.send(visit.by, [eventOf('CLICK', ad)], 'HONEST');
    }
  }

  /** Sends a request, to one process after the other, until one responds. */
  async request<T>(by: Credentials, query: string, variables: object = {}): Promise<T> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (let at = this.below(2); ; at++) {
      const api = this.options.apis[at % 2];
      this.inFlight.set(api, this.inFlightAt(api) + 1);
      try {
        return await api.client.as(by).data<T>(query, variables);
      } catch (error) {
        const { message, cause } = error as Error;
        const isBroken = message === 'fetch failed' || message === 'terminated';
        if (isBroken ? !this.options.killed.has(api) : !TRANSIENT.test(message)) throw error;
        if (Date.now() > giveUpAt) throw error;
        if (isBroken && (cause as { code?: string } | undefined)?.code !== 'ECONNREFUSED') this.brokenRequests++;
        await sleep(RETRY_MS);
      } finally {
        this.inFlight.set(api, this.inFlightAt(api) - 1);
      }
    }
  }

  private async visit(number: number): Promise<void> {
    const visit = await this.begin();
    const ads = await this.search(visit);
    this.shownAds += ads.length;
    for (const ad of ads) this.pastAds.push({ ad, visit });
    const impressions = ads.map((ad) => eventOf('IMPRESSION', ad));
    await this.send(visit.by, impressions, 'HONEST');
    // The same events again, as a storefront does that has not seen the response.
    if (this.random() < 0.3) await this.send(visit.by, impressions, 'HONEST');
    for (const ad of ads) {
      if (this.random() < 0.5) continue;
      await sleep(STEP_MS * this.random());
      const click = eventOf('CLICK', ad);
      await this.send(visit.by, [click], 'HONEST');
      if (this.random() < 0.2) await this.send(visit.by, [click], 'HONEST');
      // Another event with the same token.
      if (this.random() < 0.2) await this.send(visit.by, [eventOf('CLICK', ad), eventOf('IMPRESSION', ad)], 'HONEST');
    }
    await this.cheat(number, visit, ads[0]);
    await sleep(STEP_MS * (0.5 + this.random()));
  }

  /** Sends something that must not be charged, or comes late, or moves the visit to a customer: another kind each time. */
  private async cheat(number: number, visit: Visit, ad: ShownSponsored | undefined): Promise<void> {
    const server = { apiKey: this.options.serverKey };
    const { sessionId } = visit;
    const lineItem = this.options.lineItems[this.below(this.options.lineItems.length)];
    const sealed = (type: 'IMPRESSION' | 'CLICK', ageMs: number, of: SealedLineItem = lineItem) => ({
      ...eventOf(type, { token: this.seal(of, sessionId, ageMs), product: { id: of.productId } }),
      sessionId,
    });
    const customerId = `customer-${this.below(CUSTOMERS)}`;
    switch (number % 10) {
      case 0: {
        if (ad === undefined) return;
        const forged = { ...ad, token: altered(ad.token) };
        await this.send(server, [{ ...eventOf('CLICK', forged), sessionId }], 'FORGED');
        await this.send(visit.by, [eventOf('CLICK', forged)], 'DROPPED');
        return;
      }
      case 1: {
        const past = this.pastAds[this.below(this.pastAds.length)];
        if (past === undefined || past.visit.sessionId === sessionId) return;
        await this.send(server, [{ ...eventOf('CLICK', past.ad), sessionId }], 'FOREIGN');
        await this.send(visit.by, [eventOf('IMPRESSION', past.ad)], 'DROPPED');
        return;
      }
      case 2:
        if (ad !== undefined)
          await this.send(server, [{ ...eventOf('CLICK', ad), productId: 'kettle-12', sessionId }], 'FOREIGN');
        return;
      case 3:
        return this.send(server, [sealed('IMPRESSION', 31 * MINUTE_MS), sealed('CLICK', 24.1 * HOUR_MS)], 'EXPIRED');
      case 4: {
        // More of each line item than one visitor may be shown.
        const impressions = this.options.lineItems.flatMap((of) =>
          Array.from({ length: OVER_FREQUENCY_CAP }, () => sealed('IMPRESSION', 29 * MINUTE_MS, of)),
        );
        return this.send(server, [...impressions, sealed('CLICK', 23 * HOUR_MS)], 'HONEST');
      }
      case 5:
        return this.send(server, [sealed('CLICK', 0, { ...lineItem, number: 9_999 })], 'FORGED');
      case 6: {
        const impressions = Array.from({ length: BURST_IMPRESSIONS }, () => sealed('IMPRESSION', 0));
        return this.send(server, impressions, 'HONEST');
      }
      case 7:
      case 8:
        // The visitor signs in, and clicks on.
        await this.merge({ fromSessionId: sessionId, intoCustomerId: customerId });
        await this.send(server, [sealed('CLICK', MINUTE_MS)], 'HONEST');
        await this.send(server, [{ ...sealed('CLICK', MINUTE_MS), customerId }], 'HONEST');
        return;
      default:
        // A customer has two accounts.
        await this.send(server, [{ ...sealed('CLICK', MINUTE_MS), customerId: `other-${number}` }], 'HONEST');
        await this.merge({ fromCustomerId: `other-${number}`, intoCustomerId: customerId });
        await this.send(server, [{ ...sealed('CLICK', MINUTE_MS), customerId: `other-${number}` }], 'HONEST');
    }
  }

  private async begin(): Promise<Visit> {
    const apiKey = this.options.storefrontKey;
    const { startSession } = await this.request<StartSessionAnswer>({ apiKey }, START_SESSION);
    const { token, sessionId } = startSession;
    return { sessionId, by: { apiKey, authorization: `Bearer ${token}` } };
  }

  private async search({ by }: Visit): Promise<readonly ShownSponsored[]> {
    const { placement, queries } = this.options;
    const input = { query: queries[this.below(queries.length)], placement };
    const { search } = await this.request<SponsoredSearch>(by, SPONSORED_SEARCH, { input, first: 5 });
    return search.sponsored!.products;
  }

  private async send(by: Credentials, events: readonly SentAdEvent[], expected: ExpectedOutcome): Promise<void> {
    if (events.length === 0) return;
    const { recordEvents } = await this.request<RecordAnswer>(by, RECORD, { events });
    expectExactly(() => expect(recordEvents).toMatchObject({ accepted: events.length, errors: [] }));
    for (const { id } of events) this.acknowledged.set(id, expected);
  }

  private async merge(input: object): Promise<void> {
    const { mergeCustomer } = await this.request<MergeAnswer>({ apiKey: this.options.serverKey }, MERGE, { input });
    expect(mergeCustomer.errors).toEqual([]);
    this.merges++;
  }

  /** Seals a token as the shop does, but some time ago. */
  private seal({ number, bidKind, productId }: SealedLineItem, sessionId: string, ageMs: number): string {
    const content: AdTokenContent = {
      ...{ decision: randomBytes(8).toString('hex'), slot: 1, lineItem: number, bidKind, isExploration: false },
      ...{ price: bidKind === 'CPC' ? 50_000 + this.below(150_000) : 1_000 + this.below(9_000), probability: 0.02 },
      ...{ issuedAt: Date.now() - ageMs, placement: this.options.placement },
    };
    return sealAdToken(this.options.keys, content, { sessionId }, productId);
  }

  private below(count: number): number {
    return Math.floor(this.random() * count);
  }
}

type EventAd = Pick<ShownSponsored, 'token' | 'product'>;

function eventOf(type: 'IMPRESSION' | 'CLICK', { token, product }: EventAd): SentAdEvent {
  return { id: randomUUID(), occurredAt: new Date().toISOString(), type, productId: product.id, requestId: token };
}

/** Changes a character of the encrypted part. */
function altered(token: string): string {
  return `${token.slice(0, 60)}${token[60] === 'A' ? 'B' : 'A'}${token.slice(61)}`;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
