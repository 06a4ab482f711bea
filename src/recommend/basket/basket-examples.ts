import { EventColumns, type LogEvents } from '../../events/event-columns';
import { customerProfile, type CustomerProfile } from '../../features/customer-profile';
import { seededRandom } from '../../learn/seeded-random';
import { historyBefore } from '../../live-state/history-at';
import type { ShopState } from '../../live-state/shop-state';
import type { SourceModels } from '../sources/source';
import { BasketCandidates } from './basket-candidates';
import { columnCountOf, basketPartOf, type BasketPart } from './basket-model';
import { leaveOneOutCases, type LeaveOneOutCase } from './leave-one-out';
import { basketItems } from './basket-context';
import { fillBasketFeatures, BASKET_FEATURES } from './basket-features';
import { FeatureTable } from './feature-table';
import type { OrderAffinities } from './order-affinities';
import { ordersBetween, type BasketOrder } from './orders';

/**
 * One example: a basket from which one product is hidden, and the candidates for it. The model predicts the hidden
 * product.
 */
export interface BasketList {
  readonly part: BasketPart;
  readonly rows: number;
  /** `rows` × columns of the part (see {@link columnCountOf}), row-major. */
  readonly features: Float32Array;
  /** Row of the hidden product; −1 if it is not a candidate. */
  readonly chosen: number;
}

/**
 * Examples from the orders of [start, start + horizon). The shop state and the models are as of `start`; each
 * customer's history is as of the order.
 */
export interface BasketWindow {
  readonly start: number;
  /** Lists for training: the hidden product and a few uniformly sampled negatives. */
  readonly sampledLists: readonly BasketList[];
  /** Lists for evaluation: all candidates, but only for some orders. Only the newest window has them. */
  readonly fullLists: readonly BasketList[];
}

export interface BasketExampleOptions {
  /** Events from this instant (ms) on are ignored. */
  readonly until: number;
  /** Length of a window, ms. */
  readonly horizon: number;
  readonly seed: number;
  /** Maximum number of orders per window, sampled at random by seed. */
  readonly ordersPerWindow?: number;
}

const ORDERS_PER_WINDOW = 1_500;
/** Maximum number of orders with lists of all candidates. */
const WHOLE_ORDERS = 150;
/** Maximum number of sampled candidates in addition to the hidden product. */
const NEGATIVES = 20;

/** Shop state and models as of the start of a window. */
export interface StateAtStart {
  readonly shop: ShopState;
  readonly models: SourceModels;
  readonly affinities: OrderAffinities | null;
}

const candidates = new BasketCandidates();
const table = new FeatureTable(BASKET_FEATURES.length);

/**
 * Collects examples by leaving one product out of each order. Windows are added oldest first. Candidates and features
 * are computed by the same code as for requests, from shop state and models as of the window's start.
 */
export class BasketExamples {
  readonly windows: BasketWindow[] = [];
  private readonly events: EventColumns;
  private readonly random: () => number;

  /** @param events sorted by `occurredAt` */
  constructor(
    events: LogEvents,
    private readonly options: BasketExampleOptions,
  ) {
    this.events = EventColumns.of(events);
    this.random = seededRandom(options.seed);
  }

  addWindow(start: number, stateAtStart: StateAtStart): void {
    const { until, horizon, ordersPerWindow = ORDERS_PER_WINDOW } = this.options;
    const end = Math.min(until, start + horizon);
    const orders = ordersBetween(this.events, start, end).filter(({ productIds }) => productIds.length > 1);
    const isNewest = start + horizon >= until;
    const sampledLists: BasketList[] = [];
    const fullLists: BasketList[] = [];
    for (const { order, rank } of sampleOrders(orders, ordersPerWindow, this.random)) {
      const profile = this.profileAt(order, stateAtStart.shop);
      const needsFullList = isNewest && rank < WHOLE_ORDERS;
      for (const leaveOneOut of leaveOneOutCases(order, this.random)) {
        for (const assumedProfile of profile === null ? [null] : [null, profile]) {
          const list = this.listOf(leaveOneOut, assumedProfile, stateAtStart, needsFullList ? fullLists : undefined);
          if (list !== undefined) sampledLists.push(list);
        }
      }
    }
    if (sampledLists.length > 0) this.windows.push({ start, sampledLists, fullLists });
  }

  /** Returns the customer's profile just before the order; null if the customer had bought nothing. */
  private profileAt({ at, subject }: BasketOrder, shop: ShopState): CustomerProfile | null {
    const { events } = this;
    const history = historyBefore(events, events.subjects.indexOf(subject), at);
    return history === undefined || history.purchases().length === 0 ? null : customerProfile(shop, history, at);
  }

  /**
   * Returns the list for training, and adds the list with all candidates to `fullLists`, if given.
   * @returns undefined if the shop state contains no product of the basket, or if the hidden product is not a candidate
   */
  private listOf(
    { hidden, context }: LeaveOneOutCase,
    profile: CustomerProfile | null,
    { shop, models, affinities }: StateAtStart,
    fullLists: BasketList[] | undefined,
  ): BasketList | undefined {
    const items = basketItems(shop, context);
    if (items.length === 0) return undefined;
    const basket = { shop, models, affinities, items, profile };
    candidates.collect(basket);
    const part = basketPartOf(items.length, profile !== null);
    const target = shop.products.indexOf(hidden);
    const chosen = target < 0 ? -1 : candidates.products.subarray(0, candidates.count).indexOf(target);
    if (fullLists === undefined && chosen < 0) return undefined;
    fillBasketFeatures(basket, candidates, table);
    if (fullLists !== undefined)
      fullLists.push(
        copyOf(
          part,
          Array.from({ length: candidates.count }, (_, row) => row),
          chosen,
        ),
      );
    return chosen < 0 ? undefined : copyOf(part, [chosen, ...this.sampleNegatives(candidates.count, chosen)], 0);
  }

  /** Samples up to {@link NEGATIVES} rows other than `chosen` without replacement (the first steps of Fisher–Yates). */
  private sampleNegatives(rows: number, chosen: number): number[] {
    const candidateRows = Array.from({ length: rows }, (_, row) => row).filter((row) => row !== chosen);
    const drawnCount = Math.min(NEGATIVES, candidateRows.length);
    for (let at = 0; at < drawnCount; at++) {
      const from = at + Math.floor(this.random() * (candidateRows.length - at));
      [candidateRows[at], candidateRows[from]] = [candidateRows[from], candidateRows[at]];
    }
    return candidateRows.slice(0, drawnCount);
  }
}

function copyOf(part: BasketPart, rows: readonly number[], chosen: number): BasketList {
  const columns = columnCountOf(part);
  const features = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    const from = row * table.width;
    features.set(table.values.subarray(from, from + columns), at * columns);
  });
  return { part, rows: rows.length, features, chosen };
}

/**
 * Samples orders and returns them in order of time. `rank` is the index of an order in the random sequence, so the
 * orders with the smallest ranks are a random sample, too.
 */
function sampleOrders(
  orders: readonly BasketOrder[],
  limit: number,
  random: () => number,
): { order: BasketOrder; rank: number }[] {
  const keyedOrders = orders.map((order, place) => ({ order, place, key: random() }));
  return keyedOrders
    .sort((a, b) => a.key - b.key || a.place - b.place)
    .slice(0, limit)
    .map(({ order, place }, rank) => ({ order, place, rank }))
    .sort((a, b) => a.place - b.place);
}
