import { abortableIterable } from '../../../../src/graphql/websocket/abortable-iterable';
import { BoundedQueue } from '../../../../src/platform/bounded-queue';

function setup(): {
  queue: BoundedQueue<number>;
  controller: AbortController;
  onEnd: jest.Mock;
  stream: AsyncGenerator<number>;
} {
  const queue = new BoundedQueue<number>({ limit: 5 });
  const controller = new AbortController();
  const onEnd = jest.fn();
  return { queue, controller, onEnd, stream: abortableIterable(queue, controller.signal, onEnd) };
}

describe('a stream with an end from outside', () => {
  it('passes its source through', async () => {
    const { queue, stream, onEnd } = setup();
    queue.push(1);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    const pending = stream.next();
    await queue.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  it('throws the reason while a next() is pending, and releases its source', async () => {
    const { queue, controller, stream, onEnd } = setup();
    const pending = stream.next();
    controller.abort(new Error('expired'));
    await expect(pending).rejects.toThrow('expired');
    expect(await queue.next()).toEqual({ done: true, value: undefined });
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  it('throws the reason at the next next() if none was pending', async () => {
    const { queue, controller, stream } = setup();
    queue.push(1);
    controller.abort(new Error('expired'));
    await expect(stream.next()).rejects.toThrow('expired');
  });

  it('is done immediately on return(), even over a generator that waits', async () => {
    const onEnd = jest.fn();
    async function* waiting(): AsyncGenerator<number> {
      await new Promise(() => undefined);
      yield 1;
    }
    const stream = abortableIterable(waiting(), new AbortController().signal, onEnd);
    const pending = stream.next();
    await stream.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  it('passes its source’s failure through', async () => {
    const failing: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }),
    };
    await expect(abortableIterable(failing, new AbortController().signal, () => undefined).next()).rejects.toThrow(
      'broken',
    );
  });
});
