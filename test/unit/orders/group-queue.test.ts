import { GroupQueue, type GroupedRequest } from '../../../src/orders/group-queue';
import { LockWaitError } from '../../../src/platform/outage';

interface Named extends GroupedRequest {
  readonly name: string;
}

const request = (name: string, more: Partial<Named> = {}): Named => ({
  name,
  keys: [],
  size: 1,
  kind: 'live',
  ...more,
});

interface Behaviour {
  readonly fail?: (names: readonly string[]) => Error | undefined;
  /** Requests whose locks others hold. */
  readonly locked?: readonly string[];
  readonly maxWaitMs?: number;
}

/** Runs groups when `finish` is called. */
function heldQueue({ fail = () => undefined, locked = [], maxWaitMs = 60_000 }: Behaviour = {}) {
  const groups: string[][] = [];
  const waitingGroups: string[][] = [];
  let release: () => void = () => undefined;
  let releaseWaiting: () => void = () => undefined;
  const queue = new GroupQueue<Named, string>(async (requests, waits) => {
    const names = requests.map(({ name }) => name);
    (waits ? waitingGroups : groups).push(names);
    await new Promise<void>((resolve) => {
      if (waits) releaseWaiting = resolve;
      else release = resolve;
    });
    const error = fail(names);
    if (error !== undefined) throw error;
    return names.map((name) => (locked.includes(name) && !waits ? undefined : `${name} done`));
  }, maxWaitMs);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    groups,
    waitingGroups,
    queue,
    finishWaiting: async () => {
      releaseWaiting();
      await settle();
    },
    finish: async () => {
      release();
      await settle();
    },
  };
}

describe('requests that wait for others', () => {
  it('run together, and each gets its own result', async () => {
    const { queue, groups, finish } = heldQueue();
    const results = ['a', 'b', 'c'].map((name) => queue.add(request(name)));
    expect(groups).toEqual([['a']]);
    expect(queue.length).toBe(2);
    await finish();
    expect(groups).toEqual([['a'], ['b', 'c']]);
    await finish();
    expect(await Promise.all(results)).toEqual(['a done', 'b done', 'c done']);
    void queue.add(request('d'));
    expect(groups).toEqual([['a'], ['b', 'c'], ['d']]);
    await finish();
  });

  it('run one after the other if they have a common key, in their order', async () => {
    const { queue, groups, finish } = heldQueue();
    const results = [
      queue.add(request('first')),
      queue.add(request('a1', { keys: ['a'] })),
      queue.add(request('ab', { keys: ['a', 'b'] })),
      queue.add(request('b1', { keys: ['b'] })),
      queue.add(request('c1', { keys: ['c'] })),
    ];
    for (let n = 0; n < 4; n++) await finish();
    await Promise.all(results);
    expect(groups).toEqual([['first'], ['a1', 'c1'], ['ab'], ['b1']]);
  });

  it('run apart if they are too many for one group, or of another kind', async () => {
    const { queue, groups, finish } = heldQueue();
    const results = [
      queue.add(request('first')),
      queue.add(request('large', { size: 1_000 })),
      queue.add(request('half', { size: 50 })),
      queue.add(request('past', { kind: 'historical' })),
      queue.add(request('rest', { size: 50 })),
      queue.add(request('more', { size: 1 })),
    ];
    for (let n = 0; n < 5; n++) await finish();
    await Promise.all(results);
    expect(groups).toEqual([['first'], ['large'], ['half', 'rest'], ['past'], ['more']]);
  });

  it('fail alone if one of them is at fault, and together in an outage', async () => {
    const faults = new Map([['bad', new Error('at fault')]]);
    const { queue, groups, finish } = heldQueue({
      fail: (names) => names.map((name) => faults.get(name)).find(Boolean),
    });
    const answers = Promise.allSettled(['first', 'good', 'bad', 'fine'].map((name) => queue.add(request(name))));
    for (let n = 0; n < 5; n++) await finish();
    expect(groups).toEqual([['first'], ['good', 'bad', 'fine'], ['good'], ['bad'], ['fine']]);
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    faults.set('lost', Object.assign(new Error('gone'), { code: '57P01' }));
    groups.length = 0;
    const lost = Promise.allSettled(['first', 'good', 'lost'].map((name) => queue.add(request(name))));
    for (let n = 0; n < 2; n++) await finish();
    expect(groups).toEqual([['first'], ['good', 'lost']]);
    expect((await lost).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('run separately if others hold their locks, and the others do not wait for that', async () => {
    const { queue, groups, waitingGroups, finish, finishWaiting } = heldQueue({ locked: ['x', 'y'] });
    const results = ['first', 'x', 'b'].map((name) => queue.add(request(name)));
    await finish();
    await finish();
    expect(await Promise.all([results[0], results[2]])).toEqual(['first done', 'b done']);
    expect(waitingGroups).toEqual([['x']]);
    const locked = queue.add(request('y'));
    const last = queue.add(request('last'));
    await finish();
    await finish();
    expect(await last).toBe('last done');
    expect(groups).toEqual([['first'], ['x', 'b'], ['y'], ['last']]);
    expect(queue.length).toBe(1);
    await finishWaiting();
    await finishWaiting();
    expect(waitingGroups).toEqual([['x'], ['y']]);
    expect(await Promise.all([results[1], locked])).toEqual(['x done', 'y done']);
  });

  it('fail together if the database hangs, and not if others are in the way', async () => {
    const faults = new Map([['hanging', new Error('Query read timeout')]]);
    const { queue, groups, finish } = heldQueue({ fail: ([name]) => faults.get(name) });
    const answers = Promise.allSettled(['hanging', 'next'].map((name) => queue.add(request(name))));
    await finish();
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    faults.set('late', new LockWaitError('others'));
    const later = Promise.allSettled(['late', 'next'].map((name) => queue.add(request(name))));
    await finish();
    await finish();
    expect((await later).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(groups).toEqual([['hanging'], ['late'], ['next']]);
  });

  it('are refused if they are too many', async () => {
    const { queue, finish } = heldQueue();
    void queue.add(request('first'));
    const many = queue.add(request('many', { size: 20_000 }));
    await expect(queue.add(request('more'))).rejects.toThrow(LockWaitError);
    await finish();
    await finish();
    expect(await many).toBe('many done');
  });

  it('are refused after the longest wait, and never run', async () => {
    const { queue, groups, finish } = heldQueue({ maxWaitMs: 20 });
    const first = queue.add(request('first'));
    await expect(queue.add(request('late'))).rejects.toThrow(LockWaitError);
    await finish();
    expect(await first).toBe('first done');
    expect(groups).toEqual([['first']]);
    expect(queue.length).toBe(0);
  });
});
