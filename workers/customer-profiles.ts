import { ProfileMaintainer } from '../src/customers/profiles/profile-maintainer.service';
import { ProfileModelsService } from '../src/customers/profiles/profile-models.service';
import type { Outbox } from '../src/events/outbox.service';
import type { Platform } from '../src/platform/connect';
import type { WebhookSender } from '../src/webhooks/webhook-sender.service';

/** Updates the profiles of customers (segment, predictions), in one worker at a time. */
export function startCustomerProfiles(
  platform: Platform,
  outbox: Outbox,
  sender: WebhookSender,
): { stop(): Promise<void> } {
  const models = new ProfileModelsService(platform);
  const maintainer = new ProfileMaintainer({
    ...platform,
    outbox,
    models,
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
