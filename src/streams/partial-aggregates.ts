import { ByteReader } from '../learn/byte-reader';
import { ByteWriter } from '../learn/byte-writer';
import type { AggregateSpec } from './stream-spec';
import { WindowState } from './window/window-state';
import type { Pane } from './window/panes';
import { joinSessions } from './window/sessions';

/** One window of one key. */
export interface KeyedWindow extends Pane {
  readonly key: string;
  readonly state: WindowState;
  /** The log position of the last batch that changed the window. */
  readonly revision: number;
}

/** Events of one key that arrived too late for one window. */
export interface LateEvents {
  readonly key: string;
  readonly start: number;
  readonly count: number;
  /** The first {@link MAX_LATE_IDS} event ids in string order, so that the order of arrival does not matter. */
  readonly ids: readonly string[];
}

/** Maximum number of listed ids of late events per window. */
export const MAX_LATE_IDS = 20;

const MAGIC = 'window part';
const VERSION = 1;

/** Sessions of one key, some of them not merged yet. Merging many sessions together avoids a quadratic run time. */
interface Sessions {
  all: KeyedWindow[];
  /** Number of sessions after the last merge. */
  mergedCount: number;
}

const SESSION_MERGE_SLACK = 64;

/** The windows of one stream over some of its events, to be merged with the windows over its other events. */
export class PartialAggregates {
  private readonly windows = new Map<string, Map<number, KeyedWindow>>();
  private readonly sessions = new Map<string, Sessions>();
  private readonly late = new Map<string, LateEvents>();

  /** @param bySession whether overlapping windows of one key are merged into sessions */
  constructor(
    private readonly specs: readonly AggregateSpec[],
    private readonly bySession: boolean,
  ) {}

  get isEmpty(): boolean {
    return this.windows.size === 0 && this.sessions.size === 0 && this.late.size === 0;
  }

  add(key: string, pane: Pane, values: readonly unknown[], revision: number): void {
    const known = this.bySession ? undefined : this.windows.get(key)?.get(pane.start);
    if (known !== undefined && known.revision >= revision) return known.state.add(values);
    const state = WindowState.empty(this.specs);
    state.add(values);
    this.mergeWindow({ key, start: pane.start, end: pane.end, state, revision });
  }

  addLate(key: string, start: number, id: string): void {
    this.mergeLate({ key, start, count: 1, ids: [id] });
  }

  /** Merges windows and late events. Later merges may modify the states of `others`, so do not reuse them. */
  merge(others: PartialAggregates): void {
    for (const window of others.all()) this.mergeWindow(window);
    for (const late of others.late.values()) this.mergeLate(late);
  }

  mergeWindow(window: KeyedWindow): void {
    if (this.bySession) return this.mergeSession(window);
    let windowsOfKey = this.windows.get(window.key);
    if (windowsOfKey === undefined) this.windows.set(window.key, (windowsOfKey = new Map<number, KeyedWindow>()));
    const known = windowsOfKey.get(window.start);
    windowsOfKey.set(window.start, known === undefined ? window : mergeWindows(known, window));
  }

  private mergeSession(window: KeyedWindow): void {
    let sessionsOfKey = this.sessions.get(window.key);
    if (sessionsOfKey === undefined) this.sessions.set(window.key, (sessionsOfKey = { all: [], mergedCount: 0 }));
    sessionsOfKey.all.push(window);
    if (sessionsOfKey.all.length > 2 * sessionsOfKey.mergedCount + SESSION_MERGE_SLACK) mergeSessions(sessionsOfKey);
  }

  /** Returns all windows, in no particular order. */
  all(): KeyedWindow[] {
    if (this.bySession) return [...this.sessions.values()].flatMap((ofKey) => mergeSessions(ofKey));
    return [...this.windows.values()].flatMap((ofKey) => [...ofKey.values()]);
  }

