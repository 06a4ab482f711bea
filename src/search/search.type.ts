import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import { REQUEST_ID } from '../auth/request-id';
import { FILTER, FILTER_VARIABLES, Product } from '../catalog/product.type';
import { enumType } from '../graphql/enum-type';
import { PageInfo } from '../graphql/connection';
import { COUNTED_BY, MAX_LIST_LENGTH, SUBFIELD_PRICE } from '../graphql/limits/operation-cost';
import { DateTime, Float, ID, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { Reason } from '../recommend/serving/recommendation.type';
import { AD_CONSENT, type SponsoredProducts } from '../recommend/serving/sponsorship';
import { Facet, FacetFilter, FacetRequest } from './facet.type';
import type { MerchandisingRuleRecord } from './merchandising/merchandising.store';
import { UpsertMerchandisingRuleInput } from './merchandising/merchandising.type';
import { SynonymInput } from './synonyms/synonym.type';
import type { SearchedQuestion } from './searched-question';
import { QUERY_MATCHINGS, type QueryMatching } from '../search-engine/query/interpret-query';

/** Maximum number of texts of a product that are highlighted. */
export const MAX_HIGHLIGHTS = 10;
/** Cost of a field of a facet or a highlight. They are plain values without resolvers, as those of windows. */
export const PLAIN_FIELD_PRICE = 0.25;

const SEARCH_SORTS = ['RELEVANCE', 'POPULAR', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'RATING', 'DISCOUNT'] as const;
export type SearchSort = (typeof SEARCH_SORTS)[number];

const SortEnum = enumType(
  'SearchSort',
  SEARCH_SORTS,
  'The order of what is found. Products that lack what is sorted by come last.',
  {
    RELEVANCE: 'By words, popularity and what is known of the customer.',
    POPULAR: 'What is asked for most lately.',
    NEWEST: 'What was published, or else changed, last.',
    RATING: 'The best rated first.',
    DISCOUNT: 'The largest share off the old price first.',
  },
);

const MatchingEnum = enumType(
  'SearchMatching',
  QUERY_MATCHINGS,
  'Which words of a query the products have. Stop words are optional in each.',
  {
    FILL_UP:
      'All words; if no product has them, the most informative ones (`ignoredWords` lists the others). After them follow products with some of the words, up to 100 products in all (`isPartialMatch`).',
    ALL_WORDS: 'All words.',
    ANY_WORD:
      'At least one word that is more than a function word or a short number. TOO_COMPLEX if very many products have the words.',
  },
);

@InputType()
export class SearchInput {
  @Field(() => String, {
    nullable: true,
    description:
      'What somebody typed: words, "a phrase", -excluded. Up to 4,096 characters; of more than 1,000 characters or 30 words the rest is not looked at. Without a word in it, this is browsing.',
  })
  query?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "BCP 47. Else the query is read in the shop's language, and the two that most products are in.",
  })
  language?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'It is still being typed: unless a space follows, the last word may be the beginning of one.',
  })
  typing?: boolean | null;

  @Field(() => MatchingEnum, { nullable: true, description: 'Default FILL_UP.' })
  matching?: QueryMatching | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether numbers with words are filters, such as `under 50` and `for 4 people` (`conditions` of the answer). Default true; with false they are words like others.',
  })
  readsConditions?: boolean | null;

  @Field(() => String, { nullable: true, description: FILTER })
  filter?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression that gives a number from 0 to 1,000,000: what relevance is multiplied by. Up to 4,096 characters.',
  })
  boost?: string | null;

  @Field(() => JSONObject, { nullable: true, description: FILTER_VARIABLES })
  filterVariables?: Record<string, unknown> | null;

  @Field(() => [FacetRequest], { nullable: true, description: 'What is counted beside the list. Up to 20.' })
  facets?: FacetRequest[] | null;

  @Field(() => [FacetFilter], {
    nullable: true,
    description: 'What has been chosen: one of the values of each. Up to 20.',
  })
  facetFilters?: FacetFilter[] | null;

  @Field(() => SortEnum, { nullable: true, description: 'Default RELEVANCE.' })
  sort?: SearchSort | null;

  @Field(() => ID, { nullable: true, description: 'Only with a server or admin key.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only with a server or admin key.' })
  sessionId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it is shown. Up to 64 bytes of UTF-8. Searches are logged with it.',
  })
  placement?: string | null;

  @Field(() => Boolean, { nullable: true, description: AD_CONSENT })
  adConsent?: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The receipt of a mutation: the answer knows what it did. Waits 3 s at most.',
  })
  awaitReceipt?: string | null;

  @Field(() => UpsertMerchandisingRuleInput, {
    nullable: true,
    description: 'Only with an admin key: as if this rule were stored, and in force already. Nothing is stored.',
  })
  previewRule?: UpsertMerchandisingRuleInput | null;

  @Field(() => SynonymInput, {
    nullable: true,
    description:
      'Only with an admin key: as if this synonym were stored, in the place of the one with its id. Nothing is stored.',
  })
  previewSynonym?: SynonymInput | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class HighlightFragment {
  @Field(() => String)
  text!: string;

  @Field(() => Boolean, { description: 'Whether this is what was searched for, or was meant.' })
  matched!: boolean;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true, description: 'A text of the product in which words of the query are.' })
