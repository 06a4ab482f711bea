import { ConfigError } from '../config';

/** Runs `start`. If it throws, prints the error (one line for each invalid setting) and exits with code 1. */
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
