import { z } from 'zod';
import { EVENT_SOURCES, EVENT_TYPES } from './log-event';
import type { EventInput } from './event.type';

/** A time as ISO 8601 text. */
export const timeText = z.string().transform((text, context) => {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue({ code: 'custom', message: 'is not an ISO 8601 time' });
  return z.NEVER;
});

/** An exact amount: a decimal string; a JSON number is taken as it is written. */
export const moneyJson = z.object({
  amount: z
    .union([z.string(), z.number().transform(String)])
    .pipe(z.string().regex(/^-?\d{1,20}(\.\d{1,10})?$/, 'is not a decimal')),
  currency: z.string(),
});

/** GraphQL's `EventInput` as plain JSON. What the fields may hold, `validate.ts` says. */
export const eventJson: z.ZodType<EventInput> = z.strictObject({
  id: z.string().nullish(),
  occurredAt: timeText.nullish(),
  type: z.enum(EVENT_TYPES),
  customerId: z.string().nullish(),
  sessionId: z.string().nullish(),
  productId: z.string().nullish(),
  quantity: z.int32().nullish(),
  unitPrice: moneyJson.nullish(),
  rating: z.number().nullish(),
  query: z.string().nullish(),
  requestId: z.string().nullish(),
  position: z.int32().nullish(),
  placement: z.string().nullish(),
  source: z.enum(EVENT_SOURCES).nullish(),
  name: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});

/** The first thing that is wrong, and where. */
export function faultOfJson(error: z.ZodError): { path: string | undefined; message: string } {
  const [issue] = error.issues;
  return { path: issue.path.join('.') || undefined, message: issue.message };
}
