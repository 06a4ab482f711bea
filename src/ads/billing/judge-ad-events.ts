import {
  isAdTokenFor,
  isAdTokenOf,
  openAdToken,
  type AdTokenKeys,
  type AdBidKind,
  type OpenedAdToken,
} from '../../auth/ad-token';
import { MS_PER_DAY } from '../../learn/durations';

export type AdEventType = 'IMPRESSION' | 'CLICK';

/**
 * The outcome of an event with a token. CHARGED: its price was charged. FREE: its price did not fit into the budget, or
 * the campaign or line item had been paused or had ended for longer than {@link GRACE_MS}. COUNTED: it counts, but its
 * type is not what the bid pays for. The others are invalid: they neither cost nor count. DUPLICATE: a further click of
 * the visitor on the line item that day, or a click on a product that the visitor has just bought. CAPPED: an impression
 * beyond the frequency cap.
 */
export const AD_OUTCOMES = [
  ...(['CHARGED', 'FREE', 'COUNTED'] as const),
  ...(['FORGED', 'FOREIGN', 'EXPIRED', 'REPEATED', 'DUPLICATE', 'CAPPED', 'BURST'] as const),
] as const;
export type AdOutcome = (typeof AD_OUTCOMES)[number];
const VALID: readonly AdOutcome[] = ['CHARGED', 'FREE', 'COUNTED'];

/** How long after the decision an event counts, by the time at which the shop received it. */
const MAX_TOKEN_AGE_MS: Readonly<Record<AdEventType, number>> = {
  IMPRESSION: 30 * 60_000,
  CLICK: 24 * 3_600_000,
};
/** How many events of a type may count for a visitor in a time. Further ones are bursts. */
const VISITOR_LIMITS: Readonly<Record<AdEventType, readonly { readonly ms: number; readonly count: number }[]>> = {
  IMPRESSION: [{ ms: 60_000, count: 200 }],
  CLICK: [
    { ms: 60_000, count: 10 },
    { ms: 86_400_000, count: 100 },
  ],
};
/**
 * How far the limits look back from when an event was received. A day on which clocks are put back has up to 25 hours. A
 * click that counts happened up to a day before it was received, and purchases of a day before it matter.
 */
export const LOOK_BACK_MS = {
  IMPRESSION: 60_000,
  CLICK: 26 * 3_600_000,
  CAPPED_IMPRESSION: MS_PER_DAY,
  PURCHASE: 2 * MS_PER_DAY,
};
/** A click within this time after the visitor bought the product is not paid. */
const BOUGHT_MS = MS_PER_DAY;
/** How long after a pause or an end an event still costs its price. */
const GRACE_MS = 10 * 60_000;
/** Events of this age matter no more: neither to limits, nor because their tokens could be used again. */
const FORGET_MS = 3 * MS_PER_DAY;

/** An event of the log whose `requestId` looks like a token. Times are milliseconds since 1970. */
export interface AdEvent {
  readonly position: number;
  readonly sequence: number;
  readonly type: AdEventType;
  readonly receivedAt: number;
  readonly occurredAt: number;
  /** The customer or session, with its merges up to the event. */
  readonly subject: string;
  readonly customerId: string | null;
  readonly sessionId: string | null;
  readonly productId: string | null;
  /** The group of the product at the position of the event. */
  readonly groupId: string | null;
  readonly requestId: string;
}

/** An entry of the ledger. Amounts are millionths of the campaign's currency. */
export interface LedgerEntry {
  readonly position: number;
  readonly sequence: number;
  /** The ledger is judged by this time, because senders state the other one. */
  readonly receivedAt: number;
  /** When it happened, see {@link happenedAtOf}: conversions go by this time. Of a forged token, what its sender states. */
  readonly occurredAt: number;
  readonly type: AdEventType;
  readonly outcome: AdOutcome;
  /** Null once the person was erased. */
  readonly subject: string | null;
  /** Null, like the following, for a forged token. */
  readonly decision: string | null;
  readonly slot: number | null;
  readonly lineItem: number | null;
  readonly campaignId: string | null;
  readonly productId: string | null;
  readonly placement: string | null;
  readonly exploration: boolean | null;
  readonly price: number | null;
  readonly charged: number;
  readonly probability: number | null;
  /** `YYYY-MM-DD` in the time zone of the campaign. */
  readonly day: string | null;
}

