import type { PoolClient } from '../platform/postgres';
import { execute } from '../platform/sql';

/** Deletes what is stored about the tokens of these orders. The tokens then show
 * nothing: the orders are renamed, and orders with their former ids are refused. */
export async function eraseOrderTokens(client: PoolClient, orderIds: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM order_token_generations WHERE order_id = ANY($1)', [orderIds]);
}
