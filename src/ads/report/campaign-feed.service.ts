import { ApiError } from '../../graphql/errors';
import { openLiveQuery } from '../../graphql/live-query';
import type { ChangeListeners } from '../../platform/change-listeners';
import type { Logger } from '../../platform/log';
import type { RedisPubSub } from '../../platform/pubsub';
import { AD_SPEND_TOPIC, type AdSpendMessage } from '../billing/ad-topics';
import type { AdDefinitionsService } from '../definitions/ad-definitions.service';
import type { Campaign } from '../definitions/ad-definitions.type';
import type { CampaignFiguresService } from './campaign-figures.service';

/** A subscriber is sent at most about one state in this time. */
const COALESCE_MS = 700;
/** Interval at which a campaign is read again: in case a message was lost, and because flights begin and end. */
const REPAIR_MS = 10_000;

export interface CampaignFeedOptions {
  readonly definitions: Pick<AdDefinitionsService, 'findCampaign'>;
  readonly figures: Pick<CampaignFiguresService, 'figures' | 'status' | 'spendToday'>;
  /** Notified when the definitions of the ads have changed. */
  readonly changes: ChangeListeners;
  readonly pubSub: Pick<RedisPubSub, 'listen'>;
  readonly log: Logger;
}

/** Live campaigns: sent again when their definition, status or figures have changed. */
export class CampaignFeed {
  constructor(private readonly options: CampaignFeedOptions) {}

  /**
   * @param advertiserId if given, only a campaign of this advertiser is found
   * @throws ApiError NOT_FOUND
   */
  async open(id: string, advertiserId?: string): Promise<AsyncIterableIterator<Campaign>> {
    const { figures, changes, pubSub, log } = this.options;
    let visibleState = '';
    const reload = async () => {
      const campaign = await this.options.definitions.findCampaign(id, advertiserId);
      if (campaign === null) throw new ApiError('NOT_FOUND', `There is no campaign ${JSON.stringify(id)}.`);
      visibleState = JSON.stringify([
        campaign,
        await figures.status(campaign),
        await figures.figures(campaign),
        await figures.spendToday(campaign),
      ]);
      return campaign;
    };
    return openLiveQuery({
      name: 'campaignUpdated',
      reload,
      visibleStateOf: () => visibleState,
      watchChanges: ({ within, every }) => {
        const reloadSoon = within(COALESCE_MS);
        return [
          pubSub.listen(AD_SPEND_TOPIC, (message) => {
            const { campaignIds } = JSON.parse(message.toString()) as AdSpendMessage;
            if (campaignIds.includes(id)) reloadSoon();
          }),
          changes.add(reloadSoon),
          every(REPAIR_MS, reloadSoon),
        ];
      },
      log,
    });
  }
}