export interface BilledCampaign {
  readonly campaignId: string;
  readonly dayOf: (time: number) => string;
}

/** What holds for a campaign from a log position on. */
export interface CampaignTerms {
  readonly position: number;
  readonly totalBudget: number;
  readonly dailyBudget: number | null;
  /** When the pause began; null if it is not paused. */
  readonly pausedAt: number | null;
  readonly endsAt: number | null;
}

/** What holds for a line item from a log position on. */
export interface LineItemTerms {
  readonly position: number;
  readonly pausedAt: number | null;
  readonly frequencyCap: number | null;
}

/** A purchase in the log. */
export interface AdPurchase {
  readonly position: number;
  readonly sequence: number;
  readonly subject: string;
  readonly productId: string;
  /** The group of the product at the position of the purchase. */
  readonly groupId: string | null;
  readonly boughtAt: number;
}

export type RecentPurchase = Omit<AdPurchase, 'position' | 'sequence'>;

/** An event that counts for a visitor. */
export type RecentEntry = Pick<LedgerEntry, 'type' | 'receivedAt' | 'subject' | 'lineItem' | 'day'>;

/** What the ledger and the definitions say before the first event of a batch. */
export interface BillingState {
  readonly keys: AdTokenKeys;
  /** By number of the line item. */
  readonly campaigns: ReadonlyMap<number, BilledCampaign>;
  /** By campaign, in order of position. */
  readonly terms: ReadonlyMap<string, readonly CampaignTerms[]>;
  /** By number of the line item, in order of position. */
  readonly lineItemTerms: ReadonlyMap<number, readonly LineItemTerms[]>;
  /** Keys (see {@link useKey}) of tokens that count already. */
  readonly used: ReadonlySet<string>;
  /** The events that count for a visitor, within {@link LOOK_BACK_MS}. */
  readonly recent: readonly RecentEntry[];
  /** The purchases of visitors, within {@link LOOK_BACK_MS}. */
  readonly purchases: readonly RecentPurchase[];
  /** Spend by campaign and day. */
  readonly spend: readonly { readonly campaignId: string; readonly day: string; readonly spend: number }[];
}

export interface SubjectMerge {
  readonly position: number;
  readonly from: string;
  readonly into: string;
}

/** A token can count once for each type of event. */
export function useKey({ type, decision, slot }: Pick<LedgerEntry, 'type' | 'decision' | 'slot'>): string {
  return `${type} ${decision} ${slot}`;
}

/** Returns whether an event with this outcome counts as an impression or a click. */
export function isValidOutcome(outcome: AdOutcome): boolean {
  return VALID.includes(outcome);
}

/**
 * Judges the events of a batch in the order of the log, and charges what the budgets allow: the total and the day's spend
 * never exceed the budgets that held at the position of the event. The result depends only on the log up to the last
 * event, not on how it is divided into batches.
 * @param purchases the purchases in the range of the batch
 * @param settled entries of erased people in this range, whose events the log no longer has: they stay as they are
 * @returns the new entries, in the order of the events
 */
export function judgeAdEvents(
  events: readonly AdEvent[],
  merges: readonly SubjectMerge[],
  purchases: readonly AdPurchase[],
  settled: readonly LedgerEntry[],
  state: BillingState,
): LedgerEntry[] {
  return new AdJudge(state).judgeBatch(events, merges, purchases, settled);
}

/** What a visitor has done lately. */
interface VisitorHistory {
  readonly IMPRESSION: RecentEntry[];
  readonly CLICK: RecentEntry[];
  readonly purchases: RecentPurchase[];
}

/** Judges the batches of a log one after the other, see {@link judgeAdEvents}. What has been judged stays in memory. */
export class AdJudge {
  /** When the event of each used token was received; Infinity if that is not known. */
  private readonly used: Map<string, number>;
  private readonly recent = new Map<string, VisitorHistory>();
  private readonly totals = new Map<string, number>();
  private readonly days = new Map<string, number>();

