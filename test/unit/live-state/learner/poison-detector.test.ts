import type { LogEvent } from '../../../../src/events/log-event';
import { PoisonDetector, isOutOfMemory } from '../../../../src/live-state/learner/poison-detector';

const view = (id: string): LogEvent => ({ source: 'STOREFRONT', id, type: 'VIEW', occurredAt: 0, quantity: 1 });
const merge = (position: number) => ({ from: 's:1', into: 'c:1', position });

describe('the entry that is blamed for a broken learner', () => {
  it('is the one that broke it three times in a row', () => {
    const blame = new PoisonDetector();
    expect([1, 2, 3].map(() => blame.isPoison(view('a')))).toEqual([false, false, true]);
    expect([1, 2, 3].map(() => blame.isPoison(merge(7)))).toEqual([false, false, true]);
  });

  it('blames no entry if another one breaks it each time', () => {
    const blame = new PoisonDetector();
    const places = [view('a'), view('a'), view('b'), view('a'), view('a'), merge(1), merge(2), merge(1)];
    expect(places.filter((entry) => blame.isPoison(entry))).toEqual([]);
  });

  it('is the process, if it has run out of memory', () => {
    const failing = [() => new ArrayBuffer(Number.MAX_SAFE_INTEGER), () => new Int32Array(-1)];
    const errors = failing.map((fail) => {
      try {
        return fail();
      } catch (error) {
        return error;
      }
    }) as Error[];
    expect(errors.map(isOutOfMemory)).toEqual([true, false]);
  });
});
