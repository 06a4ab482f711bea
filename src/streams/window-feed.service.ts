import { overloadedError } from '../graphql/limits/overloaded-error';
import { openLiveItems } from '../graphql/live-query';
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

  open(stream: string, key: string | null): Promise<AsyncIterableIterator<Window>> {
    const view = new SubscriberView<Window>(MAX_TRACKED_WINDOWS);
    /** `[key, start]` of changed windows; null if unknown. */
    let changed: Map<string, readonly [string, number]> | null = null;
    const read = (panes: typeof changed): Promise<WindowsSnapshot<Window>> =>
      panes === null
        ? this.windows.newest(stream, key, INITIAL_WINDOWS)
        : this.windows.containing(stream, [...panes.values()]);
    const load = async () => {
      const changedPanes = changed;
      changed = new Map();
      if (changedPanes?.size === 0) return [];
      try {
        return view.update(await read(changedPanes)).map((window) => [sentWindowIdOf(window), window] as const);
      } catch (error) {
        changed = null;
        throw error;
      }
    };
    const onMessage = (message: Buffer) => {
      const { changed: changedPanes } = JSON.parse(message.toString()) as WindowsChanged;
      if (changedPanes === undefined) changed = null;
      else
        for (const pane of changedPanes)
          if (key === null || pane[0] === key) changed?.set(`${pane[1]} ${pane[0]}`, pane);
      return changed === null || changed.size > 0;
    };
    return openLiveItems({
      name: `windows of ${stream}`,
      load,
      limit: MAX_QUEUED_MESSAGES,
      onFull: () =>
        overloadedError(
          `The subscriber is too slow: more than ${MAX_QUEUED_MESSAGES} messages are waiting. Subscribe again.`,
        ),
      restMs: MIN_READ_INTERVAL_MS,
      watchChanges: ({ now, every }) => [
        this.pubSub.listen(windowTopic(stream), (message) => {
          if (onMessage(message)) now();
        }),
        every(POLL_INTERVAL_MS, () => {
          changed = null;
          now();
        }),
      ],
      log: this.log,
    });
  }
}
