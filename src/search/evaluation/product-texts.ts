import type { CatalogueProduct } from '../../catalog/catalogue-product';

/** What engines that know nothing of products are given of one: the same texts that the shop's own search looks into. */
export interface ProductTexts {
  readonly id: string;
  readonly title: string;
  /** Its id once more, to be searched. */
  readonly identifiers: string;
  readonly brand: string;
  readonly categories: string;
  readonly attributes: string;
  readonly description: string;
}

export const TEXT_FIELDS = ['title', 'identifiers', 'brand', 'categories', 'attributes', 'description'] as const;

export function productTexts(product: CatalogueProduct): ProductTexts {
  const { id, title, brand, categories, description, attributes } = product;
  const values = Object.values(attributes)
    .flat()
    .filter((value) => value !== null && typeof value !== 'object');
  return {
    id,
    title,
    identifiers: id,
    brand: brand ?? '',
    categories: categories.join(' '),
    attributes: values.join(' '),
    description: description ?? '',
  };
}
