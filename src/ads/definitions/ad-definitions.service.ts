import type { ProductConditionsService } from '../../catalog/product-conditions.service';
import { commitChange } from '../../events/commit-change';
import type { Outbox } from '../../events/outbox.service';
import { receiptOf } from '../../events/receipts';
import { MAX_PLACEMENT_BYTES } from '../../auth/request-id';
import type { Viewer } from '../../graphql/context';
import type { Money } from '../../graphql/money.type';
import type { UserError } from '../../graphql/user-error.type';
import { CURRENCY_FORM, readCurrency } from '../../platform/codes';
import type { Pool, PoolClient } from '../../platform/postgres';
import { lockLedger, readSpend } from '../billing/billing.store';
import { fromMillionths } from '../millionths';
import {
  AdFault,
  checkCampaign,
  checkLineItem,
  checkPlacement,
  requireAmount,
  requireCpmStep,
  requireName,
} from './ad-definition-faults';
import type {
  AdDefinitionChange,
  AdPlacement,
  Advertiser,
  Campaign,
  CampaignPayload,
  CreateCampaignInput,
  LineItem,
  UpdateCampaignInput,
  UpsertAdPlacementInput,
  UpsertAdPlacementPayload,
  UpsertAdvertiserInput,
  UpsertAdvertiserPayload,
  UpsertLineItemInput,
  UpsertLineItemPayload,
} from './ad-definitions.type';
import {
  countAdObjects,
  findAdObject,
  lockAdObjects,
  nextLineItemNumber,
  pageOfAdChanges,
  pageOfAdObjects,
  writeAdChange,
  writeAdObject,
  type AdChangeRecord,
} from './ad-object.store';
import {
  MAX_BUDGET,
  MAX_PRICE,
  type AdDefinition,
  type AdObjectKind,
  type AdPlacementRecord,
  type AdRecords,
  type AdvertiserRecord,
  type CampaignRecord,
  type LineItemRecord,
} from './ad-records';

const MAX_OBJECTS: Readonly<Record<AdObjectKind, number>> = {
  ADVERTISER: 1_000,
  PLACEMENT: 200,
  CAMPAIGN: 10_000,
  LINE_ITEM: 20_000,
};
/** Maximum number of line items of a campaign. */
const MAX_LINE_ITEMS_OF_CAMPAIGN = 200;

export interface AdDefinitionsOptions {
  readonly pool: Pool;
  readonly outbox: Outbox;
  readonly conditions: ProductConditionsService;
  /** The time zone of campaigns that name none. */
  readonly timeZone: string;
}

interface Page {
  readonly after?: string;
  readonly count: number;
}

interface Stored<Kind extends AdObjectKind> {
  readonly record: AdRecords[Kind] | null;
  readonly receipt: string;
  readonly userErrors: readonly UserError[];
}

/** Reads and changes advertisers, placements, campaigns and line items. */
export class AdDefinitionsService {
  constructor(private readonly options: AdDefinitionsOptions) {}

  async advertisers(page: Page): Promise<Advertiser[]> {
    return (await pageOfAdObjects(this.options.pool, 'ADVERTISER', page)).map(shownAdvertiser);
  }

  async findAdvertiser(id: string): Promise<Advertiser | null> {
    const record = await findAdObject(this.options.pool, 'ADVERTISER', id);
    return record === undefined ? null : shownAdvertiser(record);
  }

  async placements(page: Page): Promise<AdPlacement[]> {
    return (await pageOfAdObjects(this.options.pool, 'PLACEMENT', page)).map(shownPlacement);
  }

  async campaigns(page: Page & { readonly advertiserId?: string | null }): Promise<Campaign[]> {
    const { advertiserId: parentId, ...rest } = page;
    return (await pageOfAdObjects(this.options.pool, 'CAMPAIGN', { ...rest, parentId })).map(shownCampaign);
  }

  /** @param advertiserId if given, only a campaign of this advertiser is found */
  async findCampaign(id: string, advertiserId?: string): Promise<Campaign | null> {
    const record = await findAdObject(this.options.pool, 'CAMPAIGN', id);
    const isFound = record !== undefined && (advertiserId === undefined || record.advertiserId === advertiserId);
    return isFound ? shownCampaign(record) : null;
  }

  async lineItems(campaign: Campaign, page: Page): Promise<LineItem[]> {
    const records = await pageOfAdObjects(this.options.pool, 'LINE_ITEM', { ...page, parentId: campaign.id });
    return records.map((record) => shownLineItem(record, campaign.totalBudget.currency));
  }

