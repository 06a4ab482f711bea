import DataLoader from 'dataloader';
import { dayFunctionFor, textOfDay } from '../../forecasting/day-series';
import { ApiError } from '../../graphql/errors';
import type { Pool } from '../../platform/postgres';
import { readSpend } from '../billing/billing.store';
import { isBelowReserve, remainingBudget, reserveOf, type Spent } from '../budget';
import { readReserves } from '../definitions/ad-object.store';
import type { Campaign, CampaignStatus } from '../definitions/ad-definitions.type';
import { fromMillionths, MILLION, toMillionths } from '../millionths';
import { readCampaignSums, readSumsBy, type AdSums, type CampaignSums } from './campaign-figures.store';
import type {
  AdDimension,
  AdFigures,
  AdFiguresGroup,
  CampaignAuctions,
  CampaignAuctionsGroup,
  CampaignConversions,
  CampaignSegmentFigures,
} from './campaign-figures.type';
import {
  readAuctionsBy,
  readAuctionSums,
  readConversions,
  readSegmentSums,
  type AuctionSums,
} from './conversions.store';

const MAX_DAYS = 366;
/** Maximum number of line items, products or placements in a report. */
export const MAX_GROUPS = 1_000;
/** Segments with fewer customers are not reported: their figures would be those of single people. */
const MIN_SEGMENT_CUSTOMERS = 10;
const NOTHING: CampaignSums = {
  impressions: 0,
  clicks: 0,
  freeImpressions: 0,
  freeClicks: 0,
  invalidImpressions: 0,
  invalidClicks: 0,
  spend: 0,
  spendByDay: {},
};

interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** The figures of campaigns, from the sums of the ledger. Campaigns that are requested at the same time are read together. */
export class CampaignFiguresService {
  private readonly sums: DataLoader<string, CampaignSums>;
  private readonly spend: DataLoader<string, readonly { readonly day: string; readonly spend: number }[]>;
  /** By campaign, for a click or for one impression; 0 without a line item that can win. */
  private readonly lowestReserves: DataLoader<string, number>;

  /** @param windowDays maximum time from a click to the order, in days of 24 hours */
  constructor(
    private readonly pool: Pool,
    private readonly windowDays: number,
  ) {
    const options = { cache: false, maxBatchSize: 1_000 };
    this.sums = new DataLoader(async (ids) => {
      const byId = new Map((await readCampaignSums(pool, ids)).map((row) => [row.campaignId, row]));
      return ids.map((id) => byId.get(id) ?? NOTHING);
    }, options);
    this.spend = new DataLoader(async (ids) => {
      const rows = await readSpend(pool, ids);
      return ids.map((id) => rows.filter(({ campaignId }) => campaignId === id));
    }, options);
    this.lowestReserves = new DataLoader(async (ids) => {
      const lowest = new Map<string, number>();
      for (const { campaignId, bidKind, ...placement } of await readReserves(pool, ids))
        lowest.set(campaignId, Math.min(lowest.get(campaignId) ?? Infinity, reserveOf(placement, bidKind)));
      return ids.map((id) => lowest.get(id) ?? 0);
    }, options);
  }

  async figures({ id, totalBudget }: Campaign): Promise<AdFigures> {
    return shownFigures(await this.sums.load(id), totalBudget.currency);
  }

  /** As of the moment of `figures`, if both are requested together. */
  async spendToday({ id, timeZone, totalBudget }: Campaign) {
    const { spendByDay } = await this.sums.load(id);
    return { amount: fromMillionths(spendByDay[this.today(timeZone)] ?? 0), currency: totalBudget.currency };
  }

  async status(campaign: Campaign): Promise<CampaignStatus> {
    const { startsAt, endsAt, isPaused, totalBudget, dailyBudget } = campaign;
    const now = Date.now();
    if (endsAt !== null && endsAt.getTime() <= now) return 'ENDED';
    if (isPaused) return 'PAUSED';
    if (startsAt.getTime() > now) return 'SCHEDULED';
    const budgets = {
      totalBudget: toMillionths(totalBudget.amount)!,
      dailyBudget: dailyBudget && toMillionths(dailyBudget.amount)!,
    };
    const [spent, reserve] = await Promise.all([this.spent(campaign), this.lowestReserves.load(campaign.id)]);
    return isBelowReserve(remainingBudget(budgets, spent), reserve) ? 'SPENT' : 'RUNNING';
  }

  private async spent({ id, timeZone }: Campaign): Promise<Spent> {
    const days = await this.spend.load(id);
    const today = this.today(timeZone);
    return {
      total: days.reduce((sum, { spend }) => sum + spend, 0),
      today: days.find(({ day }) => day === today)?.spend ?? 0,
    };
  }

