import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';

/** The attributes of a customer, as the shop sent them. */
export type CustomerAttributes = Readonly<Record<string, unknown>>;

/**
 * Stores the new versions of customers' attributes. Must be called in the transaction that allocated `position`.
 * @param versions complete attributes by customer id
 */
export async function storeCustomerVersions(
  client: PoolClient,
  position: number,
  versions: ReadonlyMap<string, object>,
): Promise<void> {
  if (versions.size === 0) return;
  await execute(client, {
    name: 'note-customer-versions',
    text: `INSERT INTO customer_versions (id, position, attributes)
           SELECT k.id, $1, k.attributes FROM unnest($2::text[], $3::jsonb[]) AS k (id, attributes) CROSS JOIN LATERAL (
             SELECT (SELECT attributes FROM customer_versions WHERE id = k.id ORDER BY position DESC LIMIT 1) AS before OFFSET 0
           ) v WHERE before IS DISTINCT FROM k.attributes`,
    values: [position, [...versions.keys()], [...versions.values()].map((attributes) => JSON.stringify(attributes))],
  });
}

/**
 * Returns the attributes of customers as of given log positions.
 * @returns attributes in the order of `requests`; `undefined` if a customer had none yet
 */
export async function customersAsOf(
  client: Pool | PoolClient,
  requests: readonly { readonly id: string; readonly position: number }[],
): Promise<(CustomerAttributes | undefined)[]> {
  if (requests.length === 0) return [];
  const rows = await queryRows<{ at: number; attributes: CustomerAttributes }>(client, {
    name: 'customers-as-of',
    text: `SELECT k.at::int AS at, v.attributes
           FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS k (id, position, at) CROSS JOIN LATERAL (
             SELECT attributes FROM customer_versions WHERE id = k.id AND position <= k.position
             ORDER BY position DESC LIMIT 1
           ) v`,
    values: [requests.map(({ id }) => id), requests.map(({ position }) => position)],
  });
  const found: (CustomerAttributes | undefined)[] = new Array<undefined>(requests.length).fill(undefined);
  for (const { at, attributes } of rows) found[at - 1] = attributes;
  return found;
}
