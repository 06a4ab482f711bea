import type { Field, PartialShape, Scalar } from '../../expressions/shape';
import type { Columns } from '../../search-engine/index/columns';
import { languageOf } from '../../search-engine/text/language-analyzer';
import { NO_LANGUAGE, subtagOf } from '../../search-engine/text/analyzers';
import { attributeFacetValue, MAX_FACET_VALUES } from './attribute-facet-values';
import { ATTRIBUTE_PREFIX, SENT_BRAND } from './index-settings';
import { facetText } from './plain-text';

/** Returns the product fields that expressions can read from the columns of a segment, by document number. */
export function productColumns(columns: Columns): PartialShape<number> {
  const number = (name: string) => {
    const values = columns.numbers(name);
    return (doc: number) => (Number.isNaN(values[doc]) ? undefined : values[doc]);
  };
  const published = number('published');
  const [brand, sentBrand] = [columns.value('brand'), columns.value(SENT_BRAND)];
  const fields: Record<string, Field<number>> = {
    price: { type: 'double', read: number('price') },
    rating: { type: 'double', read: number('rating') },
    brand: { type: 'string', read: (doc) => sentBrand(doc) ?? brand(doc) },
    availability: { type: 'string', read: columns.value('availability') },
    publishedAt: {
      type: 'google.protobuf.Timestamp',
      read: (doc) => {
        const at = published(doc);
        return at === undefined ? undefined : new Date(at);
      },
    },
  };
  return {
    name: 'product',
    fields,
    entry: (field, key) =>
      field === 'attributes' && columns.hasNumbers(ATTRIBUTE_PREFIX + key) ? number(ATTRIBUTE_PREFIX + key) : undefined,
    mayBe(field, key, values) {
      if (field === 'categories') return columns.hasAny('categories', values.filter(isText).map(facetText));
      if (field === 'language')
        return columns.hasAny('language', [...values.filter(isText).map(indexedLanguage), NO_LANGUAGE]);
      if (field === 'groupId') return columns.hasAny('group', values.filter(isText));
      if (field === 'id') {
        const documents = new Set(values.filter(isText).map((id) => columns.find(id)));
        return (doc) => documents.has(doc);
      }
      return field === 'attributes' && key !== undefined ? attributeMayBe(columns, key, values) : undefined;
    },
  };
}

/**
 * Returns a predicate for documents that may have one of the values. It is true for every product with
 * {@link MAX_FACET_VALUES} facet values, because the product may have further values that the column does not store.
 */
function attributeMayBe(columns: Columns, key: string, values: readonly Scalar[]) {
  const sought = values.map((value) => attributeFacetValue(key, value));
  if (!sought.every(isText)) return undefined;
  const has = columns.hasAny('attributes', sought);
  const count = columns.valueCount('attributes');
  return (doc: number) => has(doc) || count(doc) >= MAX_FACET_VALUES;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** Returns the language under which products of this language are indexed. */
export const indexedLanguage = (language: string): string => languageOf(subtagOf(language));
