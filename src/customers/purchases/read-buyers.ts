import { createHash } from 'node:crypto';
import { newestPosition } from '../../events/position.store';
import { summarizePurchases, type PurchaseLine, type PurchaseSummary } from '../../features/purchase-summary';
import { inSnapshot, type Pool } from '../../platform/postgres';
import {
  countProfiledCustomers,
  preferIndexes,
  readMainCurrency,
  readProfiledCustomerIds,
  readPurchaseLines,
} from './purchase-lines.store';

const PAGE = 500;

export interface ReadBuyersOptions {
  /** The instant of the summaries, in milliseconds since 1970 (UTC). */
  readonly asOf: number;
  /** If the shop has more customers, a sample of them is read. */
  readonly maxCustomers: number;
  /** Called for each customer with an order before `asOf`. */
  readonly onBuyer: (summary: PurchaseSummary, lines: readonly PurchaseLine[]) => void;
  /** @param share from 0 to 1 */
  readonly onProgress: (share: number) => void;
}

/** The customers with orders, or a sample of them, whose purchases were read in one snapshot of the log. */
export interface BuyersRead {
  /** The log position of the snapshot. */
  readonly position: number;
  /** The main currency of the shop; null if no price has a currency. Then nothing is read. */
  readonly currency: string | null;
  /** One of this many customers was read. */
  readonly weight: number;
  /** SHA-256 of what was read. */
  readonly dataHash: Buffer;
}

/**
 * Reads the purchases of all customers who have ordered, in the order of their ids, without those who have opted out of
 * profiling. If the shop has many customers, it reads a sample, which a hash of their ids decides.
 */
export function readBuyers(pool: Pool, options: ReadBuyersOptions): Promise<BuyersRead> {
  const { asOf, maxCustomers, onBuyer, onProgress } = options;
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    const currency = await readMainCurrency(client);
    const hash = createHash('sha256');
    if (currency === null) return { position, currency, weight: 1, dataHash: hash.digest() };
    const total = await countProfiledCustomers(client);
    let weight = 1;
    while (total / weight > maxCustomers) weight *= 2;
    await preferIndexes(client);
    const readIds = (after: string) => readProfiledCustomerIds(client, after, PAGE, weight);
    let page = await readIds('');
    let reading = readPurchaseLines(client, page, currency);
    for (let seen = 0; page.length > 0;) {
      const linesByCustomer = await reading;
      const nextPage = await readIds(page.at(-1)!);
      // PostgreSQL reads the next page while this process summarises the current one.
      reading = readPurchaseLines(client, nextPage, currency);
      reading.catch(() => undefined);
      for (const [customerId, lines] of linesByCustomer) {
        const summary = summarizePurchases(lines, asOf);
        if (summary.orders.length === 0) continue;
        hash.update(`${customerId}\n${JSON.stringify(summary.orders)}\n${summary.netAmount}\n`);
        onBuyer(summary, lines);
      }
      seen += page.length;
      onProgress(Math.min(1, (seen * weight) / total));
      page = nextPage;
    }
    await reading;
    return { position, currency, weight, dataHash: hash.digest() };
  });
}
