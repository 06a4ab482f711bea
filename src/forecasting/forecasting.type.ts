import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { DateTime, Float, ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { FORECAST_MODELS, type ForecastModel } from '../learn/forecast-candidates';

const ForecastModelEnum = enumType(
  'ForecastModel',
  FORECAST_MODELS,
  'How a forecast is computed; see docs/forecasting.md.',
  {
    SEASONAL_NAIVE: 'The same day of the week, the last time.',
    EXPONENTIAL_SMOOTHING: 'A level and a weekly season that follow the newest days.',
    LINEAR_REGRESSION: 'Least squares on a trend and the calendar.',
    LOG_LINEAR_REGRESSION: 'The same of the logarithm: effects multiply.',
  },
);

@InputType({ description: 'A figure of a stream: one of its aggregates, of one key.' })
export class StreamFigureInput {
  @Field(() => ID)
  stream!: string;

  @Field(() => String, {
    description:
      'The name of an aggregate that is COUNT, SUM or DISTINCT: without events it is 0. Names have up to 64 characters.',
  })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Needed where the stream has keys: as `Window.key` has it. Keys have up to 500 characters.',
  })
  key?: string | null;
}

@InputType()
export class ForecastInput {
  @Field(() => StreamFigureInput)
  figure!: StreamFigureInput;

  @Field(() => Int, { nullable: true, defaultValue: 28, description: 'How many days, from 1 to 366.' })
  days?: number | null;

  @Field(() => Float, {
    nullable: true,
    defaultValue: 0.8,
    description: 'Share of open days that are to be between `low` and `high`, from 0.5 to 0.999.',
  })
  level?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Days like `2026-12-25`, past and coming, on which the shop sells otherwise; up to 1,000.',
  })
  holidays?: string[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'As if it were then: later days are not looked at. Default now.',
  })
  until?: Date | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class ForecastDay {
  @Field(() => String, { description: 'Like `2026-03-01`, in the stream’s time zone.' })
  day!: string;

  @Field(() => Float, { description: '0 on closed weekdays, and never negative where the past is not.' })
  value!: number;

  @Field(() => Float, { description: 'Lower bound of the prediction interval.' })
  low!: number;

  @Field(() => Float, { description: 'Upper bound of the prediction interval.' })
  high!: number;

  @Field(() => Float, { description: 'The same day of the week, the last time: what a forecast has to beat.' })
  seasonalNaive!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class Forecast {
  @Field(() => [ForecastDay], { description: 'From the day after the newest whole day that has events.' })
  days!: readonly ForecastDay[];

  @Field(() => ForecastModelEnum, { description: 'The model with the least error in forecasts of the past.' })
  model!: ForecastModel;

  @Field(() => Int, { description: 'Days of the past that it rests on, chosen by forecasts of the past.' })
  fittedOnDays!: number;

  @Field(() => [String], {
    description: 'What it knows of: level, trend, weekdays, seasons of the year, month ends, holidays.',
  })
  terms!: readonly string[];
}

@InputType()
export class AnomaliesInput {
  @Field(() => StreamFigureInput)
  figure!: StreamFigureInput;

  @Field(() => DateTime, { description: 'Windows that begin at or after it…' })
  from!: Date;

  @Field(() => DateTime, {
    description: '…and before this: at most 31 days later. Those that are not over yet are left out.',
  })
  to!: Date;

  @Field(() => String, {
    nullable: true,
    defaultValue: 'PT1H',
    description: 'PT15M, PT30M, PT1H or P1D: each is compared with those at its time of the week.',
  })
  size?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 8,
    description: 'Weeks before `from` that say what is usual, from 4 to 26.',
  })
  weeks?: number | null;

  @Field(() => Float, { nullable: true, defaultValue: 5, description: 'The least |score| that is told, from 0.' })
  threshold?: number | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'A window that is not as usual at its time of the week.' })
export class Anomaly {
  @Field(() => DateTime)
  start!: Date;

  @Field(() => DateTime)
  end!: Date;

  @Field(() => Float)
  value!: number;

  @Field(() => Float, { description: 'The median of the weeks before.' })
  expected!: number;

  @Field(() => Float, { description: 'Robust standard deviations from what is expected; below 0: less. Up to ±1,000.' })
  score!: number;
}
