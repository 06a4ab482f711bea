import { readBuyers } from '../../../src/customers/purchases/read-buyers';
import { appendTo } from '../../../src/learn/group-by';
import { ErasureConflict } from '../../../src/platform/erasure-conflict';
import type { PurchaseLine } from '../../../src/features/purchase-summary';
import type { Pool } from '../../../src/platform/postgres';
import { readLogAtOnce, type LogAtOnce } from '../../setup/log-at-once';
import { RandomLog } from '../../setup/random-log';

const AS_OF = Date.UTC(2027, 0, 1);
const ROUNDS = 8;

let log: RandomLog;

afterEach(() => log.end());

/** Reads all buyers. @returns the result, and the lines of each buyer */
async function readLines(pool: Pool, pageSize: number, maxCustomers = 1_000) {
  const lines: (readonly PurchaseLine[])[] = [];
  const options = {
    asOf: AS_OF,
    maxCustomers,
    onBuyer: (_: unknown, own: readonly PurchaseLine[]) => lines.push(own),
    onProgress: () => undefined,
  };
  const read = await readBuyers(pool, options, pageSize);
  return { read, lines: lines.map((own) => own.map(textOfLine).sort()) };
}

const textOfLine = ({ at, productId, category, units, isReturn, unitPrice, listPrice }: PurchaseLine) =>
  [at, productId, category, units, isReturn, unitPrice, listPrice].join(' ');

/** The lines of each buyer according to a read of the whole log, in order of customer ids. */
function expectedLines({ events, optedOut }: LogAtOnce): string[][] {
  const byOwner = new Map<string, string[]>();
  const buyers = new Set<string>();
  for (const { owner, type, occurredAt, productId, category, quantity, unitPrice, currency, listPrice } of events) {
    if (owner === null || !owner.startsWith('c:') || optedOut.has(owner)) continue;
    if (type !== 'PURCHASE' && type !== 'RETURN') continue;
    if (type === 'PURCHASE') buyers.add(owner);
    const text = [
      ...[occurredAt, productId, category, quantity, type === 'RETURN'],
      ...[currency === 'EUR' ? Number(unitPrice) : 0, listPrice],
    ].join(' ');
    appendTo(byOwner, owner, text);
  }
  return [...buyers].sort().map((buyer) => byOwner.get(buyer)!.sort());
}

it.each([1, 2, 3])(
  'buyers are those of one log position, and not what is written between the pages (seed %i)',
  async (seed) => {
    log = await RandomLog.create(seed);
    let written = 0;
    let found = 0;
    let sampled = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let step = 0; step < 12; step++) await log.write();
      const expected = await readLogAtOnce(log.pool);
      const maxCustomers = round % 4 === 3 ? 3 : 1_000;
      const whole = await readLines(log.pool, 500, maxCustomers);
      expect(whole.read.position).toBe(expected.position);
      if (whole.read.weight === 1 && whole.read.currency !== null) expect(whole.lines).toEqual(expectedLines(expected));
      else sampled++;
      const changing = log.writingBetween(async () => {
        written++;
        for (let step = 0; step < 4; step++) await log.write();
      });
      const paged = await readLines(changing, 1 + (round % 3), maxCustomers);
      expect(paged).toEqual(whole);
      const now = await readLogAtOnce(log.pool);
      expect(now.position).toBeGreaterThan(expected.position);
      found += whole.lines.length;
    }
    expect(written).toBeGreaterThan(5 * ROUNDS);
    expect(found).toBeGreaterThan(2 * ROUNDS);
    expect(sampled).toBeLessThan(ROUNDS / 2);
  },
);

it('a person who is erased between two pages ends the read', async () => {
  log = await RandomLog.create(4);
  for (let step = 0; step < 60; step++) await log.write();
  const { owner } = (await readLogAtOnce(log.pool)).events.find((event) => event.owner?.startsWith('c:'))!;
  await expect(readLines(log.erasingAfter(3, owner!.slice(2)), 1)).rejects.toThrow(ErasureConflict);
  const { read, lines } = await readLines(log.pool, 1);
  const expected = await readLogAtOnce(log.pool);
  expect(read.position).toBe(expected.position);
  expect(lines).toEqual(expectedLines(expected));
});
