import type { Logger } from './log';

/**
 * Runs `work` repeatedly, each time `ms` (with ±10 % jitter) after the previous run ended. A failed run is logged.
 * @param work receives a function that returns whether it should end soon
 */
export function runPeriodically(
  ms: number,
  log: Logger,
  work: (isStopped: () => boolean) => Promise<void>,
): { stop(): Promise<void> } {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const schedule = () =>
    setTimeout(
      () => {
        running = work(() => stopped)
          .catch((error: Error) => log.warn({ error: error.message }, 'maintenance failed; will be retried'))
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
