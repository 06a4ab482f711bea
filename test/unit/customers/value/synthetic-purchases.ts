import type { PurchaseLine } from '../../../../src/features/purchase-summary';
import { seededRandom } from '../../../../src/learn/seeded-random';

export const DAY = 86_400_000;
export const FIRST = Date.UTC(2025, 0, 1);

/**
 * Customers with their own purchase rates and order amounts, some of whom leave. Some orders are returned.
 * @param days length of the history from {@link FIRST}
 */
export function syntheticPurchases(customerCount: number, days: number, seed: number): PurchaseLine[][] {
  const random = seededRandom(seed);
  const exponential = (): number => -Math.log(1 - random());
  return Array.from({ length: customerCount }, (_, customer) => {
    const lines: PurchaseLine[] = [];
    const gap = 10 + 150 * random() * random();
    const typical = Math.exp(3 + 1.5 * random());
    let at = FIRST + random() * days * 0.7 * DAY;
    for (let order = 0; at < FIRST + days * DAY; order++) {
      const line = {
        at: Math.floor(at),
        orderKey: `o${order}`,
        productId: `p${customer % 50}`,
        category: null,
        units: 1 + Math.floor(3 * random()),
        isReturn: false,
        unitPrice: Math.round(100 * typical * Math.exp(random() - 0.5)) / 100,
        listPrice: null,
      };
      lines.push(line);
      if (random() < 0.05) lines.push({ ...line, at: line.at + 5 * DAY, orderKey: `r${order}`, isReturn: true });
      if (random() < 0.12) break;
      at += gap * exponential() * DAY;
    }
    return lines;
  });
}
