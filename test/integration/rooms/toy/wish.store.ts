import { lockFollower, storeFollowerPosition } from '../../../../src/events/follower.store';
import { newestPosition } from '../../../../src/events/position.store';
import type { Difference } from '../../../../src/live-state/replay/replay-difference';
import { inTransaction, type Pool, type PoolClient } from '../../../../src/platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../../../../src/platform/sql';

/** The name of the event with which a customer wishes for a product. */
export const WISHED = 'WISHED';

/** What a migration would create. */
export const CREATE_TABLES = `
  CREATE TABLE wishes (subject text, product_id text, wishes int NOT NULL, PRIMARY KEY (subject, product_id));
  CREATE TABLE wished_products (product_id text PRIMARY KEY, wishes int NOT NULL);`;

export async function addWish(client: PoolClient, subject: string, productId: string): Promise<void> {
  await execute(
    client,
    `INSERT INTO wishes (subject, product_id, wishes) VALUES ($1, $2, 1)
     ON CONFLICT (subject, product_id) DO UPDATE SET wishes = wishes.wishes + 1`,
    [subject, productId],
  );
}

export async function eraseWishes(client: PoolClient, subjects: readonly string[]): Promise<void> {
  await execute(client, 'DELETE FROM wishes WHERE subject = ANY($1)', [subjects]);
}

export async function countWishes(pool: Pool, productId: string): Promise<number> {
  const row = await queryFirst<{ wishes: number }>(pool, 'SELECT wishes FROM wished_products WHERE product_id = $1', [
    productId,
  ]);
  return row?.wishes ?? 0;
}

export async function countWishers(pool: Pool): Promise<number> {
  return (await queryOne<{ count: number }>(pool, 'SELECT count(*)::int FROM (SELECT DISTINCT subject FROM wishes) w'))
    .count;
}

export async function readMostWished(pool: Pool): Promise<string | undefined> {
  const row = await queryFirst<{ id: string }>(
    pool,
    'SELECT product_id AS id FROM wished_products ORDER BY wishes DESC, product_id LIMIT 1',
  );
  return row?.id;
}

/** Adds up the wishes for each product, up to the newest log position. @returns whether there was something new */
export function addUpWishes(pool: Pool, follower: string): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const position = await lockFollower(client, follower);
    const newest = await newestPosition(client);
    if (newest === position) return false;
    await execute(client, 'DELETE FROM wished_products');
    await execute(
      client,
      `INSERT INTO wished_products (product_id, wishes) SELECT product_id, sum(wishes) FROM wishes GROUP BY product_id`,
    );
    await storeFollowerPosition(client, follower, newest);
    return true;
  });
}

/** Compares the wishes with the log. */
export async function compareWishes(pool: Pool): Promise<readonly Difference[]> {
  return queryRows<Difference>(
    pool,
    `SELECT 'wishes' AS part, key, s.wishes AS checkpoint, l.wishes AS replay
     FROM (SELECT subject || ' ' || product_id AS key, wishes FROM wishes) s
     FULL JOIN (
       SELECT 'c:' || customer_id || ' ' || product_id AS key, count(*)::int AS wishes FROM events WHERE name = $1 GROUP BY 1
     ) l USING (key)
     WHERE s.wishes IS DISTINCT FROM l.wishes ORDER BY key`,
    [WISHED],
  );
}
