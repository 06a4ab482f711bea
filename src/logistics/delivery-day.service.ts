import { badItem } from '../events/field-faults';
import { checkItemCount } from '../graphql/item-count';
import { itemUserError, type UserError } from '../graphql/user-error.type';
import { readCountry } from '../platform/codes';
import { compositeKey } from '../platform/composite-key';
import { inTransaction, type Pool } from '../platform/postgres';
import { faultOfCountry } from './check-shipment';
import { WEEKDAYS, type DeliveryDayKey, type Weekday } from './delivery-day';
import {
  lockDeliveryDays,
  pageOfDeliveryDays,
  removeDeliveryDays,
  writeDeliveryDays,
  type StoredDeliveryDay,
} from './delivery-day.store';
import {
  MAX_DAYS_PER_REQUEST,
  type DeleteDeliveryDaysPayload,
  type DeliveryDay,
  type DeliveryDayInput,
  type DeliveryDayKeyInput,
  type UpsertDeliveryDaysPayload,
} from './delivery-day.type';

/** Maximum number of days of a shop. */
const MAX_DAYS = 5_000;

/** Reads and changes the shop's calendar of deliveries. */
export class DeliveryDayService {
  constructor(private readonly pool: Pool) {}

  /** Returns up to `count` days in order of country and day. @param after return only days after this one */
  async page(
    country: string | null | undefined,
    after: DeliveryDayKey | undefined,
    count: number,
  ): Promise<DeliveryDay[]> {
    const rows = await pageOfDeliveryDays(this.pool, country ?? undefined, after, count);
    return rows.map(shown);
  }

  async upsert(inputs: readonly DeliveryDayInput[]): Promise<UpsertDeliveryDaysPayload> {
    checkItemCount(inputs.length, MAX_DAYS_PER_REQUEST, 'days');
    const updatedAt = new Date();
    return inTransaction(this.pool, async (client) => {
      const { stored, count } = await lockDeliveryDays(client, inputs.map(keyOfInput));
      const before = new Map(stored.map((record) => [keyOf(record), record]));
      const accepted = new Map<string, StoredDeliveryDay>();
      const userErrors: UserError[] = [];
      let dayCount = count;
      inputs.forEach((input, index) => {
        const record = { ...keyOfInput(input), delivers: input.delivers, updatedAt };
        const key = keyOf(record);
        const other = accepted.get(key);
        const known = before.get(key);
        const isNew = known === undefined && other === undefined;
        const fault =
          faultOf(input) ??
          (other !== undefined && other.delivers !== input.delivers ? CONFLICT : undefined) ??
          (isNew && dayCount >= MAX_DAYS ? TOO_MANY : undefined);
        if (fault !== undefined) return void userErrors.push(itemUserError('days', index, fault));
        if (isNew) dayCount++;
        accepted.set(key, known?.delivers === input.delivers ? known : record);
      });
      const records = [...accepted.values()];
      await writeDeliveryDays(client, records);
      return { accepted: inputs.length - userErrors.length, deliveryDays: records.map(shown), userErrors };
    });
  }

  async delete(inputs: readonly DeliveryDayKeyInput[]): Promise<DeleteDeliveryDaysPayload> {
    checkItemCount(inputs.length, MAX_DAYS_PER_REQUEST, 'days');
    return inTransaction(this.pool, async (client) => {
      const { stored } = await lockDeliveryDays(client, inputs.map(keyOfInput));
      const known = new Set(stored.map(keyOf));
      const removed: DeliveryDayKey[] = [];
      const userErrors: UserError[] = [];
      inputs.forEach((input, index) => {
        const key = keyOfInput(input);
        const fault = faultOf(input) ?? (known.has(keyOf(key)) ? undefined : UNKNOWN);
        if (fault !== undefined) return void userErrors.push(itemUserError('days', index, fault));
        removed.push(key);
      });
      await removeDeliveryDays(client, removed);
      return { accepted: removed.length, userErrors };
    });
  }
}

const EITHER = badItem('a day must have either a date or a weekday', 'date');
const TOO_MANY = badItem(`a shop can have at most ${MAX_DAYS} days: delete some first`, 'date');
const CONFLICT = {
  code: 'CONFLICT',
  message: 'the request has the same day with another value',
  path: 'delivers',
} as const;
const UNKNOWN = { code: 'NOT_FOUND', message: 'the calendar does not have this day', path: 'date' } as const;

function faultOf({ country, date, weekday }: DeliveryDayKeyInput) {
  if ((date == null) === (weekday == null)) return EITHER;
  return faultOfCountry(country, 'country');
}

function keyOfInput({ country, date, weekday }: DeliveryDayKeyInput): DeliveryDayKey {
  return { country: (country && readCountry(country)) ?? country ?? '', day: date ?? weekday ?? '' };
}

function keyOf({ country, day }: DeliveryDayKey): string {
  return compositeKey(country, day);
}

function shown({ country, day, delivers, updatedAt }: StoredDeliveryDay): DeliveryDay {
  const isWeekday = (WEEKDAYS as readonly string[]).includes(day);
  return {
    ...{ country: country === '' ? null : country, delivers, updatedAt },
    ...{ date: isWeekday ? null : day, weekday: isWeekday ? (day as Weekday) : null },
  };
}
