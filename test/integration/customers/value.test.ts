import { csvFields } from '../../../src/imports/csv-fields';
import { seededRandom } from '../../../src/learn/seeded-random';
import { runCommandProcess } from '../../setup/command';
import type { GraphqlClient } from '../../setup/graphql-client';
import { purchaseOf, recordAll, refreshModel } from '../../setup/model-operations';
import { UPSERT } from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const DAY = 86_400_000;
const MONEY = '{ amount currency }';
const PREDICTIONS = `horizonDays purchaseProbability churnProbability asOf
  expectedAmount ${MONEY} lowAmount ${MONEY} highAmount ${MONEY}`;
const CUSTOMER = `query($id: ID!) { customer(id: $id) { predictions { ${PREDICTIONS} } } }`;
const SEGMENT = 'query($id: ID!) { customer(id: $id) { segment { id } } }';
const UPDATED = `subscription($id: ID!) { customerUpdated(id: $id) { predictions { ${PREDICTIONS} } } }`;

interface Amount {
  readonly amount: string;
  readonly currency: string;
}
interface Predictions {
  readonly horizonDays: number;
  readonly purchaseProbability: number;
  readonly churnProbability: number | null;
  readonly expectedAmount: Amount;
  readonly lowAmount: Amount;
  readonly highAmount: Amount;
  readonly asOf: string;
}

describe('predictions for synthetic customers who order at different rates, and some of whom stop', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let worker: OwnProcess;
  let client: GraphqlClient;
  const now = Date.now();
  const random = seededRandom(9);

  const record = (events: readonly object[]) => recordAll(client, events);
  const predictions = async (id: string) =>
    (await client.data<{ customer: { predictions: Predictions | null } }>(CUSTOMER, { id })).customer.predictions;
  const segmentId = async (id: string) =>
    (await client.data<{ customer: { segment: { id: string } | null } }>(SEGMENT, { id })).customer.segment?.id ?? '';
  /** Orders about every `gap` days, from `from` to `to` days ago. */
  const history = (id: string, gap: number, price: number, from: number, to = 0) => {
    const events: object[] = [];
    for (let ago = from - gap * random(); ago > to; ago -= gap * -Math.log(1 - random()))
      events.push(purchaseOf(id, `${id}-${events.length}`, price * (0.6 + 0.8 * random()), now - ago * DAY));
    return events;
  };

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
    client = api.client;
    await client.data(UPSERT, { products: [{ id: 'mug', title: 'Mug', price: { amount: '12', currency: 'EUR' } }] });
  });

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  it('are none while the shop is too young, and the job says how much is needed', async () => {
    await record(history('young', 10, 20, 100));
    const job = await refreshModel(client, 'VALUE');
    expect(job).toMatchObject({ state: 'DONE', version: null });
    expect(job.stage).toMatch(/: at least 270 days of purchases are needed$/);
    expect(await predictions('young')).toBeNull();
  });

  it('are fitted, promoted and stored for each customer with an order', async () => {
    const customers = Array.from({ length: 300 }, (_, n) => n);
    await record(
      customers.flatMap((n) => {
        const gap = [12, 40, 120][n % 3];
        // Every fourth customer stops at a random time.
        return history(`c${n}`, gap, gap === 12 ? 90 : 25, 400, n % 4 === 0 ? 400 * random() : 0);
      }),
    );
    await record([
      ...history('regular', 10, 90, 400, 1),
      purchaseOf('regular', 'regular-last', 90, now - 2 * DAY),
      ...history('lapsed', 100, 25, 400, 300),
      purchaseOf('lapsed', 'lapsed-last', 25, now - 300 * DAY),
      { type: 'VIEW', customerId: 'visitor', productId: 'mug' },
    ]);
    const job = await refreshModel(client, 'VALUE');
    expect(job).toMatchObject({ state: 'DONE', version: { verdict: 'PROMOTED', reasons: [] } });
    expect(job.version!.figures['purchase log-loss gain over past amounts and shares, low']).toBeGreaterThan(0);
    const regular = (await until(
      () => predictions('regular'),
      (found) => found !== null,
    ))!;
    const lapsed = (await until(
      () => predictions('lapsed'),
      (found) => found !== null,
    ))!;
    expect(regular).toMatchObject({ horizonDays: 90, expectedAmount: { currency: 'EUR' } });
    expect(Number(regular.expectedAmount.amount)).toBeGreaterThan(5 * Number(lapsed.expectedAmount.amount));
    expect(regular.purchaseProbability).toBeGreaterThan(0.8);
    expect(lapsed.purchaseProbability).toBeLessThan(0.5);
    expect(regular.churnProbability).toBeLessThan(0.2);
    // No order in the last 180 days: already gone.
    expect(lapsed.churnProbability).toBeNull();
    expect(Number(regular.lowAmount.amount)).toBeGreaterThanOrEqual(0);
    expect(Number(regular.highAmount.amount)).toBeGreaterThan(Number(regular.lowAmount.amount));
    expect(await predictions('visitor')).toBeNull();
  });

  it('follow an order immediately, at a subscriber too', async () => {
    const stream = client.subscribe<{ data: { customerUpdated: { predictions: Predictions } } }>(UPDATED, {
      id: 'lapsed',
    });
    const next = async () => (await stream.next()).value.data.customerUpdated.predictions as Predictions;
    const before = await next();
    await record([purchaseOf('lapsed', 'lapsed-again', 25, now - DAY)]);
    const after = await next();
    expect(after.purchaseProbability).toBeGreaterThan(before.purchaseProbability);
    expect(after.churnProbability).toBeGreaterThan(0);
    await stream.return?.();
  });

  it('are exported as CSV', async () => {
    const ids = ['regular', 'lapsed', 'young'];
    const segmentsBefore = await Promise.all(ids.map(segmentId));
    const { code, output } = await runCommandProcess(shop, ['export', 'predictions']);
    expect(code).toBe(0);
    const [header, ...rows] = output
      .trimEnd()
      .split('\r\n')
      .map((line) => csvFields(line)!);
    expect(header.join()).toBe(
      'customerId,segmentId,purchaseProbability,expectedAmount,lowAmount,highAmount,currency,churnProbability,asOf',
    );
    const exported = new Map(rows.map((row) => [row[0], row]));
    // The 300 customers of the fit, or fewer, because some stopped before their first order; and three more.
    expect(exported.size).toBe(rows.length);
    expect(exported.size).toBeGreaterThan(250);
    for (const [n, id] of ids.entries()) {
      const { purchaseProbability, expectedAmount, lowAmount, highAmount, churnProbability, asOf } =
        (await predictions(id))!;
      const row = exported.get(id)!;
      // The worker may assign segments meanwhile.
      expect([segmentsBefore[n], await segmentId(id)]).toContain(row[1]);
      expect(row).toEqual([
        id,
        row[1],
        String(purchaseProbability),
        expectedAmount.amount,
        lowAmount.amount,
        highAmount.amount,
        expectedAmount.currency,
        churnProbability === null ? '' : String(churnProbability),
        asOf,
      ]);
    }
    expect(exported.has('visitor')).toBe(false);
  });
});
