import { canonicalJson } from '../platform/canonical-json';

/** A product as JSON, as it is stored in PostgreSQL and in the log: prices are decimal text, times are ISO 8601. */
export interface ProductRecord {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly url: string | null;
  readonly imageUrls: readonly string[];
  readonly price: string | null;
  readonly listPrice: string | null;
  readonly currency: string | null;
  readonly brand: string | null;
  readonly categories: readonly string[];
  readonly groupId: string | null;
  readonly language: string | null;
  readonly availability: Availability;
  readonly stock: number | null;
  readonly rating: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly publishedAt: string | null;
  readonly updatedAt: string;
  readonly offerUpdatedAt: string;
}

export const AVAILABILITIES = ['IN_STOCK', 'OUT_OF_STOCK', 'PREORDER', 'DISCONTINUED'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

/** Returns whether a product with this availability may be recommended. */
export function isSellable(availability: Availability): boolean {
  return availability === 'IN_STOCK' || availability === 'PREORDER';
}

/** Returns whether two records are equal except for their update times. */
export function sameContent(a: ProductRecord, b: ProductRecord): boolean {
  return contentOf(a) === contentOf(b);
}

function contentOf(record: ProductRecord): string {
  return canonicalJson({ ...record, updatedAt: undefined, offerUpdatedAt: undefined });
}
