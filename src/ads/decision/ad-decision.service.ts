import { randomBytes } from 'node:crypto';
import type { Identity } from '../../auth/identity';
import type { RequestIds } from '../../auth/request-id.service';
import type { ProductsReadModel } from '../../catalog/products.read-model';
import { subjectOf } from '../../events/log-event';
import { ApiError } from '../../graphql/errors';
import type {
  ChooseSponsored,
  SponsorableList,
  SponsoredProducts,
  Sponsorship,
  SponsorshipRequest,
} from '../../recommend/serving/sponsorship';
import { stemmedWords } from '../../search-engine/text/query-word';
import type {
  AdDefinitionsReadModel,
  LiveLineItem,
  PlacementLineItems,
} from '../definitions/ad-definitions.read-model';
import type { AdDecisionLog } from './ad-decision-log.service';
import type { AdExclusion, StoredCandidate, StoredExclusion } from './ad-decision.store';
import type { AdSpendReadModel } from './ad-spend.read-model';
import { runAuction, type AuctionCandidate, type AuctionResult } from './auction';
import { faultOfKeywords, KeywordWords } from './keywords';
import { qualityOfRank } from './quality';

/** A decision stores at most so many competitors, and so many exclusions. */
const MAX_EXPLAINED = 50;
const DAY_MS = 86_400_000;

/** A sponsored product of an answer. */
export interface ShownAd {
  /** From 1. */
  readonly slot: number;
  readonly productId: string;
  readonly advertiserName: string;
  readonly token: string;
}

/** The ads of an answer. */
export interface DecidedAds extends SponsoredProducts {
  readonly id: string;
  readonly placement: string;
  readonly ads: readonly ShownAd[];
}

/** Predicts the probability that an ad is clicked. */
export interface ClickPredictor {
  /** @param slot from 1 */
  predict(ad: AdFeatures, slot: number): number;
}

/** What a prediction depends on, besides the slot. */
export interface AdFeatures {
  readonly placement: string;
  /** The words of the search; empty for other lists. */
  readonly query: string;
  readonly productId: string;
  readonly categories: readonly string[];
  readonly lineItem: number;
  readonly advertiserId: string;
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
  /** Returns whether the customer permits personal targeting. */
  readonly hasConsent: (customerId: string) => Promise<boolean>;
  readonly now?: () => number;
}

interface Candidate extends AuctionCandidate {
  readonly live: LiveLineItem;
}

/** What is known of the visitor and the request before the list is. */
interface PreparedDecision extends PlacementLineItems {
  readonly who: Identity;
  readonly queryText: string | null;
  /** The words of the query; empty without one. */
  readonly query: string;
  readonly faultOfLineItem: (live: LiveLineItem) => AdExclusion | undefined;
  readonly passes: ReadonlyMap<LiveLineItem, Awaited<ReturnType<NonNullable<LiveLineItem['targeting']>['forVisitor']>>>;
}

/** Decides which ads an answer shows, at which price. */
export class AdDecisionService implements Sponsorship {
  private readonly now: () => number;
  private readonly keywords = new KeywordWords();

  constructor(private readonly options: AdDecisionOptions) {
    this.now = options.now ?? Date.now;
  }

  /** Returns an ApiError BAD_USER_INPUT without a placement, NOT_FOUND for one that is not defined. */
  async prepare(request: SponsorshipRequest): Promise<ChooseSponsored | Error> {
    const { placement, who } = request;
    if (placement === null)
      return new ApiError('BAD_USER_INPUT', 'sponsored requires the placement of the list in the input.');
    const found = this.options.definitions.findPlacement(placement);
    if (found === undefined)
      return new ApiError('NOT_FOUND', `There is no ad placement ${JSON.stringify(placement)}: see upsertAdPlacement.`);
    const subject = subjectOf(who);
    // Ads are charged by visit, so without one there are none.
    if (subject === undefined || found.lineItems.length === 0) return () => this.emptyDecision(placement);
    const prepared = await this.readVisitor(found, request, subject);
    return (list) => this.decide(prepared, list, subject);
  }

  private async readVisitor(
    found: PlacementLineItems,
    { who, query, variables }: SponsorshipRequest,
    subject: string,
  ): Promise<PreparedDecision> {
    const { lineItems } = found;
    const { customerId } = who;
    const { country } = variables;
    const targeted = lineItems.filter(({ targeting }) => targeting !== null);
    const isCapped = lineItems.some(({ lineItem }) => lineItem.frequencyCap !== null);
    const mayBePersonal = customerId !== undefined && targeted.some(({ targeting }) => targeting!.isPersonal);
    const [impressions, hasConsent] = await Promise.all([
      isCapped ? this.options.impressionsOf(subject, new Date(this.now() - DAY_MS)) : undefined,
      mayBePersonal ? this.options.hasConsent(customerId) : false,
    ]);
    const knownCountry = typeof country === 'string' && /^[A-Z]{2}$/.test(country) ? country : '';
    const isUsable = ({ targeting }: LiveLineItem) => !targeting!.isPersonal || hasConsent;
    const passes = await Promise.all(
      targeted
        .filter(isUsable)
        .map(async (live) => [live, await live.targeting!.forVisitor(customerId, knownCountry)] as const),
    );
    const wordsOf = (keyword: string) => (query === null ? '' : this.keywords.of(keyword, query.analyzer));
    const words = query === null ? '' : stemmedWords(query.text, query.analyzer);
    const now = this.now();
    return {
      ...found,
      who,
      queryText: query?.text ?? null,
      query: words,
      passes: new Map(passes),
      faultOfLineItem: (live) => {
        const { lineItem, campaign, bid, reserve, targeting } = live;
        const { startsAt, endsAt } = campaign;
        if (Date.parse(startsAt) > now || (endsAt !== null && Date.parse(endsAt) <= now)) return 'NOT_IN_FLIGHT';
        if (bid < reserve) return 'BELOW_RESERVE';
        if (targeting !== null && !isUsable(live)) return 'NO_CONSENT';
        const fault = faultOfKeywords(lineItem, words, wordsOf);
        if (fault !== undefined) return fault;
        const { frequencyCap, number } = lineItem;
        if (frequencyCap !== null && (impressions?.get(number) ?? 0) >= frequencyCap) return 'FREQUENCY_CAP';
        return this.options.spend.remaining(campaign, now) < bid ? 'BUDGET_SPENT' : undefined;
      },
    };
  }

