import { demoCustomer, type DemoCustomer } from './demo-customers';
import type { DemoOrder } from './demo-visit';
import { LINES } from './goods/assortment';
import { CUSTOMER_PREFIX } from './demo-names';

const FIRST_NAMES = [
  ...['Mia', 'Jonas', 'Ida', 'Emil', 'Clara', 'Noah', 'Lena', 'Oskar', 'Amira', 'Paul', 'Frida', 'Milan', 'Nora'],
  ...['Hugo', 'Elif', 'Anton', 'Selma', 'Theo', 'Zoe', 'Karim', 'Greta', 'Luca', 'Marta', 'Finn', 'Yara', 'Ben'],
  ...['Alma', 'Rafael', 'Tilda', 'Leon', 'Ines', 'Samir', 'Romy', 'Jakob', 'Vera', 'Nils', 'Dana'],
];

/** The attributes of a synthetic customer. */
export interface PersonaAttributes {
  readonly name: string;
  /** What the customer does most, such as `cooks`. */
  readonly habit: string;
  readonly synthetic: true;
  /** Whether visitors of the shop page can sign in as this customer. */
  readonly offered: boolean;
}

export function personaAttributes({ id, mainLine }: DemoCustomer, offered: boolean): PersonaAttributes {
  const number = Number(id.slice(CUSTOMER_PREFIX.length));
  const name = FIRST_NAMES[(number * 11) % FIRST_NAMES.length]!;
  return { name, habit: LINES[mainLine]!.habit, synthetic: true, offered };
}

/**
 * Returns the customers that visitors can sign in as: of each product line, the one with the most orders whose name no
 * other one has.
 */
export function offeredCustomerIds(orders: readonly DemoOrder[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { customerId } of orders)
    if (customerId !== undefined) counts.set(customerId, (counts.get(customerId) ?? 0) + 1);
  const offered = new Set<string>();
  const taken = new Set<string>();
  for (const [id] of [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))) {
    const { name, habit } = personaAttributes(demoCustomer(Number(id.slice(CUSTOMER_PREFIX.length))), true);
    if (taken.has(name) || taken.has(habit)) continue;
    offered.add(id);
    taken.add(name).add(habit);
  }
  return offered;
}
