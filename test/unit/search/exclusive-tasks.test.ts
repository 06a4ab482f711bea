import { MAX_STEP_MS, SchedulerOverloaded } from '../../../src/platform/fair-scheduler';
import type { CooperativeTask } from '../../../src/search-engine/scheduling/cooperative-task';
import {
  ExclusiveTasks,
  MAX_WAITING_OF_CLIENT,
  MAX_WAITING_TASKS,
  type TaskTurns,
} from '../../../src/search/exclusive-tasks';

/** The time (ms) that each step blocks the event loop. */
const STEP_MS = 2;

function* work(name: string, steps: number, told: string[]): CooperativeTask<string> {
  for (let step = 0; step < steps; step++) {
    if (step > 0) yield;
    const until = performance.now() + STEP_MS;
    while (performance.now() < until);
    told.push(`${name}${step}`);
  }
  return name;
}

describe('work in time slices', () => {
  it('runs one task after the other, and lets other work run in between', async () => {
    const told: string[] = [];
    const turns = new ExclusiveTasks(() => told.push('|'));
    let ticks = 0;
    let ended = false;
    const tick = () => {
      ticks++;
      if (!ended) setImmediate(tick);
    };
    setImmediate(tick);
    const all = ['a', 'b', 'c'].map((name) => turns.run(() => work(name, 10, told)));
    expect(turns.isBusy).toBe(true);
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
    ended = true;
    expect(turns.isBusy).toBe(false);
    const steps = (name: string) => Array.from({ length: 10 }, (_, step) => `${name}${step}`);
    expect(told).toEqual([...steps('a'), '|', ...steps('b'), '|', ...steps('c'), '|']);
    expect(ticks).toBeGreaterThanOrEqual((3 * 10 * STEP_MS) / (MAX_STEP_MS + STEP_MS) - 3);
  });

  it('runs to its end immediately if it is short', async () => {
    const told: string[] = [];
    const turns = new ExclusiveTasks(() => undefined);
    const done = turns.run(() => work('a', 1, told));
    expect(told).toEqual(['a0']);
    expect(turns.isBusy).toBe(false);
    expect(await done).toBe('a');
  });

  it('is refused if too much waits, and accepted again when some of that is done', async () => {
    const turns = new ExclusiveTasks(() => undefined);
    const all = Array.from({ length: MAX_WAITING_TASKS + 1 }, (_, n) =>
      turns.run(() => work('a', n === 0 ? 10 : 1, [])).catch(() => 'failed'),
    );
    await expect(turns.run(() => work('b', 1, []))).rejects.toThrow(SchedulerOverloaded);
    await all[0];
    await all[1];
    expect(await turns.run(() => work('c', 1, []))).toBe('c');
    expect(new Set(await Promise.all(all))).toEqual(new Set(['a']));
  });

  it('is refused to an address of which too much waits, and to no other', async () => {
    const tasks = new ExclusiveTasks(() => undefined);
    const turnsOf = (...path: string[]): TaskTurns => ({
      path,
      next: () => new Promise((resolve) => setImmediate(resolve)),
      mayContinue: true,
    });
    const run = (...path: string[]) => tasks.run(() => work('a', 1, []), turnsOf('visitors', 'reading', ...path));
    const first = tasks.run(() => work('a', 10, []));
    const all = Array.from({ length: MAX_WAITING_OF_CLIENT }, (_, n) => run('198.51.100.1', `visit ${n % 5}`));
    await expect(run('198.51.100.1', 'another visit')).rejects.toThrow(SchedulerOverloaded);
    expect(await run('198.51.100.2', 'visit')).toBe('a');
    // The other address did not wait for all of the first one.
    expect(tasks.isBusy).toBe(true);
    await Promise.all([first, ...all]);
    expect(await run('198.51.100.1', 'another visit')).toBe('a');
  });

  it('comes next to a client that has used more while no other client asked', async () => {
    const tasks = new ExclusiveTasks(() => undefined);
    const turnsOf = (...path: string[]): TaskTurns => {
      let mayContinue = false;
      return {
        path: ['visitors', 'reading', ...path],
        next: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          mayContinue = true;
        },
        get mayContinue() {
          const may = mayContinue;
          mayContinue = false;
          return may;
        },
      };
    };
    const order: string[] = [];
    const lasting = function* (name: string): CooperativeTask<void> {
      const until = performance.now() + 2;
      while (performance.now() < until);
      yield;
      order.push(name);
    };
    const run = (address: string, visit: string) => tasks.run(() => lasting(address), turnsOf(address, visit));
    for (let n = 0; n < 20; n++) await run('198.51.100.7', 'bystander');
    const flood = Array.from({ length: 20 }, (_, n) => run('198.19.0.1', `visit ${n}`));
    order.length = 0;
    await run('198.51.100.7', 'bystander');
    // It waits for as much as its last task took, which on a busy machine is longer than that of the others.
    expect(order.indexOf('198.51.100.7')).toBeLessThan(10);
    await Promise.all(flood);
  });

  it('does not block later work if it fails, nor does the work in between', async () => {
    let times = 0;
    const turns = new ExclusiveTasks(() => {
      if (times++ === 0) throw new Error('between');
    });
    const fails = turns.run(() => work('a', 10, []));
    const late = turns.run(function* (): CooperativeTask<string> {
      yield;
      throw new Error('refused');
    });
    const last = turns.run(() => work('b', 1, []));
    await expect(fails).rejects.toThrow('between');
    await expect(late).rejects.toThrow('refused');
    expect(await last).toBe('b');
    expect(turns.isBusy).toBe(false);
  });
});
