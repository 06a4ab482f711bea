import { BoundedQueue } from '../../../src/platform/bounded-queue';

async function read<T>(queue: BoundedQueue<T>, count: number): Promise<(T | undefined)[]> {
  const values: (T | undefined)[] = [];
  for (let i = 0; i < count; i++) values.push((await queue.next()).value);
  return values;
}

describe('a bounded queue', () => {
  it('delivers in order of arrival', async () => {
    const queue = new BoundedQueue<number>({ limit: 3 });
    queue.push(1);
    queue.push(2);
    queue.push(3);
    expect(await read(queue, 3)).toEqual([1, 2, 3]);
    expect(queue.dropped).toBe(0);
  });

  it('delivers directly to a waiting reader', async () => {
    const queue = new BoundedQueue<string>({ limit: 1 });
    const waiting = [queue.next(), queue.next()];
    queue.push('a');
    queue.push('b');
    expect(await Promise.all(waiting)).toEqual([
      { done: false, value: 'a' },
      { done: false, value: 'b' },
    ]);
    expect(queue.size).toBe(0);
  });

  it('replaces a waiting value with the same key, in its position', async () => {
    const queue = new BoundedQueue<string>({ limit: 2 });
    queue.push('old', 'list');
    queue.push('other');
    queue.push('new', 'list');
    expect(await read(queue, 2)).toEqual(['new', 'other']);
    expect(queue.dropped).toBe(0);
  });

  it('drops the oldest beyond its limit, and counts', async () => {
    const queue = new BoundedQueue<number>({ limit: 2 });
    for (let i = 0; i < 5; i++) queue.push(i);
    expect(queue.dropped).toBe(3);
    expect(await read(queue, 2)).toEqual([3, 4]);
  });

  it('fails beyond its limit if every value matters, once, and is closed', async () => {
    const onClose = jest.fn();
    const queue = new BoundedQueue<number>({ limit: 2, onClose, onFull: () => new Error('too slow') });
    for (let i = 0; i < 5; i++) queue.push(i);
    expect([queue.size, queue.dropped]).toEqual([0, 0]);
    expect(onClose).toHaveBeenCalledTimes(1);
    await expect(queue.next()).rejects.toThrow('too slow');
    expect(await queue.next()).toEqual({ done: true, value: undefined });
    const left = new BoundedQueue<number>({ limit: 1, onFull: () => new Error('too slow') });
    left.push(1);
    left.push(2);
    await left.return();
    expect(await left.next()).toEqual({ done: true, value: undefined });
  });

  it('ends a pending next() on return(), immediately', async () => {
    const onClose = jest.fn();
    const queue = new BoundedQueue<number>({ limit: 1, onClose });
    const pending = queue.next();
    await queue.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    await queue.return();
    queue.push(1);
    expect(queue.size).toBe(0);
    expect(await queue.next()).toEqual({ done: true, value: undefined });
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('releases its source when a for-await ends early', async () => {
    const onClose = jest.fn();
    const queue = new BoundedQueue<number>({ limit: 5, onClose });
    queue.push(1);
    queue.push(2);
    for await (const value of queue) if (value === 1) break;
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('does not delay other subscribers when one has stopped reading', async () => {
    const stopped = new BoundedQueue<number>({ limit: 10 });
    const reading = new BoundedQueue<number>({ limit: 10 });
    const seen: number[] = [];
    const reader = (async () => {
      for await (const value of reading) seen.push(value);
    })();
    for (let i = 0; i < 100_000; i++) {
      for (const queue of [stopped, reading]) queue.push(i);
      if (i % 5 === 0) await Promise.resolve();
    }
    await new Promise(setImmediate);
    await reading.return();
    await reader;
    expect(seen).toHaveLength(100_000 - reading.dropped);
    expect(seen.at(-1)).toBe(99_999);
    expect(stopped.size).toBe(10);
    expect(stopped.dropped).toBe(99_990);
  });

  it('rejects an invalid limit', () => {
    expect(() => new BoundedQueue({ limit: 0 })).toThrow(RangeError);
  });
});