  async changes(page: {
    readonly before?: number;
    readonly count: number;
    readonly objectId?: string | null;
  }): Promise<AdDefinitionChange[]> {
    return (await pageOfAdChanges(this.options.pool, page)).map(shownChange);
  }

  async upsertAdvertiser(viewer: Viewer, { id, name }: UpsertAdvertiserInput): Promise<UpsertAdvertiserPayload> {
    const { record, ...rest } = await this.store(viewer, 'ADVERTISER', id, (before) => ({
      id,
      name: requireName(name === undefined ? before?.name : name),
      updatedAt: this.time(),
    }));
    return { advertiser: record && shownAdvertiser(record), ...rest };
  }

  async upsertPlacement(viewer: Viewer, input: UpsertAdPlacementInput): Promise<UpsertAdPlacementPayload> {
    const { id } = input;
    const { record, ...rest } = await this.store(viewer, 'PLACEMENT', id, (before) => {
      if (Buffer.byteLength(id) > MAX_PLACEMENT_BYTES)
        throw new AdFault(`id must have at most ${MAX_PLACEMENT_BYTES} bytes of UTF-8.`, 'id');
      const currency = readCurrency(input.currency ?? before?.currency ?? '');
      if (currency === undefined) throw new AdFault(`currency must be ${CURRENCY_FORM}.`, 'currency');
      if (before !== undefined && currency !== before.currency)
        throw new AdFault('currency cannot be changed.', 'currency');
      const reserveOf = (field: 'reserveCpc' | 'reserveCpm') => {
        const money = input[field];
        if (money === undefined) return before?.[field] ?? 0;
        return money === null ? 0 : requireAmount(money, field, { currency, isZeroAllowed: true, max: MAX_PRICE });
      };
      const placement: AdPlacementRecord = {
        id,
        slots: input.slots === undefined ? (before?.slots ?? 1) : (input.slots ?? 1),
        currency,
        reserveCpc: reserveOf('reserveCpc'),
        reserveCpm: requireCpmStep(reserveOf('reserveCpm'), 'reserveCpm'),
        explorationShare:
          input.explorationShare === undefined ? (before?.explorationShare ?? 0) : (input.explorationShare ?? 0),
        updatedAt: this.time(),
      };
      checkPlacement(placement);
      return placement;
    });
    return { placement: record && shownPlacement(record), ...rest };
  }

  async createCampaign(viewer: Viewer, input: CreateCampaignInput): Promise<CampaignPayload> {
    const { id, advertiserId, dailyBudget, totalBudget } = input;
    return this.storeCampaign(viewer, id, async (client, before) => {
      if (before !== undefined)
        throw new AdFault('There is a campaign with this id already: see updateCampaign.', 'id', 'CONFLICT');
      if ((await findAdObject(client, 'ADVERTISER', advertiserId)) === undefined)
        throw new AdFault(`There is no advertiser ${JSON.stringify(advertiserId)}.`, 'advertiserId', 'NOT_FOUND');
      const name = requireName(input.name);
      const total = requireAmount(totalBudget, 'totalBudget', { max: MAX_BUDGET });
      const { currency } = totalBudget;
      return {
        id,
        advertiserId,
        name,
        currency,
        timeZone: input.timeZone ?? this.options.timeZone,
        totalBudget: total,
        dailyBudget:
          dailyBudget == null ? null : requireAmount(dailyBudget, 'dailyBudget', { currency, max: MAX_BUDGET }),
        startsAt: (input.startsAt ?? new Date()).toISOString(),
        endsAt: input.endsAt?.toISOString() ?? null,
        isPaused: input.isPaused ?? false,
        updatedAt: this.time(),
      };
    });
  }

