import { BoundedQueue } from '../platform/bounded-queue';
import type { Logger } from '../platform/log';

/** When an answer that has changed is looked at again. */
export interface Changes {
  readonly now: () => void;
  /** In so many milliseconds at the earliest, and half as many more, so that subscribers do not all ask at once. */
  readonly within: (ms: number) => () => void;
}

/**
 * How long after a failure the answer is made again: the load that caused it may end without another change. After each
 * further failure in a row, twice as long.
 */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 10_000;
/** Failures of one name are logged once in so many milliseconds. */
const LOG_EVERY_MS = 1_000;

export interface LiveAnswer<Answer> {
  /** What is subscribed to, in a word, for the log. */
  readonly name: string;
  readonly first: () => Promise<Answer>;
  readonly again: () => Promise<Answer>;
  /** All that somebody sees of it: an answer in which nothing of this differs is not sent. */
  readonly shownOf: (answer: Answer) => string;
  /** @returns what ends the watching */
  readonly watch: (changes: Changes) => (() => void)[];
  readonly log: Logger;
}

/**
 * An answer that stays true: the whole of it first, then again whenever it differs. One is made at a time, and only the
 * newest matters to a subscriber who is slow to read.
 * @throws what `first` throws; a later failure is logged, and tried again after a pause or at the next change
 */
export async function openLiveAnswer<Answer>(answer: LiveAnswer<Answer>): Promise<AsyncIterableIterator<Answer>> {
  const { name, first, again, shownOf, watch, log } = answer;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Infinity;
  let running = true;
  let isStale = false;
  let closed = false;
  let sent: string | undefined;
  let retryMs = RETRY_MS;

  const queue = new BoundedQueue<Answer>({ limit: 1, onClose: () => close() });
  const send = (next: Answer) => {
    const shown = shownOf(next);
    if (closed || shown === sent) return;
    sent = shown;
    queue.push(next, name);
  };
  const look = async () => {
    if (closed) return;
    if (running) return void (isStale = true);
    running = true;
    clearTimeout(timer);
    dueAt = Infinity;
    try {
      send(await again());
      retryMs = RETRY_MS;
    } catch (error) {
      logFailure(log, name, error as Error);
      within(retryMs)();
      retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
    }
    rest();
  };
  const rest = () => {
    running = false;
    if (!isStale) return;
    isStale = false;
    void look();
  };
  /** The earliest of what is due. */
  const within = (ms: number) => () => {
    const due = performance.now() + ms * (1 + Math.random() / 2);
    if (closed || due >= dueAt) return;
    dueAt = due;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), Math.max(0, due - performance.now()));
  };
  const close = () => {
    closed = true;
    clearTimeout(timer);
    for (const end of stop) end();
  };
  // Register first, then read: after a change in between it is looked at again.
  const stop = watch({ now: () => void look(), within });
  try {
    send(await first());
  } catch (error) {
    close();
    throw error;
  }
  rest();
  return queue;
}

/** When a failure of each name was logged last, by the monotonic clock. */
const loggedAt = new Map<string, number>();

/** However many subscribers it fails for. */
function logFailure(log: Logger, name: string, { message }: Error): void {
  const now = performance.now();
  if (now - (loggedAt.get(name) ?? -Infinity) < LOG_EVERY_MS) return;
  loggedAt.set(name, now);
  log.warn({ error: message }, `live ${name} not refreshed; it will be tried again`);
}
