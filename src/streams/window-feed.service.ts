import { setTimeout as pause } from 'node:timers/promises';
import { overloadedError } from '../graphql/limits/overloaded-error';
import { BoundedQueue } from '../platform/bounded-queue';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { sentWindowIdOf, SubscriberView, type WindowsSnapshot } from './subscriber-view';
import { windowTopic, type WindowsChanged } from './window-change-notifier.service';
import type { Window } from './window.type';
import type { WindowsService } from './windows.service';

/** Number of windows read for a new subscriber, and read again if it is unknown which windows have changed. */
const INITIAL_WINDOWS = 100;
/** Maximum number of sent windows tracked per subscriber. A tracked window is sent again only if it changes. */
const MAX_TRACKED_WINDOWS = 10_000;
/**
 * Maximum number of queued messages per subscriber. It is enough for the removals of all tracked windows and as many
 * changed windows. Beyond it, the subscription ends with an error, because a dropped message would not be sent again.
 */
const MAX_QUEUED_MESSAGES = 2 * MAX_TRACKED_WINDOWS;
/** Minimum time between two reads for a subscriber, to bound its cost during a flood of batches. */
const MIN_READ_INTERVAL_MS = 20;
/** Interval at which windows are read even without a notification, because notifications can be lost. */
const POLL_INTERVAL_MS = 2_000;

/** Streams changes of windows: first the newest windows, then each window that changes, becomes final or is removed. */
export class WindowFeed {
  constructor(
    private readonly windows: WindowsService,
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Logger,
  ) {}

  async open(stream: string, key: string | null): Promise<AsyncIterableIterator<Window>> {
    const view = new SubscriberView<Window>(MAX_TRACKED_WINDOWS);
    /** `[key, start]` of changed windows; null if unknown. */
    let changed: Map<string, readonly [string, number]> | null = new Map();
    let reading: Promise<void> | undefined;
    let closed = false;
    const queue = new BoundedQueue<Window>({
      limit: MAX_QUEUED_MESSAGES,
      onClose: () => close(),
      onFull: () =>
        overloadedError(
          `The subscriber is too slow: more than ${MAX_QUEUED_MESSAGES} messages are waiting. Subscribe again.`,
        ),
    });
    const send = (snapshot: WindowsSnapshot<Window>) => {
      for (const window of view.update(snapshot)) queue.push(window, sentWindowIdOf(window));
    };
    const readChanges = async () => {
      const changedPanes = changed;
      changed = new Map();
      if (changedPanes === null) send(await this.windows.newest(stream, key, INITIAL_WINDOWS));
      else if (changedPanes.size > 0) send(await this.windows.containing(stream, [...changedPanes.values()]));
    };
    const readSoon = () => {
      reading ??= readChanges()
        .then(
          () => true,
          (error: Error) => {
            changed = null;
            this.log.warn({ stream, error: error.message }, 'windows not read; the next change retries');
            return false;
          },
        )
        .then(async (hasSucceeded) => {
          await pause(MIN_READ_INTERVAL_MS, undefined, { ref: false });
          reading = undefined;
          if (hasSucceeded && !closed && (changed === null || changed.size > 0)) readSoon();
        });
    };
    const onMessage = (message: Buffer) => {
      const { changed: changedPanes } = JSON.parse(message.toString()) as WindowsChanged;
      if (changedPanes === undefined) changed = null;
      else
        for (const pane of changedPanes)
          if (key === null || pane[0] === key) changed?.set(`${pane[1]} ${pane[0]}`, pane);
      if (changed === null || changed.size > 0) readSoon();
    };
    const stop = this.pubSub.listen(windowTopic(stream), onMessage);
    const timer = setInterval(() => {
      changed = null;
      readSoon();
    }, POLL_INTERVAL_MS);
    const close = () => {
      closed = true;
      clearInterval(timer);
      stop();
    };
    try {
      // `listen` was called before this read, so that no change is missed.
      send(await this.windows.newest(stream, key, INITIAL_WINDOWS));
    } catch (error) {
      await queue.return();
      throw error;
    }
    return queue;
  }
}