  private decide(prepared: PreparedDecision, list: SponsorableList, subject: string): DecidedAds {
    const { placement, who } = prepared;
    const { candidates, excluded } = this.findCandidates(prepared, list);
    const result = runAuction(candidates, placement.slots, {
      explores: () => Math.random() < placement.explorationShare,
      random: Math.random,
    });
    const decided = this.emptyDecision(placement.id);
    if (candidates.length + excluded.length === 0) return decided;
    const now = this.now();
    const winners = result.winners.map((winner) => {
      const { live, lineItem, productId } = winner.candidate;
      const { slot, price, isExploration } = winner;
      const probability = this.options.clicks.predict(
        featuresOf(prepared, winner.candidate, this.options.products),
        slot,
      );
      const { bidKind } = live.lineItem;
      const content = { decision: decided.id, slot, lineItem, bidKind, isExploration, price, probability };
      const token = this.options.requestIds.issueAd(
        { ...content, issuedAt: now, placement: placement.id },
        who,
        productId,
      );
      this.options.spend.expect(live.campaign.id, price * (bidKind === 'CPC' ? probability : 1), now);
      return { winner, probability, ad: { slot, productId, advertiserName: live.advertiserName, token } };
    });
    this.options.decisions.add({
      id: decided.id,
      decidedAt: new Date(now).toISOString(),
      placement: placement.id,
      subject,
      record: {
        query: prepared.queryText,
        relevantProducts: list.productIds.length,
        winners: winners.map(({ winner, probability }) => ({
          ...storedCandidate(winner.candidate),
          probability,
          slot: winner.slot,
          price: winner.price,
          exploration: winner.isExploration,
        })),
        competitors: losersOf(result).slice(0, MAX_EXPLAINED).map(storedCandidate),
        excluded: excluded.slice(0, MAX_EXPLAINED),
      },
    });
    const ads = winners.map(({ ad }) => ad);
    return { ...decided, ads, productIds: new Set(ads.map(({ productId }) => productId)) };
  }

  /** Returns the products of the list that line items would show, and why others are not shown. */
  private findCandidates(
    prepared: PreparedDecision,
    { productIds, isByRelevance }: SponsorableList,
  ): { candidates: Candidate[]; excluded: StoredExclusion[] } {
    const candidates: Candidate[] = [];
    const excluded: StoredExclusion[] = [];
    const faults = new Map<LiveLineItem, AdExclusion | undefined>();
    const { products, clicks } = this.options;
    const faultOf = (live: LiveLineItem) => {
      if (!faults.has(live)) faults.set(live, prepared.faultOfLineItem(live));
      return faults.get(live);
    };
    productIds.forEach((productId, rank) => {
      const lineItems = prepared.byProduct.get(productId);
      if (lineItems === undefined) return;
      const product = products.getPublished(productId);
      const stockFault = products.isEligible(productId) ? undefined : 'OUT_OF_STOCK';
      const quality = isByRelevance ? qualityOfRank(rank) : 1;
      for (const live of lineItems) {
        const fault =
          faultOf(live) ?? stockFault ?? (prepared.passes.get(live)?.(product) === false ? 'TARGETING' : undefined);
        if (fault !== undefined) {
          excluded.push({ lineItemId: live.lineItem.id, productId, reason: fault });
          continue;
        }
        const { lineItem, campaign, bid, reserve } = live;
        const { number, bidKind } = lineItem;
        const { advertiserId } = campaign;
        const features = featuresOf(prepared, { productId, lineItem: number, advertiserId }, products);
        const probability = clicks.predict(features, 1);
        // Written out: an object that is spread into another one takes V8 several times as long.
        candidates.push({
          live,
          productId,
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

  private emptyDecision(placement: string): DecidedAds {
    return { id: newDecisionId(), placement, ads: [], productIds: new Set() };
  }
}

/** 64 random bits as hexadecimal digits. */
function newDecisionId(): string {
  return randomBytes(8).toString('hex');
}

function featuresOf(
  { placement, query }: PreparedDecision,
  { productId, lineItem, advertiserId }: Pick<AuctionCandidate, 'productId' | 'lineItem' | 'advertiserId'>,
  products: ProductsReadModel,
): AdFeatures {
  const categories = products.get(productId)?.categories ?? [];
  return { placement: placement.id, query, productId, categories, lineItem, advertiserId };
}

/** The ranked candidates without a slot. */
function losersOf({ winners, ranking }: AuctionResult<Candidate>): Candidate[] {
  const shown = new Set(winners.map(({ candidate }) => candidate));
  return ranking.filter((candidate) => !shown.has(candidate));
}

function storedCandidate(candidate: Candidate): StoredCandidate {
  const { live, productId, advertiserId, bidKind, bid, reserve, probability, quality } = candidate;
  return { lineItemId: live.lineItem.id, productId, advertiserId, bidKind, bid, reserve, probability, quality };
}
