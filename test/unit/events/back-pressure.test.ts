import { BackPressure, type Sender } from '../../../src/events/back-pressure';
import type { InboxLoad } from '../../../src/events/inbox-pressure.store';
import { type ApiError } from '../../../src/graphql/errors';
import { createLog } from '../../../src/platform/log';
import { until } from '../../setup/until';

const NOTHING: InboxLoad = { ageMs: 0, events: 0, batchShare: 0 };

async function pressureAt(load: Partial<InboxLoad>) {
  const complete = (part: Partial<InboxLoad>): InboxLoad => ({ ageMs: 0, events: 0, batchShare: 0, ...part });
  const state = { load: complete(load) };
  const pressure = new BackPressure({
    measure: async () => state.load,
    inFlightEvents: () => 0,
    log: createLog({ logLevel: 'silent' }),
    maxAgeMs: 1_000,
    maxEvents: 100,
  });
  await pressure.start();
  const admits = (events = 0, sender: Sender = 'SHOP') => {
    try {
      pressure.admit(events, sender);
      return true;
    } catch (error) {
      const { code, extensions } = error as ApiError;
      expect([code, typeof extensions.retryAfterMs]).toEqual(['OVERLOADED', 'number']);
      return false;
    }
  };
  const becomes = async (next: Partial<InboxLoad>, sender?: Sender) => {
    state.load = complete(next);
    await new Promise((resolve) => setTimeout(resolve, 350));
    return admits(0, sender);
  };
  return { pressure, admits, becomes };
}

it('counts requests that it admits between two measurements', async () => {
  const { pressure, admits } = await pressureAt({ ageMs: 0, events: 40 });
  expect([admits(30), admits(29), admits(1), admits(1)]).toEqual([true, true, true, false]);
  await pressure.stop();
});

it('counts requests that were admitted but not written when a measurement began, and those admitted during it', async () => {
  const measurements: ((load: InboxLoad) => void)[] = [];
  let inFlight = 0;
  const pressure = new BackPressure({
    measure: () => new Promise((resolve) => measurements.push(resolve)),
    inFlightEvents: () => inFlight,
    log: createLog({ logLevel: 'silent' }),
    maxAgeMs: 1_000,
    maxEvents: 100,
  });
  const started = pressure.start();
  measurements[0](NOTHING);
  await started;
  pressure.admit(40, 'SHOP');
  inFlight = 40;
  await until(
    () => measurements.length,
    (count) => count > 1,
  );
  pressure.admit(59, 'SHOP');
  // This load was measured before either request was stored.
  measurements[1](NOTHING);
  await new Promise(setImmediate);
  pressure.admit(1, 'SHOP');
  expect(() => pressure.admit(1, 'SHOP')).toThrow('workers are behind');
  const stopped = pressure.stop();
  measurements.at(-1)?.(NOTHING);
  await stopped;
});

it.each([
  ['too deep', { ageMs: 0, events: 100 }, { ageMs: 0, events: 51 }],
  ['too old', { ageMs: 1_000, events: 1 }, { ageMs: 501, events: 1 }],
  ['in too many batches', { events: 1, batchShare: 1 }, { events: 1, batchShare: 0.51 }],
])('refuses at a limit, until half of it is free: %s', async (_, full, fuller) => {
  const { pressure, admits, becomes } = await pressureAt(full);
  expect(admits()).toBe(false);
  expect(await becomes(fuller)).toBe(false);
  expect(await becomes({ ageMs: 499, events: 49 })).toBe(true);
  expect(await becomes(fuller)).toBe(true);
  await pressure.stop();
});

it.each([
  ['events', { events: 76 }, { events: 38 }],
  ['time', { ageMs: 760 }, { ageMs: 380 }],
  ['batches', { batchShare: 0.76 }, { batchShare: 0.38 }],
])('reserves a quarter of the limit for the shop: %s', async (_, load, later) => {
  const { pressure, admits, becomes } = await pressureAt(load);
  expect([admits(0, 'VISITORS'), admits(0, 'SHOP')]).toEqual([false, true]);
  expect(await becomes(later, 'VISITORS')).toBe(false);
  expect(await becomes({}, 'VISITORS')).toBe(true);
  await pressure.stop();
});

it('refuses visitors, and not the shop, when visitors have used up their share themselves', async () => {
  const { pressure, admits } = await pressureAt({});
  expect([admits(70, 'VISITORS'), admits(10, 'VISITORS'), admits(1, 'VISITORS')]).toEqual([true, true, false]);
  expect([admits(10, 'SHOP'), admits(10, 'SHOP'), admits(1, 'SHOP'), admits(1, 'VISITORS')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  await pressure.stop();
});

it.each([
  ['events', { events: 76 }],
  ['batches', { batchShare: 0.76 }],
  ['time, with many events', { ageMs: 760, events: 40 }],
])('does not stop the shop when the backlog of visitors gets older: %s', async (_, flood) => {
  const { pressure, admits, becomes } = await pressureAt(flood);
  expect([admits(0, 'VISITORS'), admits(0, 'SHOP')]).toEqual([false, true]);
  expect(await becomes({ ...flood, ageMs: 5_000 })).toBe(true);
  expect(await becomes({ events: 5, ageMs: 5_000 })).toBe(true);
  expect(admits(0, 'VISITORS')).toBe(false);
  // The number of events still counts.
  expect(await becomes({ events: 100, ageMs: 5_000 })).toBe(false);
  // When the backlog is processed, the age counts again.
  expect(await becomes({ events: 1, ageMs: 100 })).toBe(true);
  expect(admits(0, 'VISITORS')).toBe(true);
  expect(await becomes({ events: 1, ageMs: 1_000 })).toBe(false);
  await pressure.stop();
});
