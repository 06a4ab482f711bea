import type { Pool } from 'pg';
import { connectPostgres } from '../../src/platform/postgres';
import { caughtUp } from '../setup/caught-up';
import { LIST, RECORD, type ListAnswer, type RecordAnswer } from '../setup/operations';
import { startApiProcess, startWorkerProcess } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { itIsExact } from '../setup/final-failure';

const ROUNDS = 3;
const SENDERS = 8;
const PER_REQUEST = 5;
const ACKNOWLEDGED_BEFORE_KILL = 60;

const YESTERDAY = Date.now() - 86_400_000;

const event = (n: number) => ({
  source: 'SUPPORT',
  id: `event-${n}`,
  occurredAt: new Date(YESTERDAY + n).toISOString(),
  type: 'VIEW',
  customerId: `customer-${n % 7}`,
  productId: `product-${n % 11}`,
});
type Event = ReturnType<typeof event>;

describe('an API process that is killed immediately after its acknowledgements', () => {
  let shop: TestNamespace;
  let pool: Pool;
  const sent: Event[] = [];
  const acknowledged: Event[] = [];
  const receipts = new Set<string>();
  /** Requests in flight that were never answered, by round. */
  const unanswered: number[] = [];

  const logged = async () => {
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM events ORDER BY id');
    return rows.map((row) => row.id);
  };
  const idsOf = (events: readonly Event[]) => events.map(({ id }) => id).sort();

  /**
   * Sends continuously over several connections, and kills the process as soon as enough events have been acknowledged.
   */
  async function sendUntilKilled(): Promise<number> {
    // Long enough for several requests to share a micro-batch.
    const api = await startApiProcess(shop, { INGEST_DELAY_MS: '10', INBOX_MAX_AGE_MS: '600000' });
    let answered = 0;
    let lost = 0;
    let killed: Promise<void> | undefined;
    const sender = async () => {
      while (!killed) {
        const events = [...Array(PER_REQUEST).keys()].map((n) => event(sent.length + n));
        sent.push(...events);
        let answer: RecordAnswer;
        try {
          answer = await api.client.data<RecordAnswer>(RECORD, { events });
        } catch (error) {
          if (!killed) throw error;
          lost++;
          return;
        }
        expect(answer.recordEvents).toMatchObject({ accepted: PER_REQUEST, errors: [] });
        acknowledged.push(...events);
        receipts.add(answer.recordEvents.receipt ?? '');
        // One more request is in flight when the process is killed, and is gathered with others for 10 ms.
        if (++answered === ACKNOWLEDGED_BEFORE_KILL) setTimeout(() => void (killed = api.kill()), 3);
      }
    };
    await Promise.all([...Array(SENDERS)].map(sender));
    await killed;
    return lost;
  }

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    // No worker runs yet, so only the API process has written durable data.
    for (let round = 0; round < ROUNDS; round++) unanswered.push(await sendUntilKilled());
  });

  afterAll(async () => {
    await pool.end();
    await shop.drop();
  });

  it('was killed with requests in flight', () => {
    expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_BEFORE_KILL * PER_REQUEST);
    expect(unanswered).toHaveLength(ROUNDS);
    for (const lost of unanswered) expect(lost).toBeGreaterThan(0);
    expect(sent.length - acknowledged.length).toBe(PER_REQUEST * unanswered.reduce((sum, lost) => sum + lost, 0));
  });

  itIsExact('has stored every receipt that it returned in the inbox, with all of its events', async () => {
    const { rows } = await pool.query<{ id: string; events: Event[] }>('SELECT id, events FROM inbox');
    expect(rows.map((row) => row.id)).toEqual(expect.arrayContaining([...receipts]));
    const durable = new Set(rows.flatMap((row) => row.events.map(({ id }) => id)));
    expect(acknowledged.filter(({ id }) => !durable.has(id))).toEqual([]);
  });

  describe('and then restarted, with a worker', () => {
    let api: Awaited<ReturnType<typeof startApiProcess>>;
    let worker: ReturnType<typeof startWorkerProcess>;

    beforeAll(async () => {
      worker = startWorkerProcess(shop);
      api = await startApiProcess(shop);
    });

    afterAll(async () => {
      expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    });

    itIsExact('writes every acknowledged event to the log, and no other event', async () => {
      await caughtUp(pool, ['inbox']);
      const log = await logged();
      expect(idsOf(acknowledged).filter((id) => !log.includes(id))).toEqual([]);
      expect(log.filter((id) => !sent.some((event) => event.id === id))).toEqual([]);
    });

    itIsExact('has exactly the sent events after all of them are sent again with the same ids', async () => {
      let receipt: string | null = null;
      for (let at = 0; at < sent.length; at += 500) {
        const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events: sent.slice(at, at + 500) });
        expect(recordEvents.errors).toEqual([]);
        receipt = recordEvents.receipt;
        await api.client.data<ListAnswer>(LIST, { input: { intent: 'POPULAR', awaitReceipt: receipt } });
      }
      expect(await logged()).toEqual(idsOf(sent));
      const { rows } = await pool.query('SELECT * FROM rejected_events');
      expect(rows).toEqual([]);
    });
  });
});
