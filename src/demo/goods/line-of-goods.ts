/** Colours that things come in, by the name in their titles. */
export const COLOURS = ['Sea Green', 'Oat', 'Rust', 'Slate', 'Mustard'] as const;

/**
 * Something that is sold in several versions, from the cheapest to the dearest. Where the versions are colours or sizes of
 * one thing, they are its variants; else each is a product of its own.
 */
export interface Kind {
  /** `Stoneware Mug, 300 ml` */
  readonly name: string;
  /** Of the cheapest version, in euros. */
  readonly price: number;
  /** What its versions differ in: an attribute's name. */
  readonly by: 'colour' | 'size' | 'variety';
  /** Five of them. */
  readonly versions: readonly string[];
  /** One clause: what it is good for. */
  readonly about: string;
}

/** A line of goods: what one taste is about. Everything in it is made up. */
export interface LineOfGoods {
  readonly category: readonly [string, string];
  readonly brands: readonly [string, string];
  /** The day of the year around which it is bought most; absent: all year. */
  readonly season?: number;
  /** Things by themselves, ten of them. */
  readonly things: readonly (readonly [title: string, price: string])[];
  /** Of the things, what is bought again and again, by index. */
  readonly consumables: readonly number[];
  /** Eight of them. */
  readonly kinds: readonly Kind[];
}

export const kind = (
  name: string,
  price: number,
  by: Kind['by'],
  versions: readonly string[],
  about: string,
): Kind => ({
  name,
  price,
  by,
  versions,
  about,
});
