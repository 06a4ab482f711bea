import type { ProductInput } from '../src/catalog/product.type';
import { openEventLog } from '../src/events/event-log';
import { DatabaseTarget } from '../src/imports/database-target';
import { SHOP } from '../src/shop';
import { searchCorpus } from './search-corpus';
import type { BenchShop } from './shop';

/** Maximum number of products in one transaction. */
const SLICE = 1_000;
/** One product in four has variants, three in a group. */
const IN_GROUPS = 4;
const VARIANTS = 3;

/**
 * A synthetic catalogue: texts of {@link searchCorpus}, and random brands, categories, prices, numeric attributes and
 * variants.
 */
export interface SyntheticCatalogue {
  readonly source: string;
  readonly size: number;
  product(number: number): ProductInput;
  /** Returns a few words of a random product's title. */
  query(number: number): string;
}

export function syntheticCatalogue(size: number): SyntheticCatalogue {
  const corpus = searchCorpus(size);
  return {
    source: corpus.source,
    size,
    product(number) {
      const { title, description, vendor, section, colour, price } = corpus.document(number);
      const input = {
        id: `p${number}`,
        title: title.slice(0, 20).join(' '),
        description: description.join(' '),
        brand: vendor,
        categories: [`${section.slice(0, 1)} > ${section}`],
        language: 'en',
        price: { amount: price.toFixed(2), currency: 'EUR' },
        attributes: { colour, size: number % 11, weight: (number % 97) / 4 },
        ...(number % IN_GROUPS === 0 ? { groupId: `g${Math.floor(number / IN_GROUPS / VARIANTS)}` } : {}),
      };
      return input;
    },
    query(number) {
      const { title } = corpus.document((number * 7_919) % size);
      return title.slice(number % 2, (number % 2) + 1 + (number % 3)).join(' ');
    },
  };
}

/** Writes directly to the database. @returns the products' ids */
export async function fillCatalogue({ platform }: BenchShop, catalogue: SyntheticCatalogue): Promise<string[]> {
  console.error(`Writing ${catalogue.size} synthetic products, ${catalogue.source} …`);
  const target = new DatabaseTarget(platform, await openEventLog(platform, SHOP));
  for (let from = 0; from < catalogue.size; from += SLICE) {
    const count = Math.min(SLICE, catalogue.size - from);
    const { rejected } = await target.products(Array.from({ length: count }, (_, n) => catalogue.product(from + n)));
    if (rejected.length > 0) throw new Error(`rejected: ${rejected[0].message}`);
  }
  return Array.from({ length: catalogue.size }, (_, n) => `p${n}`);
}
