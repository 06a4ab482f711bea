import type { PoolClient } from '../platform/postgres';
import { patient } from '../platform/postgres';
import { catalogueProduct, type CatalogueProduct } from './catalogue-product';
import { readProducts } from './product-table';

export interface ProductVersion {
  readonly id: string;
  /** Another number for another content. */
  readonly version: number;
}

/** Every product that is sold, by id, as far as it takes to see which ones have changed: PostgreSQL looks at the rest. */
export async function readVersions(client: PoolClient): Promise<ProductVersion[]> {
  const { rows } = await client.query<ProductVersion>(
    patient(
      `SELECT id, (hashtextextended(products::text, 0) >> 11)::float8 AS version FROM products WHERE availability <> 'DISCONTINUED' ORDER BY id COLLATE "C"`,
    ),
  );
  return rows;
}

/** Products, in the order of these ids; those that there are. */
export async function readCatalogue(client: PoolClient, ids: readonly string[]): Promise<CatalogueProduct[]> {
  const products = await readProducts(client, ids);
  return ids.flatMap((id) => {
    const record = products.get(id);
    return record === undefined ? [] : catalogueProduct(record);
  });
}

/** Names of the attributes that most products have as a number, in their order. */
export async function readNumericAttributes(client: PoolClient, most: number): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    patient(
      `SELECT key AS name FROM products, jsonb_each(attributes) WHERE jsonb_typeof(value) = 'number'
       GROUP BY key ORDER BY count(*) DESC, key COLLATE "C" LIMIT $1`,
      [most],
    ),
  );
  return rows.map(({ name }) => name).sort();
}

/** Whether any product is in this language. @param subtag such as `zh`, for `zh-Hans` too */
export async function hasLanguage(client: PoolClient, subtag: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    patient(`SELECT EXISTS (SELECT FROM products WHERE language ~* $1) AS found`, [`^${subtag}([-_]|$)`]),
  );
  return rows[0].found;
}
