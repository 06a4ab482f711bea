import fc from 'fast-check';
import { Cooccurrence } from '../../../src/learn/cooccurrence';
import type { Ease } from '../../../src/learn/ease';
import { easeFromCounts } from '../../../src/learn/ease-counts';
import { LiveEase, type EaseUpdateKind } from '../../../src/learn/live-ease';
import { ByteReader } from '../../../src/learn/byte-reader';
import { ByteWriter } from '../../../src/learn/byte-writer';
import { seededRandom } from '../../../src/learn/seeded-random';
import { loadKernels } from '../../../src/platform/kernels';
import { CountedShop } from './counted-shop';

const KERNELS = loadKernels();
const PLAIN = {};
const LAMBDA = 5;

class Shop extends CountedShop {
  /** The same counts in another object, as after loading a checkpoint. */
  reload(): void {
    const writer = new ByteWriter();
    this.counts.encode(writer);
    this.counts = Cooccurrence.decode(new ByteReader(writer.finish()));
  }
}

function apart(a: Ease, b: Ease): number {
  expect(a.inverse.size).toBe(b.inverse.size);
  let largest = 0;
  for (let i = 0; i < a.inverse.size; i++)
    for (let j = 0; j <= i; j++) largest = Math.max(largest, Math.abs(a.inverse.get(i, j) - b.inverse.get(i, j)));
  return largest;
}

describe.each([
  ['kernel', KERNELS, 60],
  ['twin', PLAIN, 8],
])('EASE that follows counts (%s)', (_, kernels, numRuns) => {
  it('equals a rebuild, after any mix of changes, growth, steps, reloads and cross-overs', () => {
    const part = fc.record({
      turns: fc.oneof(
        fc.array(fc.tuple(fc.nat(20), fc.nat(150)), { maxLength: 30 }),
        // So many that a rebuild is cheaper.
        fc.array(fc.tuple(fc.nat(10), fc.nat(150)), { minLength: 200, maxLength: 400 }),
      ),
      grows: fc.nat(12),
      reloads: fc.boolean(),
    });
    const done = new Set<EaseUpdateKind>();
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const shop = new Shop(100);
        const live = new LiveEase(LAMBDA, kernels);
        for (const { turns, grows, reloads } of parts) {
          shop.counts.grow(shop.counts.items + grows);
          for (const [customer, item] of turns) shop.turn(customer, item % shop.counts.items);
          if (reloads) shop.reload();
          done.add(live.update(shop.counts));
          expect(apart(live.ease, easeFromCounts(shop.counts, LAMBDA, kernels))).toBeLessThan(1e-8);
        }
        expect(live.update(shop.counts)).toBe('nothing');
      }),
      { numRuns },
    );
    expect(done).toContain('step');
    expect(done).toContain('rebuild');
  });
});

describe('EASE that follows counts', () => {
  const random = seededRandom(2);
  const busyShop = () => {
    const shop = new Shop(300);
    for (let n = 0; n < 4_000; n++) shop.turn(Math.floor(200 * random()), Math.floor(300 * random()));
    return shop;
  };

  it('is built once, applies one change by a step, and many by a rebuild', () => {
    const shop = busyShop();
    const live = new LiveEase(LAMBDA, KERNELS);
    expect(live.update(shop.counts)).toBe('rebuild');
    expect(live.update(shop.counts)).toBe('nothing');
    shop.turn(3, 17);
    expect(live.update(shop.counts)).toBe('step');
    for (let n = 0; n < 4_000; n++) shop.turn(Math.floor(200 * random()), Math.floor(300 * random()));
    expect(live.update(shop.counts)).toBe('rebuild');
  });

  it('is rebuilt when a probe, another one each time, shows that P is inaccurate', () => {
    const shop = busyShop();
    const live = new LiveEase(LAMBDA, KERNELS);
    live.update(shop.counts);
    live.ease.inverse.set(40, 50, live.ease.inverse.get(40, 50) + 1e-6);
    const done: EaseUpdateKind[] = [];
    for (let n = 0; n < 40; n++) {
      shop.turn(n, n);
      done.push(live.update(shop.counts));
    }
    expect(done.filter((work) => work === 'rebuild')).toHaveLength(1);
    expect(apart(live.ease, easeFromCounts(shop.counts, LAMBDA, KERNELS))).toBeLessThan(1e-8);
  });

  it('is rebuilt for fewer items than before, because they are other items', () => {
    const live = new LiveEase(LAMBDA, KERNELS);
    live.update(busyShop().counts);
    const fewer = new Shop(20);
    fewer.turn(1, 3);
    expect(live.update(fewer.counts)).toBe('rebuild');
    expect(live.ease.inverse.size).toBe(20);
  });

  it('rejects an invalid λ, and has no scores before it has followed', () => {
    for (const lambda of [0, -1, NaN, Infinity]) expect(() => new LiveEase(lambda, PLAIN)).toThrow(RangeError);
    expect(() => new LiveEase(1, PLAIN).ease).toThrow('no counts');
  });
});
