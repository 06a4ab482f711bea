import { resolveIdentity, requireViewer, type Identity } from '../../auth/identity';
import { requirePlacement } from '../../auth/request-id';
import type { RequestIds } from '../../auth/request-id.service';
import {
  type PreparedConditions,
  type ProductConditionsService,
  withinBudget,
} from '../../catalog/product-conditions.service';
import type { ProductsReadModel } from '../../catalog/products.read-model';
import type { HistoriesReadModel } from '../../customers/histories.read-model';
import type { ProfileValuesReadModel } from '../../customers/profiles/profile-values.read-model';
import { subjectOf } from '../../events/log-event';
import type { LogFollower } from '../../events/log-follower';
import type { Receipts } from '../../events/receipts';
import { storageSenderOf, type StorageSender } from '../../events/storage-sender';
import { Budget, budgetOf } from '../../expressions/budget';
import type { CacheValidity } from '../../graphql/cache-validity';
import type { Context } from '../../graphql/context';
import { clientKey } from '../../graphql/limits/client-limits';
import { ApiError } from '../../graphql/errors';
import type { Turns } from '../../graphql/limits/turns';
import type { ActiveModel } from '../../models/active-model.service';
import { compositeKey } from '../../platform/composite-key';
import type { RankerVersions } from './ranker-versions.service';
import type { EaseReadModel } from '../ease/ease.read-model';
import type { CustomerHistory } from '../../live-state/history';
import { checkInput } from './check-input';
import type { Intent } from './intent';
import { isCurrent, ListCache, type CacheVersion, type ComputedList, type RankedList } from './list-cache';
import type { ListSnapshot, ListSnapshots } from './list-snapshots.service';
import { buildList } from './build-list';
import { toConnection, resumeFromCursor } from './list-page';
import { MAX_RAILS } from './list-work';
import type { RecommendationConnection, RecommendationsInput } from './recommendation.type';
import type { ShopStateReadModel } from '../../live-state/replication/shop-state.read-model';
import { liveModels } from '../sources/source';
import { chooseFrom, sponsoredIds, type SponsoredProducts, type Sponsorship } from './sponsorship';

/** Maximum number of products over all pages of a list. */
const MAX_LIST_LENGTH = 200;
const MAX_LEARN_WAIT_MS = 3_000;
/** Maximum number of steps of expressions, for a list of a storefront: about 20 ms, because others wait meanwhile. */
const MAX_LIST_STEPS = 2_000_000;
/** The list that shows what is recorded, and derives nothing from it. */
const RECORD: Intent = 'RECENTLY_VIEWED';
/** The lists that are empty or popular products for a visitor of whom nothing is known. */
const ABOUT_THE_VISITOR: ReadonlySet<Intent> = new Set<Intent>(['PERSONAL', 'BUY_AGAIN', RECORD]);

export interface RecommendationServiceOptions {
  readonly products: ProductsReadModel;
  readonly conditions: ProductConditionsService;
  readonly histories: HistoriesReadModel;
  readonly profileValues: Pick<ProfileValuesReadModel, 'revisionOf' | 'peekRevision'>;
  readonly shop: ShopStateReadModel;
  readonly blend: Pick<ActiveModel<unknown>, 'watch'>;
  readonly versions: RankerVersions;
  readonly ease: Pick<EaseReadModel, 'ease' | 'watch'>;
  readonly snapshots: ListSnapshots;
  readonly receipts: Receipts;
  readonly requestIds: Pick<RequestIds, 'issue'>;
  readonly follower: () => LogFollower;
  readonly sponsorship: () => Sponsorship;
}

export interface ListPage {
  readonly first: number;
  readonly after?: string | null;
  /** Whether the response contains cursors. A snapshot of the list is stored only if it does. */
  readonly cursors: boolean;
  /** Whether the response contains reasons. */
  readonly reasons: boolean;
  /**
   * Whether the list is for a subscription. A subscriber is notified only once per change, so the list must include all
   * changes so far.
   */
  readonly live?: boolean;
  /** Whether the response has sponsored products. It is not cached. */
  readonly sponsored?: boolean;
}

