import type { Logger } from './log';

/**
 * Runs `close` once at SIGINT, SIGTERM or when the parent process goes, then exits. A second signal changes nothing;
 * what has not ended after `boundMs` is left behind, because everything acknowledged is already durable.
 */
export function onShutdown(log: Logger, close: () => Promise<void>, boundMs = 10_000): void {
  let closing = false;
  const begin = (why: string) => {
    if (closing) return;
    closing = true;
    log.info({ why }, 'shutting down');
    setTimeout(() => {
      log.error(`not finished after ${boundMs / 1000} s`);
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
  // It may have gone before anybody listened.
  if (process.send && !process.connected) begin('parent process gone');
}
