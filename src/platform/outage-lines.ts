/**
 * Limits what the process of a shop logs during an outage. Every loop and request fails then, and the lines would say
 * the same. One line a minute says that a server can't be used; the others get the level debug.
 */
import { isMainThread } from 'node:worker_threads';
import { isRedisRefusal, isUnavailable } from './outage';

export type Engine = 'PostgreSQL' | 'Redis';

const INTERVAL_MS = 60_000;
const MAX_MESSAGES = 100;

const messages = new Set<string>();
/** By shop and server. */
const loggedAt = new Map<string, number>();

/** Remembers the message of an error of PostgreSQL if it says that the server can't be used. */
export function noteOutage(error: unknown): void {
  if (!(error instanceof Error) || error.message === '' || !isUnavailable(error)) return;
  if (messages.size >= MAX_MESSAGES) messages.clear();
  messages.add(error.message);
}

const keyOf = (engine: Engine, namespace = '') => `${engine} ${namespace}`;

/**
 * Returns whether a line of this shop about an outage is due. Threads log none: the process that they belong to logs
 * it.
 */
export function mayLogOutage(engine: Engine, namespace?: string, now = performance.now()): boolean {
  const key = keyOf(engine, namespace);
  if (!isMainThread || now - (loggedAt.get(key) ?? -Infinity) < INTERVAL_MS) return false;
  loggedAt.set(key, now);
  return true;
}

/** Lets the next outage of this shop be logged at once. */
export function endOutage(engine: Engine, namespace?: string): void {
  loggedAt.delete(keyOf(engine, namespace));
  if (engine === 'PostgreSQL') messages.clear();
}

/** Returns the server whose outage a text is about; `undefined` for other texts. */
export function engineOf(text: string): Engine | undefined {
  if (isRedisRefusal(new Error(text))) return 'Redis';
  return [...messages].some((message) => text.includes(message)) ? 'PostgreSQL' : undefined;
}
