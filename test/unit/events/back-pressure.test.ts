import { BackPressure } from '../../../src/events/back-pressure';
import type { InboxLoad } from '../../../src/events/inbox-pressure.store';
import { type ApiError } from '../../../src/graphql/errors';
import { createLog } from '../../../src/platform/log';
import { until } from '../../setup/until';

async function pressureAt(load: InboxLoad) {
  const state = { load };
  const pressure = new BackPressure({
    measure: async () => state.load,
    inFlightEvents: () => 0,
    log: createLog({ logLevel: 'silent' }),
    maxAgeMs: 1_000,
    maxEvents: 100,
  });
  await pressure.start();
  const admits = (events = 0) => {
    try {
      pressure.admit(events);
      return true;
    } catch (error) {
      const { code, extensions } = error as ApiError;
      expect([code, typeof extensions.retryAfterMs]).toEqual(['OVERLOADED', 'number']);
      return false;
    }
  };
  const becomes = async (next: InboxLoad) => {
    state.load = next;
    await new Promise((resolve) => setTimeout(resolve, 350));
    return admits();
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
  measurements[0]({ ageMs: 0, events: 0 });
  await started;
  pressure.admit(40);
  inFlight = 40;
  await until(
    () => measurements.length,
    (count) => count > 1,
  );
  pressure.admit(59);
  // This load was measured before either request was stored.
  measurements[1]({ ageMs: 0, events: 0 });
  await new Promise(setImmediate);
  pressure.admit(1);
  expect(() => pressure.admit(1)).toThrow('workers are behind');
  const stopped = pressure.stop();
  measurements.at(-1)?.({ ageMs: 0, events: 0 });
  await stopped;
});

it.each([
  ['too deep', { ageMs: 0, events: 100 }, { ageMs: 0, events: 51 }],
  ['too old', { ageMs: 1_000, events: 1 }, { ageMs: 501, events: 1 }],
])('refuses at a limit, until half of it is free: %s', async (_, full, fuller) => {
  const { pressure, admits, becomes } = await pressureAt(full);
  expect(admits()).toBe(false);
  expect(await becomes(fuller)).toBe(false);
  expect(await becomes({ ageMs: 499, events: 49 })).toBe(true);
  expect(await becomes(fuller)).toBe(true);
  await pressure.stop();
});
