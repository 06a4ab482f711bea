import type { ApiContext } from '../rooms/room';
import { WebhookTestService } from './webhook-test.service';
import { WebhookResolver } from './webhook.resolver';
import { WebhookService } from './webhook.service';

export const resolvers = [WebhookResolver];

export function api({ pool, config }: ApiContext) {
  const tests = new WebhookTestService(pool, config.webhookNetworks);
  return { resolvers: [new WebhookResolver(new WebhookService(pool), tests)] };
}