  async updateCampaign(viewer: Viewer, input: UpdateCampaignInput): Promise<CampaignPayload> {
    const { id, totalBudget, dailyBudget, startsAt, endsAt } = input;
    return this.storeCampaign(viewer, id, (_, before) => {
      if (before === undefined)
        throw new AdFault(`There is no campaign ${JSON.stringify(id)}: see createCampaign.`, 'id', 'NOT_FOUND');
      const { currency } = before;
      if (totalBudget === null) throw new AdFault('totalBudget is required.', 'totalBudget');
      const amount = (money: NonNullable<typeof totalBudget>, field: string) =>
        requireAmount(money, field, { currency, max: MAX_BUDGET });
      return Promise.resolve({
        ...before,
        name: input.name === undefined ? before.name : requireName(input.name),
        totalBudget: totalBudget === undefined ? before.totalBudget : amount(totalBudget, 'totalBudget'),
        dailyBudget:
          dailyBudget === undefined
            ? before.dailyBudget
            : dailyBudget === null
              ? null
              : amount(dailyBudget, 'dailyBudget'),
        startsAt: startsAt === undefined ? before.startsAt : (startsAt ?? new Date()).toISOString(),
        endsAt: endsAt === undefined ? before.endsAt : (endsAt?.toISOString() ?? null),
        isPaused: input.isPaused === undefined ? before.isPaused : (input.isPaused ?? false),
        updatedAt: this.time(),
      });
    });
  }

  private async storeCampaign(
    viewer: Viewer,
    id: string,
    merge: (client: PoolClient, before: CampaignRecord | undefined) => Promise<CampaignRecord>,
  ): Promise<CampaignPayload> {
    const { record, ...rest } = await this.store(viewer, 'CAMPAIGN', id, async (before, client) => {
      const campaign = await merge(client, before);
      // Without the lock, billing could spend more while the budget is lowered.
      await lockLedger(client);
      const spend = await readSpend(client, [id]);
      const count = MAX_LINE_ITEMS_OF_CAMPAIGN;
      const lineItems = await pageOfAdObjects(client, 'LINE_ITEM', { count, parentId: id });
      checkCampaign(campaign, before, {
        spent: spend.reduce((sum, day) => sum + day.spend, 0),
        highestBid: Math.max(0, ...lineItems.map(({ bid }) => bid)),
        now: this.time(),
      });
      return campaign;
    });
    return { campaign: record && shownCampaign(record), ...rest };
  }

  async upsertLineItem(viewer: Viewer, input: UpsertLineItemInput): Promise<UpsertLineItemPayload> {
    const { id } = input;
    let currency = '';
    const { record, ...rest } = await this.store(viewer, 'LINE_ITEM', id, async (before, client) => {
      const campaignId = input.campaignId ?? before?.campaignId;
      if (campaignId === undefined) throw new AdFault('A new line item needs its campaignId.', 'campaignId');
      if (before !== undefined && campaignId !== before.campaignId)
        throw new AdFault('campaignId cannot be changed.', 'campaignId');
      if (before !== undefined && input.bidKind != null && input.bidKind !== before.bidKind)
        throw new AdFault('bidKind cannot be changed.', 'bidKind');
      const campaign = await findAdObject(client, 'CAMPAIGN', campaignId);
      if (campaign === undefined)
        throw new AdFault(`There is no campaign ${JSON.stringify(campaignId)}.`, 'campaignId', 'NOT_FOUND');
      if (before === undefined && (await countAdObjects(client, 'LINE_ITEM', campaignId)) >= MAX_LINE_ITEMS_OF_CAMPAIGN)
        throw new AdFault(`A campaign can have at most ${MAX_LINE_ITEMS_OF_CAMPAIGN} line items.`, null);
      ({ currency } = campaign);
      const bid = input.bid == null ? before?.bid : requireAmount(input.bid, 'bid', { currency, max: MAX_PRICE });
      if (bid === undefined) throw new AdFault('A new line item needs a bid.', 'bid');
      const list = (name: ListName) =>
        input[name] === undefined ? (before?.[name] ?? []) : [...new Set(input[name] ?? [])];
      const lineItem: LineItemRecord = {
        id,
        number: before?.number ?? (await nextLineItemNumber(client)),
        campaignId,
        bidKind: before?.bidKind ?? input.bidKind ?? 'CPC',
        bid,
        placements: list('placements'),
        productIds: list('productIds'),
        exactKeywords: list('exactKeywords'),
        phraseKeywords: list('phraseKeywords'),
        negativeKeywords: list('negativeKeywords'),
        targeting: input.targeting === undefined ? (before?.targeting ?? null) : input.targeting,
        frequencyCap: input.frequencyCap === undefined ? (before?.frequencyCap ?? null) : input.frequencyCap,
        isPaused: input.isPaused === undefined ? (before?.isPaused ?? false) : (input.isPaused ?? false),
        updatedAt: this.time(),
      };
      const placements = new Map<string, AdPlacementRecord>();
      for (const placementId of lineItem.placements) {
        const placement = await findAdObject(client, 'PLACEMENT', placementId);
        if (placement !== undefined) placements.set(placementId, placement);
      }
      checkLineItem(lineItem, campaign, placements, this.options.conditions);
      return lineItem;
    });
    return { lineItem: record && shownLineItem(record, currency), ...rest };
  }

