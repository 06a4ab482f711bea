import { setTimeout as pause } from 'node:timers/promises';
import { FairScheduler, Hold, SchedulerOverloaded, type TurnTaker } from '../../../src/platform/fair-scheduler';

let now = 0;
/** Work of a step: it moves the clock. */
const block = (ms: number) => void (now += ms);

let cpuShare = 1;
const newScheduler = () =>
  new FairScheduler(
    () => now,
    () => cpuShare * now,
  );

class Client implements TurnTaker {
  readonly path: readonly string[];
  readonly steps: number[] = [];
  constructor(...path: string[]) {
    this.path = path;
  }
  onStep(ms: number) {
    this.steps.push(ms);
  }
}

describe('turns on the main thread', () => {
  it('measure the work of a step up to its next turn, with the promises that follow each other', async () => {
    const scheduler = newScheduler();
    const client = new Client('a');
    await scheduler.turn(client);
    block(3);
    await Promise.resolve();
    await Promise.resolve();
    block(3);
    await scheduler.turn(client);
    block(2);
    await pause(1);
    block(50);
    await pause(1);
    expect(client.steps).toEqual([6, 2]);
  });

  it('are measured without the time that the system gave to other processes', async () => {
    cpuShare = 0.25;
    const client = new Client('a');
    await newScheduler().turn(client);
    block(8);
    await pause(1);
    cpuShare = 1;
    expect(client.steps).toEqual([2]);
  });

  it('let a client continue while its step is short, and only its own', async () => {
    const scheduler = newScheduler();
    const [a, b] = [new Client('a'), new Client('b')];
    await scheduler.turn(a);
    expect([scheduler.mayContinue(a), scheduler.mayContinue(b)]).toEqual([true, false]);
    block(5);
    expect(scheduler.mayContinue(a)).toBe(false);
    await scheduler.turn(a);
    expect(a.steps).toEqual([5]);
    expect(scheduler.mayContinue(a)).toBe(true);
  });

  it('come to a client that asks for little after one step of the others', async () => {
    const scheduler = newScheduler();
    const order: string[] = [];
    const flood = Array.from({ length: 40 }, async (_, n) => {
      await scheduler.turn(new Client('visitors', `attacker ${n % 4}`));
      block(2);
      order.push('flood');
    });
    while (order.length < 20) await new Promise((resolve) => setImmediate(resolve));
    const before = order.length;
    await scheduler.turn(new Client('visitors', 'bystander'));
    expect(order.length - before).toBeLessThanOrEqual(1);
    await Promise.all(flood);
  });

  it('let who holds what others wait for take every other turn', async () => {
    const scheduler = newScheduler();
    const order: string[] = [];
    const hold = new Hold();
    hold.makeUrgent();
    const take = async (client: Client, isUrgent: boolean) => {
      await scheduler.turn(client, isUrgent ? hold : undefined);
      order.push(client.path[0]);
      block(2.5);
    };
    const [busy, holder] = [new Client('busy'), new Client('holder')];
    await take(holder, false);
    await Promise.all([
      ...Array.from({ length: 4 }, () => take(busy, false)),
      ...Array.from({ length: 4 }, () => take(holder, true)),
    ]);
    expect(order.slice(1)).toEqual(['holder', 'busy', 'holder', 'busy', 'holder', 'busy', 'holder', 'busy']);
  });

  it('come soon to a client that others begin to wait for, although it has used most', async () => {
    const scheduler = newScheduler();
    const order: string[] = [];
    const holder = new Client('visitors', 'a', 'holder');
    await scheduler.turn(holder);
    block(100);
    let newcomers = 0;
    let isOver = false;
    // Newcomers of the same address, one after the other, have used less.
    const flood = Array.from({ length: 3 }, async () => {
      while (!isOver) {
        await scheduler.turn(new Client('visitors', 'a', `newcomer ${newcomers++}`));
        block(1);
        order.push('newcomer');
      }
    });
    const hold = new Hold();
    const held = scheduler.turn(holder, hold).then(() => order.push('holder'));
    while (order.length < 50) await new Promise((resolve) => setImmediate(resolve));
    expect(order).not.toContain('holder');
    const before = order.length;
    hold.makeUrgent();
    hold.makeUrgent();
    await held;
    expect(order.indexOf('holder') - before).toBeLessThanOrEqual(1);
    isOver = true;
    await Promise.all(flood);
    expect(scheduler.waiting).toBe(0);
  });

  it('are refused to an address of which too many wait, and to no other', async () => {
    const scheduler = newScheduler();
    const all = Array.from({ length: 500 }, (_, n) =>
      scheduler.turn(new Client('visitors', 'reading', 'a', `visit ${n % 7}`)),
    );
    await expect(scheduler.turn(new Client('visitors', 'reading', 'a', 'another'))).rejects.toThrow(
      SchedulerOverloaded,
    );
    await scheduler.turn(new Client('visitors', 'reading', 'b', 'visit'));
    await scheduler.turn(new Client('shop', 'key'));
    await Promise.all(all);
    await scheduler.turn(new Client('visitors', 'reading', 'a', 'another'));
  });
});
