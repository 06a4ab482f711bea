import type { Pool, PoolClient } from '../platform/postgres';

/** What the shop has said of a customer. */
export type CustomerAttributes = Readonly<Record<string, unknown>>;

/** For the transaction that has just taken this position. @param said attributes by customer, whole */
export async function noteCustomerVersions(
  client: PoolClient,
  position: number,
  said: ReadonlyMap<string, object>,
): Promise<void> {
  if (said.size === 0) return;
  await client.query({
    name: 'note-customer-versions',
    text: `INSERT INTO customer_versions (id, position, attributes)
           SELECT k.id, $1, k.attributes FROM unnest($2::text[], $3::jsonb[]) AS k (id, attributes) CROSS JOIN LATERAL (
             SELECT (SELECT attributes FROM customer_versions WHERE id = k.id ORDER BY position DESC LIMIT 1) AS before OFFSET 0
           ) v WHERE before IS DISTINCT FROM k.attributes`,
    values: [position, [...said.keys()], [...said.values()].map((attributes) => JSON.stringify(attributes))],
  });
}

/**
 * What had been said of customers as of positions.
 * @param asked one by one
 * @returns in the same order; `undefined` where nothing had
 */
export async function customersAsOf(
  client: Pool | PoolClient,
  asked: readonly { readonly id: string; readonly position: number }[],
): Promise<(CustomerAttributes | undefined)[]> {
  if (asked.length === 0) return [];
  const { rows } = await client.query<{ at: number; attributes: CustomerAttributes }>({
    name: 'customers-as-of',
    text: `SELECT k.at::int AS at, v.attributes
           FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS k (id, position, at) CROSS JOIN LATERAL (
             SELECT attributes FROM customer_versions WHERE id = k.id AND position <= k.position
             ORDER BY position DESC LIMIT 1
           ) v`,
    values: [asked.map(({ id }) => id), asked.map(({ position }) => position)],
  });
  const found: (CustomerAttributes | undefined)[] = new Array<undefined>(asked.length).fill(undefined);
  for (const { at, attributes } of rows) found[at - 1] = attributes;
  return found;
}