  constructor(private readonly state: BillingState) {
    this.used = new Map(Array.from(state.used, (use) => [use, Infinity]));
    for (const entry of state.recent) if (entry.subject !== null) this.recentOf(entry.subject)[entry.type].push(entry);
    for (const purchase of state.purchases) this.recentOf(purchase.subject).purchases.push(purchase);
    for (const { campaignId, day, spend } of state.spend) this.spend(campaignId, day, spend);
  }

  judgeBatch(
    events: readonly AdEvent[],
    merges: readonly SubjectMerge[],
    purchases: readonly AdPurchase[],
    settled: readonly LedgerEntry[],
  ): LedgerEntry[] {
    const steps = [
      ...purchases.map((purchase) => ({
        position: purchase.position,
        sequence: purchase.sequence,
        run: () => this.addPurchase(purchase),
      })),
      ...merges.map((merge) => ({ position: merge.position, sequence: 0, run: () => this.merge(merge) })),
      ...settled.map((entry) => ({
        position: entry.position,
        sequence: entry.sequence,
        run: () => this.settle(entry),
      })),
      ...events.map((event) => ({ position: event.position, sequence: event.sequence, run: () => this.judge(event) })),
    ].sort((a, b) => a.position - b.position || a.sequence - b.sequence);
    return steps.flatMap(({ run }) => run() ?? []);
  }

  /** Forgets what no event that was received after a time (ms since 1970) depends on. */
  forgetBefore(time: number): void {
    for (const [use, receivedAt] of this.used) if (receivedAt < time - FORGET_MS) this.used.delete(use);
    for (const [subject, recent] of this.recent) {
      const kept: VisitorHistory = {
        IMPRESSION: recent.IMPRESSION.filter(({ receivedAt }) => receivedAt > time - FORGET_MS),
        CLICK: recent.CLICK.filter(({ receivedAt }) => receivedAt > time - FORGET_MS),
        purchases: recent.purchases.filter(({ boughtAt }) => boughtAt > time - FORGET_MS),
      };
      if (kept.IMPRESSION.length + kept.CLICK.length + kept.purchases.length === 0) this.recent.delete(subject);
      else this.recent.set(subject, kept);
    }
  }

  private addPurchase(purchase: AdPurchase): undefined {
    this.recentOf(purchase.subject).purchases.push(purchase);
  }

  private merge({ from, into }: SubjectMerge): undefined {
    const moved = this.recent.get(from);
    if (moved === undefined || from === into) return;
    this.recent.delete(from);
    const target = this.recentOf(into);
    target.IMPRESSION.push(...moved.IMPRESSION);
    target.CLICK.push(...moved.CLICK);
    target.purchases.push(...moved.purchases);
  }

  private settle(entry: LedgerEntry): undefined {
    if (!isValidOutcome(entry.outcome)) return;
    this.used.set(useKey(entry), entry.receivedAt);
    this.spend(entry.campaignId!, entry.day!, entry.charged);
  }

  private judge(event: AdEvent): LedgerEntry {
    const { position, sequence, receivedAt, occurredAt, type, subject, productId } = event;
    const common = { position, sequence, receivedAt, occurredAt, type, subject, charged: 0 };
    const token = openAdToken(this.state.keys, event.requestId);
    const campaign = token && this.state.campaigns.get(token.lineItem);
    if (token === undefined || campaign === undefined) return { ...common, ...NO_TOKEN, outcome: 'FORGED' };
    const { decision, slot, lineItem, placement, price, isExploration: exploration, probability } = token;
    const { campaignId } = campaign;
    const day = campaign.dayOf(receivedAt);
    const happenedAt = happenedAtOf(event, token);
    const entry = {
      ...common,
      occurredAt: happenedAt,
      ...{ decision, slot, lineItem, campaignId, productId, placement, exploration, price, probability, day },
    };
    const terms = termsAt(this.state.terms.get(campaignId), position);
    const lineItemTerms = termsAt(this.state.lineItemTerms.get(lineItem), position);
    const fault = this.faultOf(event, token, day, lineItemTerms?.frequencyCap ?? Infinity);
    if (fault !== undefined) return { ...entry, outcome: fault };
    this.used.set(useKey(entry), receivedAt);
    this.recentOf(subject)[type].push({ type, receivedAt, subject, lineItem, day });
    if (!isBilled(type, token.bidKind)) return { ...entry, outcome: 'COUNTED' };
    const stops = [terms?.pausedAt, terms?.endsAt, lineItemTerms?.pausedAt];
    const isStopped = stops.some((at) => at != null && receivedAt > at + GRACE_MS);
    if (isStopped || !this.fits(campaignId, day, price, terms)) return { ...entry, outcome: 'FREE' };
    this.spend(campaignId, day, price);
    return { ...entry, outcome: 'CHARGED', charged: price };
  }