/** The options that determine the cost of a list. */
type ListScope = Pick<ListPage, 'reasons' | 'live'> & { readonly limit: number };

/** A validated request with compiled expressions. It can be executed repeatedly. */
export interface RecommendationRequest {
  readonly who: Identity;
  /** Null with a key of the shop. */
  readonly sender: StorageSender | null;
  readonly input: RecommendationsInput;
  readonly conditions: PreparedConditions;
  /** Whether history and boost are those of a visitor of whom nothing is known. The filter is that of `who`. */
  readonly isImpersonal?: boolean;
  /** Whether the key is a storefront key. */
  readonly isStorefront: boolean;
  /** Key of the client's address, see `clientKey`. */
  readonly client: string | null;
  /** Cost budget of the expressions, shared by the whole operation. If absent, each list has its own budget. */
  readonly budget?: Budget;
  /** The turns of the operation on the main thread. Each list that is computed takes one. */
  readonly turns?: Turns;
}

export class RecommendationService {
  private readonly cache = new ListCache();
  private offerRevision = 0;
  private changes = 0;
  private awaitedRevision = 0;

  constructor(private readonly options: RecommendationServiceOptions) {
    const { products, blend, shop, ease } = options;
    for (const model of [products, blend]) model.watch(() => void this.offerRevision++);
    for (const state of [shop, ease]) state.watch(() => void this.changes++);
  }

  /**
   * Validates a request and the caller's permissions.
   * @throws ApiError BAD_USER_INPUT for an invalid value, expression or combination of intent and products, FORBIDDEN
   *   for input that the key does not permit, and the errors of `resolveIdentity`
   */
  prepare(context: Pick<Context, 'viewer'> & Partial<Context>, input: RecommendationsInput): RecommendationRequest {
    const viewer = requireViewer(context);
    const who = resolveIdentity(viewer, input);
    checkInput(input, viewer.scope);
    requirePlacement(input.placement);
    const conditions = this.options.conditions.prepare(input, viewer.scope);
    const sender = storageSenderOf(viewer, context.address);
    const isStorefront = viewer.scope === 'STOREFRONT';
    const client = clientKey(viewer, context.address ?? null);
    return { who, sender, input, conditions, isStorefront, client, budget: budgetOf(context), turns: context.turns };
  }

  /**
   * Validates the inputs of several lists of one request.
   * @throws ApiError BAD_USER_INPUT for too many lists, and the errors of `prepare`
   */
  prepareRails(
    context: Pick<Context, 'viewer' | 'address' | 'turns'>,
    inputs: readonly RecommendationsInput[],
  ): RecommendationRequest[] {
    if (inputs.length > MAX_RAILS) {
      throw new ApiError('BAD_USER_INPUT', `inputs must have at most ${MAX_RAILS} lists; got ${inputs.length}.`);
    }
    return inputs.map((input) => this.prepare(context, input));
  }

  /**
   * Returns a page of a list.
   * @throws ApiError CURSOR_EXPIRED, TOO_COMPLEX, TIMEOUT, and the errors of `RankerVersions.find`
   */
  async list(
    request: RecommendationRequest,
    page: ListPage,
    cacheValidity?: CacheValidity,
  ): Promise<RecommendationConnection> {
    const { who, input } = request;
    const owner = subjectOf(who) ?? '';
    if (page.after != null) {
      const { snapshot, offset } = await resumeFromCursor(this.options.snapshots, page.after, owner);
      return this.pageOf(snapshot, offset, request, page);
    }
    if (input.awaitReceipt != null) await this.awaitReceipt(input.awaitReceipt);
    if (!page.live) this.requireProduct(input);
    // A response without cursors needs only the products of its own page.
    const { live, cursors, reasons, sponsored = false } = page;
    const limit = cursors || sponsored ? MAX_LIST_LENGTH : page.first;
    const computed = await this.rank(request, { limit, reasons: reasons || cursors, live });
    const snapshot = this.withRequestId(request, computed.list);
    if (!sponsored) this.addValidityCondition(cacheValidity, [{ request, computed }]);
    if (cursors && snapshot.ranked.length > page.first) this.options.snapshots.store(snapshot, owner, request.client);
    return this.pageOf(snapshot, 0, request, page);
  }

