import { z } from 'zod';
import { isDecimal } from '../graphql/decimal';
import { isDeeperThan, MAX_JSON_DEPTH } from '../graphql/storable';
import { EVENT_SOURCES, EVENT_TYPES } from './log-event';
import type { ItemError } from '../graphql/item-error.type';
import type { EventInput } from './event.type';
import { faultOfJson } from './json-fault';

export { faultOfJson };

/** A time as ISO 8601 text. The offset is required, so that the time does not depend on the reader's time zone. */
export const isoTimeSchema = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time with its offset, such as 2026-03-01T10:15:00Z' })
  .transform((text) => new Date(text));

/** An exact amount: a decimal string or a JSON integer. Fractional JSON numbers are not exact. */
export const moneySchema = z.object(
  {
    amount: z
      .union([z.string(), z.int().transform(String)], { error: 'must be a decimal string such as "9.50"' })
      .refine(isDecimal, 'must be a decimal string such as "9.50"'),
    currency: z.string(),
  },
  { error: 'must be an object such as {"amount":"9.50","currency":"EUR"}' },
);

const fields = {
  id: z.string().nullish(),
  occurredAt: isoTimeSchema.nullish(),
  type: z.enum(EVENT_TYPES),
  customerId: z.string().nullish(),
  sessionId: z.string().nullish(),
  productId: z.string().nullish(),
  quantity: z.int32().nullish(),
  unitPrice: moneySchema.nullish(),
  rating: z.number().nullish(),
  query: z.string().nullish(),
  requestId: z.string().nullish(),
  position: z.int32().nullish(),
  placement: z.string().nullish(),
  source: z.enum(EVENT_SOURCES).nullish(),
  name: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
} satisfies Record<keyof EventInput, z.ZodType>;

/**
 * Schema of GraphQL's `EventInput` as plain JSON. It checks the types of the fields; `validate.ts` checks their values.
 */
export const eventInputSchema: z.ZodType<EventInput> = z.strictObject(fields);
export const EVENT_FIELDS: readonly string[] = Object.keys(fields);

/**
 * Parses each JSON value separately. Returns the values that have the shape of an event, and an error for each other
 * value.
 */
export function parseEvents(items: readonly unknown[]): {
  readonly inputs: readonly EventInput[];
  /** The index in `items` of each element of `inputs`. */
  readonly indexes: readonly number[];
  readonly errors: readonly ItemError[];
} {
  const inputs: EventInput[] = [];
  const indexes: number[] = [];
  const errors: ItemError[] = [];
  items.forEach((item, index) => {
    // The limit applies to the properties. The event object around them is one more level.
    if (isDeeperThan(item, 1 + MAX_JSON_DEPTH)) {
      const message = `is nested deeper than ${MAX_JSON_DEPTH} levels`;
      return void errors.push({ index, code: 'BAD_USER_INPUT', message, path: 'properties' });
    }
    const parsed = eventInputSchema.safeParse(item);
    if (!parsed.success)
      return void errors.push({
        index,
        code: 'BAD_USER_INPUT',
        ...faultOfJson(parsed.error, item, 'the event'),
      });
    inputs.push(parsed.data);
    indexes.push(index);
  });
  return { inputs, indexes, errors };
}
