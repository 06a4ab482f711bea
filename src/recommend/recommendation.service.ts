import { randomUUID } from 'node:crypto';
import { askedFor, viewerOf, type Identity } from '../auth/identify';
import {
  type PreparedConditions,
  type ProductConditionsService,
  withinBudget,
} from '../catalog/product-conditions.service';
import type { ProductsReadModel } from '../catalog/products.read-model';
import type { HistoriesReadModel } from '../customers/histories.read-model';
import { subjectOf } from '../events/log-event';
import type { LogFollower } from '../events/log-follower';
import type { Receipts } from '../events/receipts';
import { budgetOf, type Budget } from '../expressions/budget';
import type { AnswerTerms } from '../graphql/answer-terms';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import type { ActiveModel } from '../models/active-model.service';
import { keyOf } from '../platform/key-of';
import type { BlendVersions } from './blend-versions.service';
import type { EaseReadModel } from './ease.read-model';
import type { CustomerHistory } from './history';
import { checkInput } from './check-input.service';
import { isCurrent, KeptLists, type MadeFrom, type MadeList, type RankedList } from './kept-lists.service';
import type { ListSnapshots } from './list-snapshots.service';
import { recommend } from './recommend';
import { connectionOf, continuedFrom } from './recommendation-page.service';
import type { RecommendationConnection, RecommendationsInput } from './recommendation.type';
import type { ShopStateReadModel } from './shop-state.read-model';
import { liveModels } from './sources/source';

/** As far as pages reach. */
const MAX_LIST_LENGTH = 200;
/** Lists that may be asked for together. */
export const MAX_RAILS = 20;
const LEARNED_BOUND_MS = 3_000;

export interface RecommendationServiceOptions {
  readonly products: ProductsReadModel;
  readonly conditions: ProductConditionsService;
  readonly histories: HistoriesReadModel;
  readonly shop: ShopStateReadModel;
  readonly blend: Pick<ActiveModel<unknown>, 'watch'>;
  readonly versions: BlendVersions;
  readonly ease: Pick<EaseReadModel, 'ease' | 'watch'>;
  readonly snapshots: ListSnapshots;
  readonly receipts: Receipts;
  readonly follower: () => LogFollower;
}

export interface Page {
  readonly first: number;
  readonly after?: string | null;
  /** Whether cursors are handed out: only then is the list kept for them. */
  readonly cursors: boolean;
  /** Whether anybody wants to know why. */
  readonly reasons: boolean;
  /** Whether it is for somebody who is told of changes, and so not again of one that had come before. */
  readonly live?: boolean;
}

/** Of a list, what it costs to make. */
type Wanted = Pick<Page, 'reasons' | 'live'> & { readonly limit: number };

/** A list that may be asked for, again and again: checked, and its expressions with it. */
export interface RecommendationRequest {
  readonly who: Identity;
  readonly input: RecommendationsInput;
  readonly conditions: PreparedConditions;
  /** What its expressions may cost, with all else that the same operation asks for; each list its own where absent. */
  readonly budget?: Budget;
}

/** Answers recommendations from this process's read models. */
export class RecommendationService {
  private readonly kept = new KeptLists();
  private offered = 0;
  private changes = 0;
  private awaited = 0;

  constructor(private readonly options: RecommendationServiceOptions) {
    const { products, blend, shop, ease } = options;
    for (const model of [products, blend]) model.watch(() => void this.offered++);
    for (const state of [shop, ease]) state.watch(() => void this.changes++);
  }

  /**
   * Checks what is asked for and by whom.
   * @throws ApiError BAD_USER_INPUT for a wrong value, expression or combination of intent and products, FORBIDDEN for
   *   what the key may not ask, and what `askedFor` throws
   */
  prepare(context: { readonly viewer: Viewer | null }, input: RecommendationsInput): RecommendationRequest {
    const viewer = viewerOf(context);
    const who = askedFor(viewer, input);
    checkInput(input, viewer.scope);
    const conditions = this.options.conditions.prepare(input, viewer.scope);
    return { who, input, conditions, budget: budgetOf(context) };
  }

  /** Checks lists that are asked for together. @throws ApiError BAD_USER_INPUT for too many, and what `prepare` throws */
  prepareRails(
    context: { readonly viewer: Viewer | null },
    inputs: readonly RecommendationsInput[],
  ): RecommendationRequest[] {
    if (inputs.length > MAX_RAILS) {
      throw new ApiError('BAD_USER_INPUT', `${inputs.length} inputs: at most ${MAX_RAILS}`);
    }
    return inputs.map((input) => this.prepare(context, input));
  }

  /** @throws ApiError CURSOR_EXPIRED, TOO_COMPLEX, and what awaiting a receipt and finding another version throw */
  async list(request: RecommendationRequest, page: Page, terms?: AnswerTerms): Promise<RecommendationConnection> {
    const { who, input } = request;
    const owner = subjectOf(who) ?? '';
    if (page.after != null) {
      const { snapshot, offset } = await continuedFrom(this.options.snapshots, page.after, owner);
      return connectionOf(this.options.products, snapshot, offset, page.first);
    }
    if (input.awaitReceipt != null) await this.awaitReceipt(input.awaitReceipt);
    // One page needs no cursor's help, nor what would be on the next.
    const { live, cursors, reasons } = page;
    const wanted = cursors ? { limit: MAX_LIST_LENGTH, reasons: true, live } : { limit: page.first, reasons, live };
    const made = await this.rank(request, wanted);
    const snapshot = { requestId: randomUUID(), ...made.list };
    this.addTerms(terms, [{ request, made }]);
    if (snapshot.ranked.length > page.first) this.options.snapshots.keep(snapshot, owner);
    return connectionOf(this.options.products, snapshot, 0, page.first);
  }

