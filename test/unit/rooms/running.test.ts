import { running, runLoop } from '../../../src/rooms/running';

it('a part begins its work when it starts, and stops all of it at the same time', async () => {
  const steps: string[] = [];
  let endStop: (() => void) | undefined;
  const parts = running(
    () => {
      steps.push('one begins');
      return { stop: () => new Promise<void>((resolve) => (endStop = resolve)) };
    },
    () => {
      steps.push('other begins');
      return { stop: async () => endStop?.() };
    },
  );
  expect(steps).toEqual([]);
  parts.start();
  expect(steps).toEqual(['one begins', 'other begins']);
  await parts.stop();
});

it('a part that was not started has nothing to stop', async () => {
  const parts = running(() => {
    throw new Error('it must not begin');
  });
  await parts.stop();
});

it('a loop is closed, and stops when it has ended', async () => {
  const steps: string[] = [];
  let end: (() => void) | undefined;
  const loop = runLoop({
    run: async () => {
      await new Promise<void>((resolve) => (end = resolve));
      steps.push('ended');
    },
    close: () => {
      steps.push('closed');
      end?.();
    },
  });
  await loop.stop();
  expect(steps).toEqual(['closed', 'ended']);
});
