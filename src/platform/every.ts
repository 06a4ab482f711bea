import type { Logger } from './log';

/** Runs `work` again and again, `ms` after it has last ended, a little jittered; what fails is tried again next time. */
export function every(ms: number, log: Logger, work: () => Promise<void>): { stop(): Promise<void> } {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const schedule = () =>
    setTimeout(
      () => {
        running = work()
          .catch((error: Error) => log.warn({ error: error.message }, 'maintenance failed; it will be tried again'))
          .finally(() => {
            if (!stopped) timer = schedule();
          });
      },
      ms * (0.9 + 0.2 * Math.random()),
    );
  let timer = schedule();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