  private async pageOf(
    snapshot: ListSnapshot,
    offset: number,
    request: RecommendationRequest,
    { first, sponsored }: Pick<ListPage, 'first' | 'sponsored'>,
    shown: readonly string[] = [],
  ): Promise<RecommendationConnection> {
    const sponsorship = sponsored
      ? await this.chooseSponsored(request, () => Promise.resolve(snapshot), shown)
      : undefined;
    const list = toConnection(this.options.products, snapshot, offset, first, sponsoredIds(sponsorship));
    return { ...list, sponsorship };
  }

  /**
   * Chooses sponsored products for a place without a list of its own.
   * @throws ApiError TOO_COMPLEX, TIMEOUT, NOT_FOUND, and the errors of `RankerVersions.find`
   */
  async sponsored(request: RecommendationRequest): Promise<SponsoredProducts | Error> {
    this.requireProduct(request.input);
    return this.chooseSponsored(
      request,
      async () => (await this.rank(request, { limit: MAX_LIST_LENGTH, reasons: false })).list,
    );
  }

  /**
   * @param list returns the list itself
   * @param shown products of the earlier lists of the same request
   */
  private async chooseSponsored(
    request: RecommendationRequest,
    list: () => Promise<RankedList>,
    shown: readonly string[] = [],
  ): Promise<SponsoredProducts | Error> {
    const { who, sender, input } = request;
    const { placement = null, filterVariables, adConsent } = input;
    const sponsorship = await this.options.sponsorship().prepare({
      ...{ who, sender, placement, query: null },
      adConsent: adConsent ?? false,
      variables: filterVariables ?? {},
    });
    if (sponsorship instanceof Error) return sponsorship;
    const productIds = sponsorship.isPersonal
      ? (await list()).ranked.map(({ productId }) => productId)
      : await this.impersonalIds(request, shown);
    return chooseFrom(sponsorship, { productIds });
  }

  /**
   * Returns what the list has for a visitor of whom nothing is known, or popular products in place of a list that is
   * about the visitor. All visitors share it in the cache, unless the filter reads the customer.
   */
  private async impersonalIds(request: RecommendationRequest, shown: readonly string[]): Promise<string[]> {
    const { who, conditions } = request;
    const { intent } = request.input;
    const input = {
      ...request.input,
      intent: ABOUT_THE_VISITOR.has(intent) ? 'POPULAR' : intent,
      ...{ customerId: null, sessionId: null, adConsent: null, awaitReceipt: null },
    };
    const filteredFor = conditions.filterReadsCustomer ? { customerId: who.customerId } : {};
    const { list } = await this.rank(
      { ...request, who: filteredFor, input, isImpersonal: true },
      { limit: MAX_LIST_LENGTH, reasons: false },
    );
    const hidden = new Set(shown);
    return list.ranked.map(({ productId }) => productId).filter((id) => !hidden.has(id));
  }

  /**
   * Returns several lists of one page each. A product of an earlier list is excluded from the later lists.
   * @throws ApiError TOO_COMPLEX, TIMEOUT, and the errors of `RankerVersions.find`
   */
  async rails(
    requests: readonly RecommendationRequest[],
    { first, reasons, sponsored = false }: Pick<ListPage, 'first' | 'reasons' | 'sponsored'>,
    cacheValidity?: CacheValidity,
  ): Promise<RecommendationConnection[]> {
    const receipts = new Set(requests.flatMap(({ input }) => input.awaitReceipt ?? []));
    await Promise.all(Array.from(receipts, (receipt) => this.awaitReceipt(receipt)));
    const shown: string[] = [];
    const computedLists: { readonly request: RecommendationRequest; readonly computed: ComputedList }[] = [];
    const rails: RecommendationConnection[] = [];
    for (const request of requests) {
      const computed = await this.rank(request, { limit: sponsored ? MAX_LIST_LENGTH : first, reasons }, shown);
      computedLists.push({ request, computed });
      const snapshot = this.withRequestId(request, computed.list);
      const rail = await this.pageOf(snapshot, 0, request, { first, sponsored }, shown);
      shown.push(
        ...(sponsored ? rail.nodes.map(({ id }) => id) : computed.list.ranked.map(({ productId }) => productId)),
      );
      shown.push(...sponsoredIds(rail.sponsorship));
      rails.push(rail);
    }
    if (!sponsored) this.addValidityCondition(cacheValidity, computedLists);
    return rails;
  }

