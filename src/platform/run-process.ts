import { ConfigError } from '../config';

/** Runs a process's start; a fault in its settings is one line each, and any fault ends it with 1. */
export async function runProcess(start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    console.error(
      error instanceof ConfigError ? error.faults.join('\n') : error instanceof Error ? error.message : error,
    );
    process.exit(1);
  }
}
