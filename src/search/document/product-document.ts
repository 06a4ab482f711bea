import type { CatalogueProduct } from '../../catalog/catalogue-product';
import type { DocumentField, SearchDocument } from '../../search-engine/index/search-document';
import type { Analyzers } from '../../search-engine/text/analyzers';
import { type HeadNoun, headNoun } from '../../search-engine/text/head-noun';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import type { TextToken } from '../../search-engine/text/token';
import { attributeEntries, attributeFacetValues } from './attribute-facet-values';
import { hash53 } from './hash';
import { ATTRIBUTE_PREFIX, ATTRIBUTE_SEPARATOR, HEAD_NOUN, SENT_BRAND } from './index-settings';
import { facetText, plainText } from './plain-text';

/**
 * Returns the search document of a product; undefined for a discontinued product.
 * @param version version of the product's row, stored in the numeric column `version`
 */
export function productDocument(
  product: CatalogueProduct,
  analyzers: Analyzers,
  version = NaN,
): SearchDocument | undefined {
  if (product.availability === 'DISCONTINUED') return undefined;
  const { id, title, brand, categories, description, groupId, availability, attributes } = product;
  const analyzer = analyzers.of(product.language);
  const brandValues = [facetText(brand ?? '')].filter((value) => value !== '');
  const field = (name: string, text: string): DocumentField => ({
    name,
    tokens: analyzer.tokensWithMeasures(plainText(text)),
  });
  const titleText = plainText(title);
  const titleTokens = analyzer.tokensWithMeasures(titleText);
  const head = headNounOf(titleText, titleTokens, brand, analyzer);
  return {
    id,
    fields: [
      { name: 'title', tokens: titleTokens },
      field('identifiers', id),
      ...(brand === null ? [] : [field('brand', brand)]),
      ...categories.map((category) => field('categories', category)),
      ...attributeTexts(attributes).map((text) => field('attributes', text)),
      ...(description === null ? [] : [field('description', description)]),
    ],
    facets: {
      brand: brandValues,
      [SENT_BRAND]: brand === null || brandValues.includes(brand) ? [] : [brand],
      categories: categories.map(facetText).filter((path) => path !== ''),
      availability: [availability],
      language: [analyzer.language],
      attributes: attributeFacetValues(attributes),
      group: groupId === null ? [] : [groupId],
      [HEAD_NOUN]: head === undefined ? [] : [head.term],
    },
    numbers: productNumbers(product, version),
  };
}

/**
 * Returns the noun that says what a product is.
 * @param title the plain text of the title
 */
export function headNounOf(
  title: string,
  tokens: readonly TextToken[],
  brand: string | null,
  analyzer: LanguageAnalyzer,
): HeadNoun | undefined {
  const brandTerms = new Set(brand === null ? [] : analyzer.analyze(plainText(brand)).map(({ term }) => term));
  return (
    headNoun(title, tokens, analyzer, (term) => brandTerms.has(term)) ??
    (brand === null ? undefined : headNoun(title, tokens, analyzer))
  );
}

/**
 * Returns the numeric columns of {@link productDocument}. If the value of `content` has not changed, an update replaces
 * only these columns.
 */
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
    content: contentHash(product),
    version,
  };
}

/** Returns a 53-bit hash of a product's words and facets. Equal hashes mean that they have not changed. */
export function contentHash(product: CatalogueProduct): number {
  const { title, brand, categories, description, groupId, language, availability, attributes } = product;
  return hash53(JSON.stringify([title, brand, categories, description, groupId, language, availability, attributes]));
}

/** Returns the discount as a share of the list price, 0 … 1; NaN if the price is not reduced. */
export function discountOf({
  priceNumber,
  listPriceNumber,
}: Pick<CatalogueProduct, 'priceNumber' | 'listPriceNumber'>): number {
  if (priceNumber === undefined || listPriceNumber === undefined || !(listPriceNumber > priceNumber)) return NaN;
  return 1 - priceNumber / listPriceNumber;
}

/** Returns the searchable texts of attributes: each value of an attribute once. */
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
    if (typeof value === 'number') numbers[ATTRIBUTE_PREFIX + name] = value;
  return numbers;
}