  private withRequestId({ who, input }: RecommendationRequest, list: RankedList): ListSnapshot {
    const { intent, placement = null } = input;
    const { modelVersion } = list;
    return {
      requestId: this.options.requestIds.issue({ kind: 'RECOMMENDATION', intent, placement, modelVersion }, who),
      ...list,
    };
  }

  /**
   * Several lists of one request, and subscriptions, are empty instead.
   * @throws ApiError NOT_FOUND if the list is for a product that is not published, or that the catalogue lacks and with
   *   which no customer has interacted
   */
  private requireProduct({ intent, productIds }: RecommendationsInput): void {
    const [id] = productIds ?? [];
    if (id === undefined || intent === 'BASKET') return;
    const { products, shop } = this.options;
    const isKnown = products.get(id) === undefined ? shop.state.products.indexOf(id) >= 0 : products.getPublished(id);
    if (isKnown) return;
    throw new ApiError('NOT_FOUND', `There is no product ${JSON.stringify(id)}.`);
  }

  /**
   * Adds the condition that a cached response is valid while all of its lists are valid. Adds no condition, so that the
   * response is not cached, if one of the lists must not be cached. The condition does not retain the lists in memory.
   */
  private addValidityCondition(
    cacheValidity: CacheValidity | undefined,
    lists: readonly { readonly request: RecommendationRequest; readonly computed: ComputedList }[],
  ): void {
    const parts = lists.flatMap(({ request: { who, input }, computed: { from } }) =>
      from === null || input.awaitReceipt != null ? [] : [{ who, intent: input.intent, from }],
    );
    if (parts.length < lists.length) return;
    const { histories, profileValues } = this.options;
    cacheValidity?.validWhile(() =>
      parts.every(({ who, intent, from }) => {
        const subject = subjectOf(who);
        const peek = (id: string) => (intent === RECORD ? histories.peekRecord(id) : histories.peek(id));
        const history = subject === undefined ? null : peek(subject);
        const readsProfile = from.profileRevision !== 0 && who.customerId !== undefined;
        const profileRevision = readsProfile ? profileValues.peekRevision(who.customerId) : 0;
        if (history === undefined || profileRevision === undefined) return false;
        return isCurrent(from, this.currentVersion(history, profileRevision));
      }),
    );
  }

  /** Increases when the shop's state or EASE changes, and again when neighbour lists are refreshed afterwards. */
  private get shopRevision(): number {
    return this.changes + this.options.shop.refreshedLists;
  }

  private currentVersion(history: CustomerHistory | null, profileRevision: number): CacheVersion {
    return {
      history: history?.instanceId ?? 0,
      customerRevision: history?.revision ?? 0,
      profileRevision,
      offerRevision: this.offerRevision,
      shopRevision: this.shopRevision,
      awaitedRevision: this.awaitedRevision,
      timeMs: performance.now(),
    };
  }

