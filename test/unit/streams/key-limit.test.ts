import { orderStreams } from '../../../src/orders/order-streams';
import { compileStream } from '../../../src/streams/compile-stream';
import { MAX_STORED_WINDOWS } from '../../../src/streams/window-merger.service';
import { evictKeys, maxKeysOf } from '../../../src/streams/key-limit';
import { parseStreamInput } from '../../../src/streams/parse-stream-input';

describe('the keys that a window counts separately', () => {
  /** Adds keys in groups, as batches do, and removes those that are too many. */
  function leftOf(groups: readonly (readonly number[])[], maxKeys: number) {
    let keys: number[] = [];
    let limit = Infinity;
    for (const group of groups) {
      keys = [...new Set([...keys, ...group.filter((rank) => rank < limit)])];
      const eviction = evictKeys(
        keys.map((rank) => ({ rank })),
        keys.length,
        maxKeys,
      );
      if (eviction === null) continue;
      limit = eviction.limit;
      keys = keys.filter((rank) => rank < limit);
    }
    return { keys: keys.sort((a, b) => a - b), limit };
  }

  it('are the same, in any order and grouping', () => {
    const ranks = Array.from({ length: 40 }, (_, n) => (n * 7_919) % 1_009);
    const sorted = [...ranks].sort((a, b) => a - b);
    for (const maxKeys of [1, 7, 39, 40]) {
      const all = { keys: sorted.slice(0, maxKeys), limit: sorted[maxKeys] ?? Infinity };
      for (const size of [1, 3, 40]) {
        for (const order of [ranks, [...ranks].reverse(), sorted, [...sorted].reverse()]) {
          const groups = Array.from({ length: Math.ceil(40 / size) }, (_, n) => order.slice(n * size, (n + 1) * size));
          expect(leftOf(groups, maxKeys)).toEqual(all);
        }
      }
    }
  });

  it('with the same rank are removed together, so that neither order nor chance decides', () => {
    const keys = [1, 5, 5, 5].map((rank, n) => ({ rank, n }));
    expect(evictKeys(keys, 4, 3)).toEqual({ evicted: keys.slice(1), limit: 5 });
    expect(evictKeys(keys, 4, 4)).toBeNull();
  });

  it('leave each of the ready-made streams the requested time, for any events', () => {
    const DAYS = { PT1M: 110, PT1H: 730, P1D: 366 };
    const PER_DAY = { PT1M: 1_440, PT1H: 24, P1D: 1 };
    for (const input of orderStreams('UTC')) {
      const spec = parseStreamInput(input);
      const size = spec.window.size as keyof typeof DAYS;
      const windows = ((maxKeysOf(compileStream(spec)) ?? 0) + 1) * PER_DAY[size] * DAYS[size];
      expect([input.id, windows <= MAX_STORED_WINDOWS]).toEqual([input.id, true]);
    }
  });
});
