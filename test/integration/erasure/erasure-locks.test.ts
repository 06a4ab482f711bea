import type { PoolClient } from 'pg';
import { eraseFromLog, eraseFromMerges } from '../../../src/events/erase-subjects.store';
import type { LoggedMerge } from '../../../src/events/log-event';
import { allocatePosition } from '../../../src/events/position.store';
import { quarantineEntry } from '../../../src/events/quarantine';
import { StreamService } from '../../../src/streams/stream.service';
import { eraseFromStreams } from '../../../src/streams/stream.store';
import { event, IngestShop } from '../../setup/ingest-shop';
import { until } from '../../setup/until';

const ALICE = 'c:alice';
const LEASE = { name: 'learner', token: 1 };

let shop: IngestShop;
/** The transaction that erases people from the shop. */
let erasure: PoolClient;

beforeEach(async () => {
  shop = await IngestShop.open();
  erasure = await shop.pool.connect();
  await erasure.query('SET idle_in_transaction_session_timeout = 0; BEGIN');
});

afterEach(async () => {
  erasure.release(true);
  await shop.close();
});

/** Waits until a statement waits for the erasure. */
async function isWaitedFor(): Promise<void> {
  const {
    rows: [{ pid }],
  } = await erasure.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await until(
    () => shop.rows('SELECT FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))', [pid]),
    (waiting) => waiting.length > 0,
  );
}

const endErasure = async () => {
  await allocatePosition(erasure, { reload: 'histories' });
  await erasure.query('COMMIT');
};

it('a change of streams during an erasure waits for it, and both complete', async () => {
  const streams = new StreamService(shop.pool, shop.outbox);
  const spec = { window: { kind: 'TUMBLING', size: 'P1D' }, aggregates: [{ name: 'count', kind: 'COUNT' }] } as const;
  expect(await streams.create({ id: 'daily', ...spec, aggregates: [...spec.aggregates] })).toMatchObject({
    errors: [],
  });
  await eraseFromStreams(erasure, [0]);
  const deleted = streams.delete('daily');
  await isWaitedFor();
  await endErasure();
  expect(await deleted).toEqual({ errors: [] });
  expect(await shop.rows('SELECT id FROM streams')).toEqual([]);
});

describe('an entry that breaks the learner, during the erasure of its subject', () => {
  beforeEach(async () => {
    await shop.pool.query(
      `INSERT INTO leases (name, owner, token, expires_at) VALUES ('learner', 'me', 1, 'infinity')`,
    );
  });

  const namesLeft = () =>
    shop.rows(`SELECT payload::text FROM outbox WHERE payload->>'reread' LIKE '%alice%'
      UNION ALL SELECT event::text FROM rejected_events`);

  it('is not quarantined if the event leaves the log meanwhile, and no position names the subject', async () => {
    const broken = event('alice');
    await shop.alone((await shop.accept([[broken]]))[0]);
    await eraseFromLog(erasure, [ALICE]);
    await allocatePosition(erasure, { reload: 'histories' });
    const aside = quarantineEntry(shop.outbox, broken, 'it is broken', LEASE);
    await isWaitedFor();
    await erasure.query('COMMIT');
    await aside;
    expect(await namesLeft()).toEqual([]);
  });

  it('is not quarantined if the merge leaves the log meanwhile', async () => {
    const merge: LoggedMerge = { from: 's:visit', into: ALICE, position: 1 };
    await shop.pool.query(`INSERT INTO merges (position, from_subject, into_subject) VALUES (1, $1, $2)`, [
      merge.from,
      merge.into,
    ]);
    await eraseFromMerges(erasure, [ALICE]);
    await allocatePosition(erasure, { reload: 'histories' });
    const aside = quarantineEntry(shop.outbox, merge, 'it is broken', LEASE);
    await isWaitedFor();
    await erasure.query('COMMIT');
    await aside;
    expect(await namesLeft()).toEqual([]);
  });

  it('is quarantined before the erasure, which then finds the position', async () => {
    const broken = event('alice');
    await shop.alone((await shop.accept([[broken]]))[0]);
    await quarantineEntry(shop.outbox, broken, 'it is broken', LEASE);
    const { positions } = await eraseFromLog(erasure, [ALICE]);
    const [{ position }] = (await shop.rows('SELECT max(position) AS position FROM outbox')) as [{ position: number }];
    expect(positions).toContain(position);
    await endErasure();
  });
});
