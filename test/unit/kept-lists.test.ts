import { keyOf } from '../../src/platform/key-of';
import { isCurrent, KeptLists, type MadeFrom, type MadeList } from '../../src/recommend/kept-lists.service';

const FROM: MadeFrom = { history: 3, own: 5, offered: 7, others: 9, awaited: 8, at: 1_000 };
const listOf = (products: number, from: MadeFrom | null = FROM): MadeList => ({
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

describe('a list that was made', () => {
  it('is current until anything of its own has moved, and for a second after others have', () => {
    const at = (ms: number, more: Partial<MadeFrom> = {}) => isCurrent(FROM, { ...FROM, at: FROM.at + ms, ...more });
    expect(at(0)).toBe(true);
    expect(at(9_999)).toBe(true);
    expect(at(10_000)).toBe(false);
    for (const own of [{ history: 4 }, { own: 6 }, { offered: 8 }]) expect(at(1, own)).toBe(false);
    expect(at(999, { others: 10 })).toBe(true);
    expect(at(1_000, { others: 10 })).toBe(false);
    expect(at(1, { others: 12, awaited: 9 })).toBe(true);
    expect(at(1, { others: 12, awaited: 10 })).toBe(false);
    // For whoever is told of changes, and then never again.
    expect(isCurrent(FROM, { ...FROM, others: 10 }, 0)).toBe(false);
    expect(isCurrent(FROM, { ...FROM, at: 5_000 }, 0)).toBe(true);
  });

  it('is kept by what was asked, within a bound on what is kept', () => {
    const lists = new KeptLists();
    lists.keep('a', listOf(10));
    lists.keep('nobody may have it again', listOf(10, null));
    lists.keep('x'.repeat(4_097), listOf(1));
    expect(lists.find('a', FROM)).toEqual(listOf(10));
    expect(lists.find('b', FROM)).toBeUndefined();
    expect(lists.find('nobody may have it again', FROM)).toBeUndefined();
    expect(lists.find('x'.repeat(4_097), FROM)).toBeUndefined();
    const large = listOf(200);
    for (let n = 0; n < 2_000; n++) lists.keep(`${n}`, large);
    expect(lists.find('a', FROM)).toBeUndefined();
    const kept = Array.from({ length: 2_000 }, (_, n) => lists.find(`${n}`, FROM)).filter((list) => list !== undefined);
    expect(kept.length).toBeGreaterThan(1_000);
    expect(kept.length).toBeLessThan(1_500);
  });

  it('goes by a key that is another one for any other value', () => {
    const values = [null, 0, -0, Infinity, -Infinity, '0', 'null', [], [0], {}, { a: undefined, b: 1 }, true];
    expect(new Set(values.map((value) => keyOf('subject', value))).size).toBe(values.length);
    expect(keyOf({ a: 1, b: undefined })).toBe(keyOf({ a: 1 }));
    expect(keyOf('a', 'b')).not.toBe(keyOf('a,b'));
  });
});
