import { setTimeout as pause } from 'node:timers/promises';
import { overloaded } from '../graphql/overloaded';
import { BoundedQueue } from '../platform/bounded-queue';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { placeOf, SubscriberView, type WindowsLook } from './subscriber-view';
import { windowTopic, type WindowsChanged } from './window-news.service';
import type { Window } from './window.type';
import type { WindowsService } from './windows.service';

/** Windows that a subscriber starts with, and is told at a time where it is not known which have changed. */
const NEWEST = 100;
/** Windows that a subscriber was sent, and that are sent again only when they differ. */
const MAX_REMEMBERED = 10_000;
/**
 * Messages that may wait for a subscriber: removals of all that it was sent, and as many windows besides. Over this the
 * subscription ends with an error, since what is remembered as sent is not sent again.
 */
const MAX_WAITING = 2 * MAX_REMEMBERED;
/** Between two looks, so that a flood of batches costs a subscriber no more than this many. */
const PAUSE_MS = 20;
/** What a lost message is noticed by. */
const LOOK_MS = 2_000;

/** Windows as they change: the newest first, then each again whenever it differs, has become final, or exists no more. */
export class WindowFeed {
  constructor(
    private readonly windows: WindowsService,
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Logger,
  ) {}

  async open(stream: string, key: string | null): Promise<AsyncIterableIterator<Window>> {
    const view = new SubscriberView<Window>(MAX_REMEMBERED);
    /** `[key, start]` of what has changed; null: whatever it is. */
    let changed: Map<string, readonly [string, number]> | null = new Map();
    let looking: Promise<void> | undefined;
    let closed = false;
    const queue = new BoundedQueue<Window>({
      limit: MAX_WAITING,
      onClose: () => close(),
      onFull: () => overloaded(`more than ${MAX_WAITING} changed windows wait to be read: subscribe again`),
    });
    const send = (look: WindowsLook<Window>) => {
      for (const window of view.update(look)) queue.push(window, placeOf(window));
    };
    const look = async () => {
      const pieces = changed;
      changed = new Map();
      if (pieces === null) send(await this.windows.newest(stream, key, NEWEST));
      else if (pieces.size > 0) send(await this.windows.around(stream, [...pieces.values()]));
    };
    const lookSoon = () => {
      looking ??= look()
        .then(
          () => true,
          (error: Error) => {
            changed = null;
            this.log.warn({ stream, error: error.message }, 'windows not looked at; the next change tries again');
            return false;
          },
        )
        .then(async (isWell) => {
          await pause(PAUSE_MS, undefined, { ref: false });
          looking = undefined;
          if (isWell && !closed && (changed === null || changed.size > 0)) lookSoon();
        });
    };
    const hear = (message: Buffer) => {
      const { changed: pieces } = JSON.parse(message.toString()) as WindowsChanged;
      if (pieces === undefined) changed = null;
      else
        for (const piece of pieces)
          if (key === null || piece[0] === key) changed?.set(`${piece[1]} ${piece[0]}`, piece);
      if (changed === null || changed.size > 0) lookSoon();
    };
    const stop = this.pubSub.listen(windowTopic(stream), hear);
    const timer = setInterval(() => {
      changed = null;
      lookSoon();
    }, LOOK_MS);
    const close = () => {
      closed = true;
      clearInterval(timer);
      stop();
    };
    try {
      // Registered first, then read.
      send(await this.windows.newest(stream, key, NEWEST));
    } catch (error) {
      await queue.return();
      throw error;
    }
    return queue;
  }
}
