import fc from 'fast-check';
import { FairQueue, type SharePath } from '../../../src/platform/fair-queue';

/** Serves `rounds` items, each of which takes what `costOf` says. Returns what each path has used. */
function serve(queue: FairQueue<SharePath>, rounds: number, costOf: (path: SharePath) => number): Map<string, number> {
  const used = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const path = queue.shift();
    if (path === undefined) break;
    queue.charge(path, costOf(path));
    used.set(path.join(), (used.get(path.join()) ?? 0) + costOf(path));
  }
  return used;
}

describe('a fair queue', () => {
  it('gives each branch the same at each level, however much it asks for and however long each item takes', () => {
    const costs = fc.integer({ min: 1, max: 20 });
    const visits = fc.array(costs, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(visits, { minLength: 1, maxLength: 4 }), (addresses) => {
        const queue = new FairQueue<SharePath>();
        const costOf = ([address, visit]: SharePath) => addresses[Number(address)][Number(visit)];
        const rounds = 400;
        addresses.forEach((visitCosts, address) =>
          visitCosts.forEach((_, visit) => {
            for (let n = 0; n < rounds; n++)
              queue.push([String(address), String(visit)], [String(address), String(visit)]);
          }),
        );
        const used = serve(queue, rounds, costOf);
        const sums = addresses.map((visitCosts, address) =>
          visitCosts.reduce((sum, _, visit) => sum + (used.get(`${address},${visit}`) ?? 0), 0),
        );
        expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(20);
        addresses.forEach((visitCosts, address) => {
          const each = visitCosts.map((_, visit) => used.get(`${address},${visit}`) ?? 0);
          expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(20);
        });
      }),
    );
  });

  it('serves who comes after an idle time before those who have asked all the time, and only until it has used as much', () => {
    const queue = new FairQueue<string>();
    const ask = (name: string, times = 1) => {
      for (let n = 0; n < times; n++) queue.push([name], name);
    };
    const serveOne = () => {
      const name = queue.shift()!;
      queue.charge([name], 1);
      return name;
    };
    ask('a', 100);
    ask('b', 100);
    for (let n = 0; n < 20; n++) serveOne();
    ask('c', 100);
    // It has saved up nothing while it was idle: it is served like the others from now on.
    const next = Array.from({ length: 30 }, serveOne);
    expect(next.slice(0, 2)).toContain('c');
    expect(next.filter((name) => name === 'c')).toHaveLength(10);
  });

  it('serves who has used less than its share before the others, until it has used what it saved up', () => {
    const queue = new FairQueue<string>({ max: 5, fromLevel: 1 });
    const ask = (name: string, times: number) => {
      for (let n = 0; n < times; n++) queue.push(['kind', name], name);
    };
    const serveOne = () => {
      const name = queue.shift()!;
      queue.charge(['kind', name], 1);
      return name;
    };
    ask('c', 1);
    expect(serveOne()).toBe('c');
    ask('a', 100);
    ask('b', 100);
    for (let n = 0; n < 40; n++) serveOne();
    ask('c', 100);
    const next = Array.from({ length: 35 }, serveOne);
    expect(next.slice(0, 5)).toEqual(['c', 'c', 'c', 'c', 'c']);
    expect(next.filter((name) => name === 'c')).toHaveLength(15);
    // Who has never asked has saved up nothing.
    ask('d', 100);
    expect(Array.from({ length: 8 }, serveOne).filter((name) => name === 'd').length).toBeLessThanOrEqual(3);
  });

  it('keeps the order within a branch, and ends empty', () => {
    const queue = new FairQueue<number>();
    for (let n = 0; n < 5; n++) queue.push(['a', 'b'], n);
    expect(queue.size).toBe(5);
    expect(Array.from({ length: 5 }, () => queue.shift())).toEqual([0, 1, 2, 3, 4]);
    expect(queue.shift()).toBeUndefined();
  });

  it('forgets idle branches, whose number a client chooses', () => {
    const queue = new FairQueue<number>();
    for (let n = 0; n < 5_000; n++) {
      queue.push(['visitors', `visit ${n}`], n);
      queue.charge(['visitors', `visit ${queue.shift()!}`], n % 3);
      queue.push(['visitors', 'other'], n);
      queue.shift();
      queue.charge(['visitors', 'other'], 2);
    }
    const { branches } = (queue as unknown as { root: { branches: Map<string, { branches: Map<string, unknown> }> } })
      .root;
    expect(branches.get('visitors')!.branches.size).toBeLessThanOrEqual(501);
  });
});
