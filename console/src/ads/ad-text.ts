import type { ResultOf } from '@freshet/client';
import { formatAmount, formatNumber } from '../ui/format';
import type { AdDecisionReport, CampaignReport, CampaignResults, Campaigns } from './ads-documents';

export type ListedCampaign = NonNullable<ResultOf<typeof Campaigns>['campaigns']>['nodes'][number];
export type ReportedCampaign = NonNullable<ResultOf<typeof CampaignReport>['campaign']>;
export type AdFigures = NonNullable<ListedCampaign['figures']>;
export type LineItem = NonNullable<ReportedCampaign['lineItems']>['nodes'][number];
export type Results = NonNullable<ResultOf<typeof CampaignResults>['campaign']>;
export type ExplainedDecision = NonNullable<ResultOf<typeof AdDecisionReport>['adDecision']>;
export type Winner = ExplainedDecision['winners'][number];
export type Candidate = Winner['candidate'];
type ExcludedAd = ExplainedDecision['excluded'][number];
interface MoneyText {
  readonly amount: string;
  readonly currency: string;
}
type BidKind = Candidate['bidKind'];

const MILLE = 1_000;

/** Formats an amount with up to `digits` decimals if it has them, and at least those of its currency: `€0.0525`. */
export function formatPrice({ amount, currency }: MoneyText, digits = 4): string {
  const usual = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  return formatAmount(amount, currency, { maximumFractionDigits: Math.max(digits, usual.maximumFractionDigits ?? 0) });
}

/** An amount for a thousand: of an impression, or of its expected revenue. */
export const perMille = ({ amount, currency }: MoneyText): MoneyText => ({
  amount: String(Number((Number(amount) * MILLE).toFixed(3))),
  currency,
});

/** What a bid is paid for. */
export const unitText = (kind: BidKind): string => (kind === 'CPC' ? 'per click' : 'per 1,000 impressions');

/** Formats the amount of a price in the unit of its kind: of a price for one impression, that for a thousand. */
export const unitPrice = (price: MoneyText, kind: BidKind): string =>
  formatPrice(kind === 'CPC' ? price : perMille(price));

/** Formats what is paid for a click, or for one impression: `€0.21 per click`, `€7.00 per 1,000 impressions`. */
export const priceText = (price: MoneyText, kind: BidKind): string => `${unitPrice(price, kind)} ${unitText(kind)}`;

/** Formats the bid of a line item, which is for a click or for a thousand impressions. */
export const bidText = ({ bid, bidKind }: Pick<LineItem, 'bid' | 'bidKind'>): string =>
  `${formatPrice(bid)} ${unitText(bidKind)}`;

/** Formats a score: what a thousand impressions are expected to bring, times the quality. */
export const scoreText = ({ score }: Pick<Candidate, 'score'>): string => formatPrice(perMille(score), 2);

export const STATUS_TEXTS: Readonly<Record<NonNullable<ListedCampaign['status']>, string>> = {
  RUNNING: 'Running',
  PAUSED: 'Paused',
  SCHEDULED: 'Not begun',
  SPENT: 'Budget spent',
  ENDED: 'Ended',
};

/** From this share on, a budget is nearly spent. */
const NEARLY_SPENT = 0.75;

/** The status of a campaign as a badge: its colour and its text. */
export function statusBadge({ status, figures, totalBudget }: ListedCampaign): { kind: string; text: string } {
  if (status === null) return { kind: '', text: '–' };
  if (status !== 'RUNNING') return { kind: status === 'SPENT' ? 'bad' : 'held', text: STATUS_TEXTS[status] };
  return figures !== null && spentShare(figures, totalBudget) >= NEARLY_SPENT
    ? { kind: 'held', text: 'Budget nearly spent' }
    : { kind: 'good', text: STATUS_TEXTS.RUNNING };
}

/** Returns the share of a budget that is spent, from 0 to 1. */
export const spentShare = ({ spend }: Pick<AdFigures, 'spend'>, budget: MoneyText): number =>
  Math.min(1, Number(spend.amount) / Number(budget.amount));

