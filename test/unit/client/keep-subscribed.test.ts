import type { Sink } from '../../../client/src/client';
import { RequestError } from '../../../client/src/request-error';
import { keepSubscribed } from '../../../client/src/keep-subscribed';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('subscribes again after a growing pause, waits as long as the server says, and ends', () => {
  const sinks: Sink<number>[] = [];
  const ended = jest.fn();
  const heard: number[] = [];
  const told: string[] = [];
  const end = keepSubscribed<number>(
    (sink) => {
      const number = sinks.push(sink);
      return () => ended(number);
    },
    { next: (result) => heard.push(result), error: ({ code }) => told.push(code) },
  );
  const fail = (retryAfterMs?: number) => sinks.at(-1)!.error!(new RequestError('no', 'NETWORK', retryAfterMs));
  const pauses = () => {
    const before = sinks.length;
    let waited = 0;
    for (; sinks.length === before; waited += 1_000) jest.advanceTimersByTime(1_000);
    return waited;
  };
  sinks[0].next(1);
  fail();
  expect(pauses()).toBe(2_000);
  fail();
  expect(pauses()).toBe(4_000);
  fail(9_000);
  expect(pauses()).toBe(9_000);
  for (let i = 0; i < 5; i++) {
    fail();
    pauses();
  }
  fail();
  expect(pauses()).toBe(60_000);
  sinks.at(-1)!.next(2);
  fail();
  expect(pauses()).toBe(2_000);
  expect(heard).toEqual([1, 2]);
  expect(told).toHaveLength(10);
  // Each is released before the next one.
  expect(ended.mock.calls.map(([number]) => number)).toEqual(sinks.slice(0, -1).map((_, index) => index + 1));
  fail();
  const before = sinks.length;
  end();
  jest.advanceTimersByTime(120_000);
  expect(sinks).toHaveLength(before);
  expect(ended).toHaveBeenLastCalledWith(before);
});

it.each(['NOT_FOUND', 'FORBIDDEN', 'BAD_USER_INPUT'])('does not subscribe again after an answer with %s', (code) => {
  let asked = 0;
  const told: string[] = [];
  keepSubscribed<number>(
    ({ error }) => {
      asked++;
      error!(new RequestError('no', code));
      return () => {};
    },
    { next: () => {}, error: (error) => told.push(error.code) },
  );
  jest.advanceTimersByTime(120_000);
  expect([asked, told]).toEqual([1, [code]]);
});

it('stays ended if its sink ends it', () => {
  let opened = 0;
  let fail: ((error: RequestError) => void) | undefined;
  const end = keepSubscribed<number>(
    (sink) => {
      opened++;
      fail = sink.error;
      return () => undefined;
    },
    { next: () => undefined, error: () => end() },
  );
  fail?.(new RequestError('INTERNAL', 'lost'));
  jest.advanceTimersByTime(120_000);
  expect(opened).toBe(1);
});
