import { SystemFeed } from '../../../src/monitoring/system/system-feed.service';
import type { System } from '../../../src/monitoring/system/system.type';
import { createLog } from '../../../src/platform/log';
import { until } from '../../setup/until';

describe('the live system figures', () => {
  it('is read once for all subscribers, and not while there are none', async () => {
    let looks = 0;
    const system = () => Promise.resolve({ version: String(++looks) } as System);
    const feed = new SystemFeed({ system }, createLog({ logLevel: 'silent' } as never, 'test'), 20);
    const [one, other] = [await feed.open(), await feed.open()];
    expect([(await one.next()).value?.version, (await other.next()).value?.version]).toEqual(['1', '2']);
    expect((await one.next()).value).toBe((await other.next()).value);
    // A subscriber that does not read gets the newest value.
    await until(
      () => looks,
      (count) => count > 6,
    );
    expect(Number((await one.next()).value?.version)).toBeGreaterThan(5);
    await one.return!();
    await other.return!();
    const before = looks;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(looks).toBe(before);
  });
});
