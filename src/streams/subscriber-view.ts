/** A window as a subscriber is sent it. */
export interface SentWindow {
  readonly stream: string;
  readonly key: string;
  readonly keys: readonly string[];
  readonly isOther: boolean;
  readonly start: Date;
  readonly end: Date;
  /** A position of the log. */
  readonly revision: string;
  readonly final: boolean;
  readonly isIncomplete: boolean;
}

/** Tells a subscriber that a window exists no more. */
export interface Removal extends SentWindow {
  readonly isRemoved: true;
  readonly events: 0;
  readonly values: readonly never[];
}

/** Windows as they were at one time. */
export interface WindowsLook<W extends SentWindow> {
  readonly windows: readonly W[];
  /** Whether a window of this key and start would be among them if it existed. */
  readonly covers: (key: string, start: number) => boolean;
}

/** What is known of a window that a subscriber was sent. */
interface Sent extends Omit<SentWindow, 'final' | 'isIncomplete'> {
  readonly digest: string;
}

/** Which windows a subscriber has, and so which messages bring it to what a look at the windows has found. */
export class SubscriberView<W extends SentWindow> {
  private readonly sent = new Map<string, Sent>();

  /** @param limit windows that are remembered. One that is forgotten is sent again when it is looked at, and not removed. */
  constructor(private readonly limit: number) {}

  /** Windows that are new or differ, after removals of those that exist no more. */
  update({ windows, covers }: WindowsLook<W>): (W | Removal)[] {
    const found = new Set(windows.map(placeOf));
    const newest = new Map<string, bigint>();
    for (const { key, revision } of windows) {
      const before = newest.get(key);
      if (before === undefined || before < BigInt(revision)) newest.set(key, BigInt(revision));
    }
    const messages: (W | Removal)[] = [];
    for (const [place, { digest: _, ...window }] of this.sent) {
      if (found.has(place) || !covers(window.key, window.start.getTime())) continue;
      this.sent.delete(place);
      const revision = newest.get(window.key);
      messages.push(removalOf(window, revision === undefined ? window.revision : String(revision)));
    }
    for (const window of windows) {
      const place = placeOf(window);
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

/** Identifies a window of one stream. */
export function placeOf({ key, start }: Pick<SentWindow, 'key' | 'start'>): string {
  return `${start.getTime()} ${key}`;
}

function removalOf(window: Omit<Sent, 'digest'>, revision: string): Removal {
  return { ...window, revision, final: false, isIncomplete: false, isRemoved: true, events: 0, values: [] };
}
