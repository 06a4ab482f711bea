import { Client } from 'pg';
import { runCommand } from '../../setup/command';
import { ids, LIST, RECORD, UPSERT, type ListAnswer } from '../../setup/operations';
import { startApi, startWorker } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';
import { VERSION } from '../../../src/platform/version';

jest.setTimeout(240_000);

interface DoctorReport {
  readonly findings: readonly { check: string; state: string; found: string; advice?: string }[];
}

async function learnerFinding(shop: TestNamespace) {
  const { findings } = JSON.parse((await runCommand(shop, ['doctor', '--json'])).output) as DoctorReport;
  return findings.find(({ check }) => check === 'learner');
}

it("a newer release's checkpoint makes an older learner wait, until an operator has it learn again", async () => {
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

  // Written as a newer release writes them.
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
  expect(readiness).toMatchObject({ ready: false, reasons: [`shop state: the checkpoint ${needs}`] });
  expect(await learnerFinding(shop)).toMatchObject({
    state: 'fault',
    found: expect.stringContaining(needs) as string,
  });
  expect(await checkpoints()).toEqual(before);
  // The learner logs it once, for any wait. The owner of EASE, which follows the same checkpoint, logs its own line.
  expect(worker.log().split(`The learner's checkpoint ${needs}`)).toHaveLength(2);

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

const UNKNOWN_VERSION = 99;

it.each([
  ['the half that API processes load, in an unknown format', 'shop-state', 'freshet-shop', true],
  ["the learner's own half, in an unknown format", 'learner-subjects', 'freshet-subjects', true],
  ['the half that API processes load, damaged', 'shop-state', 'freshet-shop', false],
])("a checkpoint of this release that can't be read waits for an operator: %s", async (_, kind, format, isWhole) => {
  const shop = await testNamespace();
  const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
  await client.connect();
  const first = startWorker(shop);
  let api = await startApi(shop);
  await api.client.data(UPSERT, { products: [{ id: 'mug', title: 'Mug' }] });
  await api.client.data(RECORD, { events: [{ type: 'VIEW', customerId: 'c', productId: 'mug' }] });
  const popular = async () => ids(await api.client.data<ListAnswer>(LIST, { input: { intent: 'TRENDING' }, first: 5 }));
  await until(popular, (listed) => listed.includes('mug'));
  expect(await first.stop()).toBe(0);
  await api.client.close();
  expect(await api.stop()).toBe(0);

  await client.query(
    `UPDATE artefact_chunks SET bytes = set_byte(bytes, $2, $3)
     WHERE sequence = 0 AND artefact_id IN (SELECT id FROM artefacts WHERE kind = $1)`,
    [kind, format.length + 1, UNKNOWN_VERSION],
  );
  const ofBytes = `sha256((SELECT string_agg(bytes, '' ORDER BY sequence) FROM artefact_chunks WHERE artefact_id = id))`;
  if (isWhole) await client.query(`UPDATE artefacts SET checksum = ${ofBytes} WHERE kind = $1`, [kind]);
  const cause = isWhole ? `found ${format} version ${UNKNOWN_VERSION}` : 'its checksum does not match';
  const notUnderstood =
    /The learner's checkpoint cannot be read: [^"]*\. The learner is waiting: run \\?"freshet replay/g;

  const worker = startWorker(shop);
  api = await startApi(shop);
  await until(
    () => worker.log(),
    (log) => log.match(notUnderstood) !== null && log.includes(cause),
  );
  const readiness = await (await fetch(`http://127.0.0.1:${api.port}/readyz`)).json();
  const reason = expect.stringMatching(
    new RegExp(`^shop state: the checkpoint cannot be read: .*${cause}$`),
  ) as unknown;
  // API processes do not need the learner's own half.
  expect(readiness).toMatchObject(
    kind === 'shop-state' ? { ready: false, reasons: [reason] } : { ready: true, reasons: [] },
  );
  const finding = await learnerFinding(shop);
  expect(finding).toMatchObject({ state: 'fault', advice: 'Run: npm run -s freshet -- replay --relearn.' });
  expect(finding?.found).toContain(cause);
  expect(finding?.found).not.toContain('release');
  expect(worker.log().match(notUnderstood)).toHaveLength(1);

  expect((await runCommand(shop, ['replay', '--relearn'])).code).toBe(0);
  await until(popular, (listed) => listed.includes('mug'));
  await until(
    async () => (await fetch(`http://127.0.0.1:${api.port}/readyz`)).status,
    (status) => status === 200,
  );
  // API processes do not need that half, so nothing else shows when the learner continues.
  await until(
    () => learnerFinding(shop),
    (learner) => learner?.state === 'ok',
  );
  await api.client.close();
  expect(await Promise.all([worker.stop(), api.stop()])).toEqual([0, 0]);
  await client.end();
  await shop.drop();
});
