import type { PoolClient } from '../platform/postgres';
import { execute } from '../platform/sql';

/**
 * Deletes what is stored about the tokens of the orders among these subjects. The tokens then show nothing: the orders are
 * renamed, and orders with their former ids are refused.
 */
export async function eraseOrderTokens(client: PoolClient, subjects: readonly string[]): Promise<void> {
  await execute(
    client,
    `DELETE FROM order_token_generations
     WHERE order_id IN (SELECT substr(s, 3) FROM unnest($1::text[]) AS s WHERE s LIKE 'o:%')`,
    [subjects],
  );
}
