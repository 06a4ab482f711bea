import type { LogEvent } from '../../src/events/log-event';
import { Blame } from '../../src/recommend/blame';

const view = (id: string): LogEvent => ({ source: 'STOREFRONT', id, type: 'VIEW', occurredAt: 0, quantity: 1 });
const merge = (position: number) => ({ from: 's:1', into: 'c:1', position });
const wrong = new Error('wrong');

describe('who is blamed for a broken learner', () => {
  it('is the entry that broke it three times in a row', () => {
    const blame = new Blame();
    expect([1, 2, 3].map(() => blame.isDue(view('a'), wrong))).toEqual([false, false, true]);
    expect([1, 2, 3].map(() => blame.isDue(merge(7), wrong))).toEqual([false, false, true]);
  });

  it('is nobody, where another entry breaks it each time', () => {
    const blame = new Blame();
    const places = [view('a'), view('a'), view('b'), view('a'), view('a'), merge(1), merge(2), merge(1)];
    expect(places.filter((entry) => blame.isDue(entry, wrong))).toEqual([]);
  });

  it('is no entry, where there was no room left', () => {
    let noRoom: Error | undefined;
    try {
      new ArrayBuffer(Number.MAX_SAFE_INTEGER);
    } catch (error) {
      noRoom = error as Error;
    }
    const blame = new Blame();
    expect([1, 2, 3, 4].map(() => blame.isDue(view('a'), noRoom!))).toEqual([false, false, false, false]);
  });
});
