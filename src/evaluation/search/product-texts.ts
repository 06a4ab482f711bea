import type { CatalogueProduct } from '../../catalog/catalogue-product';

/** The texts of a product for the engines that Freshet is compared with. Freshet indexes the same texts. */
export interface ProductTexts {
  readonly id: string;
  readonly title: string;
  /** The id again, as a searchable text. */
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
