import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { summarizePurchases, type PurchaseLine, type PurchaseSummary } from '../../features/purchase-summary';
import { type Pool } from '../../platform/postgres';
import { readBuyersStart, readProfiledCustomerIds, readPurchasePage } from './purchase-lines.store';

/** Number of customers whose purchases one transaction reads. */
const PAGE_SIZE = 500;

/** Number of customers whose purchases are summarised without a pause. */
const BUYERS_AT_ONCE = 25;

export interface ReadBuyersOptions {
  /** Whether an erasure during the read does not end it. */
  readonly ignoresErasures?: boolean;
  /** The instant of the summaries, in milliseconds since 1970 (UTC). */
  readonly asOf: number;
  /** If the shop has more customers, a sample of them is read. */
  readonly maxCustomers: number;
  /** Called for each customer with an order before `asOf`. */
  readonly onBuyer: (summary: PurchaseSummary, lines: readonly PurchaseLine[]) => void;
  /** @param share from 0 to 1 */
  readonly onProgress: (share: number) => void;
}

/** The customers with orders, or a sample of them, whose purchases were read. */
export interface BuyersRead {
  /** The log position up to which they were read. */
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
 *
 * Each page has a short transaction. Together, they return what the log, the catalogue and the opt-outs were at one log
 * position, even if others write meanwhile. There is one exception: an event that is quarantined during the read and sent
 * again before its page is read, is missing.
 * @param pageSize number of customers that one transaction reads
 * @throws ErasureConflict if a person is erased during the read, unless `ignoresErasures` is set. `onBuyer` may have been called for that person
 */
export async function readBuyers(pool: Pool, options: ReadBuyersOptions, pageSize = PAGE_SIZE): Promise<BuyersRead> {
  const { asOf, maxCustomers, ignoresErasures = false, onBuyer, onProgress } = options;
  const { position, currency, profiledCount, optedOut } = await readBuyersStart(pool);
  const hash = createHash('sha256');
  if (currency === null) return { position, currency, weight: 1, dataHash: hash.digest() };
  let weight = 1;
  while (profiledCount / weight > maxCustomers) weight *= 2;
  const readIds = (after: string) => readProfiledCustomerIds(pool, after, pageSize, weight, position);
  const readPage = (ids: readonly string[]) => {
    const profiled = ids.filter((id) => !optedOut.has(id));
    return readPurchasePage(pool, profiled, currency, { upTo: position, ignoresErasures });
  };
  let page = await readIds('');
  let reading = readPage(page);
  for (let seen = 0; page.length > 0;) {
    const linesByCustomer = await reading;
    const nextPage = await readIds(page.at(-1)!);
    // PostgreSQL reads the next page while this process summarises the current one.
    reading = readPage(nextPage);
    reading.catch(() => undefined);
    let count = 0;
    for (const [customerId, lines] of linesByCustomer) {
      const summary = summarizePurchases(lines, asOf);
      if (summary.orders.length === 0) continue;
      // The next page is read by several statements, which this loop must not hold up.
      if (++count % BUYERS_AT_ONCE === 0) await setImmediate();
      hash.update(`${customerId}\n${JSON.stringify(summary.orders)}\n${summary.netAmount}\n`);
      onBuyer(summary, lines);
    }
    seen += page.length;
    onProgress(Math.min(1, (seen * weight) / profiledCount));
    page = nextPage;
  }
  // The last, empty page has looked once more for erasures.
  await reading;
  return { position, currency, weight, dataHash: hash.digest() };
}
