import type { Field } from '../expressions/shape';
import { canonicalJson } from '../platform/canonical-json';
import type { ProductRecord } from './product-record';

const FACTS = [
  'price',
  'listPrice',
  'currency',
  'availability',
  'brand',
  'categories',
  'groupId',
  'language',
  'rating',
  'publishedAt',
  'attributes',
] as const;

/**
 * The fields that are stored for each version of a product, so that an event can be evaluated with the product as it
 * was at the time of the event. They are fields that streams can group by and that change rarely, so texts, images and
 * stock are not among them.
 */
export type ProductFacts = Pick<ProductRecord, (typeof FACTS)[number]>;

export function factsOf(record: ProductRecord): ProductFacts {
  return Object.fromEntries(FACTS.map((fact) => [fact, record[fact]])) as unknown as ProductFacts;
}

export function sameFacts(a: ProductFacts, b: ProductFacts): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** The fields of a product version that expressions can read. Prices are read as the nearest double. */
export const FACT_FIELDS: Readonly<Record<(typeof FACTS)[number], Field<ProductFacts>>> = {
  price: { type: 'double', read: ({ price }) => numberOf(price) },
  listPrice: { type: 'double', read: ({ listPrice }) => numberOf(listPrice) },
  currency: { type: 'string', read: ({ currency }) => currency ?? undefined },
  availability: { type: 'string', read: ({ availability }) => availability },
  brand: { type: 'string', read: ({ brand }) => brand ?? undefined },
  categories: { type: 'list<string>', read: ({ categories }) => categories },
  groupId: { type: 'string', read: ({ groupId }) => groupId ?? undefined },
  language: { type: 'string', read: ({ language }) => language ?? undefined },
  rating: { type: 'double', read: ({ rating }) => rating ?? undefined },
  publishedAt: {
    type: 'google.protobuf.Timestamp',
    read: ({ publishedAt }) => (publishedAt === null ? undefined : new Date(publishedAt)),
  },
  attributes: { type: 'map<string, dyn>', read: ({ attributes }) => attributes },
};

function numberOf(decimal: string | null): number | undefined {
  return decimal === null ? undefined : Number(decimal);
}
