import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Identity } from '../../auth/identity';
import type { RequestIds } from '../../auth/request-id.service';
import { countryOf } from '../../catalog/product-conditions.service';
import type { ProductsReadModel } from '../../catalog/products.read-model';
import { subjectOf } from '../../events/log-event';
import type { StorageSender } from '../../events/storage-sender';
import { firstCodePoints } from '../../expressions/code-points';
import { ApiError } from '../../graphql/errors';
import { MS_PER_DAY } from '../../learn/durations';
import type { Logger } from '../../platform/log';
import type {
  PreparedSponsorship,
  SponsorableList,
  SponsoredProducts,
  Sponsorship,
  SponsorshipRequest,
} from '../../recommend/serving/sponsorship';
import { countedPart, mayHaveSign, stemmedQueryAmong } from '../../search-engine/text/parse-query';
import type {
  AdDefinitionsReadModel,
  LiveLineItem,
  PlacementLineItems,
} from '../definitions/ad-definitions.read-model';
import { isBelowReserve } from '../budget';
import type { ClickPredictor } from '../clicks/ad-features';
import type { AdDecisionLog } from './ad-decision-log.service';
import {
  MAX_EXPLAINED,
  type AdExclusion,
  type AuctionOutcome,
  type LineItemOutcome,
  type StoredCandidate,
} from './ad-decision.store';
import type { AdSpendReadModel } from './ad-spend.read-model';
import { runAuction, scoreOf, type AuctionCandidate, type AuctionResult } from './auction';
import { faultOfKeywords, keywordsOf, KeywordWords } from './keywords';
import { qualityOfRank } from './quality';

/** In this time, a visitor is expected to click on an ad of a line item once. */
const EXPECTED_MS = 30_000;
/** Further stems of a query are ignored. A text without spaces has one for each of its characters. */
const MAX_STEMS = 60;
/** Maximum length of the query of a decision, in characters, as in the log. */
const MAX_QUERY_LENGTH = 500;
const NO_CATEGORIES: readonly string[] = [];
/** The exclusions that count as lost auctions. */
const LOST_TO: Readonly<Partial<Record<AdExclusion, AuctionOutcome>>> = {
  BUDGET_SPENT: 'lostBudget',
  RESERVED: 'lostBudget',
  FREQUENCY_CAP: 'lostCap',
};

/** A sponsored product of an answer. */
export interface ShownAd {
  /** From 1. */
  readonly slot: number;
  readonly productId: string;
  readonly advertiserName: string;
  readonly token: string;
}

/** The ads of an answer. */
export class DecidedAds implements SponsoredProducts {
  constructor(
    readonly id: string,
    readonly placement: string,
    readonly ads: readonly ShownAd[] = [],
    readonly productIds: ReadonlySet<string> = new Set(),
  ) {}
}

export interface AdDecisionOptions {
  readonly definitions: AdDefinitionsReadModel;
  readonly spend: AdSpendReadModel;
  readonly products: ProductsReadModel;
  readonly clicks: ClickPredictor;
  readonly requestIds: Pick<RequestIds, 'issueAd'>;
  readonly decisions: Pick<AdDecisionLog, 'add'>;
  /** Returns how many impressions of line items a visitor has had since a time. */
  readonly impressionsOf: (subject: string, since: Date) => Promise<ReadonlyMap<number, number>>;
  /** Returns whether the customer permits ads that are chosen by history or profile. */
  readonly hasConsent: (customerId: string) => Promise<boolean>;
  readonly log: Pick<Logger, 'warn'>;
}

interface Candidate extends AuctionCandidate {
  readonly live: LiveLineItem;
  readonly categories: readonly string[];
}

/** A relevant product that does not take part. */
interface Excluded {
  readonly live: LiveLineItem;
  readonly productId: string;
  readonly reason: AdExclusion;
}

/** The visitor, the request and the placement, read before the list is found. */
interface PreparedDecision extends PlacementLineItems {
  readonly who: Identity;
  readonly sender: StorageSender | null;
  readonly hasConsent: boolean;
  /** Up to the last word that counts. */
  readonly queryText: string | null;
  /** The words of the query; empty without one. */
  readonly query: string;
  /** Returns what a line item bids, or why it takes no part. */
  readonly bidOf: (live: LiveLineItem) => number | AdExclusion;
  readonly passes: ReadonlyMap<LiveLineItem, Awaited<ReturnType<NonNullable<LiveLineItem['targeting']>['forVisitor']>>>;
}

