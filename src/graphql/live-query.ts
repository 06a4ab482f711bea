import { setTimeout as pause } from 'node:timers/promises';
import { BoundedQueue } from '../platform/bounded-queue';
import type { Logger } from '../platform/log';
import type { Turns } from './limits/turns';

/** Functions that reload a live query after a change. */
export interface ReloadTriggers {
  readonly now: () => void;
  /** Returns a function that reloads after `ms` to 1.5 × `ms`, so that not all subscribers reload at the same time. */
  readonly within: (ms: number) => () => void;
  /** Calls `reload` at this interval, in case a message was lost. @returns the function that ends this */
  readonly every: (ms: number, reload: () => void) => () => void;
}

/**
 * Delay before a failed reload is repeated, even without another change. The delay doubles with each consecutive
 * failure.
 */
const RETRY_MS = 1_000;
const DEFAULT_MAX_RETRY_MS = 10_000;
/** Minimum interval between two log lines about failures of live queries with the same name. */
const LOG_INTERVAL_MS = 1_000;

interface LiveOptions {
  /** The name of the subscription for the log. */
  readonly name: string;
  /** Subscribes to changes. @returns the functions that unsubscribe */
  readonly watchChanges: (changes: ReloadTriggers) => (() => void)[];
  /** The turns of the subscription. If present, each reload takes one. */
  readonly turns?: Pick<Turns, 'nextRefresh'>;
  /** Maximum delay before a failed reload is repeated, in milliseconds. Default: 10 s. */
  readonly maxRetryMs?: number;
  readonly log: Logger;
}

export interface LiveQuery<Answer> extends LiveOptions {
  /** Default: `reload`. */
  readonly loadFirst?: () => Promise<Answer>;
  readonly reload: () => Promise<Answer>;
  /**
   * Returns the part of a result that the subscriber sees, as a text. A result with the same text as the last sent one
   * is not sent.
   */
  readonly visibleStateOf: (answer: Answer) => string;
}

/**
 * Opens a live query. It sends the complete result first, and again after each change of the result. A subscriber that
 * reads slowly gets only the newest result. See {@link openLiveItems}.
 */
export function openLiveQuery<Answer>(query: LiveQuery<Answer>): Promise<AsyncIterableIterator<Answer>> {
  const { name, reload, loadFirst = reload, visibleStateOf } = query;
  let sentState: string | undefined;
  const load = async (isFirst: boolean): Promise<[string, Answer][]> => {
    const answer = await (isFirst ? loadFirst() : reload());
    const visibleState = visibleStateOf(answer);
    if (visibleState === sentState) return [];
    sentState = visibleState;
    return [[name, answer]];
  };
  return openLiveItems({ ...query, load, limit: 1 });
}

type LiveItem<Item> = readonly [key: string, item: Item];

export interface LiveItems<Item> extends LiveOptions {
  /** Returns the items to send, each with a key: it replaces one with the same key that was not read yet. */
  readonly load: (isFirst: boolean) => Promise<Iterable<LiveItem<Item>>> | AsyncIterable<LiveItem<Item>>;
  /** Maximum number of items that wait for a slow subscriber. */
  readonly limit: number;
  /** Returns the error that ends the subscription beyond the limit. Default: the oldest items are dropped. */
  readonly onFull?: () => Error;
  /** Pause after a reload before the next one, in milliseconds. */
  readonly restMs?: number;
  /** Whether the subscription ends with this item. Default: it never does. */
  readonly isLast?: (item: Item) => boolean;
  /** Whether the subscription ends, without an error, when a reload fails with this one. Default: it never does. */
  readonly endsWith?: (error: unknown) => boolean;
}

/**
 * Opens a subscription to items. It sends those of the first load, and of a reload after each change. Only one reload
 * runs at a time.
 * @throws what the first load throws. A later failure is logged, and the reload is retried after a pause or at the next
 *   change.
 */
export async function openLiveItems<Item>(items: LiveItems<Item>): Promise<AsyncIterableIterator<Item>> {
  const { name, load, limit, onFull, restMs = 0, isLast, endsWith, watchChanges, turns, log } = items;
  const { maxRetryMs = DEFAULT_MAX_RETRY_MS } = items;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Infinity;
  let running = true;
  let isStale = false;
  let closed = false;
  let retryMs = RETRY_MS;

  const queue = new BoundedQueue<Item>({ limit, onFull, onClose: () => close() });
  const send = async (changed: ReturnType<typeof load>) => {
    for await (const [key, item] of await changed) {
      queue.push(item, key);
      if (isLast?.(item)) queue.end();
    }
  };
  const refresh = async () => {
    if (closed) return;
    if (running) return void (isStale = true);
    running = true;
    clearTimeout(timer);
    dueAt = Infinity;
    try {
      if (turns !== undefined) {
        await turns.nextRefresh();
        if (closed) return;
        // What changed while this refresh waited for its turn is in the result.
        isStale = false;
      }
      await send(load(false));
      retryMs = RETRY_MS;
    } catch (error) {
      if (endsWith?.(error) === true) return queue.end();
      logFailure(log, name, error as Error);
      within(retryMs)();
      retryMs = Math.min(2 * retryMs, maxRetryMs);
    }
    if (restMs > 0) await pause(restMs, undefined, { ref: false });
    finishRefresh();
  };
  const finishRefresh = () => {
    running = false;
    if (!isStale) return;
    isStale = false;
    void refresh();
  };
  /** Returns a function that schedules a reload in `ms` to 1.5 × `ms`, unless an earlier one is scheduled. */
  const within = (ms: number) => () => {
    const due = performance.now() + ms * (1 + Math.random() / 2);
    if (closed || due >= dueAt) return;
    dueAt = due;
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), Math.max(0, due - performance.now()));
  };
  const close = () => {
    closed = true;
    clearTimeout(timer);
    for (const end of unsubscribers) end();
  };
  const every = (ms: number, reload: () => void) => {
    const polling = setInterval(reload, ms);
    return () => clearInterval(polling);
  };
  // Subscribe first, then load: a change in between triggers a reload.
  const unsubscribers = watchChanges({ now: () => void refresh(), within, every });
  try {
    await send(load(true));
  } catch (error) {
    close();
    throw error;
  }
  finishRefresh();
  return queue;
}

/** For each log and name, the time of the last logged failure, in milliseconds of the monotonic clock. */
const loggedAtByLog = new WeakMap<Logger, Map<string, number>>();

/** Logs a failure, at most once per interval and name, because a failure usually affects many subscribers. */
function logFailure(log: Logger, name: string, { message }: Error): void {
  const now = performance.now();
  const loggedAt = loggedAtByLog.get(log) ?? new Map<string, number>();
  loggedAtByLog.set(log, loggedAt);
  if (now - (loggedAt.get(name) ?? -Infinity) < LOG_INTERVAL_MS) return;
  loggedAt.set(name, now);
  log.warn({ error: message }, `live ${name} not refreshed; will be retried`);
}
