import { Arg, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { requireViewer } from '../../auth/identity';
import type { Receipts } from '../../events/receipts';
import { checkFirst, encodeCursor, First, pageOf, textCursor, type ConnectionPage } from '../../graphql/connection';
import type { Context } from '../../graphql/context';
import { WORK } from '../../graphql/limits/operation-cost';
import { ID } from '../../graphql/scalars';
import { ApiError } from '../../graphql/errors';
import { Scoped } from '../../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import type { CampaignFeed } from '../report/campaign-feed.service';
import type { AdDefinitionsService } from './ad-definitions.service';
import {
  AdDefinitionChangeConnection,
  AdPlacementConnection,
  Advertiser,
  AdvertiserConnection,
  Campaign,
  CampaignConnection,
  CampaignPayload,
  CreateCampaignInput,
  LineItemConnection,
  UpdateCampaignInput,
  UpsertAdPlacementInput,
  UpsertAdPlacementPayload,
  UpsertAdvertiserInput,
  UpsertAdvertiserPayload,
  UpsertLineItemInput,
  UpsertLineItemPayload,
} from './ad-definitions.type';

/** Rate-limit cost of an SQL statement. A plain field costs 1. */
const READ_WORK = 200;
const AFTER = 'The cursor of the last one of the page before.';
const AWAIT_RECEIPT = 'The receipt of a mutation: waits, up to 3 s, until it is applied.';

@Resolver(() => Campaign)
export class AdDefinitionsResolver {
  constructor(
    private readonly service: AdDefinitionsService,
    private readonly receipts: Pick<Receipts, 'waitUntilApplied'>,
    private readonly feed: CampaignFeed,
  ) {}

  @Scoped('ADMIN')
  @Query(() => AdvertiserConnection, { nullable: true, description: 'The advertisers of the shop, by id.' })
  advertisers(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
  ): Promise<AdvertiserConnection> {
    return this.page('advertisers', first, after, (page) => this.service.advertisers(page));
  }

  @Scoped('ADMIN')
  @Query(() => AdPlacementConnection, { nullable: true, description: 'The ad placements of the shop, by id.' })
  adPlacements(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
  ): Promise<AdPlacementConnection> {
    return this.page('ad placements', first, after, (page) => this.service.placements(page));
  }

  @Scoped('ADVERTISER')
  @Query(() => CampaignConnection, {
    nullable: true,
    description: 'The campaigns of the shop, by id; with the key of an advertiser, its own ones.',
  })
  campaigns(
    @Ctx() context: Context,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
    @Arg('advertiserId', () => ID, { nullable: true, description: 'Only the campaigns of this advertiser.' })
    advertiserId?: string | null,
  ): Promise<CampaignConnection> {
    return this.page('campaigns', first, after, (page) =>
      this.service.campaigns({ ...page, advertiserId: ownAdvertiser(context) ?? advertiserId }),
    );
  }

  @Scoped('ADVERTISER')
  @Query(() => Campaign, {
    nullable: true,
    description: 'A campaign; null if there is none with this id, or if it is not that of the advertiser of the key.',
  })
  async campaign(
    @Ctx() context: Context,
    @Arg('id', () => ID, { description: 'The id of the campaign.' }) id: string,
    @Arg('awaitReceipt', () => ID, { nullable: true, description: AWAIT_RECEIPT }) awaitReceipt?: string | null,
  ): Promise<Campaign | null> {
    if (awaitReceipt != null) await this.receipts.waitUntilApplied(awaitReceipt);
    return this.service.findCampaign(id, ownAdvertiser(context));
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: READ_WORK })
  @SubscribedBy('open')
  @Subscription(() => Campaign, {
    ...NO_TOPIC,
    nullable: true,
    description: 'The campaign first, then again when it or its spend has changed, at most about once a second.',
  })
  campaignUpdated(
    @Root() campaign: Campaign,
    @Arg('id', () => ID, { description: 'The id of the campaign.' }) _id: string,
  ): Campaign {
    return campaign;
  }

  open({ id }: { id: string }, context: Context): Promise<AsyncIterableIterator<Campaign>> {
    return this.feed.open(id, ownAdvertiser(context));
  }

  @Scoped('ADMIN')
  @Query(() => AdDefinitionChangeConnection, {
    nullable: true,
    description: 'The changes of advertisers, placements, campaigns and line items, the newest first.',
  })
  async adDefinitionChanges(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
    @Arg('objectId', () => ID, { nullable: true, description: 'Only the changes of the object with this id.' })
    objectId?: string | null,
  ): Promise<AdDefinitionChangeConnection> {
    const kind = 'ad changes';
    const cursor = textCursor(kind, after);
    const count = checkFirst(first);
    const before = cursor === undefined ? undefined : Number(cursor);
    if (before !== undefined && !Number.isSafeInteger(before))
      throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list.');
    const rows = await this.service.changes({ before, count: count + 1, objectId });
    return pageOf(rows, count, cursor !== undefined, ({ id }) => encodeCursor(kind, id));
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => Advertiser, { nullable: true, description: 'Who pays for it.' })
  advertiser(@Root() campaign: Campaign): Promise<Advertiser | null> {
    return this.service.findAdvertiser(campaign.advertiserId);
  }

  @Scoped('ADVERTISER')
  @Extensions({ [WORK]: READ_WORK })
  @FieldResolver(() => LineItemConnection, { nullable: true, description: 'Its line items, by id.' })
  lineItems(
    @Root() campaign: Campaign,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: AFTER }) after?: string | null,
  ): Promise<LineItemConnection> {
    return this.page('line items', first, after, (page) => this.service.lineItems(campaign, page));
  }

  @Scoped('ADMIN')
  @Mutation(() => UpsertAdvertiserPayload, { nullable: true, description: 'Creates an advertiser or changes it.' })
  upsertAdvertiser(
    @Ctx() context: Context,
    @Arg('input', () => UpsertAdvertiserInput, { description: 'The advertiser.' }) input: UpsertAdvertiserInput,
  ): Promise<UpsertAdvertiserPayload> {
    return this.service.upsertAdvertiser(requireViewer(context), input);
  }

  @Scoped('ADMIN')
  @Mutation(() => UpsertAdPlacementPayload, { nullable: true, description: 'Creates an ad placement or changes it.' })
  upsertAdPlacement(
    @Ctx() context: Context,
    @Arg('input', () => UpsertAdPlacementInput, { description: 'The placement.' }) input: UpsertAdPlacementInput,
  ): Promise<UpsertAdPlacementPayload> {
    return this.service.upsertPlacement(requireViewer(context), input);
  }

  @Scoped('ADMIN')
  @Mutation(() => CampaignPayload, { nullable: true, description: 'Creates a campaign.' })
  createCampaign(
    @Ctx() context: Context,
    @Arg('input', () => CreateCampaignInput, { description: 'The campaign.' }) input: CreateCampaignInput,
  ): Promise<CampaignPayload> {
    return this.service.createCampaign(requireViewer(context), input);
  }

  @Scoped('ADMIN')
  @Mutation(() => CampaignPayload, {
    nullable: true,
    description: 'Changes a campaign. Budgets hold for all impressions and clicks that are received after the change.',
  })
  updateCampaign(
    @Ctx() context: Context,
    @Arg('input', () => UpdateCampaignInput, { description: 'The changes.' }) input: UpdateCampaignInput,
  ): Promise<CampaignPayload> {
    return this.service.updateCampaign(requireViewer(context), input);
  }

  @Scoped('ADMIN')
  @Mutation(() => UpsertLineItemPayload, { nullable: true, description: 'Creates a line item or changes it.' })
  upsertLineItem(
    @Ctx() context: Context,
    @Arg('input', () => UpsertLineItemInput, { description: 'The line item.' }) input: UpsertLineItemInput,
  ): Promise<UpsertLineItemPayload> {
    return this.service.upsertLineItem(requireViewer(context), input);
  }

  private async page<Row extends { readonly id: string }>(
    kind: string,
    first: number | null,
    after: string | null | undefined,
    read: (page: { readonly after?: string; readonly count: number }) => Promise<Row[]>,
  ): Promise<ConnectionPage<Row>> {
    const cursor = textCursor(kind, after);
    const count = checkFirst(first);
    const rows = await read({ after: cursor, count: count + 1 });
    return pageOf(rows, count, cursor !== undefined, ({ id }) => encodeCursor(kind, id));
  }
}

/**
 * Returns the advertiser of the key; undefined for the key of an admin, which shows all.
 * @throws ApiError FORBIDDEN for another key without an advertiser
 */
function ownAdvertiser(context: Context): string | undefined {
  const { scope, advertiserId } = requireViewer(context);
  if (scope === 'ADMIN') return undefined;
  if (advertiserId === undefined) throw new ApiError('FORBIDDEN', 'The key has no advertiser.');
  return advertiserId;
}
