import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import type { ProductFacts } from './product-facts';

/** A version of a product. @property facts null if the product was deleted */
export interface ProductVersion {
  readonly id: string;
  readonly facts: ProductFacts | null;
}

/** Stores new versions of products, in the transaction that has allocated their log position. */
export async function storeProductVersions(
  client: PoolClient,
  position: number,
  versions: readonly ProductVersion[],
): Promise<void> {
  if (versions.length === 0) return;
  await execute(client, {
    name: 'note-product-versions',
    text: `INSERT INTO product_versions (id, position, facts)
           SELECT id, $1, facts FROM unnest($2::text[], $3::jsonb[]) AS v (id, facts)`,
    values: [
      position,
      versions.map(({ id }) => id),
      versions.map(({ facts }) => (facts === null ? null : JSON.stringify(facts))),
    ],
  });
}

/** Returns each product as it was at a log position, in the order of `requests`; `undefined` if it did not exist. */
export async function productsAsOf(
  client: Pool | PoolClient,
  requests: readonly { readonly id: string; readonly position: number }[],
): Promise<(ProductFacts | undefined)[]> {
  if (requests.length === 0) return [];
  const rows = await queryRows<{ at: number; facts: ProductFacts | null }>(client, {
    name: 'products-as-of',
    text: `SELECT k.at::int AS at, v.facts
           FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS k (id, position, at) CROSS JOIN LATERAL (
             SELECT facts FROM product_versions WHERE id = k.id AND position <= k.position
             ORDER BY position DESC LIMIT 1
           ) v`,
    values: [requests.map(({ id }) => id), requests.map(({ position }) => position)],
  });
  const factsByRequest: (ProductFacts | undefined)[] = new Array<undefined>(requests.length).fill(undefined);
  for (const { at, facts } of rows) factsByRequest[at - 1] = facts ?? undefined;
  return factsByRequest;
}