  /**
   * Several lists of one page each, without a product twice: what an earlier one has is in no later one.
   * @throws ApiError what `list` throws
   */
  async rails(
    requests: readonly RecommendationRequest[],
    { first, reasons }: Pick<Page, 'first' | 'reasons'>,
    terms?: AnswerTerms,
  ): Promise<RecommendationConnection[]> {
    const receipts = new Set(requests.flatMap(({ input }) => input.awaitReceipt ?? []));
    await Promise.all(Array.from(receipts, (receipt) => this.awaitReceipt(receipt)));
    const shown: string[] = [];
    const all: { readonly request: RecommendationRequest; readonly made: MadeList }[] = [];
    const rails: RecommendationConnection[] = [];
    for (const request of requests) {
      const made = await this.rank(request, { limit: first, reasons }, shown);
      const { list } = made;
      all.push({ request, made });
      shown.push(...list.ranked.map(({ productId }) => productId));
      rails.push(connectionOf(this.options.products, { requestId: randomUUID(), ...list }, 0, first));
    }
    this.addTerms(terms, all);
    return rails;
  }

  /** An answer with these lists is true for as long as each of them is what would be answered. It holds on to none of them. */
  private addTerms(
    terms: AnswerTerms | undefined,
    lists: readonly { readonly request: RecommendationRequest; readonly made: MadeList }[],
  ): void {
    const parts = lists.flatMap(({ request, made: { from } }) =>
      from === null || request.input.awaitReceipt != null ? [] : [{ subject: subjectOf(request.who), from }],
    );
    if (parts.length < lists.length) return;
    const { histories } = this.options;
    terms?.holdsWhile(() =>
      parts.every(({ subject, from }) => {
        const history = subject === undefined ? null : histories.peek(subject);
        return history !== undefined && isCurrent(from, this.wouldBeFrom(history));
      }),
    );
  }

  /** Moves with the shop's state; who is a neighbour in it follows some time after. */
  private get others(): number {
    return this.changes + this.options.shop.freshened;
  }

  private wouldBeFrom(history: CustomerHistory | null): MadeFrom {
    return {
      history: history?.serial ?? 0,
      own: history?.revision ?? 0,
      offered: this.offered,
      others: this.others,
      awaited: this.awaited,
      at: performance.now(),
    };
  }

  /**
   * As it is kept, where it is still what would be answered, or made anew.
   * @param shown what the lists before it show, of those asked for together
   */
  private async rank(
    request: RecommendationRequest,
    { limit, reasons, live }: Wanted,
    shown: readonly string[] = [],
  ): Promise<MadeList> {
    const { who, input, conditions } = request;
    const subject = subjectOf(who);
    const history = subject === undefined ? null : await this.options.histories.get(subject);
    const from = this.wouldBeFrom(history);
    const key = keyOf(subject, { ...input, awaitReceipt: undefined }, limit, reasons, shown);
    // Whoever waits for a receipt is answered with what came with it; another version's lists push out nobody's.
    const mayBeKept = input.awaitReceipt == null && input.modelVersion == null;
    const kept = mayBeKept ? this.kept.find(key, from, live ? 0 : undefined) : undefined;
    if (kept !== undefined) return kept;
    const exclude = new Set([...(input.exclude ?? []), ...shown]);
    const list = await this.make(request, history, { limit, reasons, exclude });
    // What a customer is like is asked of the database: nothing here moves with it.
    const made = { list, from: conditions.asksOfCustomer || input.modelVersion != null ? null : from };
    this.kept.keep(key, made);
    return made;
  }

  private async make(
    { who, input, conditions, budget }: RecommendationRequest,
    history: CustomerHistory | null,
    wanted: { readonly limit: number; readonly reasons: boolean; readonly exclude: ReadonlySet<string> },
  ): Promise<RankedList> {
    const { products, shop, versions, ease, follower } = this.options;
    const { passes, boost } = await conditions.forCustomer(who, budget);
    const asked = input.modelVersion == null ? null : await versions.find(input.modelVersion);
    const listed = (id: string) => products.getPublished(id) !== undefined;
    // In this turn: another version may be swapped in while a customer's attributes are read.
    const { version, artefact } = asked ?? versions.active;
    const ranked = withinBudget(() =>
      recommend({
        ...wanted,
        shop: shop.state,
        history,
        intent: input.intent,
        productIds: input.productIds ?? [],
        // What was viewed is shown again even when it is sold out; what is offered is not.
        eligible: input.intent === 'RECENTLY_VIEWED' ? listed : (id) => products.isEligible(id),
        admits: passes && ((id) => passes(products.get(id))),
        boost: boost && ((id) => boost(products.get(id))),
        includePurchased: input.includePurchased ?? undefined,
        blend: artefact?.model ?? null,
        basket: artefact?.basket ?? null,
        models: liveModels(artefact?.sources, ease.ease),
        // A shop's own time: one whose data ends in the past still knows what was popular last.
        now: Number.isFinite(shop.state.clock) ? shop.state.clock : Date.now(),
        sameCategory: (id) => products.sameCategory(id),
        categoriesOf: (id) => products.get(id)?.categories ?? [],
        groupOf: (id) => products.get(id)?.groupId ?? null,
        newest: () => products.newest(Date.now()),
        catalogue: () => products.published(Date.now()),
      }),
    );
    const { revision, asOf } = follower();
    return { ranked, modelVersion: version, revision: String(revision), asOf };
  }

  private async awaitReceipt(receipt: string): Promise<void> {
    const position = await this.options.receipts.applied(receipt);
    if (await this.options.shop.waitFor(position, LEARNED_BOUND_MS)) return void (this.awaited = this.others);
    throw new ApiError('TIMEOUT', 'What the receipt stands for has not been learned here yet: ask again');
  }
}
