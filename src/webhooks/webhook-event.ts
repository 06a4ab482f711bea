/** What a webhook can receive. */
export const WEBHOOK_EVENTS = ['ALERTS', 'SEGMENT_CHANGES', 'SHIPMENTS', 'ORDER_REQUESTS'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
