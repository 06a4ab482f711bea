import type { Pool } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import { CUSTOMER_PREFIX } from './demo-names';

/** Maximum number of customers that a visitor can choose from. */
const MAX_OFFERED_CUSTOMERS = 12;

/** A synthetic customer that visitors can sign in as. */
export interface Persona {
  readonly id: string;
  readonly name: string | null;
  /** What the customer does most, such as `cooks`. */
  readonly habit: string | null;
  /** Number of orders so far. */
  readonly orders: number;
}

/** Returns the customers that visitors can sign in as, those with the most orders first. */
export function readPersonas(pool: Pool): Promise<Persona[]> {
  return queryRows<Persona>(
    pool,
    `SELECT id, attributes ->> 'name' AS name, attributes ->> 'habit' AS habit,
       (SELECT count(*)::int FROM orders o WHERE o.customer_id = c.id AND o.kind = 'SALE') AS orders
     FROM customers c WHERE starts_with(id, $1) AND attributes -> 'offered' = 'true'
     ORDER BY orders DESC, id LIMIT ${MAX_OFFERED_CUSTOMERS}`,
    [CUSTOMER_PREFIX],
  );
}
