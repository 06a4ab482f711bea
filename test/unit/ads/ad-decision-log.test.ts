import { AdDecisionLog, SAMPLING, STORED_PER_HOUR } from '../../../src/ads/decision/ad-decision-log.service';
import type { AdDecisionRow, LineItemOutcome } from '../../../src/ads/decision/ad-decision.store';
import type { StorageSender } from '../../../src/events/storage-sender';
import type { Pool } from '../../../src/platform/postgres';

const RECORD = { query: 'kettle', words: 'kettl', relevantProducts: 1, winners: [], competitors: [], excluded: [] };
const OUTCOME: LineItemOutcome = {
  ...{ campaignId: 'spring', day: '2026-03-01', lineItem: 1, productId: 'kettle', placement: 'results' },
  outcome: 'won',
};
const VISITOR: StorageSender = { visit: 'v1', networks: [{ key: '203.0.113.1', shares: 1 }] };

/** A pool that remembers which decisions were inserted, and how many auctions were counted. */
function recordingPool() {
  const ids: string[] = [];
  let won = 0;
  const query = (statement: string | { text: string; values?: unknown[] }, values?: unknown[]) => {
    const text = typeof statement === 'string' ? statement : statement.text;
    const given = values ?? (typeof statement === 'string' ? [] : (statement.values ?? []));
    if (text.includes('INTO ad_decisions'))
      ids.push(...(JSON.parse(given[0] as string) as AdDecisionRow[]).map(({ id }) => id));
    else if (text.includes('INTO ad_auction_days'))
      for (const value of given.flat())
        if (typeof value === 'string' && value.includes('"won"'))
          won += (JSON.parse(value) as { won: number }[]).reduce((sum, row) => sum + row.won, 0);
    return Promise.resolve({ rows: [], rowCount: 0 });
  };
  const client = { query, release: () => undefined, on: () => undefined, removeListener: () => undefined };
  const pool = { ...client, connect: () => Promise.resolve(client) } as unknown as Pool;
  return { pool, ids, won: () => won };
}

/** Adds decisions to a log, and returns which ones are stored. */
async function storedOf(
  decisions: readonly { readonly subject: string; readonly at?: number; readonly sender: StorageSender | null }[],
  mayStore: (bytes: number) => boolean = () => true,
) {
  const { pool, ids, won } = recordingPool();
  let now = 0;
  const log = new AdDecisionLog({
    ...{ pool, log: { warn: (about: object) => expect(about).toBe(undefined) } as never },
    mayStore: (_, bytes) => mayStore(bytes),
    now: () => now,
  });
  decisions.forEach(({ subject, at = 0, sender }, n) => {
    now = at;
    const decision = {
      id: `${n}`,
      decidedAt: new Date(at).toISOString(),
      placement: 'results',
      subject,
      record: RECORD,
    };
    log.add(decision, [OUTCOME], sender);
  });
  await log.flush();
  return { ids, won: won() };
}

const many = (count: number, more: { readonly subject?: string; readonly at?: number } = {}) =>
  Array.from({ length: count }, () => ({ subject: 's:v1', sender: VISITOR, ...more }));

describe('the decisions of a visit', () => {
  it('are stored up to a number in an hour, then in part, and all counted', async () => {
    const { ids, won } = await storedOf(many(STORED_PER_HOUR + 10 * SAMPLING));
    expect(ids).toHaveLength(STORED_PER_HOUR + 10);
    expect(ids.slice(0, STORED_PER_HOUR)).toEqual(ids.slice(0, STORED_PER_HOUR).map((_, n) => `${n}`));
    expect(won).toBe(STORED_PER_HOUR + 10 * SAMPLING);
  });

  it('begin again with the next hour, and do not count for other visits', async () => {
    const full = many(STORED_PER_HOUR + 1);
    const { ids } = await storedOf([...full, ...many(1, { subject: 's:v2' }), ...many(1, { at: 3_600_000 })]);
    expect(ids.slice(STORED_PER_HOUR)).toEqual([`${STORED_PER_HOUR + 1}`, `${STORED_PER_HOUR + 2}`]);
  });

  it('are not stored beyond the bytes of a day, and still counted', async () => {
    let left = 10_000;
    const { ids, won } = await storedOf(many(STORED_PER_HOUR), (bytes) => (left -= bytes) >= 0);
    expect(ids.length).toBeGreaterThan(5);
    expect(ids.length).toBeLessThan(STORED_PER_HOUR);
    expect(won).toBe(STORED_PER_HOUR);
  });

  it("are all stored with the shop's own keys", async () => {
    const own = many(STORED_PER_HOUR * 3).map((decision) => ({ ...decision, sender: null }));
    expect((await storedOf(own, () => false)).ids).toHaveLength(STORED_PER_HOUR * 3);
  });
});
