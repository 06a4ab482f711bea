import { attributeText, attributeTitle } from '../product/attribute-text';

/** The facts of a product that are compared, besides its title and price. */
export interface ComparedFacts {
  readonly brand: string | null;
  readonly rating: number | null;
  readonly availability: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface FactRow {
  readonly title: string;
  /** One text for each product, in order; '' if the product has no such fact. */
  readonly texts: readonly string[];
}

const MAX_ROWS = 8;

/**
 * Returns the facts in which products differ: brand, rating, availability, then attributes by name.
 * @param availabilityText returns a text for a value of `availability`
 */
export function differingFacts(
  products: readonly ComparedFacts[],
  availabilityText: (availability: string) => string,
): FactRow[] {
  const names = [...new Set(products.flatMap(({ attributes }) => Object.keys(attributes)))].sort();
  const rows: FactRow[] = [
    { title: 'Brand', texts: products.map(({ brand }) => brand ?? '') },
    { title: 'Rating', texts: products.map(({ rating }) => (rating === null ? '' : `${rating} of 5`)) },
    { title: 'Availability', texts: products.map(({ availability }) => availabilityText(availability)) },
    ...names.map((name) => ({
      title: attributeTitle(name),
      texts: products.map(({ attributes }) => attributeText(attributes[name])),
    })),
  ];
  return rows.filter(({ texts }) => new Set(texts).size > 1).slice(0, MAX_ROWS);
}
