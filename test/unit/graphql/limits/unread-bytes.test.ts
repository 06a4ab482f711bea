import { UnreadBytes } from '../../../../src/graphql/limits/unread-bytes';

const SWEEP_MS = 500;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('ends the connections with the most unread bytes of an address, until it is within the limit', () => {
  const ended: string[] = [];
  const unread = new UnreadBytes(100);
  const watch = (name: string, key: string | null, bytes: number) => {
    const reader = { limitKey: () => key, unreadBytes: () => bytes, end: () => ended.push(name) };
    return unread.watch(reader);
  };
  watch('small', 'a', 30);
  watch('large', 'a', 60);
  const unwatch = watch('middle', 'a', 40);
  watch('other address', 'b', 100);
  watch('shop', null, 1_000);
  jest.advanceTimersByTime(SWEEP_MS);
  expect(ended.splice(0)).toEqual(['large']);
  unwatch();
  jest.advanceTimersByTime(SWEEP_MS);
  expect(ended).toEqual([]);
  unread.stop();
});
