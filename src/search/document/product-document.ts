import type { CatalogueProduct } from '../../catalog/catalogue-product';
import type { DocumentField, SearchDocument } from '../index/search-document';
import type { Analyzers } from './analyzers';
import { attributeEntries, facetValues } from './attribute-value';
import { hash53 } from './hash';
import { ATTRIBUTE, ATTRIBUTE_SEPARATOR } from './index-settings';

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
  const { id, title, brand, categories, description, groupId, availability, attributes } = product;
  const analyzer = analyzers.of(product.language);
  const field = (name: string, text: string): DocumentField => ({ name, tokens: analyzer.analyze(text) });
  return {
    id,
    fields: [
      field('title', title),
      field('identifiers', id),
      ...(brand === null ? [] : [field('brand', brand)]),
      ...categories.map((category) => field('categories', category)),
      ...attributeTexts(attributes).map((text) => field('attributes', text)),
      ...(description === null ? [] : [field('description', description)]),
    ],
    facets: {
      brand: brand === null ? [] : [brand],
      categories,
      availability: [availability],
      language: [analyzer.language],
      attributes: facetValues(attributes),
      group: groupId === null ? [] : [groupId],
    },
    numbers: productNumbers(product, version),
  };
}

/** The numbers of {@link productDocument}, which are enough where `content` is what it was. */
export function productNumbers(product: CatalogueProduct, version = NaN): SearchDocument['numbers'] {
  const { id, availability, rating, attributes } = product;
  return {
    ...attributeNumbers(attributes),
    price: product.priceNumber ?? NaN,
    discount: discountOf(product),
    rating: rating ?? NaN,
    newest: (product.publishedAt ?? product.updatedAt).getTime(),
    published: product.publishedAt?.getTime() ?? NaN,
    available: availability === 'OUT_OF_STOCK' ? 0 : 1,
    tie: hash53(id),
    content: contentOf(product),
    version,
  };
}

/** What tells whether words and facets of a product are the same: 53 bits. */
export function contentOf(product: CatalogueProduct): number {
  const { title, brand, categories, description, groupId, language, availability, attributes } = product;
  return hash53(JSON.stringify([title, brand, categories, description, groupId, language, availability, attributes]));
}

/** The share that a reduced price is below the old one. */
export function discountOf({
  priceNumber,
  listPriceNumber,
}: Pick<CatalogueProduct, 'priceNumber' | 'listPriceNumber'>): number {
  if (priceNumber === undefined || listPriceNumber === undefined || !(listPriceNumber > priceNumber)) return NaN;
  return 1 - priceNumber / listPriceNumber;
}

/** What words of attributes are searched in: every value of each attribute, once. */
function attributeTexts(attributes: CatalogueProduct['attributes']): string[] {
  const texts = new Map<string, string>();
  for (const [name, value] of attributeEntries(attributes)) {
    const text = String(value).trim();
    if (text !== '') texts.set(name + ATTRIBUTE_SEPARATOR + text, text);
  }
  return [...texts.values()];
}

function attributeNumbers(attributes: CatalogueProduct['attributes']): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === 'number') numbers[ATTRIBUTE + name] = value;
  return numbers;
}
