import type { CatalogueProduct } from '../../catalog/catalogue-product';
import type { DocumentField, SearchDocument } from '../index/search-document';
import type { Analyzers } from './analyzers';
import { hash53 } from './hash';
import { ATTRIBUTE, ATTRIBUTE_SEPARATOR } from './index-settings';

/** Of one product. */
const MOST_ATTRIBUTE_VALUES = 100;
/** Longer texts are no values that anybody chooses from, in UTF-16 code units. */
const LONGEST_VALUE = 100;

/**
 * What the index knows of a product; none of one that is not sold any more.
 * @param version what tells it from other versions of itself
 */
export function productDocument(
  product: CatalogueProduct,
  analyzers: Analyzers,
  version = NaN,
): SearchDocument | undefined {
  if (product.availability === 'DISCONTINUED') return undefined;
  const { id, title, brand, categories, description, groupId, availability, rating, attributes } = product;
  const analyzer = analyzers.of(product.language);
  const field = (name: string, text: string): DocumentField => ({ name, tokens: analyzer.analyze(text) });
  const values = attributeValues(attributes);
  return {
    id,
    fields: [
      field('title', title),
      field('identifiers', id),
      ...(brand === null ? [] : [field('brand', brand)]),
      ...categories.map((category) => field('categories', category)),
      ...values.map(([, value]) => field('attributes', value)),
      ...(description === null ? [] : [field('description', description)]),
    ],
    facets: {
      brand: brand === null ? [] : [brand],
      categories,
      availability: [availability],
      language: [analyzer.language],
      attributes: values.map(([name, value]) => name + ATTRIBUTE_SEPARATOR + value),
      group: groupId === null ? [] : [groupId],
    },
    numbers: {
      ...attributeNumbers(attributes),
      price: product.priceNumber ?? NaN,
      discount: discountOf(product),
      rating: rating ?? NaN,
      newest: (product.publishedAt ?? product.updatedAt).getTime(),
      published: product.publishedAt?.getTime() ?? NaN,
      available: availability === 'OUT_OF_STOCK' ? 0 : 1,
      tie: hash53(id),
      version,
    },
  };
}

/** The share that a reduced price is below the old one. */
export function discountOf({
  priceNumber,
  listPriceNumber,
}: Pick<CatalogueProduct, 'priceNumber' | 'listPriceNumber'>): number {
  if (priceNumber === undefined || listPriceNumber === undefined || !(listPriceNumber > priceNumber)) return NaN;
  return 1 - priceNumber / listPriceNumber;
}

/** What can be chosen of attributes: texts, numbers, yes and no, and lists of these. */
function attributeValues(attributes: CatalogueProduct['attributes']): [name: string, value: string][] {
  const values: [string, string][] = [];
  for (const [name, given] of Object.entries(attributes)) {
    for (const one of Array.isArray(given) ? (given as unknown[]) : [given]) {
      if (typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean') continue;
      const value = String(one).replaceAll(ATTRIBUTE_SEPARATOR, ' ').trim();
      if (value === '' || value.length > LONGEST_VALUE) continue;
      if (values.length === MOST_ATTRIBUTE_VALUES) return values;
      values.push([name.replaceAll(ATTRIBUTE_SEPARATOR, ' '), value]);
    }
  }
  return values;
}

function attributeNumbers(attributes: CatalogueProduct['attributes']): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === 'number') numbers[ATTRIBUTE + name] = value;
  return numbers;
}
