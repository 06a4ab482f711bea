import { Extensions, Field, Int, ObjectType } from 'type-graphql';
import type { AdBidKind } from '../../auth/ad-token';
import { enumType } from '../../graphql/enum-type';
import { MAX_LIST_LENGTH } from '../../graphql/limits/operation-cost';
import { Money } from '../../graphql/money.type';
import { DateTime, Float, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { BidKindEnum } from '../definitions/ad-definitions.type';
import { MAX_SLOTS } from '../definitions/ad-records';
import { AD_EXCLUSIONS, MAX_EXPLAINED, type AdExclusion } from './ad-decision.store';

const ExclusionEnum = enumType(
  'AdExclusion',
  AD_EXCLUSIONS,
  'Why a relevant product of a line item took no part in an auction.',
  {
    BELOW_RESERVE: 'The bid is below the reserve of the placement.',
    NOT_IN_FLIGHT: 'The flight of the campaign has not begun or has ended.',
    BUDGET_SPENT: 'The budgets leave less than the reserve of the placement.',
    RESERVED:
      'The budgets leave at least the reserve, but less without what ads that were shown already are expected to cost.',
    FREQUENCY_CAP: 'The visitor has seen the line item often enough.',
    NO_KEYWORD: 'No keyword matches the query.',
    NEGATIVE_KEYWORD: 'A negative keyword is in the query.',
    TARGETING: 'The condition does not hold.',
    NO_CONSENT: 'The condition is personal, and the customer has not given consent.',
    OUT_OF_STOCK: 'The product cannot be bought.',
    SORTED: 'The customer has sorted the search by something other than relevance.',
    ONE_PRODUCT:
      'One product is relevant: the only one that matches, or the one whose id, code or title the query is. Other products may be sponsored only if its title is short.',
    NOT_ALL_WORDS: 'The product does not have all words of the query as typed or by a synonym.',
  },
);

@Scoped('ADMIN')
@ObjectType({ description: 'A product of a line item in an auction.' })
export class AdCandidate {
  @Field(() => ID)
  lineItemId!: string;

  @Field(() => ID)
  productId!: string;

  @Field(() => ID)
  advertiserId!: string;

  @Field(() => BidKindEnum)
  bidKind!: AdBidKind;

  @Field(() => Money, {
    description:
      'For a click (CPC) or for one impression (CPM): the bid of the line item, or what the budgets leave if that is less.',
  })
  bid!: Money;

  @Field(() => Money, { description: 'The lowest price of the placement, for a click or for one impression.' })
  reserve!: Money;

  @Field(() => Float, {
    description:
      'Predicted probability of a click, from 0 to 1: in its slot for an ad that was shown, else in the first.',
  })
  clickProbability!: number;

  @Field(() => Float, { description: 'How well the product fits the list, from 0 to 1.' })
  quality!: number;

  @Field(() => Money, {
    description:
      'Expected revenue of an impression with quality, which the auction ranks by: the bid × the click probability in the first slot (CPC only) × the quality.',
  })
  score!: Money;
}

@Scoped('ADMIN')
@ObjectType({ description: 'An ad that was shown.' })
class AdWinner {
  @Field(() => Int, { description: 'From 1.' })
  slot!: number;

  @Field(() => AdCandidate)
  candidate!: AdCandidate;

  @Field(() => Money, { description: 'For a click (CPC) or for one impression (CPM).' })
  price!: Money;

  @Field(() => Boolean, { description: 'Whether it was drawn at random, outside the auction, at the reserve.' })
  isExploration!: boolean;
}

@Scoped('ADMIN')
@ObjectType({ description: 'A relevant product of a line item that took no part.' })
class ExcludedAd {
  @Field(() => ID)
  lineItemId!: string;

  @Field(() => ID)
  productId!: string;

  @Field(() => ExclusionEnum)
  reason!: AdExclusion;
}

@Scoped('ADMIN')
@ObjectType({ description: 'Why an answer shows its ads.' })
export class AdDecisionExplanation {
  @Field(() => ID)
  id!: string;

  @Field(() => DateTime)
  decidedAt!: Date;

  @Field(() => ID, { description: 'The placement.' })
  placement!: string;

  @Field(() => String, { nullable: true, description: 'The query of the search; null for other lists.' })
  query!: string | null;

  @Field(() => Int, {
    description:
      'Number of products of the list that were relevant enough, up to 200; 0 if its products may not be sponsored.',
  })
  relevantProducts!: number;

  @Extensions({ [MAX_LIST_LENGTH]: MAX_SLOTS })
  @Field(() => [AdWinner], { description: 'The ads that were shown, in order of slot.' })
  winners!: readonly AdWinner[];

  @Extensions({ [MAX_LIST_LENGTH]: MAX_EXPLAINED })
  @Field(() => [AdCandidate], {
    description: 'The best product of each further advertiser, in order of score; up to 50.',
  })
  competitors!: readonly AdCandidate[];

  @Extensions({ [MAX_LIST_LENGTH]: MAX_EXPLAINED })
  @Field(() => [ExcludedAd], { description: 'What took no part; up to 50.' })
  excluded!: readonly ExcludedAd[];
}