/** Decides which ads an answer shows, at which price. */
export class AdDecisionService implements Sponsorship {
  private readonly keywords = new KeywordWords();
  /** The line items that visitors were shown lately. */
  private readonly expected = new LRUCache<string, true>({ max: 50_000, ttl: EXPECTED_MS });

  constructor(private readonly options: AdDecisionOptions) {}

  /**
   * Returns an ApiError BAD_USER_INPUT without a placement, NOT_FOUND for one that is not defined, and UNAVAILABLE if
   * what the choice depends on can't be read: the list is answered all the same.
   */
  async prepare(request: SponsorshipRequest): Promise<PreparedSponsorship | Error> {
    try {
      return await this.prepareChoice(request);
    } catch (error) {
      return this.failed(error as Error);
    }
  }

  private async prepareChoice(request: SponsorshipRequest): Promise<PreparedSponsorship | Error> {
    const { placement, who } = request;
    if (placement === null)
      return new ApiError('BAD_USER_INPUT', 'sponsored requires the placement of the list in the input.');
    const found = this.options.definitions.findPlacement(placement);
    if (found === undefined)
      return new ApiError('NOT_FOUND', `There is no ad placement ${JSON.stringify(placement)}: see upsertAdPlacement.`);
    const subject = subjectOf(who);
    // Ads are charged by visit, so without one there are none.
    if (subject === undefined || found.lineItems.length === 0)
      return { isPersonal: true, choose: () => new DecidedAds(newDecisionId(), placement) };
    const prepared = await this.readVisitor(found, request, subject);
    return {
      isPersonal: prepared.hasConsent,
      choose: (list) => {
        try {
          return this.decide(prepared, list, subject);
        } catch (error) {
          return this.failed(error as Error);
        }
      },
    };
  }

  private failed(error: Error): ApiError {
    this.options.log.warn({ error: error.message }, 'a list is answered without its ads');
    return new ApiError('UNAVAILABLE', 'The ads of this list could not be chosen. Retry the request.');
  }

  private async readVisitor(
    found: PlacementLineItems,
    { who, sender, query, variables, adConsent }: SponsorshipRequest,
    subject: string,
  ): Promise<PreparedDecision> {
    const { lineItems } = found;
    const { customerId } = who;
    const country = countryOf(variables);
    const targeted = lineItems.filter(({ targeting }) => targeting !== null);
    const isCapped = lineItems.some(({ lineItem }) => lineItem.frequencyCap !== null);
    const [impressions, hasConsent] = await Promise.all([
      isCapped ? this.options.impressionsOf(subject, new Date(Date.now() - MS_PER_DAY)) : undefined,
      customerId === undefined ? adConsent : this.options.hasConsent(customerId),
    ]);
    const mayTarget = customerId !== undefined && hasConsent;
    const isUsable = ({ targeting }: LiveLineItem) => !targeting!.isPersonal || mayTarget;
    const passes = await Promise.all(
      targeted
        .filter(isUsable)
        .map(async (live) => [live, await live.targeting!.forVisitor(customerId, country)] as const),
    );
    const wordsOf = (keyword: string) => (query === null ? '' : this.keywords.of(keyword, query.analyzer));
    const queryText =
      query === null ? null : firstCodePoints(countedPart(query.text, query.analyzer), MAX_QUERY_LENGTH);
    const stems =
      query === null
        ? ''
        : stemmedQueryAmong(queryText!, query.analyzer, query.hasWord, () =>
            lineItems.flatMap(({ lineItem }) => keywordsOf(lineItem).filter(mayHaveSign).map(wordsOf)),
          );
    const words = stems.split(' ', MAX_STEMS).join(' ');
    const now = Date.now();
    return {
      ...found,
      who,
      sender,
      hasConsent,
      queryText,
      query: words,
      passes: new Map(passes),
      bidOf: (live) => {
        const { lineItem, campaign, bid, reserve, targeting } = live;
        const { startsAt, endsAt } = campaign;
        if (Date.parse(startsAt) > now || (endsAt !== null && Date.parse(endsAt) <= now)) return 'NOT_IN_FLIGHT';
        if (bid < reserve) return 'BELOW_RESERVE';
        if (targeting !== null && !isUsable(live)) return 'NO_CONSENT';
        const fault = faultOfKeywords(lineItem, words, wordsOf);
        if (fault !== undefined) return fault;
        const { frequencyCap, number } = lineItem;
        if (frequencyCap !== null && (impressions?.get(number) ?? 0) >= frequencyCap) return 'FREQUENCY_CAP';
        const { spend } = this.options;
        const remaining = spend.remaining(campaign, now);
        if (isBelowReserve(remaining, reserve)) return 'BUDGET_SPENT';
        const affordable = Math.floor(Math.min(bid, remaining - spend.reserved(campaign.id, now)));
        return isBelowReserve(affordable, reserve) ? 'RESERVED' : affordable;
      },
    };
  }

