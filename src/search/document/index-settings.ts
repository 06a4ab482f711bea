import type { IndexSettings } from '../index/settings';

/** Raised with every change to what a product's document has: a segment of another version does not fit. */
export const DOCUMENT_VERSION = 2;

/** What separates the steps of a category's path. */
export const CATEGORY_SEPARATOR = ' > ';
/** What separates an attribute's name from its value: one facet column holds all attributes. */
export const ATTRIBUTE_SEPARATOR = '\u001f';
/** Numeric attributes that have a column of their own, for ranges. */
export const MAX_ATTRIBUTE_NUMBERS = 32;

export const ATTRIBUTE = 'attributes.';

/** @param attributeNumbers names of the attributes that are numbers */
export function indexSettings(attributeNumbers: readonly string[]): IndexSettings {
  return {
    // Fixed lengths: every process scores alike, whatever base segment it has.
    fields: [
      { name: 'title', weight: 4, b: 0.5, typicalLength: 6 },
      { name: 'identifiers', weight: 4, b: 0, typicalLength: 2 },
      { name: 'brand', weight: 3, b: 0, typicalLength: 2 },
      { name: 'categories', weight: 2, b: 0.3, typicalLength: 4 },
      { name: 'attributes', weight: 1.5, b: 0.3, typicalLength: 6 },
      { name: 'description', weight: 1, b: 0.75, typicalLength: 50 },
    ].map((field) => ({ ...field, lengthIsFixed: true })),
    k1: 1.2,
    facets: [
      { name: 'brand' },
      { name: 'categories', pathSeparator: CATEGORY_SEPARATOR },
      { name: 'availability' },
      { name: 'language' },
      { name: 'attributes', pathSeparator: ATTRIBUTE_SEPARATOR },
      { name: 'group' },
    ],
    numbers: [...NUMBERS, ...attributeNumbers.map((name) => ATTRIBUTE + name)],
  };
}

/**
 * `newest`: when it was published, else changed (ms); `published`: when it is to be seen from (ms); `available`: 1 or 0;
 * `tie`: of its id, to decide between equals; `content`: of all that is no number, to tell what has changed; `version`: what it
 * looked like in PostgreSQL, in base segments only.
 */
export const NUMBERS = [
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
