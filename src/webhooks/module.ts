import type { Platform } from '../platform/connect';
import { WebhookTestService } from './webhook-test.service';
import { WebhookResolver } from './webhook.resolver';
import { WebhookService } from './webhook.service';

export function webhooksModule({ pool, config }: Platform) {
  const resolvers = [
    new WebhookResolver(new WebhookService(pool), new WebhookTestService(pool, config.webhookNetworks)),
  ];
  return { resolvers };
}
