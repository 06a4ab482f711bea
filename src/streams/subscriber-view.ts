/** A window as it is sent to a subscriber. */
export interface SentWindow {
  readonly stream: string;
  readonly key: string;
  readonly keys: readonly string[];
  readonly isOther: boolean;
  readonly start: Date;
  readonly end: Date;
  /** Log position of the last batch that changed the window. */
  readonly revision: string;
  readonly final: boolean;
  readonly isIncomplete: boolean;
}

/** The message that a window no longer exists. */
export interface WindowRemoval extends SentWindow {
  readonly isRemoved: true;
  readonly events: 0;
  readonly values: readonly never[];
}

/** A snapshot of some windows of a stream. */
export interface WindowsSnapshot<W extends SentWindow> {
  readonly windows: readonly W[];
  /** Whether the snapshot would contain a window of this key and start if the window existed. */
  readonly covers: (key: string, start: number) => boolean;
}

/** A window that was sent to a subscriber. */
interface Sent extends Omit<SentWindow, 'final' | 'isIncomplete'> {
  readonly digest: string;
}

/** Tracks the windows that a subscriber has, and computes the messages that bring it to the state of a snapshot. */
export class SubscriberView<W extends SentWindow> {
  private readonly sent = new Map<string, Sent>();

  /**
   * @param limit maximum number of tracked windows. A window that is no longer tracked is sent again with the next
   *   snapshot that contains it, and its removal is not sent.
   */
  constructor(private readonly limit: number) {}

  /** Returns removals of windows that no longer exist, followed by windows that are new or have changed. */
  update({ windows, covers }: WindowsSnapshot<W>): (W | WindowRemoval)[] {
    const found = new Set(windows.map(sentWindowIdOf));
    const newest = new Map<string, bigint>();
    for (const { key, revision } of windows) {
      const before = newest.get(key);
      if (before === undefined || before < BigInt(revision)) newest.set(key, BigInt(revision));
    }
    const messages: (W | WindowRemoval)[] = [];
    for (const [place, { digest: _, ...window }] of this.sent) {
      if (found.has(place) || !covers(window.key, window.start.getTime())) continue;
      this.sent.delete(place);
      const revision = newest.get(window.key);
      messages.push(removalOf(window, revision === undefined ? window.revision : String(revision)));
    }
    for (const window of windows) {
      const place = sentWindowIdOf(window);
      const digest = `${window.revision} ${window.final} ${window.isIncomplete} ${window.end.getTime()}`;
      if (this.sent.get(place)?.digest === digest) continue;
      const { stream, key, keys, isOther, start, end, revision } = window;
      this.sent.delete(place);
      this.sent.set(place, { stream, key, keys, isOther, start, end, revision, digest });
      messages.push(window);
    }
    for (const place of this.sent.keys()) {
      if (this.sent.size <= this.limit) break;
      this.sent.delete(place);
    }
    return messages;
  }
}

/** Returns a text that identifies a window within its stream. */
export function sentWindowIdOf({ key, start }: Pick<SentWindow, 'key' | 'start'>): string {
  return `${start.getTime()} ${key}`;
}

function removalOf(window: Omit<Sent, 'digest'>, revision: string): WindowRemoval {
  return { ...window, revision, final: false, isIncomplete: false, isRemoved: true, events: 0, values: [] };
}
