import { expectWithin } from '../setup/measured';
import { until } from '../setup/until';
import { FaultShop } from './harness/fault-shop';
import { within } from './harness/load';
import { expectExact, recount } from './harness/recounted';
import { RECOVERY_MS } from './harness/recovery';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a worker that is stopped while it holds the learner lease, and resumes after another has taken over', () => {
  let shop: FaultShop;
  let paused: FaultShop['workers'][number];
  let before: number;

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: 2, workers: 2, rate: 300 });
    shop.load.start();
    await sleep(500);
    before = await shop.learnerToken();
    paused = shop.learning();
  }, 60_000);

  afterAll(() => shop.close(), 30_000);

  it('loses the lease to the other, which continues to learn', async () => {
    paused.child.kill('SIGSTOP');
    await until(
      () => shop.learnerToken(),
      (token) => token > before,
    );
    const recovered = await within(
      60_000,
      Promise.all(shop.living.map((probe) => Promise.all([probe.livesAgain(), probe.learnsAgain()]))),
    );
    expectWithin('live lists while a learner is stopped', Math.max(...recovered.map(([lived]) => lived)), RECOVERY_MS);
    expectWithin('learning by the next owner', Math.max(...recovered.map(([, learned]) => learned)), RECOVERY_MS);
  }, 30_000);

  it('notices the loss when it resumes, and neither writes nor takes the lease back', async () => {
    const token = await shop.learnerToken();
    paused.child.kill('SIGCONT');
    await until(
      () => paused.log(),
      (log) => /"lease":"learner"[^\n]*"lease lost"|another learner has taken over/.test(log),
    );
    await Promise.all(shop.living.map((probe) => probe.learnsAgain()));
    expect(await shop.learnerToken()).toBe(token);
    const { rows } = await shop.services.pool.query<{ token: number }>(
      `SELECT token FROM artefacts WHERE kind = 'shop-state' AND created_at > now() - interval '1 second'`,
    );
    for (const row of rows) expect(row.token).toBe(token);
  }, 20_000);

  it('has done no harm: the log, the counts and the responses of both API processes equal a recount', async () => {
    // Independent of how fast the previous tests were.
    await until(
      () => shop.acknowledged.length,
      (count) => count > 1_000,
      20_000,
    );
    await shop.load.stop();
    await shop.settle();
    expectExact(await recount(shop));
  }, 60_000);
});
