import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import { checkFirst, decodeCursor, encodeCursor, First, pageOf } from '../graphql/connection';
import { ApiError } from '../graphql/errors';
import { Scoped } from '../graphql/scope';
import { isStorable } from '../graphql/storable';
import type { DeliveryDayKey } from './delivery-day';
import type { DeliveryDayService } from './delivery-day.service';
import {
  DeleteDeliveryDaysInput,
  DeleteDeliveryDaysPayload,
  DeliveryDayConnection,
  MAX_DAYS_PER_REQUEST,
  UpsertDeliveryDaysInput,
  UpsertDeliveryDaysPayload,
} from './delivery-day.type';

const CURSOR = 'delivery-days';

@Resolver()
export class DeliveryDayResolver {
  constructor(private readonly service: DeliveryDayService) {}

  @Scoped('SERVER')
  @Query(() => DeliveryDayConnection, {
    nullable: true,
    description:
      'The calendar of deliveries: the days of which the shop has said whether parcels are delivered, by country and day. Other days are open, except Sundays (where they are working days: except the weekend) and public holidays.',
  })
  async deliveryDays(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last one of the page before.' })
    after?: string | null,
    @Arg('country', () => String, {
      nullable: true,
      description: 'Only days of this country, up to 100 characters. An empty text stands for those of all countries.',
    })
    country?: string | null,
  ): Promise<DeliveryDayConnection> {
    const cursor = keyOfCursor(after);
    const count = checkFirst(first);
    const days = await this.service.page(country, cursor, count + 1);
    return pageOf(days, count, cursor !== undefined, (shown) =>
      encodeCursor(CURSOR, [shown.country ?? '', shown.date ?? shown.weekday]),
    );
  }

  @Scoped('ADMIN')
  @BulkItems('days', MAX_DAYS_PER_REQUEST)
  @Mutation(() => UpsertDeliveryDaysPayload, {
    nullable: true,
    description:
      'Says whether parcels are delivered on days. A date takes precedence over a day of the week and over public holidays, and a country over all countries. Estimates use it within six minutes.',
  })
  upsertDeliveryDays(
    @Arg('input', () => UpsertDeliveryDaysInput, { description: 'The days.' }) { days }: UpsertDeliveryDaysInput,
  ): Promise<UpsertDeliveryDaysPayload> {
    return this.service.upsert(days);
  }

  @Scoped('ADMIN')
  @BulkItems('days', MAX_DAYS_PER_REQUEST)
  @Mutation(() => DeleteDeliveryDaysPayload, {
    nullable: true,
    description: 'Deletes days from the calendar of deliveries. The built-in calendar counts again.',
  })
  deleteDeliveryDays(
    @Arg('input', () => DeleteDeliveryDaysInput, { description: 'The days.' }) { days }: DeleteDeliveryDaysInput,
  ): Promise<DeleteDeliveryDaysPayload> {
    return this.service.delete(days);
  }
}

function keyOfCursor(after: string | null | undefined): DeliveryDayKey | undefined {
  if (after == null) return undefined;
  const value = decodeCursor(CURSOR, after);
  const isText = (text: unknown): text is string => typeof text === 'string' && isStorable(text);
  if (Array.isArray(value) && value.length === 2 && value.every(isText)) return { country: value[0]!, day: value[1]! };
  throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list; pass a cursor that this list returned.');
}
