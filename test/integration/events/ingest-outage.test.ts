import type { Pool, QueryConfig, QueryResult } from 'pg';
import { refundAttempts } from '../../../src/events/inbox.store';
import { Ingest } from '../../../src/events/ingest';
import { event, IngestShop } from '../../setup/ingest-shop';
import { eventLogOf } from '../../setup/event-log';

const COUNT = 20;

let shop: IngestShop;

beforeEach(async () => {
  shop = await IngestShop.open();
});

afterEach(() => shop.close());

/** Batches that each repeat an event of the previous one, as a retrying sender does: each waits for all older ones. */
const acceptChain = () =>
  shop.accept(
    Array.from({ length: COUNT }, (_, n) => [
      event(`customer-${n}`, { id: `link-${n}` }),
      event(`customer-${n + 1}`, { id: `link-${n + 1}` }),
    ]),
  );

/**
 * Makes the log unwritable, as on a full disk.
 * @param alsoRefunds whether refunds of attempts can't be written either
 */
async function fillDisk(alsoRefunds: boolean): Promise<void> {
  await shop.pool.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse();`);
  if (alsoRefunds)
    await shop.pool.query(`CREATE TRIGGER refuse BEFORE UPDATE ON inbox FOR EACH ROW
      WHEN (NEW.attempts < OLD.attempts) EXECUTE FUNCTION refuse()`);
}

/** The shop's pool, which loses its connection once before the response of each of these statements arrives. */
function losingAnswersOf(names: readonly string[]): Pool {
  const remaining = new Set(names);
  const query = async (config: QueryConfig): Promise<QueryResult> => {
    const answer = await shop.pool.query(config);
    if (remaining.delete(config.name ?? '')) throw new Error('Connection terminated unexpectedly');
    return answer;
  };
  return Object.assign(Object.create(shop.pool) as Pool, { query });
}

const emptyDisk = () => shop.pool.query('DROP FUNCTION refuse CASCADE');
const states = () => shop.rows('SELECT DISTINCT state, attempts, last_error AS error FROM inbox');
const logged = async () => (await shop.rows('SELECT FROM events')).length;

describe('batches that wait for each other, after an outage', () => {
  it.each([
    ['were tried together', async (receipts: readonly string[]) => void (await shop.together(receipts))],
    ['were tried one by one', async ([oldest]: readonly string[]) => void (await shop.alone(oldest))],
  ])('that %s are untried again, and one sweep stores all of them in the log', async (_how, attempt) => {
    const receipts = await acceptChain();
    await fillDisk(false);
    for (let n = 0; n < 3; n++) await expect(attempt(receipts)).rejects.toThrow('No space left');
    expect(await states()).toEqual([{ state: 'WAITING', attempts: 0, error: null }]);
    await emptyDisk();
    await shop.sweep(true);
    expect(await states()).toEqual([{ state: 'DONE', attempts: 1, error: null }]);
    expect(await logged()).toBe(COUNT + 1);
  });

  it('are the same if the outage also prevented the refund of their attempts', async () => {
    const receipts = await acceptChain();
    await fillDisk(true);
    await expect(shop.together(receipts)).rejects.toThrow('No space left');
    expect(await states()).toEqual([{ state: 'WORKING', attempts: 1, error: null }]);
    await expect(shop.alone(receipts[0])).rejects.toThrow('No space left');
    await emptyDisk();
    await shop.sweep(false);
    expect(await states()).toEqual([{ state: 'DONE', attempts: 1, error: null }]);
    expect(await logged()).toBe(COUNT + 1);
  });
});

it('an attempt whose start was stored, although the response was lost, is refunded', async () => {
  const receipts = await acceptChain();
  const pool = losingAnswersOf(['begin-together', 'begin-attempt']);
  const ingest = new Ingest(eventLogOf(pool, shop.outbox));
  await expect(ingest.together(receipts.slice(1))).rejects.toThrow('terminated');
  await expect(ingest.alone(receipts[0])).rejects.toThrow('terminated');
  await shop.sweep(false, ingest);
  expect(await states()).toEqual([{ state: 'DONE', attempts: 1, error: null }]);
});

it('batches that wait for each other, whose worker died, are stored by one sweep while Redis is away', async () => {
  await acceptChain();
  await shop.pool.query("UPDATE inbox SET state = 'WORKING', attempts = 1");
  expect(await shop.sweep(false)).toEqual([]);
  expect(await states()).toEqual([{ state: 'DONE', attempts: 2, error: null }]);
  expect(await logged()).toBe(COUNT + 1);
});

it("a batch that waits for another worker's batch goes to the queue, which retries it soon", async () => {
  const [first, ...others] = await acceptChain();
  const worker = await shop.pool.connect();
  await worker.query('BEGIN');
  await worker.query('SELECT FROM inbox WHERE id = $1 FOR UPDATE', [first]);
  expect((await shop.sweep(true)).toSorted()).toEqual(others.toSorted());
  await worker.query('COMMIT');
  worker.release();
  expect(await shop.sweep(true)).toEqual([]);
  expect(await states()).toEqual([{ state: 'DONE', attempts: 1, error: null }]);
});

it('a repeated or late refund changes nothing', async () => {
  const receipts = await acceptChain();
  const [first, second, third] = receipts;
  const of = (id: string) => ({ id, attempt: 1, reason: 'no space' });
  await shop.pool.query("UPDATE inbox SET state = 'WORKING', attempts = 1");
  await shop.pool.query("UPDATE inbox SET state = 'FAILING', last_error = 'its own' WHERE id = $1", [second]);
  await shop.pool.query('UPDATE inbox SET attempts = 2 WHERE id = $1', [third]);
  for (let n = 0; n < 2; n++) await refundAttempts(shop.pool, [first, second, third].map(of));
  expect(await shop.rows('SELECT state, attempts, last_error AS error FROM inbox ORDER BY sequence LIMIT 3')).toEqual([
    { state: 'WAITING', attempts: 0, error: null },
    { state: 'FAILING', attempts: 1, error: 'its own' },
    { state: 'WORKING', attempts: 2, error: null },
  ]);
});
