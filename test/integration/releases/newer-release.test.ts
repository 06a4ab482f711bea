import { Queue } from 'bullmq';
import type { CheckResult } from '../../../src/platform/checks';
import { runCommand } from '../../setup/command';
import { event, InboxShop } from '../../setup/inbox-shop';
import { startApi, startWorker } from '../../setup/processes';
import { until } from '../../setup/until';

const NEWER = '99.0.0';

let inbox: InboxShop;
let queue: Queue;

beforeAll(async () => {
  inbox = await InboxShop.open();
  await inbox.through(startApi(inbox.shop, { INBOX_MAX_AGE_MS: '600000' }));
  const { redisUrl, namespace } = inbox.shop;
  queue = new Queue('ingest', { connection: { url: redisUrl }, prefix: `{${namespace}}` });
});

afterAll(async () => {
  await queue.close();
  await inbox.close();
});

const setRelease = (receipt: string, release: string | null) =>
  inbox.pool.query('UPDATE inbox SET min_release = $2 WHERE id = $1', [receipt, release]);
const batch = async (receipt: string) => (await inbox.batches()).nodes.find(({ id }) => id === receipt);
const found = async (check: string) => {
  const { output } = await runCommand(inbox.shop, ['doctor', '--json']);
  const { findings } = JSON.parse(output) as { findings: readonly CheckResult[] };
  return findings.find((finding) => finding.check === check);
};

it('a batch and a job that need a newer release are left to a process of that release', async () => {
  const newer = await inbox.record([event('newer')]);
  await setRelease(newer, NEWER);
  const behind = await inbox.record([event('newer', { productId: 'another' })]);
  await queue.add('ingest', { minRelease: NEWER }, { jobId: 'newer' });
  const worker = inbox.keep(startWorker(inbox.shop));
  const other = await inbox.record([event('other')]);
  expect(await inbox.applied(other)).toBeUndefined();

  // Long enough for the sweep to hand out all permitted batches.
  await inbox.pool.query('UPDATE inbox SET retry_at = now() WHERE done_at IS NULL');
  const logged = (line: string) => worker.log().split(line).length - 1;
  await until(
    async () => [logged('batches in the inbox wait for a newer release'), (await batch(behind))?.state],
    ([lines, state]) => lines === 1 && state === 'BLOCKED',
  );
  const job = await until(
    () => queue.getJob('newer'),
    (it) => (it?.attemptsStarted ?? 0) >= 2,
  );
  expect([job?.attemptsMade, job?.failedReason]).toEqual([0, undefined]);
  expect(await batch(newer)).toMatchObject({ state: 'WAITING', attempts: 0, lastError: null, position: null });
  expect(await found('inbox')).toMatchObject({ state: 'fault', found: expect.stringContaining(NEWER) as string });
  expect(await found('jobs')).toMatchObject({ state: 'fault', found: expect.stringContaining(NEWER) as string });
  expect(logged('jobs wait for a newer release')).toBe(1);
  expect(logged('batches in the inbox wait for a newer release')).toBe(1);

  // As if a process of the newer release had run.
  await queue.remove('newer');
  await setRelease(newer, null);
  for (const receipt of [newer, behind]) expect(await inbox.applied(receipt)).toBeUndefined();
  expect(await inbox.rejected()).toMatchObject([{ code: 'CONFLICT', event: { productId: 'another' } }]);
  expect(await found('inbox')).toMatchObject({ state: 'ok' });
  expect(await found('jobs')).toBeUndefined();
});

it('each stored record names the oldest release that can read it', async () => {
  const receipt = await inbox.record([event('named')]);
  const { rows } = await inbox.pool.query('SELECT min_release FROM inbox WHERE id = $1', [receipt]);
  expect(rows).toEqual([{ min_release: '0.2.0' }]);
});
