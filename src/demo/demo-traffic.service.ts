import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestIds } from '../auth/request-id.service';
import { EventService } from '../events/event.service';
import type { EventLog } from '../events/event-log';
import type { StoredEvent } from '../events/stored-event';
import { OrderService } from '../orders/order.service';
import type { Platform } from '../platform/connect';
import { Lease } from '../platform/lease';
import { readSettings } from '../platform/settings';
import { demoProducts } from './demo-catalogue';
import { activityAt } from './demo-calendar';
import {
  DEMO_CUSTOMER_COUNT,
  demoCustomer,
  type Preferences,
  randomPreferences,
  randomWantedProduct,
} from './demo-customers';
import { EDITION, FILLED_SETTING, OPENED_AT_SETTING } from './demo-names';
import { orderInput, pricesByProduct, type PriceByProduct } from './demo-orders';
import { DemoSearch } from './demo-search';
import { type DemoOrder, PASSING_VISITORS, VisitSimulator } from './demo-visit';
import { OrderDesk } from './order-desk.service';
import { SponsoredVisits } from './sponsored-visits.service';
import type { StorefrontDoor } from './storefront-door';

const LEASE = 'demo-traffic';
const LEASE_MS = 10_000;
/** Maximum number of concurrent visitors in the quietest hour. */
const MIN_VISITORS = 1;
/** Number of additional concurrent visitors that are allowed in the busiest hour. */
const MAX_EXTRA_VISITORS = 2;
/**
 * Probability per tick (about a second) that a visitor arrives while fewer visitors than allowed are active. If none is
 * active, one always arrives.
 */
const ARRIVAL_PROBABILITY = 0.3;
const ANONYMOUS_SHARE = 0.15;
const PACE_SECONDS = 6;
/** Probability that a customer has run out of a staple (a product that the customer buys again and again). */
const RAN_OUT_PROBABILITY = 0.25;
const TICKS_PER_DESK_ROUND = 5;
const STEPS_PER_DESK_ROUND = 2;
/** Share of the visitors who look at one product and leave that see sponsored products. */
const SPONSORED_SHARE = 0.75;

/** The events and the order of an active visit that have not been sent yet. */
interface ActiveVisit {
  events: readonly StoredEvent[];
  order?: DemoOrder;
}

export interface DemoTrafficOptions {
  /** Time when the demo was opened (ms since 1970), which determines the catalogue. */
  readonly openedAt: number;
  /** Signs the ids of the lists and searches that the visitors see. */
  readonly requestIds: Pick<RequestIds, 'issue'>;
  /** The public endpoint of the shop. Without it, no visitor sees sponsored products. */
  readonly door?: StorefrontDoor;
}

/** Returns when the demo shop was opened (ms since 1970); `null` if this shop is not a completely filled demo shop. */
export async function demoOpenedAt({ pool }: Pick<Platform, 'pool'>): Promise<number | null> {
  const settings = await readSettings(pool, [FILLED_SETTING, OPENED_AT_SETTING]);
  return settings.get(FILLED_SETTING) === EDITION ? Number(settings.get(OPENED_AT_SETTING)) : null;
}

/**
 * Simulates a few visitors. Their events are recorded like those of a real shop, and their orders are paid, packed and
 * shipped within minutes. A lease makes sure that only one worker runs the simulation.
 */
export class DemoTraffic {
  private readonly visitors: VisitSimulator;
  private readonly prices: PriceByProduct;
  private readonly events: EventService;
  private readonly orders: OrderService;
  private readonly desk: OrderDesk;
  private readonly search: DemoSearch;
  private readonly sponsoredVisits: SponsoredVisits | undefined;
  /** The running visits of visitors who see sponsored products. */
  private readonly sponsored = new Set<Promise<void>>();
  private readonly closing = new AbortController();
  private lease: Lease | null = null;
  private activeVisits: ActiveVisit[] = [];
  private ticks = 0;

