import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

const SECRET_PREFIX = 'whsec_';
/** The specification allows 24 to 64. */
const SECRET_BYTES = 24;

/**
 * Returns the headers of the Standard Webhooks specification
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md) for one attempt.
 * @param id the id of the delivery, which is the same for every attempt
 */
export function webhookHeaders(id: string, secret: string, body: string, at: Date) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(keyOf(secret), { format: 'raw' }).sign(id, at, body),
  };
}

/** Returns the bytes of a secret. */
function keyOf(secret: string): Uint8Array {
  return Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
}

export function createWebhookSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}
