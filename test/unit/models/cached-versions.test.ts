import { InactiveVersions } from '../../../src/models/inactive-versions.service';
import type { StoredVersion } from '../../../src/models/version.store';

/** The clock object that the cache uses. Fake timers install another one later. */
const clock = performance;
const idOf = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

describe('versions that are cached next to the active one', () => {
  const stored = new Map<string, Pick<StoredVersion, 'id' | 'kind' | 'number' | 'bytes'>>();
  let loads: string[];
  let atOnce: number;
  let kept: InactiveVersions<{ readonly text: string }>;

  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(clock, 'now').mockImplementation(() => Date.now());
    for (let n = 1; n <= 4; n++) stored.set(idOf(n), { id: idOf(n), kind: 'blend', number: n, bytes: 3 });
    stored.set(idOf(5), { id: idOf(5), kind: 'search', number: 5, bytes: 3 });
    stored.set(idOf(6), { id: idOf(6), kind: 'blend', number: 6, bytes: null });
    stored.set(idOf(7), { id: idOf(7), kind: 'blend', number: 7, bytes: 3 });
    loads = [];
    atOnce = 0;
    let reading = 0;
    const load = async (id: string) => {
      loads.push(id);
      atOnce = Math.max(atOnce, ++reading);
      await Promise.resolve();
      reading--;
      return Buffer.from(id);
    };
    const decode = (bytes: Uint8Array) => {
      const text = Buffer.from(bytes).toString();
      if (text === idOf(7)) throw new Error('it was fitted over other features');
      return { text };
    };
    const find = (id: string) => Promise.resolve((stored.get(id) as StoredVersion | undefined) ?? null);
    kept = new InactiveVersions('blend', decode, { find }, { load });
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const find = (n: number) => kept.find(idOf(n), 'modelVersion');

  it('are read once for any number of requests, one at a time, and two stay in memory', async () => {
    const found = await Promise.all([find(1), find(1), find(2)]);
    expect(found.map(({ text }) => text)).toEqual([idOf(1), idOf(1), idOf(2)]);
    await Promise.all([find(2), find(1)]);
    expect(loads).toEqual([idOf(1), idOf(2)]);
    await find(3);
    // The least recently used one was removed.
    await find(1);
    expect(loads).toEqual([idOf(1), idOf(2), idOf(3)]);
    await find(2);
    expect(loads).toEqual([idOf(1), idOf(2), idOf(3), idOf(2)]);
    expect(atOnce).toBe(1);
  });

  it('leave memory five minutes after their last use', async () => {
    await find(1);
    jest.advanceTimersByTime(4 * 60_000);
    await find(1);
    jest.advanceTimersByTime(4 * 60_000);
    await find(1);
    expect(loads).toHaveLength(1);
    jest.advanceTimersByTime(6 * 60_000);
    await find(1);
    expect(loads).toHaveLength(2);
  });

  it('are dropped when their bytes are deleted', async () => {
    await find(1);
    stored.set(idOf(1), { ...stored.get(idOf(1))!, bytes: null });
    await expect(find(1)).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('not stored') });
    stored.delete(idOf(1));
    await expect(find(1)).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('no such') });
  });

  it.each([
    ['none', 'no such version', 'NOT_FOUND'],
    [idOf(9), 'no such version', 'NOT_FOUND'],
    [idOf(5), 'version 5 is a version of search, not of blend', 'NOT_FOUND'],
    [idOf(6), 'the bytes of version 6 are not stored', 'NOT_FOUND'],
    [idOf(7), "version 7 can't be used: it was fitted over other features", 'CONFLICT'],
  ])('%s: %s', async (id, message, code) => {
    await expect(kept.find(id, 'modelVersion')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
      extensions: { argument: 'modelVersion' },
    });
    // A version that could not be read does not delay other readers.
    expect(await find(2)).toEqual({ text: idOf(2) });
  });
});
