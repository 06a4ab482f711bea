import { compositeKey } from '../../../../src/platform/composite-key';
import {
  isCurrent,
  ListCache,
  type CacheVersion,
  type ComputedList,
} from '../../../../src/recommend/serving/list-cache';

const FROM: CacheVersion = {
  history: 3,
  customerRevision: 5,
  profileRevision: 4,
  offerRevision: 7,
  shopRevision: 9,
  awaitedRevision: 8,
  timeMs: 1_000,
};
const listOf = (products: number, from: CacheVersion | null = FROM): ComputedList => ({
  list: {
    ranked: Array.from({ length: products }, (_, n) => ({
      productId: `p${n}`,
      score: n,
      reasons: [{ source: 'popularity', share: 1 }],
    })),
    modelVersion: 'v',
    revision: '1',
    asOf: 0,
  },
  from,
});

describe('a cached list', () => {
  it('is current until its own data changes, and for a second after other changes', () => {
    const at = (ms: number, more: Partial<CacheVersion> = {}) =>
      isCurrent(FROM, { ...FROM, timeMs: FROM.timeMs + ms, ...more });
    expect(at(0)).toBe(true);
    expect(at(9_999)).toBe(true);
    expect(at(10_000)).toBe(false);
    for (const own of [{ history: 4 }, { customerRevision: 6 }, { profileRevision: 5 }, { offerRevision: 8 }])
      expect(at(1, own)).toBe(false);
    expect(at(999, { shopRevision: 10 })).toBe(true);
    expect(at(1_000, { shopRevision: 10 })).toBe(false);
    expect(at(1, { shopRevision: 12, awaitedRevision: 9 })).toBe(true);
    expect(at(1, { shopRevision: 12, awaitedRevision: 10 })).toBe(false);
    // For a reader that is notified of changes, never again after that.
    expect(isCurrent(FROM, { ...FROM, shopRevision: 10 }, 0)).toBe(false);
    expect(isCurrent(FROM, { ...FROM, timeMs: 5_000 }, 0)).toBe(true);
  });

  it('is cached by its request, within a limit on the cache', () => {
    const lists = new ListCache();
    lists.store('a', listOf(10));
    lists.store('nobody may have it again', listOf(10, null));
    lists.store('x'.repeat(4_097), listOf(1));
    expect(lists.find('a', FROM)).toEqual(listOf(10));
    expect(lists.find('b', FROM)).toBeUndefined();
    expect(lists.find('nobody may have it again', FROM)).toBeUndefined();
    expect(lists.find('x'.repeat(4_097), FROM)).toBeUndefined();
    const large = listOf(200);
    for (let n = 0; n < 2_000; n++) lists.store(`${n}`, large);
    expect(lists.find('a', FROM)).toBeUndefined();
    const kept = Array.from({ length: 2_000 }, (_, n) => lists.find(`${n}`, FROM)).filter((list) => list !== undefined);
    expect(kept.length).toBeGreaterThan(1_000);
    expect(kept.length).toBeLessThan(1_500);
  });

  it('has a key that differs for any other value', () => {
    const values = [null, 0, -0, Infinity, -Infinity, '0', 'null', [], [0], {}, { a: undefined, b: 1 }, true];
    expect(new Set(values.map((value) => compositeKey('subject', value))).size).toBe(values.length);
    expect(compositeKey({ a: 1, b: undefined })).toBe(compositeKey({ a: 1 }));
    expect(compositeKey('a', 'b')).not.toBe(compositeKey('a,b'));
  });
});
