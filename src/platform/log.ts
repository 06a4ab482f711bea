import pino from 'pino';
import type { Config } from '../config';

export type Logger = pino.Logger;

/** Creates a logger that writes JSON lines to standard error; standard output is for the output of commands. */
export function createLog(config: Pick<Config, 'logLevel'>, name?: string): Logger {
  return pino(
    {
      level: config.logLevel,
      ...(name ? { name } : {}),
      redact: ['apiKey', 'authorization', '*.apiKey', '*.authorization'],
    },
    pino.destination(2),
  );
}
