import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { enumType } from '../graphql/enum-type';
import { MAX_LIST_LENGTH } from '../graphql/limits/operation-cost';
import { DateTime, LocalDate } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { UserError } from '../graphql/user-error.type';
import { WEEKDAYS, type Weekday } from './delivery-day';

/** Maximum number of days in a request. */
export const MAX_DAYS_PER_REQUEST = 1_000;

const WeekdayEnum = enumType(
  'Weekday',
  WEEKDAYS,
  'A day of the week.',
  Object.fromEntries(WEEKDAYS.map((day) => [day, `The ${day.charAt(0)}${day.slice(1).toLowerCase()}s.`])),
);

@Scoped('SERVER')
@ObjectType({
  simpleResolvers: true,
  description: 'Whether parcels are delivered on a date or on a day of each week, as the shop has set.',
})
export class DeliveryDay {
  @Field(() => String, {
    nullable: true,
    description: 'The country of the destination, as a code of ISO 3166-1 such as DE. Null for all countries.',
  })
  country!: string | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'The date, by the clocks of the destination. Null for a day of each week.',
  })
  date!: string | null;

  @Field(() => WeekdayEnum, { nullable: true, description: 'The day of each week. Null for a date.' })
  weekday!: Weekday | null;

  @Field(() => Boolean, { description: 'Whether parcels are delivered.' })
  delivers!: boolean;

  @Field(() => DateTime, { description: 'When the shop set it.' })
  updatedAt!: Date;
}

export const DeliveryDayConnection = connectionOf(DeliveryDay, 'DeliveryDay', 'SERVER');
export type DeliveryDayConnection = ConnectionPage<DeliveryDay>;

@InputType({ description: 'A day of the calendar of deliveries: either a date or a day of each week.' })
export class DeliveryDayKeyInput {
  @Field(() => String, {
    nullable: true,
    description: 'The country of the destination, as a code of ISO 3166-1 such as DE. Default: all countries.',
  })
  country?: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'The date, by the clocks of the destination.' })
  date?: string | null;

  @Field(() => WeekdayEnum, { nullable: true, description: 'The day of each week.' })
  weekday?: Weekday | null;
}

@InputType({ description: 'Whether parcels are delivered on a day.' })
export class DeliveryDayInput extends DeliveryDayKeyInput {
  @Field(() => Boolean, { description: 'Whether parcels are delivered.' })
  delivers!: boolean;
}

@InputType()
export class UpsertDeliveryDaysInput {
  @Field(() => [DeliveryDayInput], { description: 'Up to 1,000. A shop can have up to 5,000.' })
  days!: DeliveryDayInput[];
}

@InputType()
export class DeleteDeliveryDaysInput {
  @Field(() => [DeliveryDayKeyInput], { description: 'Up to 1,000.' })
  days!: DeliveryDayKeyInput[];
}

@Scoped('ADMIN')
@ObjectType()
class WriteDeliveryDaysPayload {
  @Field(() => Int, { description: 'Items that are now as the input says, repeats included.' })
  accepted!: number;

  @Field(() => [UserError], { description: 'One for each item that was not accepted.' })
  userErrors!: readonly UserError[];
}

@Scoped('ADMIN')
@ObjectType()
export class UpsertDeliveryDaysPayload extends WriteDeliveryDaysPayload {
  @Extensions({ [MAX_LIST_LENGTH]: MAX_DAYS_PER_REQUEST })
  @Field(() => [DeliveryDay], { description: 'The accepted days as they are now, each once.' })
  deliveryDays!: readonly DeliveryDay[];
}

@ObjectType()
export class DeleteDeliveryDaysPayload extends WriteDeliveryDaysPayload {}
