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

/** Returns the customers that visitors can sign in as: of each product line, the one with the most orders. */
export function offeredCustomerIds(orders: readonly DemoOrder[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { customerId } of orders)
    if (customerId !== undefined) counts.set(customerId, (counts.get(customerId) ?? 0) + 1);
  const best = new Map<number, string>();
  for (const [id, count] of counts) {
    const { mainLine } = demoCustomer(Number(id.slice(CUSTOMER_PREFIX.length)));
    if (count > (counts.get(best.get(mainLine) ?? '') ?? 0)) best.set(mainLine, id);
  }
  return new Set(best.values());
}
