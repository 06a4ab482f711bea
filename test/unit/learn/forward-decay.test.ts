import fc from 'fast-check';
import { ForwardDecay } from '../../../src/learn/forward-decay';
import { ByteReader } from '../../../src/learn/byte-reader';
import { ByteWriter } from '../../../src/learn/byte-writer';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('forward decay', () => {
  it('agrees with the direct formula, additions and subtractions, in any order', () => {
    const event = fc.record({ hours: fc.nat(24 * 400), weight: fc.constantFrom(1, 0.2, 2, -1) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 50 }), (events) => {
        const decay = new ForwardDecay(7 * DAY);
        const start = Date.UTC(2011, 0, 1);
        const now = start + 400 * DAY;
        for (const { hours, weight } of events) decay.add(3, weight, start + hours * HOUR);
        const direct = events.reduce((sum, e) => sum + e.weight * 2 ** ((start + e.hours * HOUR - now) / (7 * DAY)), 0);
        expect(decay.read(3, now)).toBeCloseTo(Math.max(0, direct), 9);
      }),
    );
  });

  it('neither overflows nor loses its ratios from 2011 to now', () => {
    const decay = new ForwardDecay(DAY);
    decay.add(0, 1, Date.UTC(2011, 0, 1));
    for (let year = 2011; year <= 2026; year++) {
      decay.add(1, 1, Date.UTC(year, 10, 20));
      decay.add(2, 2, Date.UTC(year, 10, 20));
    }
    const now = Date.UTC(2026, 10, 21);
    expect(decay.read(0, now)).toBe(0);
    expect(decay.read(1, now)).toBeCloseTo(0.5, 12);
    expect(decay.read(2, now)).toBe(2 * decay.read(1, now));
  });

  it('gives the same bits for any landmark', () => {
    const early = new ForwardDecay(DAY);
    const late = new ForwardDecay(DAY);
    const times = [0, 17 * HOUR, 45 * DAY + HOUR, 400 * DAY];
    early.add(9, 1, 0);
    late.add(9, 1, 400 * DAY);
    for (const time of times) {
      early.add(0, 0.3, time);
      late.add(0, 0.3, time);
    }
    expect(early.read(0, 401 * DAY)).toBe(late.read(0, 401 * DAY));
  });

  it('can be copied, landmark included', () => {
    const own = new ForwardDecay(DAY);
    const copy = new ForwardDecay(DAY);
    own.add(0, 1, 0);
    const send = (items: number[]): void => {
      const writer = new ByteWriter();
      own.writeItems(writer, items);
      copy.readItems(new ByteReader(writer.finish()), items);
    };
    send([0]);
    own.add(1, 1, 600 * DAY);
    send([1]);
    for (const item of [0, 1]) expect(copy.relative(item)).toBe(own.relative(item));
  });
});
