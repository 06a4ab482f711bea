/** The colours of products, as in their titles. */
export const COLOURS = ['Sea Green', 'Oat', 'Rust', 'Slate', 'Mustard'] as const;

/**
 * A product kind with five versions. Colours and sizes are variants of one product; varieties are separate products.
 */
export interface ProductKind {
  /** For example `Stoneware Mug, 300 ml`. */
  readonly name: string;
  /** The price of the first version in euros. All colours have this price; later sizes and varieties cost more. */
  readonly price: number;
  /** The attribute in which the versions differ. */
  readonly versionAttribute: 'colour' | 'size' | 'variety';
  readonly versions: readonly string[];
  /** A short description, which follows the title in the product's `description`. */
  readonly about: string;
}

/** A line of synthetic products, such as everything for coffee and tea. Each customer prefers one line. */
export interface ProductLine {
  /** The department, and the shelf in it. */
  readonly category: readonly [string, string];
  readonly brands: readonly [string, string];
  /** What a customer who prefers the line does most, as in `Mia cooks`. */
  readonly habit: string;
  /** The day of the year with the highest demand; absent if demand is constant. */
  readonly peakDayOfYear?: number;
  /** Ten products without versions. Prices are in euros. */
  readonly singleProducts: readonly (readonly [title: string, price: string])[];
  /** The indices of the single products that customers buy repeatedly. */
  readonly consumables: readonly number[];
  /** Eight kinds of products. */
  readonly kinds: readonly ProductKind[];
}

export const kind = (
  name: string,
  price: number,
  versionAttribute: ProductKind['versionAttribute'],
  versions: readonly string[],
  about: string,
): ProductKind => ({
  name,
  price,
  versionAttribute,
  versions,
  about,
});
