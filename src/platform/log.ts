import pino from 'pino';
import type { Config } from '../config';

export type Logger = pino.Logger;

/** JSON lines on standard error: standard output belongs to the commands' answers. */
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
