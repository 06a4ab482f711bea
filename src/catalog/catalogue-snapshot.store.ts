import type { PoolClient } from '../platform/postgres';
import { queryOne, queryRows } from '../platform/sql';
import { withLongTimeout } from '../platform/postgres';
import { catalogueProduct, type CatalogueProduct } from './catalogue-product';
import { readProducts } from './product.store';

export interface ProductHash {
  readonly id: string;
  /** A hash of the whole row, computed by PostgreSQL. It has 53 bits, which a JavaScript number represents exactly. */
  readonly version: number;
}

/** Returns the ids and content hashes of all products that are not discontinued, sorted by id. */
export async function readProductHashes(client: PoolClient): Promise<ProductHash[]> {
  return queryRows<ProductHash>(
    client,
    withLongTimeout(
      `SELECT id, (hashtextextended(products::text, 0) >> 11)::float8 AS version FROM products WHERE availability <> 'DISCONTINUED' ORDER BY id COLLATE "C"`,
    ),
  );
}

/** Returns the products with the given ids, in the order of `ids`. Ids without a product are skipped. */
export async function readCatalogue(client: PoolClient, ids: readonly string[]): Promise<CatalogueProduct[]> {
  const products = await readProducts(client, ids);
  return ids.flatMap((id) => {
    const record = products.get(id);
    return record === undefined ? [] : catalogueProduct(record);
  });
}

/** Returns the names of the `limit` most common numeric attributes, in alphabetical order. */
export async function readNumericAttributes(client: PoolClient, limit: number): Promise<string[]> {
  const rows = await queryRows<{ name: string }>(
    client,
    withLongTimeout(
      `SELECT key AS name FROM products, jsonb_each(attributes) WHERE jsonb_typeof(value) = 'number'
       GROUP BY key ORDER BY count(*) DESC, key COLLATE "C" LIMIT $1`,
      [limit],
    ),
  );
  return rows.map(({ name }) => name).sort();
}

/**
 * Returns whether any product's texts are in a language.
 * @param subtag language such as `zh`, which also matches `zh-Hans`
 */
export async function hasLanguage(client: PoolClient, subtag: string): Promise<boolean> {
  const row = await queryOne<{ found: boolean }>(
    client,
    withLongTimeout(`SELECT EXISTS (SELECT FROM products WHERE language ~* $1) AS found`, [`^${subtag}([-_]|$)`]),
  );
  return row.found;
}
