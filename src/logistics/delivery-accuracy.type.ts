import { Extensions, Field, Int, ObjectType } from 'type-graphql';
import { MAX_LIST_LENGTH } from '../graphql/limits/operation-cost';
import { DateTime, Float } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';

/** Maximum number of carriers that are reported separately. */
export const MAX_CARRIERS = 50;

@Scoped('SERVER')
@ObjectType()
export class AccuracyFigures {
  @Field(() => Int, { description: 'Compared parcels: those that had an estimate when their carrier took them over.' })
  parcels!: number;

  @Field(() => Int, {
    description: 'Parcels that were delivered from `earliest` to `latest`. They are meant to be 80 % of `parcels`.',
  })
  within!: number;

  @Field(() => Int, { description: 'Parcels that were delivered before `earliest`.' })
  early!: number;

  @Field(() => Int, { description: 'Parcels that were delivered after `latest`.' })
  late!: number;

  @Field(() => Int, {
    description:
      'Parcels that were delivered on one of the days from `earliest` to `latest`, by the clocks of the destination: what a page that shows days has promised.',
  })
  onShownDays!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The median of the hours between `median` and the delivery. Null without parcels.',
  })
  medianErrorHours!: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'How estimates of one carrier compare with deliveries.' })
class CarrierAccuracy extends AccuracyFigures {
  @Field(() => String, { description: 'The carrier.' })
  carrier!: string;
}

@ObjectType('DeliveryAccuracy', {
  simpleResolvers: true,
  description: 'How estimates of delivered parcels compare with their deliveries.',
})
export class DeliveryAccuracyObject extends AccuracyFigures {
  @Field(() => DateTime, { description: 'When it was computed.' })
  asOf!: Date;

  @Field(() => DateTime, { nullable: true, description: 'The first of the deliveries. Null without parcels.' })
  since!: Date | null;

  @Extensions({ [MAX_LIST_LENGTH]: MAX_CARRIERS })
  @Field(() => [CarrierAccuracy], { description: 'The same by carrier: the 50 with the most parcels.' })
  carriers!: readonly CarrierAccuracy[];
}
