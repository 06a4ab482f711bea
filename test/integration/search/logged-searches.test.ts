import type { StoredEvent } from '../../../src/events/stored-event';
import { ErasureConflict } from '../../../src/platform/erasure-conflict';
import { EVIDENCE_NAMES, EVIDENCE_VERSION } from '../../../src/search/ranking/evidence-vector';
import { readLoggedSearches } from '../../../src/search/ranking/logged-searches.store';
import { RandomLog } from '../../setup/random-log';

const ROUNDS = 6;
const PRODUCTS = ['mug', 'pan', 'pot'];
const NOW = Date.UTC(2026, 5, 1);

let log: RandomLog;
let sent = 0;

afterEach(() => log.end());

/** Writes a search of a random customer, or a reaction to one, or anything else. */
async function write(): Promise<void> {
  if (log.random() < 0.3) return log.write();
  const customerId = log.oneOf(['ann', 'bob', 'cid']);
  const occurredAt = NOW - Math.floor(log.random() * 200) * 86_400_000;
  const id = sent++;
  const search: StoredEvent = {
    source: 'SEARCH',
    id: `search-${id}`,
    type: 'SEARCH',
    occurredAt,
    customerId,
    quantity: 1,
    query: `query ${id}`,
    properties: {
      shown: PRODUCTS,
      features: Buffer.from(new Float32Array(PRODUCTS.length * EVIDENCE_NAMES.length).buffer).toString('base64'),
      featureNames: EVIDENCE_VERSION,
      total: 3,
    },
  };
  const reaction: StoredEvent = {
    source: 'STOREFRONT',
    id: `reaction-${id}`,
    type: log.oneOf(['CLICK', 'ADD_TO_CART']),
    occurredAt: NOW,
    customerId,
    quantity: 1,
    productId: log.oneOf(PRODUCTS),
    requestId: `search-${Math.floor(log.random() * (id + 1))}`,
  };
  const events = [log.random() < 0.5 ? search : reaction];
  await log.eventLog.commit(async ({ append }) => {
    await append(events, { receivedAt: () => new Date(NOW), backfill: false });
    return { change: { events } };
  });
}

/** The ids, times and clicks of the newest searches, by the rows of the log. */
async function expectedSearches(): Promise<object[]> {
  const { rows: searches } = await log.pool.query<{ id: string; at: number }>(
    `SELECT id, round(extract(epoch FROM occurred_at) * 1000)::float8 AS at FROM events
     WHERE source = 'SEARCH' AND set_aside IS NULL ORDER BY occurred_at, id`,
  );
  const { rows: newest } = await log.pool.query<{ at: number }>(
    `SELECT round(extract(epoch FROM max(occurred_at)) * 1000)::float8 AS at FROM events WHERE source = 'SEARCH'`,
  );
  const { rows: reactions } = await log.pool.query<{ id: string; product: string }>(
    'SELECT request_id AS id, product_id AS product FROM events WHERE request_id IS NOT NULL AND set_aside IS NULL',
  );
  return searches
    .filter(({ at }) => at > newest[0].at - 180 * 86_400_000)
    .map(({ id, at }) => ({
      id,
      at,
      clicked: PRODUCTS.map((product) => Number(reactions.some((each) => each.id === id && each.product === product))),
    }));
}

it.each([1, 2])(
  'searches are those of one log position, and not what is written between the pages (seed %i)',
  async (seed) => {
    log = await RandomLog.create(seed);
    let written = 0;
    let clicks = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let step = 0; step < 20; step++) await write();
      const whole = await readLoggedSearches(log.pool);
      const found = whole.searches.map(({ id, at, clicked }) => ({ id, at, clicked: [...clicked] }));
      expect(found).toEqual(await expectedSearches());
      clicks += found.filter(({ clicked }) => clicked.includes(1)).length;
      const changing = log.writingBetween(async () => {
        written++;
        await write();
      });
      expect(await readLoggedSearches(changing, { pageSize: 1 + (round % 3) })).toEqual(whole);
    }
    expect(written).toBeGreaterThan(5 * ROUNDS);
    expect(clicks).toBeGreaterThan(2 * ROUNDS);
  },
);

it('a person who is erased between two pages ends the read, unless it ignores erasures', async () => {
  log = await RandomLog.create(3);
  for (let step = 0; step < 60; step++) await write();
  const idsOf = (found: readonly object[]) => found.map((each) => (each as { readonly id: string }).id);
  await expect(readLoggedSearches(log.erasingAfter(4, 'ann'), { pageSize: 1 })).rejects.toThrow(ErasureConflict);
  const { searches } = await readLoggedSearches(log.pool, { pageSize: 1 });
  expect(searches.length).toBeGreaterThan(0);
  expect(idsOf(searches)).toEqual(idsOf(await expectedSearches()));

  const ignoring = { pageSize: 1, ignoresErasures: true };
  const read = idsOf((await readLoggedSearches(log.erasingAfter(4, 'bob'), ignoring)).searches);
  const { rows: remaining } = await log.pool.query<{ id: string }>(`SELECT id FROM events WHERE type = 'SEARCH'`);
  const before = idsOf(searches);
  const kept = before.filter((id) => remaining.some((each) => each.id === id));
  expect(kept.length).toBeLessThan(before.length);
  expect(read).toEqual(expect.arrayContaining(kept));
  expect(before).toEqual(expect.arrayContaining(read));
});
