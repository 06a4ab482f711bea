import pino from 'pino';
import type { Platform } from '../../../src/platform/connect';
import { startDemoTraffic } from '../../../workers/demo-traffic';

/** A shop that records whether it was checked, and that is not the demo. */
function lookedAt(settings: { demo: boolean; demoTraffic: boolean }) {
  let looks = 0;
  const query = async () => {
    looks++;
    return { rows: [] };
  };
  const platform = {
    config: settings,
    log: pino({ level: 'silent' }),
    pool: { query },
    get pools(): never {
      throw new Error('nothing else may be touched');
    },
  };
  return { platform: platform as unknown as Platform, looks: () => looks };
}

describe('the visitors of the demo', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each([
    { demo: true, demoTraffic: false },
    { demo: false, demoTraffic: true },
  ])('do not come with %j: the shop is not even checked for being the demo', async (settings) => {
    const { platform, looks } = lookedAt(settings);
    const traffic = startDemoTraffic(platform);
    await jest.advanceTimersByTimeAsync(10_000);
    await traffic.stop();
    expect(looks()).toBe(0);
  });

  it('come to no other shop, which is checked once', async () => {
    const { platform, looks } = lookedAt({ demo: true, demoTraffic: true });
    const traffic = startDemoTraffic(platform);
    await jest.advanceTimersByTimeAsync(10_000);
    await traffic.stop();
    expect(looks()).toBe(1);
  });
});
