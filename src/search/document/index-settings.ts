import type { SearchDocument } from '../../search-engine/index/search-document';
import type { IndexSettings } from '../../search-engine/index/settings';
import { CATEGORY_SEPARATOR } from '../../catalog/category-path';

/** Increment when a code change turns a product into a different document. Segments of other versions are not used. */
export const DOCUMENT_VERSION = 4;

/** Separates an attribute's name from its value, because one facet column holds all attributes. */
export const ATTRIBUTE_SEPARATOR = '\u001f';
/** Maximum number of numeric attributes with a numeric column, which range filters and range facets need. */
export const MAX_ATTRIBUTE_NUMBERS = 32;

/** The facet with the brands of products whose brand is not a normalized facet value. Only expressions read it. */
export const SENT_BRAND = 'sentBrand';

/** The facet with the term of the noun that says what a product is. Only queries are interpreted with it. */
export const HEAD_NOUN = 'headNoun';

/** Prefix of the column and field names of attributes. */
export const ATTRIBUTE_PREFIX = 'attributes.';

/** Returns the settings of the product index. @param attributeNumbers names of the numeric attributes */
export function indexSettings(attributeNumbers: readonly string[]): IndexSettings {
  return {
    // With `lengthIsFixed`, `typicalLength` is always used as the average field length, so that processes with
    // different base segments compute the same scores.
    fields: [
      { name: 'title', weight: 4, b: 0.5, typicalLength: 6, isName: true },
      { name: 'identifiers', weight: 4, b: 0, typicalLength: 2 },
      { name: 'brand', weight: 3, b: 0, typicalLength: 2, isName: true },
      { name: 'categories', weight: 2, b: 0.3, typicalLength: 4, isName: true },
      { name: 'attributes', weight: 1.5, b: 0.3, typicalLength: 6 },
      { name: 'description', weight: 1, b: 0.75, typicalLength: 50, isProse: true },
    ].map((field) => ({ ...field, lengthIsFixed: true })),
    k1: 1.2,
    facets: [
      { name: 'brand' },
      { name: SENT_BRAND },
      { name: 'categories', pathSeparator: CATEGORY_SEPARATOR },
      { name: 'availability' },
      { name: 'language' },
      { name: 'attributes', pathSeparator: ATTRIBUTE_SEPARATOR },
      { name: 'group' },
      { name: HEAD_NOUN, isUncounted: true },
    ],
    numbers: [...PRODUCT_NUMBERS, ...attributeNumbers.map((name) => ATTRIBUTE_PREFIX + name)],
  };
}

/** Returns the names of the numeric attributes that have a column. */
export function numericAttributes({ numbers }: IndexSettings): string[] {
  return numbers.flatMap((name) => (name.startsWith(ATTRIBUTE_PREFIX) ? [name.slice(ATTRIBUTE_PREFIX.length)] : []));
}

/** Returns whether an index may have columns for more numeric attributes. */
export function hasRoomForNumbers({ numbers }: IndexSettings): boolean {
  return numbers.length < PRODUCT_NUMBERS.length + MAX_ATTRIBUTE_NUMBERS;
}

/** Returns whether a document has numbers for which the index has no column. */
export function hasOtherNumbers({ numbers }: Pick<SearchDocument, 'numbers'>, settings: IndexSettings): boolean {
  return Object.keys(numbers).some((name) => !settings.numbers.includes(name));
}

/**
 * Numeric columns of every product:
 * - `newest`: when the product was published; if that is unknown, when it was last changed (ms since 1970)
 * - `published`: when the product becomes visible (ms since 1970)
 * - `available`: 0 if it is out of stock, else 1
 * - `tie`: hash of the id, to break ties
 * - `content`: hash of the words and facets of the product, to detect changes
 * - `version`: version of the product's row in PostgreSQL, in base segments only
 */
const PRODUCT_NUMBERS = [
  'price',
  'discount',
  'rating',
  'newest',
  'published',
  'available',
  'tie',
  'content',
  'version',
] as const;
