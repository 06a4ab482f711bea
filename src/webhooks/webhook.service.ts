import { randomUUID } from 'node:crypto';
import { isLongerThan } from '../expressions/code-points';
import type { ItemError } from '../graphql/item-error.type';
import { inTransaction, type Pool } from '../platform/postgres';
import { isUuid } from '../platform/uuid';
import { createWebhookSecret } from './webhook-headers';
import type {
  AlertWebhook,
  CreateAlertWebhookInput,
  CreateAlertWebhookPayload,
  DeleteAlertWebhookPayload,
  WebhookDelivery,
} from './webhook.type';
import {
  readWebhooks,
  lockWebhooks,
  insertWebhook,
  deleteWebhook,
  deleteDeliveries,
  readDeliveries,
  readAlertDeliveries,
} from './webhook.store';

/** Maximum number of webhooks of one shop. */
export const MAX_WEBHOOKS = 20;
const MAX_URL_LENGTH = 2_000;
const MAX_RULES = 100;
const MAX_SEGMENTS = 100;

type Fault = Omit<ItemError, 'index'>;

/** Manages the shop's webhooks and reads their deliveries. */
export class WebhookService {
  constructor(private readonly pool: Pool) {}

  async webhooks(): Promise<AlertWebhook[]> {
    return readWebhooks(this.pool);
  }

  async create(input: CreateAlertWebhookInput): Promise<CreateAlertWebhookPayload> {
    const wrong = findFault(input);
    if (wrong) return { webhook: null, secret: null, errors: [{ ...wrong, index: 0 }] };
    const secret = createWebhookSecret();
    const webhook = await inTransaction(this.pool, async (client) => {
      // Without the lock, two concurrent requests could together exceed the maximum number of webhooks.
      await lockWebhooks(client);
      const { url, minSeverity, rules, events, segmentIds } = input;
      const added = {
        id: randomUUID(),
        url,
        secret,
        minSeverity: minSeverity ?? 'INFO',
        rules: rules ?? [],
        events: [...new Set(events ?? ['ALERTS'])],
        segmentIds: segmentIds ?? [],
      };
      return insertWebhook(client, added, MAX_WEBHOOKS);
    });
    if (webhook) return { webhook, secret, errors: [] };
    const tooMany = badInput(`a shop may have at most ${MAX_WEBHOOKS} webhooks; delete one first`, 'url');
    return { webhook: null, secret: null, errors: [{ ...tooMany, index: 0 }] };
  }

  /** Deletes a webhook and its deliveries. */
  async delete(id: string): Promise<DeleteAlertWebhookPayload> {
    const isGone =
      isUuid(id) &&
      (await inTransaction(this.pool, async (client) => {
        const rowCount = await deleteWebhook(client, id);
        await deleteDeliveries(client, id);
        return rowCount === 1;
      }));
    return { errors: isGone ? [] : [unknownWebhook()] };
  }

  /** Returns the deliveries of a webhook, newest first. */
  async deliveries(webhook: string): Promise<WebhookDelivery[]> {
    return readDeliveries(this.pool, webhook);
  }
}

export function unknownWebhook(): ItemError {
  return { index: 0, code: 'NOT_FOUND', message: 'there is no webhook with this id', path: 'id' };
}

/** Returns a function that reads the deliveries of an alert, newest first. */
export function deliveriesOfAlert(pool: Pool): (alert: string) => Promise<WebhookDelivery[]> {
  return async (alert) => readAlertDeliveries(pool, alert);
}

function findFault({ url, rules, events, segmentIds }: CreateAlertWebhookInput): Fault | null {
  const parsed = !isLongerThan(url, MAX_URL_LENGTH) && URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol))
    return badInput(`url must be an http or https URL of at most ${MAX_URL_LENGTH} characters`, 'url');
  if (parsed.username !== '' || parsed.password !== '')
    return badInput('url must not contain a user name or password, because it is not stored as a secret', 'url');
  if ((rules ?? []).length > MAX_RULES || !(rules ?? []).every((rule) => rule.length <= 100))
    return badInput(`rules must have at most ${MAX_RULES} ids of rules`, 'rules');
  if (events?.length === 0) return badInput('events must have at least one item', 'events');
  if ((segmentIds ?? []).length > MAX_SEGMENTS || !(segmentIds ?? []).every((id) => /^\d{1,9}$/.test(id)))
    return badInput(`segmentIds must have at most ${MAX_SEGMENTS} ids of segments; NEW has no changes`, 'segmentIds');
  return null;
}

function badInput(message: string, path: string): Fault {
  return { code: 'BAD_USER_INPUT', message, path };
}
