import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import pino from 'pino';
import { MODEL_TOPIC } from '../../../src/models/active-model.service';
import { connectPostgres } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import type { GraphqlClient } from '../../setup/graphql-client';
import { ids, LIST, type ListAnswer } from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { fillTasteShop } from '../../setup/taste-shop';
import { until } from '../../setup/until';

const BLEND = 'blend';
const log = pino({ level: 'silent' });
const CUSTOMER = 'c-1';

describe('the blend, from the first fit on', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let api: ShopProcess & { client: GraphqlClient };
  let worker: ShopProcess;
  /** The version that the worker has promoted. */
  let fitted: string;

  const personal = async () => {
    const input = { intent: 'PERSONAL', customerId: CUSTOMER };
    return api.client.data<ListAnswer>(LIST, { input });
  };
  const version = async () => (await personal()).recommendations.modelVersion;
  const versions = async () =>
    (await pool.query<{ id: string }>('SELECT id FROM artefacts WHERE kind = $1', [BLEND])).rows.map(({ id }) => id);
  const promote = async (id: string) => {
    await pool.query('UPDATE active_models SET artefact_id = $1 WHERE kind = $2', [id, BLEND]);
    pubSub.publish(MODEL_TOPIC, { kind: BLEND });
  };
  /**
   * Stores another version of the same bytes, with the last byte changed by `flip`. Its checksum is that of the first
   * version.
   */
  const copy = async (from: string, to: string, flip: 0 | 1) => {
    await pool.query(
      `INSERT INTO artefacts
       SELECT (jsonb_populate_record(a, jsonb_build_object('id', $2::text))).* FROM artefacts a WHERE id = $1`,
      [from, to],
    );
    await pool.query(
      `INSERT INTO artefact_chunks (artefact_id, sequence, bytes)
       SELECT $2, sequence, set_byte(bytes, length(bytes) - 1, get_byte(bytes, length(bytes) - 1) # $3)
       FROM artefact_chunks WHERE artefact_id = $1`,
      [from, to, flip],
    );
  };
  const expectReasons = (answer: ListAnswer) => {
    const { edges } = answer.recommendations;
    expect(edges).toHaveLength(10);
    for (const { reasons } of edges) {
      expect(reasons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    }
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    api = await startApi(shop);
    await fillTasteShop(shop, api.client);
  });

  afterAll(async () => {
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  it('fuses ranks until the first fit', async () => {
    expect(await version()).toBe('rank-fusion');
    expectReasons(await personal());
  });

  it('is fitted and promoted by a worker, and swapped in without a restart', async () => {
    worker = startWorker(shop);
    // Within seconds of the check that runs every 15 s; longer on a busy machine, because a fit has low priority.
    fitted = await until(version, (found) => found !== 'rank-fusion');
    expect(await versions()).toEqual([fitted]);
    const { rows } = await pool.query('SELECT artefact_id AS id FROM active_models WHERE kind = $1', [BLEND]);
    expect(rows).toEqual([{ id: fitted }]);
    expectReasons(await personal());
  });

  it('stays unchanged when a damaged version is promoted', async () => {
    const before = await personal();
    const damaged = randomUUID();
    await copy(fitted, damaged, 1);
    await promote(damaged);
    await until(
      () => api.log(),
      (text) => text.includes(`artefact ${damaged} is damaged`),
    );
    const after = await personal();
    expect(after.recommendations.modelVersion).toBe(fitted);
    expect(ids(after)).toEqual(ids(before));
  });

  it('stays unchanged when a version is promoted that this code does not support', async () => {
    const foreign = randomUUID();
    await copy(fitted, foreign, 0);
    const bytes = Buffer.from('of another program');
    await pool.query('DELETE FROM artefact_chunks WHERE artefact_id = $1 AND sequence > 0', [foreign]);
    await pool.query('UPDATE artefact_chunks SET bytes = $2 WHERE artefact_id = $1', [foreign, bytes]);
    await pool.query('UPDATE artefacts SET size = $2, checksum = sha256($3) WHERE id = $1', [
      foreign,
      bytes.byteLength,
      bytes,
    ]);
    await promote(foreign);
    await until(
      () => api.log(),
      (text) => text.includes('model could not be decoded') && text.includes(foreign),
    );
    expect(await version()).toBe(fitted);
  });

  it('continues with the next valid version that is promoted', async () => {
    const good = randomUUID();
    await copy(fitted, good, 0);
    await promote(good);
    await until(version, (found) => found === good);
    expectReasons(await personal());
  });
});
