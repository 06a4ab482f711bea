/**
 * Limits what a process logs during an outage. Every loop and request fails then, and the lines would say the same. One
 * line a minute says that a server can't be used; the others get the level debug.
 */
import { isMainThread } from 'node:worker_threads';
import { isRedisRefusal, isUnavailable } from './outage';

export type Engine = 'PostgreSQL' | 'Redis';

const INTERVAL_MS = 60_000;
const MAX_MESSAGES = 100;

const messages = new Set<string>();
const loggedAt = new Map<Engine, number>();

/** Remembers the message of an error of PostgreSQL if it says that the server can't be used. */
export function noteOutage(error: unknown): void {
  if (!(error instanceof Error) || error.message === '' || !isUnavailable(error)) return;
  if (messages.size >= MAX_MESSAGES) messages.clear();
  messages.add(error.message);
}

/** Returns whether a line about an outage is due. Threads log none: the process that they belong to logs it. */
export function mayLogOutage(engine: Engine, now = performance.now()): boolean {
  if (!isMainThread || now - (loggedAt.get(engine) ?? -Infinity) < INTERVAL_MS) return false;
  loggedAt.set(engine, now);
  return true;
}

/** Lets the next outage be logged at once. */
export function endOutage(engine: Engine): void {
  loggedAt.delete(engine);
  if (engine === 'PostgreSQL') messages.clear();
}

/** Returns the server whose outage a text is about; `undefined` for other texts. */
export function engineOf(text: string): Engine | undefined {
  if (isRedisRefusal(new Error(text))) return 'Redis';
  return [...messages].some((message) => text.includes(message)) ? 'PostgreSQL' : undefined;
}
