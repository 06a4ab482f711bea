import { Field, ObjectType } from 'type-graphql';
import { DateTime, Float } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'The revenue that is expected on one day of the shop.' })
class RevenueForecastDay {
  @Field(() => DateTime, { description: 'When the day begins.' })
  from!: Date;

  @Field(() => Float, { description: 'In the currency of the forecast.' })
  value!: number;

  @Field(() => Float, { description: 'On eight of ten days, the revenue is expected to be at least this…' })
  low!: number;

  @Field(() => Float, { description: '…and at most this.' })
  high!: number;
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true, description: 'The revenue that is expected on the coming days.' })
export class RevenueForecast {
  @Field(() => String, { description: 'ISO 4217, such as `EUR`.' })
  currency!: string;

  @Field(() => [RevenueForecastDay], { description: 'From today on.' })
  days!: RevenueForecastDay[];
}
