import { Client } from 'pg';
import { runCommand } from '../setup/command';
import { ids, LIST, RECORD, UPSERT, type ListAnswer } from '../setup/operations';
import { startApi, startWorker } from '../setup/processes';
import { testNamespace } from '../setup/shop';
import { until } from '../setup/until';
import { VERSION } from '../../src/platform/version';

jest.setTimeout(240_000);

it("a newer release's checkpoint keeps an older learner waiting, until an operator has it learn again", async () => {
  const shop = await testNamespace();
  const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
  await client.connect();
  const checkpoints = async () =>
    (await client.query<{ id: string }>(`SELECT id FROM artefacts WHERE kind = 'shop-state' ORDER BY 1`)).rows;
  const needs = `needs Freshet 999.0.0 or newer; this is ${VERSION}`;

  const first = startWorker(shop);
  let api = await startApi(shop);
  await api.client.data(UPSERT, { products: [{ id: 'mug', title: 'Mug' }] });
  await api.client.data(RECORD, { events: [{ type: 'VIEW', customerId: 'c', productId: 'mug' }] });
  const popular = async () => ids(await api.client.data<ListAnswer>(LIST, { input: { intent: 'TRENDING' }, first: 5 }));
  await until(popular, (listed) => listed.includes('mug'));
  expect(await first.stop()).toBe(0);
  await api.client.close();
  expect(await api.stop()).toBe(0);

  // As a newer release writes them.
  await client.query(
    `UPDATE artefacts SET figures = figures || '{"minRelease": "999.0.0"}' WHERE kind IN ('shop-state', 'learner-subjects')`,
  );
  const before = await checkpoints();
  expect(before.length).toBeGreaterThan(0);
  const worker = startWorker(shop);
  api = await startApi(shop);
  await until(
    () => worker.log(),
    (log) => log.includes(`The learner's checkpoint ${needs}`),
  );
  const readiness = await (await fetch(`http://127.0.0.1:${api.port}/readyz`)).json();
  expect(readiness).toEqual({ ready: false, reasons: [`shop state: the checkpoint ${needs}`] });
  const doctor = JSON.parse((await runCommand(shop, ['doctor', '--json'])).output) as { findings: { check: string }[] };
  expect(doctor.findings.find(({ check }) => check === 'learner')).toMatchObject({
    state: 'fault',
    found: expect.stringContaining(needs) as string,
  });
  expect(await checkpoints()).toEqual(before);
  // Said once, however long it waits.
  expect(worker.log().split(needs)).toHaveLength(2);

  expect((await runCommand(shop, ['replay', '--relearn'])).code).toBe(0);
  await until(popular, (listed) => listed.includes('mug'));
  await until(
    async () => (await fetch(`http://127.0.0.1:${api.port}/readyz`)).status,
    (status) => status === 200,
  );
  await api.client.close();
  expect(await Promise.all([worker.stop(), api.stop()])).toEqual([0, 0]);
  await client.end();
  await shop.drop();
});
