/** The colours of products, as in their titles. */
export const COLOURS = ['Sea Green', 'Oat', 'Rust', 'Slate', 'Mustard'] as const;

/**
 * A kind of product with several versions, sorted by price. If the versions are colours or sizes, they are variants of
 * one product; otherwise each is a separate product.
 */
export interface ProductKind {
  /** For example `Stoneware Mug, 300 ml`. */
  readonly name: string;
  /** The price of the cheapest version, in euros. */
  readonly price: number;
  /** The attribute in which the versions differ. */
  readonly by: 'colour' | 'size' | 'variety';
  /** Five versions. */
  readonly versions: readonly string[];
  /** A short description: one clause. */
  readonly about: string;
}

/** A line of synthetic products, which matches the preferences of some customers. */
export interface ProductLine {
  readonly category: readonly [string, string];
  readonly brands: readonly [string, string];
  /** The day of the year with the highest demand; absent if demand is constant. */
  readonly season?: number;
  /** Ten single products. */
  readonly things: readonly (readonly [title: string, price: string])[];
  /** The indices of the single products that customers buy repeatedly. */
  readonly consumables: readonly number[];
  /** Eight kinds. */
  readonly kinds: readonly ProductKind[];
}

export const kind = (
  name: string,
  price: number,
  by: ProductKind['by'],
  versions: readonly string[],
  about: string,
): ProductKind => ({
  name,
  price,
  by,
  versions,
  about,
});
