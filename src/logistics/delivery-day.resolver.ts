import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import { checkFirst, encodeCursor, First, pageOf, textsCursor } from '../graphql/connection';
import { requireCode } from '../graphql/require-code';
import { Scoped } from '../graphql/scope';
import { COUNTRY_FORM, readCountry } from '../platform/codes';
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
      'The calendar of deliveries that the shop has set, by country and day. On other days parcels are delivered, except on Sundays (where they are working days: on the weekend) and on public holidays.',
  })
  async deliveryDays(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last one of the page before.' })
    after?: string | null,
    @Arg('country', () => String, {
      nullable: true,
      description:
        'Only days of this country: a code of ISO 3166-1, such as DE. An empty text stands for those of all countries.',
    })
    country?: string | null,
  ): Promise<DeliveryDayConnection> {
    const cursor = keyOfCursor(after);
    const code = country && requireCode('country', country, readCountry, COUNTRY_FORM);
    const count = checkFirst(first);
    const days = await this.service.page(code, cursor, count + 1);
    return pageOf(days, count, cursor !== undefined, (shown) =>
      encodeCursor(CURSOR, [shown.country ?? '', shown.date ?? shown.weekday]),
    );
  }

  @Scoped('ADMIN')
  @BulkItems('days', MAX_DAYS_PER_REQUEST)
  @Mutation(() => UpsertDeliveryDaysPayload, {
    nullable: true,
    description:
      'Sets whether parcels are delivered on given days. In this order, the first that applies counts: a date of the country, a date of all countries, a public holiday, a day of the week of the country, a day of the week of all countries. Estimates use it within ten minutes, subscriptions within fifteen.',
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
  const texts = textsCursor(CURSOR, after, 2);
  return texts && { country: texts[0]!, day: texts[1]! };
}
