import { FaultShop } from './harness/fault-shop';
import { expectExact, recount } from './harness/recounted';
import { expectRecovery, lookFor } from './harness/recovery';
import { SmallDisk } from './harness/small-disk';
import { until } from '../setup/until';

const DISK_MIB = 512;
const FULL_MS = 3_000;
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
  });

  afterAll(() => shop.close());

  it('refuses events with a clear code, and continues when there is space again', async () => {
    expect(disk.fill()).toBe(0);
    const looks = await lookFor(shop, FULL_MS);
    expect(new Set(looks.flatMap(({ failed }) => failed ?? []))).toEqual(new Set(['UNAVAILABLE']));
    expect([...shop.load.failures.keys()]).toEqual(['UNAVAILABLE']);
    // A small batch is accepted as long as the inbox's last page has space for it, and is then refused as well.
    await until(
      () => Promise.all(shop.living.map((probe) => probe.look())),
      (more) => more.every(({ failed }) => failed === 'UNAVAILABLE'),
    );
    expect(shop.services.postgresLog()).toContain('No space left on device');
    disk.empty();
    await expectRecovery(shop, 'the disk had been full');
  });

  it('crashed because it can’t write its log: the same, after its supervisor has restarted it', async () => {
    disk.fill();
    expect(await shop.services.useUpLog()).toBe(true);
    const looks = await lookFor(shop, FULL_MS / 2);
    expect(new Set(looks.flatMap(({ failed }) => failed ?? []))).toEqual(new Set(['UNAVAILABLE']));
    disk.empty();
    if (!shop.services.postgresRuns) await shop.services.revivePostgres();
    await expectRecovery(shop, 'PostgreSQL ended because of the full disk');
  });

  it('has counted no failed attempt for a batch, and lost no acknowledged event', async () => {
    await shop.load.stop();
    await shop.settle();
    const counted = await shop.services.count('SELECT count(*) FROM inbox WHERE attempts > 1 OR parent IS NOT NULL');
    expectExact(await recount(shop));
    expect(counted).toBe(0);
    expect(shop.acknowledged.length).toBeGreaterThan(1_000);
  });
});
