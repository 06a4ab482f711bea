import { createHmac } from 'node:crypto';

/**
 * Returns the header `freshet-signature`, in Stripe's format (https://docs.stripe.com/webhooks#verify-manually):
 * `t=<seconds since 1970>,v1=<HMAC-SHA-256 of "<t>.<body>" under the webhook's secret, in hex>`.
 */
export function webhookSignature(secret: string, body: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