  private decide(prepared: PreparedDecision, list: SponsorableList, subject: string): DecidedAds {
    const { placement, who, sender } = prepared;
    const { candidates, excluded } = this.findCandidates(prepared, list);
    const result = runAuction(candidates, placement.slots, {
      explores: () => Math.random() < placement.explorationShare,
      random: Math.random,
    });
    const decisionId = newDecisionId();
    if (candidates.length + excluded.length === 0) return new DecidedAds(decisionId, placement.id);
    const now = Date.now();
    const winners = result.winners.map((winner) => {
      const { live, lineItem, productId, categories, advertiserId } = winner.candidate;
      const { slot, price, isExploration } = winner;
      const ad = { placement: placement.id, query: prepared.query, productId, categories, lineItem, advertiserId };
      const probability = this.options.clicks.predict(ad, slot);
      const { bidKind } = live.lineItem;
      const content = { decision: decisionId, slot, lineItem, bidKind, isExploration, price, probability };
      const token = this.options.requestIds.issueAd(
        { ...content, issuedAt: now, placement: placement.id },
        who,
        productId,
      );
      // A visitor who is shown the same ad again and again is not expected to click each time.
      const key = `${lineItem} ${subject}`;
      if (!this.expected.has(key)) {
        this.expected.set(key, true);
        this.options.spend.expect(live.campaign.id, price * (bidKind === 'CPC' ? probability : 1), now);
      }
      return { winner, probability, ad: { slot, productId, advertiserName: live.advertiserName, token } };
    });
    this.options.decisions.add(
      {
        id: decisionId,
        decidedAt: new Date(now).toISOString(),
        placement: placement.id,
        subject,
        record: {
          query: prepared.queryText,
          words: prepared.query,
          relevantProducts:
            list.exclusion === undefined ? list.productIds.filter((id) => !list.excluded?.has(id)).length : 0,
          winners: winners.map(({ winner, probability }) => ({
            ...storedCandidate(winner.candidate),
            probabilityInSlot: probability,
            slot: winner.slot,
            price: winner.price,
            exploration: winner.isExploration,
          })),
          competitors: result.losers.slice(0, MAX_EXPLAINED).map(storedCandidate),
          excluded: excluded.slice(0, MAX_EXPLAINED).map(({ live, productId, reason }) => ({
            ...{ lineItemId: live.lineItem.id, productId, reason },
          })),
        },
      },
      this.outcomesOf(candidates, excluded, result, prepared, now),
      sender,
    );
    const ads = winners.map(({ ad }) => ad);
    const shownIds = ads.flatMap(({ productId }) => this.variantsOf(productId));
    return new DecidedAds(decisionId, placement.id, ads, new Set(shownIds));
  }

