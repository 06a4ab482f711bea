import { withLongTimeout, type Pool, type PoolClient } from '../platform/postgres';
import { execute, queryColumn, queryRows } from '../platform/sql';
import type { ProductRecord } from './product-record';

const TIME = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const COLUMNS = `id, title, description, url, image_urls AS "imageUrls", price::text, list_price::text AS "listPrice", currency,
  brand, categories, group_id AS "groupId", language, availability, stock, rating, attributes,
  ${TIME('published_at')} AS "publishedAt", ${TIME('updated_at')} AS "updatedAt", ${TIME('offer_updated_at')} AS "offerUpdatedAt"`;

/** Blocks other writers of the catalogue until the transaction ends, because partial upserts read before they write. */
export async function lockCatalogue(client: PoolClient): Promise<void> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':products', 0))`);
}

export async function readProducts(client: PoolClient, ids: readonly string[]): Promise<Map<string, ProductRecord>> {
  const rows = await queryRows<ProductRecord>(client, `SELECT ${COLUMNS} FROM products WHERE id = ANY($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function readAllProducts(client: PoolClient): Promise<ProductRecord[]> {
  return queryRows<ProductRecord>(client, withLongTimeout(`SELECT ${COLUMNS} FROM products ORDER BY id`));
}

export async function writeProducts(client: PoolClient, records: readonly ProductRecord[]): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map((record) => ({
    id: record.id,
    title: record.title,
    description: record.description,
    url: record.url,
    image_urls: record.imageUrls,
    price: record.price,
    list_price: record.listPrice,
    currency: record.currency,
    brand: record.brand,
    categories: record.categories,
    group_id: record.groupId,
    language: record.language,
    availability: record.availability,
    stock: record.stock,
    rating: record.rating,
    attributes: record.attributes,
    published_at: record.publishedAt,
    updated_at: record.updatedAt,
    offer_updated_at: record.offerUpdatedAt,
  }));
  const columns = Object.keys(rows[0]!);
  await execute(
    client,
    `INSERT INTO products (${columns.join(', ')})
     SELECT ${columns.join(', ')} FROM json_populate_recordset(NULL::products, $1::json) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [JSON.stringify(rows)],
  );
}

/** Deletes products. @returns the ids of those that existed */
export function removeProducts(client: PoolClient, ids: readonly string[]): Promise<string[]> {
  return queryColumn<{ id: string }>(client, 'DELETE FROM products WHERE id = ANY($1) RETURNING id', [ids]);
}

/** Returns the ids, in their order, of which the catalogue has no product. */
export function findMissingProducts(pool: Pool, ids: readonly string[]): Promise<string[]> {
  return queryColumn<{ id: string }>(
    pool,
    `SELECT id FROM unnest($1::text[]) WITH ORDINALITY AS named(id, place)
     WHERE NOT EXISTS (SELECT FROM products WHERE products.id = named.id) ORDER BY place`,
    [ids],
  );
}
