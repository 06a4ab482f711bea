import pino from 'pino';
import type { Config } from '../config';
import { logText } from './log-text';
import { engineOf, mayLogOutage } from './outage-lines';

export type Logger = pino.Logger;

type LogSettings = Pick<Config, 'logLevel'> & Partial<Pick<Config, 'logFile' | 'logFormat' | 'namespace'>>;

const WARN = 40;

/** Returns the text of the error in a line's properties; an empty text if there is none. */
function errorTextOf(properties: unknown): string {
  if (typeof properties !== 'object' || properties === null) return '';
  const { error, err } = properties as { error?: unknown; err?: unknown };
  if (typeof error === 'string') return error;
  return err instanceof Error ? err.message : '';
}

/**
 * Creates a logger that writes lines to `config.logFile`, or else to standard error; standard output is for the output of
 * commands.
 */
export function createLog(config: LogSettings, name?: string): Logger {
  const destination = pino.destination(config.logFile ?? 2);
  return pino(
    {
      level: config.logLevel,
      ...(name ? { name } : {}),
      hooks: {
        logMethod(args, method, level) {
          const engine = level >= WARN ? engineOf(errorTextOf(args[0])) : undefined;
          if (engine === undefined || mayLogOutage(engine, config.namespace)) method.apply(this, args);
          else this.debug(...args);
        },
      },
      redact: ['apiKey', 'authorization', '*.apiKey', '*.authorization'],
    },
    config.logFormat === 'text' ? { write: (line) => destination.write(logText(line)) } : destination,
  );
}
