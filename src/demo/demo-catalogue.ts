import type { ProductInput } from '../catalog/product.type';
import { MS_PER_DAY } from '../learn/durations';
import { seededRandom } from '../learn/seeded-random';
import { LINES } from './goods/assortment';
import type { ProductKind, ProductLine } from './goods/product-line';

const VERSIONS_PER_KIND = 5;
/** A product line consists of single products, followed by the five versions of each of its product kinds. */
export const SINGLES_PER_LINE = 10;
export const KINDS_PER_LINE = 8;
export const DEMO_LINE_COUNT = LINES.length;
export const DEMO_PRODUCTS_PER_LINE = SINGLES_PER_LINE + KINDS_PER_LINE * VERSIONS_PER_KIND;

/** Returns the id of a product, such as `demo-03-07`, from the index of its line and its own index in the line. */
export function demoId(line: number, indexInLine: number): string {
  return `demo-${twoDigits(line + 1)}-${twoDigits(indexInLine + 1)}`;
}

/** Returns the index of a version of a product kind within its product line. */
export function versionIndex(kind: number, version: number): number {
  return SINGLES_PER_LINE + kind * VERSIONS_PER_KIND + version;
}

/**
 * Returns the products of the demo shop, {@link DEMO_PRODUCTS_PER_LINE} for each product line. They are synthetic, and
 * an attribute marks them as such. They depend only on `updatedAt`. Some of them are new at that time.
 */
export function demoProducts(updatedAt: Date): ProductInput[] {
  return LINES.flatMap((line, lineIndex) =>
    Array.from({ length: DEMO_PRODUCTS_PER_LINE }, (_, indexInLine) => {
      const random = seededRandom(1_000 * (lineIndex + 1) + indexInLine);
      return indexInLine < SINGLES_PER_LINE
        ? singleProduct(line, lineIndex, indexInLine, updatedAt)
        : productVersion(
            line,
            {
              l: lineIndex,
              k: Math.floor((indexInLine - SINGLES_PER_LINE) / VERSIONS_PER_KIND),
              v: (indexInLine - SINGLES_PER_LINE) % VERSIONS_PER_KIND,
            },
            updatedAt,
            random,
          );
    }),
  );
}

function singleProduct(line: ProductLine, lineIndex: number, indexInLine: number, updatedAt: Date): ProductInput {
  const [title, amount] = line.singleProducts[indexInLine]!;
  const [brand] = line.brands;
  return {
    ...commonFields(line, demoId(lineIndex, indexInLine), updatedAt),
    title,
    description: `${title}: a classic of our shelf ${line.category[1]}, by ${brand}.`,
    price: { amount, currency: 'EUR' },
    brand,
    attributes: { synthetic: true },
    availability: 'IN_STOCK',
    rating: 3.8 + ((3 * indexInLine + lineIndex) % 12) / 10,
    publishedAt: daysBefore(updatedAt, 900 - 10 * indexInLine),
  };
}

function productVersion(
  line: ProductLine,
  { l, k, v }: { readonly l: number; readonly k: number; readonly v: number },
  updatedAt: Date,
  random: () => number,
): ProductInput {
  const kind = line.kinds[k]!;
  const brand = line.brands[k % 2];
  const title = titleOf(kind, v);
  const usual = Math.round(10 * kind.price * (kind.versionAttribute === 'colour' ? 1 : 1 + 0.15 * v)) / 10;
  const reduced = random() < 0.12;
  const rated = random() < 0.9;
  const stars = Math.round(10 * (3.2 + 1.7 * random())) / 10;
  const isNew = random() < 0.1;
  const age = isNew ? 2 + 58 * random() : 120 + 700 * random();
  return {
    ...commonFields(line, demoId(l, versionIndex(k, v)), updatedAt),
    title,
    description: `${title}: ${kind.about}. By ${brand}.`,
    price: euros(reduced ? 0.8 * usual : usual),
    listPrice: reduced ? euros(usual) : null,
    brand,
    // Colours and sizes are variants of one product, so they share a group.
    groupId: kind.versionAttribute === 'variety' ? null : `demo-${twoDigits(l + 1)}-group-${k + 1}`,
    attributes: { synthetic: true, [kind.versionAttribute]: kind.versions[v] },
    availability: random() < 0.03 ? 'OUT_OF_STOCK' : 'IN_STOCK',
    rating: rated ? stars : null,
    publishedAt: daysBefore(updatedAt, age),
  };
}

/** Returns the title of a version, such as `Stoneware Mug, 300 ml, Rust` or `Cornflower Flower Seeds`. */
function titleOf({ name, versionAttribute, versions }: ProductKind, v: number): string {
  return versionAttribute === 'variety' ? `${versions[v]} ${name}` : `${name}, ${versions[v]}`;
}

function commonFields({ category: [department, shelf] }: ProductLine, id: string, updatedAt: Date) {
  return {
    id,
    imageUrls: [`/shop/images/${id}.svg`],
    categories: [department, `${department} > ${shelf}`],
    language: 'en',
    updatedAt,
  };
}

function euros(amount: number) {
  return { amount: amount.toFixed(2), currency: 'EUR' };
}

function daysBefore(time: Date, days: number): Date {
  return new Date(Math.floor(time.getTime() / MS_PER_DAY - days) * MS_PER_DAY);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
