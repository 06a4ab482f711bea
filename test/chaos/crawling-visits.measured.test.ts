import path from 'node:path';
import type { GraphqlClient } from '../setup/graphql-client';
import { ids, LIST, RECORD, UPSERT, type ListAnswer, type RecordAnswer, type UpsertAnswer } from '../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { expectWithin } from '../setup/measured';
import { until } from '../setup/until';

const PRODUCTS = 4_900;
const VISITS = 4;
const BATCH = 700;
/**
 * Limits on the CPU time of the worker's main thread: for one turn of its event loop, and for a visit with all its
 * effects.
 */
const MAX_TURN_MS = 500;
const MAX_VISIT_MS = 4_000;
/** The machine that runs the tests may be busy. */
const PATIENCE_MS = 120_000;
const productIds = [...Array(PRODUCTS).keys()].map((n) => `product-${n}`);

describe('visits with thousands of products', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { client: GraphqlClient };
  let worker: OwnProcess;

  /** Sends the events as a client does, with retries while the process is busy. */
  const record = (events: object[]): Promise<string> =>
    until(
      async () => {
        const { data, errors } = await api.client.send<RecordAnswer>(RECORD, { events });
        if (errors?.every(({ extensions }) => extensions?.code === 'OVERLOADED')) return '';
        expect(data?.recordEvents.errors).toEqual([]);
        return data!.recordEvents.receipt!;
      },
      (receipt) => receipt !== '',
      PATIENCE_MS,
    );
  const similarTo = async (productId: string) =>
    ids(await api.client.data<ListAnswer>(LIST, { input: { intent: 'SIMILAR', productIds: [productId] } }));
  const numbersIn = (log: string, pattern: RegExp) => [...log.matchAll(pattern)].map(([, number]) => Number(number));
  const longestTurn = (log: string) => Math.max(0, ...numbersIn(log, /event loop blocked for (\d+) ms/g));
  const cpuUsed = (log: string) => Math.max(0, ...numbersIn(log, /main thread used (\d+) ms/g));

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop, {
      NODE_OPTIONS: `--require ${path.join(__dirname, '../setup/watch-event-loop.js')}`,
    });
    api = await startApiProcess(shop);
    for (let at = 0; at < PRODUCTS; at += BATCH) {
      const products = productIds.slice(at, at + BATCH).map((id) => ({ id, title: id }));
      await api.client.data<UpsertAnswer>(UPSERT, { products });
    }
    await until(worker.log, (log) => log.includes('"msg":"learning"'), PATIENCE_MS);
  }, PATIENCE_MS);

  afterAll(async () => {
    await api.client.close();
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await shop.drop();
  });

  it.each([
    ['anonymous', 0, (visit: number) => ({ sessionId: `crawler-${visit}` })],
    ['signed in', 1, (visit: number) => ({ sessionId: `member-${visit}`, customerId: `member-${visit}` })],
  ])(
    "delay neither the learner nor the effect of other visitors' events: %s",
    async (_, round, crawler) => {
      const logged = worker.log().length;
      const cpu = cpuUsed(worker.log());
      for (let visit = 0; visit < VISITS; visit++) {
        for (let at = 0; at < PRODUCTS; at += BATCH) {
          await record(
            productIds.slice(at, at + BATCH).map((productId) => ({ type: 'VIEW', productId, ...crawler(visit) })),
          );
        }
        // Eight visitors who view two products of their own.
        const [a, b] = [0, 1].map((n) => `product-${(round * VISITS + visit) * 2 + n}`);
        const pair = [...Array(8).keys()].flatMap((n) =>
          [a, b].map((productId) => ({ type: 'VIEW', sessionId: `${a} ${n}`, productId })),
        );
        await record(pair);
        await until(
          () => similarTo(a),
          ([nearest]) => nearest === b,
          PATIENCE_MS,
        );
      }
      const log = worker.log().slice(logged);
      expect(log).not.toContain('lease lost');
      expectWithin(
        'longest turn of the learner during a huge visit (0: none above 50 ms)',
        longestTurn(log),
        MAX_TURN_MS,
      );
      expectWithin('CPU time of the worker for huge visits', cpuUsed(log) - cpu, VISITS * MAX_VISIT_MS);
    },
    2 * PATIENCE_MS,
  );
});