  private today(timeZone: string): string {
    return textOfDay(dayFunctionFor(timeZone)(new Date()));
  }

  /** @throws ApiError BAD_USER_INPUT for an empty or too long span */
  async figuresBy(campaign: Campaign, dimension: AdDimension, span: Span): Promise<AdFiguresGroup[]> {
    const days = daysOf(campaign, span);
    const { currency } = campaign.totalBudget;
    const rows = await readSumsBy(this.pool, dimension, { campaignId: campaign.id, ...days, count: MAX_GROUPS });
    return rows.map(({ key, ...sums }) => ({ key: key ?? '', figures: shownFigures(sums, currency) }));
  }

  /** @throws ApiError BAD_USER_INPUT for an empty or too long span */
  async figuresBySegment(campaign: Campaign, span: Span): Promise<CampaignSegmentFigures[]> {
    const { currency } = campaign.totalBudget;
    const range = { ...daysOf(campaign, span), minCustomers: MIN_SEGMENT_CUSTOMERS };
    const rows = await readSegmentSums(this.pool, campaign.id, range);
    return rows.map(({ key, impressions, clicks, spend }) => ({
      ...{ segmentId: key ?? '', impressions, clicks },
      spend: { amount: fromMillionths(spend), currency },
    }));
  }

  /** @throws ApiError BAD_USER_INPUT for an empty or too long span */
  async auctions(campaign: Campaign, span: Span): Promise<CampaignAuctions> {
    const { from, to } = daysOf(campaign, span);
    return shownAuctions(await readAuctionSums(this.pool, campaign.id, from, to));
  }

  /** @throws ApiError BAD_USER_INPUT for an empty or too long span */
  async auctionsBy(campaign: Campaign, dimension: AdDimension, span: Span): Promise<CampaignAuctionsGroup[]> {
    const query = { campaignId: campaign.id, ...daysOf(campaign, span), count: MAX_GROUPS };
    const rows = await readAuctionsBy(this.pool, dimension, query);
    return rows.map(({ key, ...sums }) => ({ key: key ?? '', auctions: shownAuctions(sums) }));
  }

  /** @throws ApiError BAD_USER_INPUT for an empty or too long span */
  async conversions(campaign: Campaign, span: Span): Promise<CampaignConversions> {
    const { id: campaignId, advertiserId, timeZone } = campaign;
    const { currency } = campaign.totalBudget;
    const days = daysOf(campaign, span);
    const { windowDays } = this;
    const query = { campaignId, advertiserId, currency, timeZone, ...days, windowDays };
    const [sums, spend] = await Promise.all([readConversions(this.pool, query), this.spend.load(campaignId)]);
    const spent = spend.reduce((sum, one) => sum + (one.day >= days.from && one.day <= days.to ? one.spend : 0), 0);
    const { revenue, otherRevenue, ...counts } = sums;
    return {
      ...counts,
      revenue: { amount: revenue, currency },
      otherRevenue: { amount: otherRevenue, currency },
      returnOnSpend: spent === 0 ? null : (Number(revenue) * MILLION) / spent,
    };
  }
}

function shownAuctions({ won, lostRank, lostBudget, lostCap }: AuctionSums): CampaignAuctions {
  const all = won + lostRank + lostBudget + lostCap;
  return {
    ...{ won, lostToRank: lostRank, lostToBudget: lostBudget, lostToCap: lostCap },
    winRate: all === 0 ? null : won / all,
  };
}

/**
 * Returns the first and the last day of a span, whose end is excluded.
 * @throws ApiError BAD_USER_INPUT for an empty or too long span
 */
function daysOf({ timeZone }: Campaign, { from, to }: Span): { readonly from: string; readonly to: string } {
  const dayOf = dayFunctionFor(timeZone);
  const [first, last] = [dayOf(from), dayOf(new Date(to.getTime() - 1))];
  if (from > to || first > last) throw new ApiError('BAD_USER_INPUT', 'from must be before to.');
  if (last - first >= MAX_DAYS)
    throw new ApiError('BAD_USER_INPUT', `from and to must cover at most ${MAX_DAYS} days.`);
  return { from: textOfDay(first), to: textOfDay(last) };
}

function shownFigures(sums: AdSums, currency: string): AdFigures {
  const { spend, ...counts } = sums;
  const money = (millionths: number) => ({ amount: fromMillionths(millionths), currency });
  return {
    ...counts,
    spend: money(spend),
    costPerClick: sums.clicks === 0 ? null : money(Math.round(spend / sums.clicks)),
    costPerMille: sums.impressions === 0 ? null : money(Math.round((spend / sums.impressions) * 1_000)),
  };
}
