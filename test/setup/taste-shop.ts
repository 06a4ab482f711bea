/** A made-up shop of tastes that can be learned in a second or two: what its models rank is better than what is popular. */
import { seededRandom } from '../../src/learn/seeded-random';

const LINES = ['lamp', 'kettle', 'chair', 'tent'];
const KINDS = ['Oak', 'Steel', 'Linen', 'Glass', 'Cork', 'Wool', 'Clay', 'Paper'];
const CUSTOMERS = 60;
const DAYS = 100;
const DAY_MS = 86_400_000;

const productId = (line: number, kind: number) => `${LINES[line]}-${kind}`;

export const tasteProducts = () =>
  LINES.flatMap((line, l) =>
    KINDS.map((kind, k) => ({
      id: productId(l, k),
      title: `${kind} ${line}`,
      brand: KINDS[k],
      categories: [line],
      price: { amount: `${10 + l + k}.50`, currency: 'EUR' },
    })),
  );

/** Customers `c-0` … who each keep to one line of goods, over the hundred days before `now`. */
export function tasteEvents(now: number): object[] {
  const random = seededRandom(7);
  const events: object[] = [];
  for (let customer = 0; customer < CUSTOMERS; customer++) {
    const line = customer % LINES.length;
    for (let day = 12 * random(); day < DAYS - 0.1; day += 6 + 12 * random()) {
      const at = now - (DAYS - day) * DAY_MS;
      for (let item = 0; item < 3; item++) {
        const product = productId(random() < 0.95 ? line : Math.floor(4 * random()), Math.floor(8 * random() ** 1.3));
        const base = { customerId: `c-${customer}`, productId: product, source: 'ORDERS' };
        const id = `o-${customer}-${Math.floor(day)}:${item}`;
        const occurredAt = new Date(at + item * 1_000).toISOString();
        events.push({ ...base, type: 'VIEW', id: `${id}:view`, occurredAt });
        if (random() < 0.7)
          events.push({ ...base, type: 'PURCHASE', id, occurredAt, unitPrice: { amount: '10.50', currency: 'EUR' } });
      }
    }
  }
  return events;
}
