import { randomUUID } from 'node:crypto';
import { ApiError } from '../graphql/errors';
import { Networks } from '../networks';
import type { Pool } from '../platform/postgres';
import { isUuid } from '../platform/uuid';
import { sendSigned } from './send-signed';
import { unknownWebhook } from './webhook.service';
import type { TestAlertWebhookPayload } from './webhook.type';
import { startTest, readTestWait } from './webhook.store';

/** Minimum interval between two tests of one webhook, across all processes. */
const MIN_TEST_INTERVAL_MS = 5_000;

export class WebhookTestService {
  private readonly allowed: Networks;

  /** @param networks networks that may be contacted although they are not public */
  constructor(
    private readonly pool: Pool,
    networks: readonly string[],
  ) {
    this.allowed = new Networks(networks);
  }

  /** Sends one test notification immediately. @throws ApiError RATE_LIMITED if the last test was too recent */
  async test(id: string): Promise<TestAlertWebhookPayload> {
    const webhook = isUuid(id) ? await this.claimTest(id) : null;
    if (webhook === null)
      return { delivered: false, status: null, reason: null, milliseconds: null, errors: [unknownWebhook()] };
    const payload = { id: randomUUID(), type: 'webhook.test', createdAt: new Date(), webhook: id };
    const began = performance.now();
    const { status, error } = await sendSigned({ ...webhook, id: payload.id, payload }, this.allowed);
    const milliseconds = Math.round(performance.now() - began);
    return { delivered: error === null, status, reason: error, milliseconds, errors: [] };
  }

  private async claimTest(id: string): Promise<{ readonly url: string; readonly secret: string } | null> {
    const row = await startTest(this.pool, id, MIN_TEST_INTERVAL_MS);
    if (row) return row;
    const waitMs = await readTestWait(this.pool, id, MIN_TEST_INTERVAL_MS);
    if (waitMs === undefined) return null;
    const message = `A webhook can be tested only once every ${MIN_TEST_INTERVAL_MS / 1_000} s.`;
    throw new ApiError('RATE_LIMITED', message, { retryAfterMs: waitMs });
  }
}
