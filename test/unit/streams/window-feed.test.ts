import type { Logger } from '../../../src/platform/log';
import type { WindowsSnapshot } from '../../../src/streams/subscriber-view';
import { WindowFeed } from '../../../src/streams/window-feed.service';
import type { Window } from '../../../src/streams/window.type';
import type { WindowsService } from '../../../src/streams/windows.service';

const LOG = { warn: () => undefined } as unknown as Logger;
const windowsOf = (count: number, revision = '1') =>
  Array.from({ length: count }, (_, n) => ({
    ...{ stream: 'visits', key: `k${n}`, keys: [`k${n}`], start: new Date(0), end: new Date(60_000), revision },
    ...{ final: false, isIncomplete: false, isRemoved: false, events: 1, values: [] },
  })) as unknown as Window[];
const lookAt = (windows: readonly Window[]): WindowsSnapshot<Window> => ({ windows, covers: () => true });

let close: () => Promise<unknown>;

/** A feed over a stream whose windows the test chooses. */
async function opened(first: readonly Window[]) {
  let windows = first;
  let looked: () => void = () => undefined;
  let hear: (message: Buffer) => void = () => undefined;
  const newest = () => {
    setImmediate(() => looked());
    return Promise.resolve(lookAt(windows));
  };
  const feed = new WindowFeed(
    { newest } as unknown as WindowsService,
    {
      listen: (_topic: string, listener: (message: Buffer) => void) => {
        hear = listener;
        return () => undefined;
      },
    },
    LOG,
  );
  const updates = await feed.open('visits', null);
  close = () => updates.return!();
  const change = (changed: readonly Window[]) => {
    const seen = new Promise<void>((resolve) => (looked = resolve));
    windows = changed;
    hear(Buffer.from('{}'));
    return seen;
  };
  return { updates, change };
}

describe('windows for a subscriber', () => {
  afterEach(() => close());

  it('are all removed if an erasure leaves none of the sent ones', async () => {
    const { updates, change } = await opened(windowsOf(10_000));
    const shown = new Set<string>();
    const read = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const { key, isRemoved } = (await updates.next()).value as Window;
        if (isRemoved) shown.delete(key);
        else shown.add(key);
      }
    };
    await read(5_000);
    await change([]);
    await read(10_000);
    expect([...shown]).toEqual([]);
  });

  it('end with an error if more have changed than may wait, rather than with some of them', async () => {
    const { updates, change } = await opened([]);
    await change(windowsOf(20_001));
    await expect(updates.next()).rejects.toMatchObject({ extensions: { code: 'OVERLOADED' } });
    expect(await updates.next()).toEqual({ done: true, value: undefined });
  });
});
