import type { CatalogueProduct } from '../../catalog/catalogue-product';
import type { SearchEngine } from './evaluate';
import { productTexts, TEXT_FIELDS } from './product-texts';

/** Search options, with the values that the examples in MiniSearch's documentation use. */
const OPTIONS = { boost: { title: 2 }, fuzzy: 0.2, prefix: true } as const;
const MAX_IDS = 500;

/**
 * Returns an engine that searches the products with MiniSearch, by fuzzy and prefix matching.
 * @returns undefined if the package, a development dependency, is not installed
 */
export async function miniSearchEngine(products: readonly CatalogueProduct[]): Promise<SearchEngine | undefined> {
  const MiniSearch = await load();
  if (MiniSearch === undefined) return undefined;
  const index = new MiniSearch({ fields: [...TEXT_FIELDS] });
  index.addAll(products.map(productTexts));
  return {
    subject: 'minisearch 7, fuzzy and prefix',
    search(text) {
      const found = index.search(text, OPTIONS).slice(0, MAX_IDS);
      return { ids: found.map(({ id }) => id as string) };
    },
  };
}

async function load() {
  try {
    return (await import('minisearch')).default;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
