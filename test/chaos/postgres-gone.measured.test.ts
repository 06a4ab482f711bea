import { ERROR_CODES } from '../../src/graphql/errors';
import { LIST, type ListAnswer } from '../setup/operations';
import { expectWithin } from '../setup/measured';
import { ADMIN_KEY } from '../setup/processes';
import { until } from '../setup/until';
import { FaultShop } from './harness/fault-shop';
import { within } from './harness/load';
import { expectExact, recount } from './harness/recounted';
import { expectRecovery, lookFor } from './harness/recovery';

const DOWN_MS = 2_000;
/** A request waits at most this long for a database that refuses connections. */
const BOUND_MS = 6_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('PostgreSQL', () => {
  let shop: FaultShop;

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: 2, workers: 1, rate: 300 });
    shop.load.start();
    await sleep(500);
  }, 60_000);

  afterAll(() => shop.close(), 30_000);

  const alive = () => [...shop.apis, ...shop.workers].map(({ child }) => child.exitCode ?? child.signalCode);
  const readiness = async (port: number) => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    return { status: response.status, ...((await response.json()) as { reasons: string[] }) };
  };

  it('cuts every connection: every process recovers within five seconds', async () => {
    // Two API processes, a worker and its learner.
    expect(await shop.services.cutConnections()).toBeGreaterThanOrEqual(4);
    await expectRecovery(shop, 'all connections were cut');
  }, 25_000);

  it('crashed: a request is refused with a code that says what to do, and queries are answered from memory', async () => {
    expect(await shop.services.crashPostgres()).toBe(true);
    const looks = await lookFor(shop, DOWN_MS);
    expect(looks.length).toBeGreaterThan(10);
    for (const { failed } of looks) expect(failed).toBe('UNAVAILABLE');
    expectWithin('UNAVAILABLE while PostgreSQL is down', Math.max(...looks.map((look) => look.milliseconds)), BOUND_MS);
    expect(Object.keys(ERROR_CODES)).toContain('UNAVAILABLE');
    // All paths to the database are tested: through Prisma, before the execution starts, and in plain JSON.
    const [{ client, port }] = shop.apis;
    expect(await client.code('{ apiKeys { nodes { id } } }')).toBe('UNAVAILABLE');
    expect(await client.as({ apiKey: 'a-key-never-seen-before' }).code('{ __typename }')).toBe('UNAVAILABLE');
    const body = JSON.stringify({ events: [{ type: 'VIEW', customerId: 'somebody', productId: 'product-01' }] });
    const headers = { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY };
    const response = await fetch(`http://127.0.0.1:${port}/events`, { method: 'POST', headers, body });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    for (const { client } of shop.apis) {
      const input = { intent: 'SIMILAR', productIds: ['product-01'] };
      const list = await within(1_000, client.data<ListAnswer>(LIST, { input }));
      expect(list.recommendations.edges).toHaveLength(10);
    }
    expect(alive()).toEqual([null, null, null]);
  }, 20_000);

  it('unavailable for long: every API process reports that it is not ready, and why', async () => {
    for (const { port } of shop.apis) {
      const { status, reasons } = await until(
        () => readiness(port),
        (answer) => answer.status === 503,
      );
      expect(status).toBe(503);
      expect(reasons).toEqual([expect.stringMatching(/^read models: not compared with the log for \d+ s$/)]);
    }
  }, 25_000);

  it('back after its recovery: everything works within five seconds, without manual intervention', async () => {
    await shop.services.revivePostgres();
    expect(shop.services.postgresLog()).toContain('was not properly shut down; automatic recovery in progress');
    await expectRecovery(shop, 'PostgreSQL came back');
    for (const { port } of shop.apis) {
      await until(
        () => readiness(port),
        ({ status }) => status === 200,
      );
    }
  }, 25_000);

  it('has lost no acknowledged event: the log, the counts and the responses equal a recount', async () => {
    await shop.load.stop();
    await shop.settle();
    expect(shop.acknowledged.length).toBeGreaterThan(500);
    expectExact(await recount(shop));
  }, 60_000);
});