  private faultOf(event: AdEvent, token: OpenedAdToken, day: string, frequencyCap: number): AdOutcome | undefined {
    const { type, receivedAt, subject, customerId, sessionId, productId } = event;
    const who = { customerId: customerId ?? undefined, sessionId: sessionId ?? undefined };
    if (!isAdTokenFor(token, who) || productId === null || !isAdTokenOf(token, productId)) return 'FOREIGN';
    if (receivedAt - token.issuedAt > MAX_TOKEN_AGE_MS[type]) return 'EXPIRED';
    if (this.used.has(useKey({ ...token, type }))) return 'REPEATED';
    const { [type]: recent, purchases } = this.recentOf(subject);
    const ofLineItem = recent.filter(({ lineItem }) => lineItem === token.lineItem);
    if (type === 'IMPRESSION') {
      const isCapped = countAfter(ofLineItem, receivedAt - LOOK_BACK_MS.CAPPED_IMPRESSION) >= frequencyCap;
      if (isCapped) return 'CAPPED';
    } else {
      // The click may be received after the purchase.
      const happenedAt = happenedAtOf(event, token);
      const hasBought = purchases.some(
        (bought) =>
          isSameProduct(bought, event) && bought.boughtAt <= happenedAt && happenedAt - bought.boughtAt <= BOUGHT_MS,
      );
      if (hasBought || ofLineItem.some((click) => click.day === day)) return 'DUPLICATE';
    }
    const isBurst = VISITOR_LIMITS[type].some(({ ms, count }) => countAfter(recent, receivedAt - ms) >= count);
    return isBurst ? 'BURST' : undefined;
  }

  private fits(campaignId: string, day: string, price: number, terms: CampaignTerms | undefined): boolean {
    if (terms === undefined) return false;
    const { totalBudget, dailyBudget } = terms;
    return (
      (this.totals.get(campaignId) ?? 0) + price <= totalBudget &&
      (dailyBudget === null || (this.days.get(`${day} ${campaignId}`) ?? 0) + price <= dailyBudget)
    );
  }

  private spend(campaignId: string, day: string, amount: number): void {
    const dayKey = `${day} ${campaignId}`;
    this.totals.set(campaignId, (this.totals.get(campaignId) ?? 0) + amount);
    this.days.set(dayKey, (this.days.get(dayKey) ?? 0) + amount);
  }

  private recentOf(subject: string): VisitorHistory {
    let recent = this.recent.get(subject);
    if (recent === undefined) this.recent.set(subject, (recent = { IMPRESSION: [], CLICK: [], purchases: [] }));
    return recent;
  }
}

const NO_TOKEN = {
  decision: null,
  slot: null,
  lineItem: null,
  campaignId: null,
  productId: null,
  placement: null,
  exploration: null,
  price: null,
  probability: null,
  day: null,
};

/** Returns when an event happened: after the ad was shown and before it was received, also if its sender states otherwise. */
function happenedAtOf({ occurredAt, receivedAt }: AdEvent, { issuedAt }: OpenedAdToken): number {
  return Math.max(issuedAt, Math.min(occurredAt, receivedAt));
}

function termsAt<Terms extends { readonly position: number }>(
  terms: readonly Terms[] | undefined,
  position: number,
): Terms | undefined {
  return terms?.findLast((one) => one.position < position);
}

function countAfter(entries: readonly RecentEntry[], time: number): number {
  return entries.reduce((count, { receivedAt }) => count + (receivedAt > time ? 1 : 0), 0);
}

/** Whether two products are the same or variants of one, by the groups at the positions of the events. */
function isSameProduct(bought: RecentPurchase, { productId, groupId }: AdEvent): boolean {
  return bought.productId === productId || (groupId !== null && bought.groupId === groupId);
}

function isBilled(type: AdEventType, bidKind: AdBidKind): boolean {
  return (type === 'CLICK') === (bidKind === 'CPC');
}