export class Highlight {
  @Field(() => String, { description: '`title`, `brand`, `categories`, `attributes.NAME` or `description`.' })
  field!: string;

  @Field(() => [HighlightFragment], {
    description: 'The text in pieces, one after the other; of a long one the part around the first match.',
  })
  fragments!: readonly HighlightFragment[];
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class ProductSearchEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => Product)
  node!: Product;

  @Field(() => Float, { description: 'Comparable within one list only.' })
  score!: number;

  @Field(() => Int, { description: 'From 1, over all pages.' })
  rank!: number;

  @Field(() => Boolean, {
    description:
      'Whether the product has only some of the words: it follows the products that match, and `totalCount` and facets do not count it.',
  })
  isPartialMatch!: boolean;

  @Extensions({ [MAX_LIST_LENGTH]: MAX_HIGHLIGHTS, [SUBFIELD_PRICE]: PLAIN_FIELD_PRICE })
  @Field(() => [Highlight])
  highlights!: readonly Highlight[];

  @Field(() => [Reason], { description: 'What its score is made of. None where the list is sorted by something else.' })
  reasons!: readonly Reason[];
}

@Scoped('STOREFRONT')
@ObjectType('QueryCondition', { simpleResolvers: true, description: 'A filter that words of the query state.' })
class QueryConditionType {
  @Field(() => String, { description: 'The words, as typed.' })
  text!: string;

  @Field(() => String, { description: '`price` or `attributes.NAME`.' })
  field!: string;

  @Field(() => Float, { nullable: true, description: 'The lowest number that passes.' })
  from!: number | null;

  @Field(() => Float, { nullable: true, description: 'The upper limit. See `includesTo`.' })
  to!: number | null;

  @Field(() => Boolean, { description: 'Whether `to` itself passes: `up to 50`, in contrast to `under 50`.' })
  includesTo!: boolean;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true, description: 'Where a customer can continue after a search that found nothing.' })
class NothingFound {
  @Field(() => Int, {
    description: 'How many products match without `facetFilters` and `conditions`; 0 if the search has none.',
  })
  totalWithoutFacetFilters!: number;

  @Field(() => [String], {
    description:
      'Up to 3 categories: of the products without `facetFilters` and `conditions`; else those with names like a word of the query; else the largest.',
  })
  categories!: readonly string[];

  @Field(() => [Product], {
    description: 'Up to 8 products that are asked for most lately. The `filter` holds for them.',
  })
  bestSellers!: readonly Product[];
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class ProductSearchConnection {
  @Field(() => ID, { description: REQUEST_ID })
  requestId!: string;

  @Field(() => DateTime, { description: 'The time that the answer is true at.' })
  asOf!: Date;

  @Field(() => String, { description: "The log's position that the answer is true at." })
  revision!: string;

  @Field(() => String, { description: 'The ranking that put it in order.' })
  modelVersion!: string;

  @Field(() => Int, {
    description:
      'How many products match, exactly; variants of one group count once. Pages reach the first 500 of them. Partial matches are not counted.',
  })
  totalCount!: number;

  @Extensions({ [COUNTED_BY]: 'facets', [SUBFIELD_PRICE]: PLAIN_FIELD_PRICE })
  @Field(() => [Facet], { description: 'In the order in which they were asked for.' })
  facets!: readonly Facet[];

  @Field(() => String, {
    nullable: true,
    description: 'The query that may have been meant. A question, not what was done.',
  })
  didYouMean!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was searched for instead of the query, which finds nothing.',
  })
  correctedQuery!: string | null;

  @Field(() => [String], {
    description: 'Words that not every hit has, because nothing has them together with the others.',
  })
  ignoredWords!: readonly string[];

  @Field(() => [QueryConditionType], {
    description:
      'The filters that words of the query state. They hold like `facetFilters`; search with `readsConditions: false` to undo them.',
  })
  conditions!: readonly QueryConditionType[];

  @Field(() => String, {
    nullable: true,
    description: 'Where a merchandising rule wants the storefront to go instead.',
  })
  redirect!: string | null;

  @Field(() => NothingFound, {
    nullable: true,
    description: 'null if the list has a product, when browsing, and with `first: 0`.',
  })
  nothingFound!: NothingFound | null;

  @Field(() => [ProductSearchEdge])
  edges!: readonly ProductSearchEdge[];

  @Field(() => [Product])
  nodes!: readonly Product[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  /** Resolved to the field `sponsored` if the operation selects it. */
  sponsorship?: SponsoredProducts | Error;

  /** Resolved to the field `articles` if the operation selects it. */
  question?: SearchedQuestion;
  /** The rule of `previewRule`. */
  preview?: MerchandisingRuleRecord;
}