  /** Stores a definition and its change in the audit trail, at a log position of their own. */
  private async store<Kind extends AdObjectKind>(
    viewer: Viewer,
    kind: Kind,
    id: string,
    merge: (before: AdRecords[Kind] | undefined, client: PoolClient) => AdRecords[Kind] | Promise<AdRecords[Kind]>,
  ): Promise<Stored<Kind>> {
    try {
      const { position, record } = await commitChange(this.options.outbox, async (client) => {
        await lockAdObjects(client);
        const before = await findAdObject(client, kind, id);
        const after = await merge(before, client);
        if (before !== undefined && isSame(before, after)) return { change: null, record: before };
        if (before === undefined && (await countAdObjects(client, kind)) >= MAX_OBJECTS[kind])
          throw new AdFault(`A shop can have at most ${MAX_OBJECTS[kind]} of them.`, null);
        const definition = { kind, record: after } as unknown as AdDefinition;
        await writeAdObject(client, definition, parentOf(definition));
        const change = {
          kind,
          objectId: id,
          keyId: viewer.keyId,
          changedAt: after.updatedAt,
          before: before ?? null,
          after,
        };
        return {
          change: { ads: [definition] },
          record: after,
          afterPosition: (at: number) => writeAdChange(client, { ...change, position: at }),
        };
      });
      return { record, receipt: receiptOf(position), userErrors: [] };
    } catch (error) {
      if (!(error instanceof AdFault)) throw error;
      const { position } = await commitChange(this.options.outbox, () => Promise.resolve({ change: null }));
      return { record: null, receipt: receiptOf(position), userErrors: [error.userError] };
    }
  }

  private time(): string {
    return new Date().toISOString();
  }
}

type ListName = 'placements' | 'productIds' | 'exactKeywords' | 'phraseKeywords' | 'negativeKeywords';

function parentOf({ kind, record }: AdDefinition): string | null {
  if (kind === 'CAMPAIGN') return record.advertiserId;
  return kind === 'LINE_ITEM' ? record.campaignId : null;
}

function isSame(before: AdRecords[AdObjectKind], after: AdRecords[AdObjectKind]): boolean {
  const content = (record: object) =>
    JSON.stringify(Object.entries({ ...record, updatedAt: null }).sort(([a], [b]) => (a < b ? -1 : 1)));
  return content(before) === content(after);
}

function shownAdvertiser({ id, name, updatedAt }: AdvertiserRecord): Advertiser {
  return { id, name, updatedAt: new Date(updatedAt) };
}

function shownPlacement(record: AdPlacementRecord): AdPlacement {
  const { id, slots, currency, reserveCpc, reserveCpm, explorationShare, updatedAt } = record;
  return {
    id,
    slots,
    reserveCpc: money(reserveCpc, currency),
    reserveCpm: money(reserveCpm, currency),
    explorationShare,
    updatedAt: new Date(updatedAt),
  };
}

function shownCampaign(record: CampaignRecord): Campaign {
  const { currency, totalBudget, dailyBudget, startsAt, endsAt, updatedAt, ...rest } = record;
  return {
    ...rest,
    totalBudget: money(totalBudget, currency),
    dailyBudget: dailyBudget === null ? null : money(dailyBudget, currency),
    startsAt: new Date(startsAt),
    endsAt: endsAt === null ? null : new Date(endsAt),
    updatedAt: new Date(updatedAt),
  };
}

function shownLineItem({ bid, updatedAt, ...record }: LineItemRecord, currency: string): LineItem {
  return { ...record, bid: money(bid, currency), updatedAt: new Date(updatedAt) };
}

function shownChange({ position, keyId, changedAt, before, after, ...rest }: AdChangeRecord): AdDefinitionChange {
  return {
    ...rest,
    id: String(position),
    apiKeyId: keyId,
    changedAt: new Date(changedAt),
    before: before as Record<string, unknown> | null,
    after: after as unknown as Record<string, unknown>,
  };
}

function money(millionths: number, currency: string): Money {
  return { amount: fromMillionths(millionths), currency };
}
