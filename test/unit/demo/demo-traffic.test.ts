import pino from 'pino';
import { worker } from '../../../src/demo/worker';
import type { WorkerContext } from '../../../src/rooms/room';

/** A shop that records whether it was checked, and that is not the demo. */
function lookedAt(settings: { demo: boolean; demoTraffic: boolean }) {
  let looks = 0;
  const query = async () => {
    looks++;
    return { rows: [] };
  };
  const ctx = {
    config: settings,
    log: pino({ level: 'silent' }),
    pool: { query },
    get pools(): never {
      throw new Error('nothing else may be touched');
    },
  };
  return { ctx: ctx as unknown as WorkerContext, looks: () => looks };
}

describe('the visitors of the demo', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it.each([
    { demo: true, demoTraffic: false },
    { demo: false, demoTraffic: true },
  ])('do not come with %j: the shop is not even checked for being the demo', async (settings) => {
    const { ctx, looks } = lookedAt(settings);
    const traffic = worker(ctx);
    traffic.start?.();
    await jest.advanceTimersByTimeAsync(10_000);
    await traffic.stop?.();
    expect(looks()).toBe(0);
  });

  it('come to no other shop, which is checked once', async () => {
    const { ctx, looks } = lookedAt({ demo: true, demoTraffic: true });
    const traffic = worker(ctx);
    traffic.start?.();
    await jest.advanceTimersByTimeAsync(10_000);
    await traffic.stop?.();
    expect(looks()).toBe(1);
  });
});
