import { ConfigError, readConfig, type Config } from '../config';
import { createLog, type Logger } from './log';

/** The default is shorter than the 30 seconds after which Kubernetes kills a process. */
const CLOSE_BOUND_MS = 25_000;

/**
 * Runs a process until SIGINT, SIGTERM or the end of its parent; further signals are ignored. `start` returns what closes
 * it. If it throws, prints the error (one line for each invalid setting) and exits with code 1. A signal during the start
 * ends the process at once. If closing takes longer than 25 s, the process exits anyway, because every acknowledged write
 * is already durable.
 * @param name of the log's lines
 */
export async function runProcess(name: string, start: (config: Config) => Promise<() => Promise<void>>): Promise<void> {
  try {
    const config = readConfig();
    const log = createLog(config, name);
    const running: { close?: () => Promise<void> } = {};
    let closing = false;
    const begin = (why: string) => {
      if (closing) return;
      closing = true;
      log.info({ why }, 'shutting down');
      if (running.close) void end(running.close, log);
      else process.exit(0);
    };
    process.on('SIGINT', () => begin('SIGINT'));
    process.on('SIGTERM', () => begin('SIGTERM'));
    process.on('disconnect', () => begin('parent process gone'));
    // The parent may have ended before the listener was added.
    if (process.send && !process.connected) begin('parent process gone');
    running.close = await start(config);
  } catch (error) {
    console.error(
      error instanceof ConfigError ? error.faults.join('\n') : error instanceof Error ? error.message : error,
    );
    process.exit(1);
  }
}

/** Closes within the bound, then exits. */
async function end(close: () => Promise<void>, log: Logger): Promise<void> {
  setTimeout(() => {
    log.error(`shutdown not finished after ${CLOSE_BOUND_MS / 1000} s`);
    process.exit(1);
  }, CLOSE_BOUND_MS).unref();
  try {
    await close();
  } catch (error) {
    log.error({ error: (error as Error).message }, 'shutdown failed');
    process.exit(1);
  }
  process.exit(0);
}
