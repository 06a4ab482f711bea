import type { Logger } from './log';

/**
 * Runs `close` once on SIGINT, on SIGTERM or when the parent process ends, then exits. Further signals are ignored. If
 * `close` takes longer than `boundMs`, the process exits anyway, because every acknowledged write is already durable. The
 * default is shorter than the 30 seconds after which Kubernetes kills a process.
 */
export function onShutdown(log: Logger, close: () => Promise<void>, boundMs = 25_000): void {
  let closing = false;
  const begin = (why: string) => {
    if (closing) return;
    closing = true;
    log.info({ why }, 'shutting down');
    setTimeout(() => {
      log.error(`shutdown not finished after ${boundMs / 1000} s`);
      process.exit(1);
    }, boundMs).unref();
    close().then(
      () => process.exit(0),
      (error: Error) => {
        log.error({ error: error.message }, 'shutdown failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => begin('SIGINT'));
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('disconnect', () => begin('parent process gone'));
  // The parent may have ended before the listener was added.
  if (process.send && !process.connected) begin('parent process gone');
}
