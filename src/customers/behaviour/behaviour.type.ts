import { Field, ObjectType } from 'type-graphql';
import { enumType } from '../../graphql/enum-type';
import { DateTime, Float, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { BEHAVIOURS, type Behaviour } from './behaviour-label';
import type { BehaviourStep } from './behaviour-path';
import type { BehaviourSource } from './predict-behaviour';

const BehaviourEnum = enumType(
  'Behaviour',
  BEHAVIOURS,
  'What a session does within the next 30 minutes. The first value that applies is the answer.',
  {
    BUY: 'Places an order.',
    LEAVE: 'Has no further event.',
    COMPARE: 'Views at least two products of one category, and returns to one of them.',
    BARGAIN: 'Opens a discounted product, or sorts search results by price or discount.',
    BROWSE: 'Does anything else.',
  },
);

const BehaviourSourceEnum = enumType(
  'BehaviourSource',
  ['MODEL', 'RULE'] satisfies BehaviourSource[],
  'What a prediction comes from.',
  {
    MODEL: "A model that was fitted on the shop's sessions.",
    RULE: 'Stated rules: fewer than 1,000 sessions, or fewer than 100 with one of the labels.',
  },
);

const ComparisonEnum = enumType(
  'BehaviourComparison',
  ['AT_MOST', 'ABOVE'] satisfies BehaviourStep['comparison'][],
  'How a value compares with the threshold of a step.',
  {
    AT_MOST: 'The value is at most the threshold.',
    ABOVE: 'The value is above the threshold.',
  },
);

@Scoped('STOREFRONT')
@ObjectType('BehaviourStep', { description: 'One test that led to a prediction of behaviour.', simpleResolvers: true })
class BehaviourStepType implements BehaviourStep {
  @Field(() => String, { description: 'Name of the tested feature of the session, such as `productPages`.' })
  feature!: string;

  @Field(() => ComparisonEnum)
  comparison!: BehaviourStep['comparison'];

  @Field(() => Float, { description: 'In the unit of the feature: times in seconds or days, shares from 0 to 1.' })
  threshold!: number;

  @Field(() => Float, { description: "The session's value." })
  value!: number;

  @Field(() => String, { description: 'The test in English, such as `3 product pages (more than 2)`.' })
  text!: string;
}

@Scoped('STOREFRONT')
@ObjectType({ description: 'The probability of one behaviour.', simpleResolvers: true })
class BehaviourProbability {
  @Field(() => BehaviourEnum)
  behaviour!: Behaviour;

  @Field(() => Float, { description: 'From 0 to 1.' })
  probability!: number;
}

@Scoped('STOREFRONT')
@ObjectType({ description: 'What a running session is predicted to do next.', simpleResolvers: true })
export class SessionBehaviour {
  @Field(() => BehaviourEnum, {
    description:
      'The behaviour that is most likely compared with its share of all sessions. It can differ from the one with the highest probability.',
  })
  behaviour!: Behaviour;

  @Field(() => BehaviourSourceEnum, { description: 'What the behaviour, its probabilities and its path come from.' })
  source!: BehaviourSource;

  @Field(() => [BehaviourProbability], { description: 'One entry for each behaviour; the probabilities add up to 1.' })
  probabilities!: readonly BehaviourProbability[];

  @Field(() => [BehaviourStepType], { description: 'The tests that led to the behaviour, in order.' })
  path!: readonly BehaviourStep[];

  @Field(() => String, { description: 'The path in one line of English.' })
  explanation!: string;

  @Field(() => Float, { description: 'Probability of an order from now to the end of the session, from 0 to 1.' })
  purchaseProbability!: number;

  @Field(() => BehaviourSourceEnum, { description: 'What the purchase probability comes from.' })
  purchaseSource!: BehaviourSource;

  @Field(() => ID, {
    nullable: true,
    description: 'The version of BEHAVIOUR that is active; null while there is none.',
  })
  modelVersion!: string | null;

  @Field(() => DateTime, { description: 'The time of the first event of the session.' })
  startedAt!: Date;

  @Field(() => DateTime, { description: 'The time as of which the prediction was computed.' })
  asOf!: Date;
}