  /** Returns the windows that begin at or after an instant, and all late events. */
  startingFrom(instant: number): PartialAggregates {
    const kept = this.lateOnly();
    for (const window of this.all()) if (window.start >= instant) kept.mergeWindow(window);
    return kept;
  }

  /** Returns the windows that end after an instant, and all late events. */
  endingAfter(instant: number): PartialAggregates {
    const kept = this.lateOnly();
    for (const window of this.all()) if (window.end > instant) kept.mergeWindow(window);
    return kept;
  }

  /** Returns all late events, and no windows. */
  lateOnly(): PartialAggregates {
    const late = new PartialAggregates(this.specs, this.bySession);
    for (const each of this.late.values()) late.mergeLate(each);
    return late;
  }

  allLate(): LateEvents[] {
    return [...this.late.values()];
  }

  /**
   * Canonical encoding without revisions. It ends with the list of late events: a single 0 byte (its length) if no
   * event is late, otherwise an id. Ids contain no NUL character, so the last byte is 0 if and only if no event is late.
   */
  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    const windows = this.all().sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.start - b.start));
    writer.varint(windows.length);
    for (const { key, start, end, state } of windows) {
      writer.string(key);
      writer.signed(start);
      writer.varint(end - start);
      writer.nested(() => state.write(writer));
    }
    const late = this.allLate().sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.start - b.start));
    writer.varint(late.length);
    for (const { key, start, count, ids } of late) {
      writer.string(key);
      writer.signed(start);
      writer.varint(count);
      writer.varint(ids.length);
      for (const id of ids) writer.string(id);
    }
    return writer.finish();
  }

  /**
   * Merges windows that {@link encode} has written.
   * @param revision log position of the batch; it was not known when the windows were encoded
   */
  mergeEncoded(bytes: Uint8Array, revision: number): void {
    const steps = this.mergeSteps(bytes, revision);
    while (steps.next().done !== true);
  }

  /**
   * Like {@link mergeEncoded}, but yields after each window.
   * @param mergedRange if given, all windows of a key are merged into one window with this time range
   */
  *mergeSteps(bytes: Uint8Array, revision: number, mergedRange?: Pane): Generator<undefined, void, undefined> {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    for (let left = reader.varint(); left > 0; left--) {
      const key = reader.string();
      const start = reader.signed();
      const pane = { start, end: start + reader.varint() };
      this.mergeWindow({
        ...(mergedRange ?? pane),
        key,
        state: WindowState.decode(reader.block(), this.specs),
        revision,
      });
      yield;
    }
    for (let left = reader.varint(); left > 0; left--) {
      const [key, start, count] = [reader.string(), reader.signed(), reader.varint()];
      this.mergeLate({ key, start, count, ids: Array.from({ length: reader.varint() }, () => reader.string()) });
    }
  }

  private mergeLate(late: LateEvents): void {
    const place = `${late.start} ${late.key}`;
    const known = this.late.get(place);
    this.late.set(place, known === undefined ? late : mergeLateEvents(known, late));
  }
}

export function mergeLateEvents(a: LateEvents, b: LateEvents): LateEvents {
  const ids = [...new Set([...a.ids, ...b.ids])].sort().slice(0, MAX_LATE_IDS);
  return { ...a, count: a.count + b.count, ids };
}

function mergeSessions(sessions: Sessions): KeyedWindow[] {
  if (sessions.all.length > sessions.mergedCount) {
    sessions.all = joinSessions(sessions.all, mergeWindows);
    sessions.mergedCount = sessions.all.length;
  }
  return sessions.all;
}

/** Merges the second window into the first, whose state it modifies. */
function mergeWindows(a: KeyedWindow, b: KeyedWindow): KeyedWindow {
  a.state.merge(b.state);
  return {
    key: a.key,
    start: Math.min(a.start, b.start),
    end: Math.max(a.end, b.end),
    state: a.state,
    revision: Math.max(a.revision, b.revision),
  };
}