  /**
   * Returns the cached list if it is still valid, or computes a new one.
   * @param shown products of the earlier lists of the same request
   */
  private async rank(
    request: RecommendationRequest,
    { limit, reasons, live }: ListScope,
    shown: readonly string[] = [],
  ): Promise<ComputedList> {
    const { who, input, conditions, isImpersonal = false } = request;
    const subject = subjectOf(who);
    const { histories } = this.options;
    const read = (id: string) => (input.intent === RECORD ? histories.getRecord(id) : histories.get(id));
    const history = subject === undefined || isImpersonal ? null : await read(subject);
    // Read before the list is computed: if the profile changes meanwhile, the list is not found again.
    const readsProfile = conditions.readsProfile && who.customerId !== undefined;
    const profileRevision = readsProfile ? this.options.profileValues.revisionOf(who.customerId) : 0;
    const cacheVersion = this.currentVersion(history, profileRevision);
    // The list of a visitor of whom nothing is known is impersonal in any case.
    const isPersonal = subject !== undefined && !isImpersonal;
    const key = compositeKey(subject, { ...input, awaitReceipt: undefined }, limit, reasons, shown, isPersonal);
    // A request with a receipt needs a new list. Lists of other model versions must not displace lists of the active
    // version from the cache.
    const isCacheable = input.awaitReceipt == null && input.modelVersion == null;
    const kept = isCacheable ? this.cache.find(key, cacheVersion, live ? 0 : undefined) : undefined;
    if (kept !== undefined) return kept;
    const exclude = new Set([...(input.exclude ?? []), ...shown]);
    const list = await this.compute(request, history, { limit, reasons, exclude });
    // Customer attributes are read from the database, and the cache version does not cover them.
    const computed = { list, from: conditions.readsAttributes || input.modelVersion != null ? null : cacheVersion };
    this.cache.store(key, computed);
    return computed;
  }

  private async compute(
    { who, input, conditions, isImpersonal, isStorefront, budget = new Budget(), turns }: RecommendationRequest,
    history: CustomerHistory | null,
    wanted: { readonly limit: number; readonly reasons: boolean; readonly exclude: ReadonlySet<string> },
  ): Promise<RankedList> {
    const { products, shop, versions, ease, follower } = this.options;
    const { passes, boost } = await conditions.forCustomer(who, budget, isImpersonal);
    const requestedVersion = input.modelVersion == null ? null : await versions.find(input.modelVersion);
    const isShown = (id: string) => (products.getPublished(id)?.availability ?? 'DISCONTINUED') !== 'DISCONTINUED';
    while (turns?.mayContinue === false) await turns.next();
    // Read after the last await: another version may become active while the customer's attributes are read.
    const { version, artefact } = requestedVersion ?? versions.active;
    const make = () =>
      buildList({
        ...wanted,
        shop: shop.state,
        history,
        intent: input.intent,
        productIds: input.productIds ?? [],
        // Recently viewed products are shown even if they are sold out, but not if they are discontinued.
        eligible: input.intent === 'RECENTLY_VIEWED' ? isShown : (id) => products.isEligible(id),
        admits: passes && ((id) => passes(products.get(id))),
        boost: boost && ((id) => boost(products.get(id))),
        includePurchased: input.includePurchased ?? undefined,
        blend: artefact?.model ?? null,
        basket: artefact?.basket ?? null,
        models: liveModels(artefact?.sources, ease.ease),
        version:
          history === null ? undefined : compositeKey(history.instanceId, history.revision, this.shopRevision, version),
        // The time of the shop's newest event, so that a shop whose data ends in the past still has recent popularity.
        now: Number.isFinite(shop.state.clock) ? shop.state.clock : Date.now(),
        sameCategory: (id) => products.sameCategory(id),
        categoriesOf: (id) => products.get(id)?.categories ?? [],
        groupOf: (id) => products.get(id)?.groupId ?? null,
        newest: () => products.newest(Date.now()),
        catalogue: () => products.published(Date.now()),
      });
    const ranked = withinBudget(() => (isStorefront ? budget.within(MAX_LIST_STEPS, make) : make()));
    const { revision, asOf } = follower();
    return { ranked, modelVersion: version, revision: String(revision), asOf };
  }

  private async awaitReceipt(receipt: string): Promise<void> {
    const position = await this.options.receipts.waitUntilApplied(receipt);
    if (await this.options.shop.waitFor(position, MAX_LEARN_WAIT_MS))
      return void (this.awaitedRevision = this.shopRevision);
    throw new ApiError(
      'TIMEOUT',
      'The changes of this receipt have not been learned by this process yet. Retry the request.',
    );
  }
}