  /** Returns the products of the list that line items would show, and why others are not shown. */
  private findCandidates(
    prepared: PreparedDecision,
    { productIds, exclusion, excluded: exclusions }: SponsorableList,
  ): { candidates: Candidate[]; excluded: Excluded[] } {
    const candidates: Candidate[] = [];
    const excluded: Excluded[] = [];
    const bids = new Map<LiveLineItem, number | AdExclusion>();
    const { products, clicks } = this.options;
    const now = Date.now();
    const { query } = prepared;
    const placement = prepared.placement.id;
    const bidOf = (live: LiveLineItem) => {
      let bid = bids.get(live);
      if (bid === undefined) bids.set(live, (bid = prepared.bidOf(live)));
      return bid;
    };
    productIds.forEach((productId, rank) => {
      const product = products.getPublished(productId, now);
      const lineItems = this.lineItemsOf(prepared, productId, product?.groupId ?? null);
      if (lineItems === undefined) return;
      const reason = exclusion ?? exclusions?.get(productId);
      if (reason !== undefined) {
        for (const live of lineItems) excluded.push({ live, productId, reason });
        return;
      }
      const stockFault = products.isEligible(productId, now) ? undefined : 'OUT_OF_STOCK';
      const quality = qualityOfRank(rank);
      const categories = product?.categories ?? NO_CATEGORIES;
      for (const live of lineItems) {
        const offered = bidOf(live);
        const bid =
          typeof offered === 'string'
            ? offered
            : (stockFault ?? (prepared.passes.get(live)?.(product) === false ? 'TARGETING' : offered));
        if (typeof bid === 'string') {
          excluded.push({ live, productId, reason: bid });
          continue;
        }
        const { lineItem, campaign, reserve } = live;
        const { number, bidKind } = lineItem;
        const { advertiserId } = campaign;
        const ad = { placement, query, productId, categories, lineItem: number, advertiserId };
        const probability = clicks.predict(ad, 1);
        // Written out: an object that is spread into another one takes V8 several times as long.
        candidates.push({
          live,
          productId,
          categories,
          lineItem: number,
          advertiserId,
          bidKind,
          bid,
          reserve,
          probability,
          quality,
        });
      }
    });
    return { candidates, excluded };
  }

  /** Returns the line items for a product or a variant of it: a list shows one product of each group. */
  private lineItemsOf(
    { byProduct }: PreparedDecision,
    productId: string,
    groupId: string | null,
  ): Iterable<LiveLineItem> | undefined {
    const own = byProduct.get(productId);
    if (groupId === null) return own;
    const ofGroup = new Set(own);
    for (const id of this.options.products.idsOfGroup(groupId))
      if (id !== productId) for (const live of byProduct.get(id) ?? []) ofGroup.add(live);
    return ofGroup.size === 0 ? undefined : ofGroup;
  }

  /**
   * Returns the outcome of each line item that took part, with its best product, or that could not because of its budget
   * or cap.
   */
  private outcomesOf(
    candidates: readonly Candidate[],
    excluded: readonly Excluded[],
    { winners }: AuctionResult<Candidate>,
    { placement }: PreparedDecision,
    now: number,
  ): LineItemOutcome[] {
    const best = new Map<LiveLineItem, { readonly candidate: Candidate; readonly score: number }>();
    for (const candidate of candidates) {
      const score = scoreOf(candidate);
      if (score > (best.get(candidate.live)?.score ?? 0)) best.set(candidate.live, { candidate, score });
    }
    const won = new Map(winners.map(({ candidate }) => [candidate.live, candidate]));
    const refused = new Map<LiveLineItem, Excluded>();
    for (const one of excluded)
      if (LOST_TO[one.reason] !== undefined && !refused.has(one.live)) refused.set(one.live, one);
    const outcomeOf = (outcome: AuctionOutcome, { live, productId }: Pick<Candidate, 'live' | 'productId'>) => ({
      campaignId: live.campaign.id,
      day: this.options.spend.dayIn(live.campaign.timeZone, now),
      lineItem: live.lineItem.number,
      productId,
      placement: placement.id,
      outcome,
    });
    return [
      ...Array.from(won.values(), (winner) => outcomeOf('won', winner)),
      ...Array.from(best.values())
        .filter(({ candidate }) => !won.has(candidate.live))
        .map(({ candidate }) => outcomeOf('lostRank', candidate)),
      ...Array.from(refused.values(), (one) => outcomeOf(LOST_TO[one.reason]!, one)),
    ];
  }

  private variantsOf(productId: string): readonly string[] {
    const { products } = this.options;
    const groupId = products.get(productId)?.groupId ?? null;
    return groupId === null ? [productId] : [productId, ...products.idsOfGroup(groupId)];
  }
}

/** 64 random bits as hexadecimal digits. */
function newDecisionId(): string {
  return randomBytes(8).toString('hex');
}

function storedCandidate(candidate: Candidate): StoredCandidate {
  const { live, productId, advertiserId, bidKind, bid, reserve, probability, quality } = candidate;
  return { lineItemId: live.lineItem.id, productId, advertiserId, bidKind, bid, reserve, probability, quality };
}
