import { ProfileMaintainer } from '../src/customers/profiles/profile-maintainer.service';
import { ProfileModelsService } from '../src/customers/profiles/profile-models.service';
import { isBackfillRunning } from '../src/models/backfill-activity.store';
import { isInboxLate } from '../src/events/inbox-pressure.store';
import type { Outbox } from '../src/events/outbox.service';
import { JobStore } from '../src/models/job.store';
import type { Platform } from '../src/platform/connect';
import type { WebhookSender } from '../src/webhooks/webhook-sender.service';

/** Updates the profiles of customers (segment, predictions), in one worker at a time. */
export function startCustomerProfiles(
  platform: Platform,
  outbox: Outbox,
  sender: WebhookSender,
): { stop(): Promise<void> } {
  const models = new ProfileModelsService(platform);
  const jobs = new JobStore(platform.pool, platform.pubSub);
  // Live events and imports come first. Fits use the same cores, and a new version makes another sweep necessary.
  const mustGiveWay = async () => {
    if ((await isBackfillRunning(platform.pool)) || (await isInboxLate(platform.pool))) return true;
    return (await jobs.unfinished()).length > 0;
  };
  const maintainer = new ProfileMaintainer({
    ...platform,
    outbox,
    models,
    mustGiveWay,
    deliver: () => sender.wake(),
  });
  const running = models.start().then(() => maintainer.run());
  return {
    stop: async () => {
      maintainer.close();
      await running;
      models.close();
    },
  };
}
