import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { VERSION } from '../../../src/platform/version';
import { runCommand } from '../../setup/command';
import { found, ids, LIST, RECORD, SEARCH, UPSERT, type ListAnswer, type SearchAnswer } from '../../setup/operations';
import { startApi, startWorker } from '../../setup/processes';
import { testNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const KINDS = ['blend', 'ease', 'search-index'];

it('artefacts of a newer release are skipped and logged, and the shop continues with its own', async () => {
  const shop = await testNamespace();
  const client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
  await client.connect();
  const artefacts = async () =>
    (await client.query(`SELECT id, kind FROM artefacts WHERE figures->>'minRelease' = '999.0.0' ORDER BY kind`)).rows;

  // Artefacts as a newer release writes them, in formats that this one does not know, newer than any that this release
  // writes.
  for (const kind of KINDS) {
    const id = randomUUID();
    await client.query(
      `INSERT INTO artefacts (id, kind, position, token, size, checksum, figures)
       VALUES ($1, $2, $3, 1, 1, sha256('x'), '{"minRelease": "999.0.0"}')`,
      [id, kind, Number.MAX_SAFE_INTEGER],
    );
    await client.query(`INSERT INTO artefact_chunks (artefact_id, sequence, bytes) VALUES ($1, 0, 'x')`, [id]);
    if (kind === 'blend')
      await client.query('INSERT INTO active_models (kind, artefact_id) VALUES ($1, $2)', [kind, id]);
  }
  const before = await artefacts();
  const worker = startWorker(shop);
  const api = await startApi(shop);

  const { upsertProducts } = await api.client.data<{ upsertProducts: { receipt: string } }>(UPSERT, {
    products: [{ id: 'mug', title: 'Enamel mug' }],
  });
  await api.client.data(RECORD, { events: [{ type: 'VIEW', customerId: 'c', productId: 'mug' }] });
  const input = { query: 'mug', awaitReceipt: upsertProducts.receipt };
  expect(found(await api.client.data<SearchAnswer>(SEARCH, { input }))).toEqual(['mug']);
  await until(
    async () => ids(await api.client.data<ListAnswer>(LIST, { input: { intent: 'TRENDING' }, first: 5 })),
    (listed) => listed.includes('mug'),
  );

  const lines = (what: string) =>
    api
      .log()
      .split('\n')
      .filter((line) => line.includes(what) && line.includes(`needs Freshet 999.0.0 or newer; this is ${VERSION}`));
  for (const what of ['search base not read', 'cannot read the active model', 'checkpoint not read'])
    await until(
      () => lines(what),
      (said) => said.length > 0,
    );
  const { findings } = JSON.parse((await runCommand(shop, ['doctor', '--json'])).output) as {
    findings: { check: string; state: string; found: string }[];
  };
  expect(findings.filter(({ check }) => check.startsWith('artefact '))).toEqual(
    KINDS.map((kind) => ({
      check: `artefact ${kind}`,
      state: 'warning',
      found: `it needs Freshet 999.0.0 or newer; this is ${VERSION}`,
      advice: expect.any(String) as unknown,
    })),
  );
  // Logged once, for any number of comparisons.
  expect(lines('cannot read the active model')).toHaveLength(1);
  await api.client.close();
  expect(await Promise.all([worker.stop(), api.stop()])).toEqual([0, 0]);
  expect(await artefacts()).toEqual(before);
  await client.end();
  await shop.drop();
});