/** The sentence about impressions and clicks that cost nothing; undefined if there are none. */
export function unpaidText(figures: AdFigures): string | undefined {
  const { freeClicks, freeImpressions, invalidClicks, invalidImpressions } = figures;
  const parts = [
    countText(freeClicks, 'click was', 'clicks were', 'free, because the budget was spent'),
    countText(freeImpressions, 'impression was', 'impressions were', 'free, because the budget was spent'),
    countText(invalidClicks, 'click does', 'clicks do', 'not count: repeated, too late, too many or of another visit'),
    countText(
      invalidImpressions,
      'impression does',
      'impressions do',
      'not count: repeated, too late, too many or of another visit',
    ),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.map((part) => `${part}.`).join(' ');
}

function countText(count: number, one: string, several: string, rest: string): string | undefined {
  return count === 0 ? undefined : `${formatNumber(count)} ${count === 1 ? one : several} ${rest}`;
}

/** Describes the sales that are attributed to the clicks of a campaign. */
export function salesText(sales: NonNullable<Results['conversions']>): string {
  const { orders, units, otherUnits, returnOnSpend, revenue } = sales;
  const money = (amount: number) => formatAmount(amount, revenue.currency);
  const sentences = [
    orders === 0 && 'No orders of advertised products after a click.',
    orders > 0 && `${unitsText(units)} in ${formatNumber(orders)} ${orders === 1 ? 'order' : 'orders'} after a click.`,
    orders > 0 && returnOnSpend !== null && `${money(returnOnSpend)} for each ${money(1)} spent.`,
    otherUnits > 0 && `Customers also bought ${unitsText(otherUnits)} of the advertiser’s other products.`,
  ];
  return sentences.filter((sentence) => sentence !== false).join(' ');
}

const unitsText = (units: number): string => `${formatNumber(units)} ${units === 1 ? 'unit' : 'units'}`;

/** Describes how many auctions a campaign won, and why it lost the others. */
export function auctionText({ won, lostToRank, lostToBudget, lostToCap }: NonNullable<Results['auctions']>): string {
  const all = won + lostToRank + lostToBudget + lostToCap;
  if (all === 0) return 'No auctions.';
  const lost = [
    [lostToRank, 'to higher scores'],
    [lostToBudget, 'because of the budget'],
    [lostToCap, 'because of the frequency cap'],
  ] as const;
  const parts = lost.flatMap(([count, why]) => (count === 0 ? [] : `${formatNumber(count)} ${why}`));
  const first = `${formatNumber(won)} of ${formatNumber(all)}.`;
  return parts.length === 0 ? first : `${first} Lost: ${parts.join(', ')}.`;
}

/** A day (`YYYY-MM-DD`) of a campaign with what was charged. */
export interface CampaignDay {
  readonly key: string;
  readonly spend: number;
  readonly impressions: number;
  readonly clicks: number;
  /** Whether the day is not over. */
  readonly isRunning: boolean;
}

const DAY_MS = 86_400_000;

/** Returns the last `count` days up to now by the time zone of the campaign, also those without figures. */
export function lastDays(
  groups: readonly { readonly key: string; readonly figures: AdFigures }[],
  { timeZone, count, now }: { readonly timeZone: string; readonly count: number; readonly now: number },
): CampaignDay[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const today = Date.parse(`${format.format(now)}T00:00:00Z`);
  const byKey = new Map(groups.map(({ key, figures }) => [key, figures]));
  return Array.from({ length: count }, (_, index) => {
    const key = new Date(today - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    const { spend, impressions = 0, clicks = 0 } = byKey.get(key) ?? {};
    return { key, spend: Number(spend?.amount ?? 0), impressions, clicks, isRunning: index === count - 1 };
  });
}

const calendarDay = new Intl.DateTimeFormat('en-GB', {
  ...{ timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' },
});
const dayOfMonth = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });
/** Formats a day such as `2026-03-05`: `Thu, 5 Mar`. */
export const formatCalendarDay = (key: string): string => calendarDay.format(Date.parse(`${key}T00:00:00Z`));
export const formatCalendarDayOfMonth = (key: string): string => dayOfMonth.format(Date.parse(`${key}T00:00:00Z`));

/** Says which searches and customers a line item is for. */
export function targetingText(lineItem: LineItem): string {
  const { exactKeywords, phraseKeywords, negativeKeywords, targeting, frequencyCap } = lineItem;
  const quoted = (words: readonly string[]) => words.map((word) => `“${word}”`).join(', ');
  const sentences = [
    exactKeywords.length > 0 && `Searches for ${quoted(exactKeywords)}.`,
    phraseKeywords.length > 0 && `Searches with ${quoted(phraseKeywords)}.`,
    negativeKeywords.length > 0 && `Not for searches with ${quoted(negativeKeywords)}.`,
    targeting !== null && `Only if ${targeting}.`,
    frequencyCap !== null &&
      `At most ${frequencyCap === 1 ? 'once' : `${frequencyCap} times`} a day for the same visitor.`,
  ].filter((sentence) => sentence !== false);
  return sentences.length === 0 ? 'Wherever its products are relevant.' : sentences.join(' ');
}

const EXCLUSION_TEXTS: Readonly<Record<ExcludedAd['reason'], string>> = {
  BELOW_RESERVE: 'Its bid is below the reserve, the lowest price of the placement.',
  BUDGET_SPENT: 'Its budget is spent: less is left than the reserve, the lowest price of the placement.',
  FREQUENCY_CAP: 'The visitor has seen it often enough today.',
  NEGATIVE_KEYWORD: 'The search contains words for which the advertiser does not want to be shown.',
  NOT_IN_FLIGHT: 'Its campaign has not begun, or has ended.',
  NOT_ALL_WORDS: 'The product does not have all words of the search, or has them only after a correction.',
  NO_CONSENT: 'It is for certain customers, and this one has not agreed to personal ads.',
  NO_KEYWORD: 'None of its keywords matches the search.',
  ONE_PRODUCT: 'The search is about one product: the only match, or the one whose id, code or title was searched for.',
  OUT_OF_STOCK: 'The product cannot be bought now.',
  RESERVED: 'The rest of its budget is expected to be spent by ads that were shown already.',
  SORTED: 'The customer has sorted the list by something other than relevance.',
  TARGETING: 'Its condition does not hold for this product or customer.',
};

/** What took no part for one reason, of one line item. */
export interface ExclusionGroup {
  readonly lineItemId: string;
  readonly text: string;
  readonly productIds: readonly string[];
}

/** Joins the exclusions of a line item that have the same reason. */
export function groupExclusions(excluded: readonly ExcludedAd[]): ExclusionGroup[] {
  const groups = new Map<string, { lineItemId: string; text: string; productIds: string[] }>();
  for (const { lineItemId, productId, reason } of excluded) {
    const key = `${reason} ${lineItemId}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { lineItemId, text: EXCLUSION_TEXTS[reason], productIds: [productId] });
    else known.productIds.push(productId);
  }
  return [...groups.values()];
}

/** Returns who would take the slot of a winner if its advertiser were absent: the next one in the order of score. */
export function nextAdvertiser(
  { winners, competitors }: Pick<ExplainedDecision, 'winners' | 'competitors'>,
  winner: Winner,
): Candidate | undefined {
  const ranked = winners.filter(({ isExploration }) => !isExploration);
  return ranked[ranked.indexOf(winner) + 1]?.candidate ?? competitors[0];
}

/** Two amounts that differ by no more than this come from the same price: prices are whole millionths. */
const ROUNDING = 2e-6;

/** Says why a winner pays its price, in a sentence. */
export function priceReason(winner: Winner, next: Candidate | undefined, nameOf: (id: string) => string): string {
  const { candidate, price, isExploration } = winner;
  const { bidKind, bid, reserve, score } = candidate;
  const paid = priceText(price, bidKind);
  if (isExploration)
    return `Chosen at random, outside the auction, so that the shop learns how often it is clicked. It pays the reserve: ${paid}.`;
  if (next === undefined) return `No other advertiser wanted the slot, so it pays the reserve: ${paid}.`;
  const name = nameOf(next.advertiserId);
  const needed = (Number(bid.amount) * Number(next.score.amount)) / Number(score.amount);
  if (needed <= Number(reserve.amount) + ROUNDING)
    return `The next advertiser, ${name}, has a score of ${scoreText(next)}. A bid at the reserve is enough to beat it, so it pays the reserve: ${paid}.`;
  if (Number(price.amount) >= Number(bid.amount))
    return `The next advertiser, ${name}, has almost the same score: ${scoreText(next)}. So it pays its whole bid: ${paid}.`;
  return `The next advertiser, ${name}, has a score of ${scoreText(next)}. To stay ahead of it, ${paid} is enough.`;
}
