import { FaultShop } from './harness/fault-shop';
import type { Look } from './harness/live-probe';
import { within } from './harness/load';
import { expectExact, recount } from './harness/recounted';
import { SmallDisk } from './harness/small-disk';

const DISK_MIB = 512;
const FULL_MS = 3_000;
const RECOVERY_MS = 5_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const obstacle = SmallDisk.obstacle();
if (obstacle) process.stderr.write(`\nNOT TESTED: a full disk. No file system can be mounted here: ${obstacle}\n`);

(obstacle ? describe.skip : describe)('PostgreSQL whose disk is full', () => {
  let shop: FaultShop;
  let disk: SmallDisk;

  beforeAll(async () => {
    shop = await FaultShop.open({ apis: 2, workers: 1, rate: 500, diskMiB: DISK_MIB });
    if (typeof shop.services.disk === 'string') throw new Error(shop.services.disk);
    disk = shop.services.disk;
    shop.load.start();
    await sleep(1_000);
  }, 60_000);

  afterAll(() => shop.close(), 30_000);

  async function lookFor(ms: number): Promise<Look[]> {
    const looks: Look[] = [];
    const giveUpAt = Date.now() + ms;
    while (Date.now() < giveUpAt) {
      looks.push(...(await Promise.all(shop.living.map((probe) => probe.look()))));
      await sleep(50);
    }
    return looks;
  }

  async function expectRecovery(): Promise<void> {
    const recoveries = shop.living.map((probe) => Promise.all([probe.livesAgain(), probe.learnsAgain()]));
    for (const [lived, learned] of await within(20_000, Promise.all(recoveries))) {
      expect(lived).toBeLessThan(RECOVERY_MS);
      expect(learned).toBeLessThan(RECOVERY_MS);
    }
    const ended = [...shop.apis, ...shop.workers].map(({ child }) => child.exitCode ?? child.signalCode);
    expect(ended).toEqual([null, null, null]);
  }

  it('refuses events with a clear code, and goes on when there is room again', async () => {
    expect(disk.fill()).toBe(0);
    const looks = await lookFor(FULL_MS);
    expect(new Set(looks.flatMap(({ failed }) => failed ?? []))).toEqual(new Set(['UNAVAILABLE']));
    expect([...shop.load.failures.keys()]).toEqual(['UNAVAILABLE']);
    // To the end: what could not be written was not accepted.
    expect(looks.at(-1)?.failed).toBe('UNAVAILABLE');
    expect(shop.services.postgresLog()).toContain('No space left on device');
    disk.empty();
    await expectRecovery();
  }, 40_000);

  it('crashed because it can’t go on with its log: the same, once its supervisor has started it again', async () => {
    disk.fill();
    expect(await shop.services.useUpLog()).toBe(true);
    const looks = await lookFor(FULL_MS / 2);
    expect(new Set(looks.flatMap(({ failed }) => failed ?? []))).toEqual(new Set(['UNAVAILABLE']));
    disk.empty();
    if (!shop.services.postgresRuns) await shop.services.revivePostgres();
    await expectRecovery();
  }, 40_000);

  it('has counted it against no batch, and lost nothing that was acknowledged', async () => {
    await shop.load.stop();
    await shop.settle();
    expect(shop.acknowledged.length).toBeGreaterThan(1_000);
    const counted = await shop.services.count('SELECT count(*) FROM inbox WHERE attempts > 1 OR parent IS NOT NULL');
    expect(counted).toBe(0);
    expectExact(await recount(shop));
  }, 60_000);
});