  constructor(
    private readonly platform: Pick<Platform, 'pool' | 'queues' | 'log' | 'config'>,
    private readonly eventLog: EventLog,
    { openedAt, requestIds, door }: DemoTrafficOptions,
    private readonly random: () => number = Math.random,
  ) {
    const { pool, queues, log, config } = platform;
    const products = demoProducts(new Date(openedAt));
    this.search = new DemoSearch(products);
    this.visitors = new VisitSimulator({
      products,
      search: this.search,
      issueRequestId: (content, who, seed) => requestIds.issue(content, who, seed),
    });
    this.prices = pricesByProduct(products);
    this.orders = new OrderService(eventLog);
    // A few events per second can't overload the workers, so all events are accepted.
    const admit = () => undefined;
    this.events = new EventService({
      pool,
      queues,
      log,
      delayMs: config.ingestDelayMs,
      knowsProduct: () => true,
      admit,
    });
    const pause = () => sleep(1_000 * PACE_SECONDS * random(), undefined, { signal: this.closing.signal });
    this.sponsoredVisits = door && new SponsoredVisits({ door, search: this.search, random, pause });
    this.desk = new OrderDesk({ pool, orders: this.orders, events: this.events, openedAt });
  }

  /** Runs the simulation up to `now` if this worker holds the lease. Call it about once a second. */
  async tick(now = Date.now()): Promise<void> {
    if (!this.lease?.held) {
      const { pool, log } = this.platform;
      this.activeVisits = [];
      this.lease = await Lease.acquire(pool, log, LEASE, LEASE_MS);
      this.lease?.startRenewing(
        () => 0,
        () => undefined,
      );
    }
    if (!this.lease) return;
    const max = MIN_VISITORS + Math.round(MAX_EXTRA_VISITORS * activityAt(now));
    const active = this.activeVisits.length + this.sponsored.size;
    const hasArrival = active === 0 || (active < max && this.random() < ARRIVAL_PROBABILITY);
    if (hasArrival) this.startVisit(now);
    for (const visit of this.activeVisits) await this.continueVisit(visit, now);
    this.activeVisits = this.activeVisits.filter(({ events, order }) => events.length > 0 || order !== undefined);
    if (this.ticks++ % TICKS_PER_DESK_ROUND === 0) await this.desk.advance(now, STEPS_PER_DESK_ROUND);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.sponsored);
    await this.events.close();
    await this.lease?.release().catch(() => undefined);
    await this.eventLog.outbox.markPublished();
  }

  private startVisit(at: number): void {
    const { random } = this;
    const visit = { id: `demo-visit-${randomUUID()}`, at, pace: PACE_SECONDS, dueProductIds: [] };
    if (random() < PASSING_VISITORS / (PASSING_VISITORS + 1)) {
      const taste = randomPreferences(random);
      if (this.sponsoredVisits !== undefined && random() < SPONSORED_SHARE)
        return this.startSponsoredVisit(this.sponsoredVisits, taste, at);
      return void this.activeVisits.push({ ...this.visitors.passBy({ ...visit, taste }, random) });
    }
    const isKnown = random() >= ANONYMOUS_SHARE;
    const customer = isKnown ? demoCustomer(1 + Math.floor(DEMO_CUSTOMER_COUNT * random())) : undefined;
    const taste = customer ?? randomPreferences(random);
    const dueProductIds = customer
      ? taste.staples.filter(() => random() < RAN_OUT_PROBABILITY).map(({ productId }) => productId)
      : [];
    this.activeVisits.push({ ...this.visitors.simulate({ ...visit, taste, customer, dueProductIds }, random) });
  }

  /** The visit lasts for a while, so no tick waits for it. */
  private startSponsoredVisit(visits: SponsoredVisits, taste: Preferences, at: number): void {
    const running = visits
      .run(randomWantedProduct(taste, at, this.random), at)
      .then(async (order) => {
        if (order !== undefined) await this.placeOrder(order);
      })
      .catch((error: Error) => {
        // The API may not be ready yet, or restarting. The next visitors try again.
        if (!this.closing.signal.aborted) this.platform.log.debug({ error: error.message }, 'demo visit ended early');
      })
      .finally(() => this.sponsored.delete(running));
    this.sponsored.add(running);
  }

  /** Sends the events and the order that are due. Events are sent again after a failure; duplicates count once. */
  private async continueVisit(visit: ActiveVisit, now: number): Promise<void> {
    const happened = visit.events.filter(({ occurredAt }) => occurredAt <= now);
    if (happened.length > 0) {
      await this.events.recordInternal(happened);
      visit.events = visit.events.slice(happened.length);
    }
    if (!visit.order || visit.order.placedAt > now) return;
    await this.placeOrder(visit.order);
    visit.order = undefined;
  }

  private async placeOrder(order: DemoOrder): Promise<void> {
    const { errors } = await this.orders.record([orderInput(order, this.prices)], { by: 'demo' });
    const [error] = errors;
    if (error) this.platform.log.warn({ error: error.message }, 'demo order rejected');
  }
}
