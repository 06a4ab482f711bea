import { Client } from 'pg';
import { runCommandProcess } from '../../setup/command';
import { ids, LIST, RECORD, UPSERT, type ListAnswer } from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';
import { VERSION } from '../../../src/platform/version';

interface DoctorReport {
  readonly findings: readonly { check: string; state: string; found: string; advice?: string }[];
}

async function learnerFinding(shop: TestNamespace) {
  const { findings } = JSON.parse((await runCommandProcess(shop, ['doctor', '--json'])).output) as DoctorReport;
  return findings.find(({ check }) => check === 'learner');
}

const UNKNOWN_VERSION = 99;
const NEEDS = `needs Freshet 999.0.0 or newer; this is ${VERSION}`;

describe('a checkpoint that the learner cannot use', () => {
  let shop: TestNamespace;
  let client: Client;
  let worker: OwnProcess;
  let api: Awaited<ReturnType<typeof startApiProcess>>;

  const checkpoints = async () =>
    (await client.query<{ id: string }>(`SELECT id FROM artefacts WHERE kind = 'shop-state' ORDER BY 1`)).rows;
  const popular = async () => ids(await api.client.data<ListAnswer>(LIST, { input: { intent: 'TRENDING' }, first: 5 }));
  const readiness = () => fetch(`http://127.0.0.1:${api.port}/readyz`);
  const startBoth = async () => {
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
  };
  const stopBoth = async () => {
    await api.client.close();
    expect(await Promise.all([worker.stop(), api.stop()])).toEqual([0, 0]);
  };

  beforeAll(async () => {
    shop = await testNamespace();
    client = new Client({ connectionString: shop.databaseUrl, options: `-c search_path=${shop.namespace}` });
    await client.connect();
    await startBoth();
    await api.client.data(UPSERT, { products: [{ id: 'mug', title: 'Mug' }] });
    await api.client.data(RECORD, { events: [{ type: 'VIEW', customerId: 'c', productId: 'mug' }] });
    await until(popular, (listed) => listed.includes('mug'));
    await stopBoth();
  });

  // After a test that failed.
  afterEach(() => Promise.all([worker.kill(), api.kill()]));

  afterAll(async () => {
    await client.end();
    await shop.drop();
  });

  /** An operator has the learner learn again. Afterwards everything works, and a whole checkpoint is stored. */
  async function learnsAgain(): Promise<void> {
    expect((await runCommandProcess(shop, ['replay', '--relearn'])).code).toBe(0);
    await until(popular, (listed) => listed.includes('mug'));
    await until(
      async () => (await readiness()).status,
      (status) => status === 200,
    );
    // API processes do not need the learner's own half, so nothing else shows when the learner continues.
    await until(
      () => learnerFinding(shop),
      (learner) => learner?.state === 'ok',
    );
    await until(checkpoints, ({ length }) => length > 0);
    await stopBoth();
  }

  it('because a newer release wrote it makes an older learner wait, until an operator has it learn again', async () => {
    // Written as a newer release writes them.
    await client.query(
      `UPDATE artefacts SET figures = figures || '{"minRelease": "999.0.0"}' WHERE kind IN ('shop-state', 'learner-subjects')`,
    );
    const before = await checkpoints();
    expect(before.length).toBeGreaterThan(0);
    await startBoth();
    await until(
      () => worker.log(),
      (log) => log.includes(`The learner's checkpoint ${NEEDS}`),
    );
    expect(await (await readiness()).json()).toMatchObject({
      ready: false,
      reasons: [`shop state: the checkpoint ${NEEDS}`],
    });
    expect(await learnerFinding(shop)).toMatchObject({
      state: 'fault',
      found: expect.stringContaining(NEEDS) as string,
    });
    expect(await checkpoints()).toEqual(before);
    // The learner logs it once, for any wait. The owner of EASE, which follows the same checkpoint, logs its own line.
    expect(worker.log().split(`The learner's checkpoint ${NEEDS}`)).toHaveLength(2);
    await learnsAgain();
  });

  it.each([
    ['the half that API processes load is in an unknown format', 'shop-state', 'freshet-shop', true],
    ["the learner's own half is in an unknown format", 'learner-subjects', 'freshet-subjects', true],
    ['the half that API processes load is damaged', 'shop-state', 'freshet-shop', false],
  ])('because %s waits for an operator', async (_, kind, format, isWhole) => {
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
    await startBoth();
    await until(
      () => worker.log(),
      (log) => log.match(notUnderstood) !== null && log.includes(cause),
    );
    const reason = expect.stringMatching(
      new RegExp(`^shop state: the checkpoint cannot be read: .*${cause}$`),
    ) as unknown;
    // API processes do not need the learner's own half.
    expect(await (await readiness()).json()).toMatchObject(
      kind === 'shop-state' ? { ready: false, reasons: [reason] } : { ready: true, reasons: [] },
    );
    const finding = await learnerFinding(shop);
    expect(finding).toMatchObject({ state: 'fault', advice: 'Run: npm run -s freshet -- replay --relearn.' });
    expect(finding?.found).toContain(cause);
    expect(finding?.found).not.toContain('release');
    expect(worker.log().match(notUnderstood)).toHaveLength(1);
    await learnsAgain();
  });
});
