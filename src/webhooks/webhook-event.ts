/** What a webhook can receive. */
export const WEBHOOK_EVENTS = ['ALERTS', 'SEGMENT_CHANGES'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
