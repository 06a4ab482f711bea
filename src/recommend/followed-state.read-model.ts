import type { ResumableTask } from '../learn/resumable-task';
import { loadNewest, type Artefact, type ArtefactStore } from '../platform/artefacts';
import { leaseHolder } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import { runInTurns } from '../platform/run-in-turns';
import { Progress } from '../platform/progress';
import type { RedisPubSub } from '../platform/pubsub';
import { isAtLeast, NewerReleaseError, requireRelease } from '../platform/release';
import { VERSION } from '../platform/version';
import { Watchers } from '../platform/watchers';
import { NotUnderstoodError, readCheckpoint } from './checkpoint.service';
import { decodeStateMessage, judge, type StateMessage } from './state-message';

const COMPARE_MS = 2_000;
const ASK_MS = 1_000;
/** Of messages that arrive while a checkpoint is loaded. */
const MAX_BUFFERED_BYTES = 64 * 2 ** 20;
/** How long a checkpoint may be decoded before the event loop does what else there is to do. */
const TURN_MS = 8;

export interface FollowedStateOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/** Where a state's one owner is heard, and how what it says is read. */
export interface StateSource<State> {
  readonly topic: string;
  /** Those who lack something ask here for a checkpoint. */
  readonly requestTopic: string;
  /** The kind of its checkpoints; its name in the log, too. */
  readonly artefact: string;
  /** The owner's, which says how far it has told. */
  readonly lease: string;
  /** Before there is any checkpoint. */
  empty(): State;
  /** Decodes a checkpoint, in steps. @throws Error for one of another version of the code */
  decoding(bytes: Uint8Array): ResumableTask<State>;
  /** @throws Error for bytes that don't fit: the state is given up */
  apply(state: State, delta: Uint8Array): void;
}

/**
 * This process's copy of a state that another process owns: the newest checkpoint, and the owner's deltas since. A hole
 * is mended by asking the owner for a checkpoint; it is loaded aside, and one reference is swapped.
 */
export class FollowedState<State> {
  private current: State;
  private readonly progress = new Progress(0);
  private token = 0;
  private buffered: StateMessage[] = [];
  private bufferedBytes = 0;
  private loading: Promise<void> | undefined;
  private toldBefore = 0;
  /** What it should have heard of by now. */
  private due = 0;
  private askedAt = -Infinity;
  /** The newest checkpoint, where this release can't read it. */
  private unreadable: { readonly id: string; readonly error: NewerReleaseError | NotUnderstoodError } | null = null;
  /** The release that a delta needed, once that is logged. */
  private notedRelease: string | undefined;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly stop: (() => void)[] = [];
  private readonly watchers = new Watchers();

  constructor(
    private readonly options: FollowedStateOptions,
    private readonly source: StateSource<State>,
  ) {
    this.current = source.empty();
  }

  get state(): State {
    return this.current;
  }

  /** The owner's position that it is true at. */
  get position(): number {
    return this.progress.value;
  }

  /** Positions that the owner has told of for seconds, and that are not in here. */
  get behind(): number {
    return Math.max(0, this.due - this.position);
  }

  /** Why this release can't read the newest checkpoint, in a sentence; `null` where it can. */
  get whyUnreadable(): string | null {
    return this.unreadable?.error.message ?? null;
  }

  /** Subscribe and buffer, load, replay. */
  async start(): Promise<void> {
    const { pubSub } = this.options;
    this.stop.push(pubSub.listen(this.source.topic, (bytes) => this.hear(decodeStateMessage(bytes))));
    this.stop.push(pubSub.onReconnect(() => this.catchUp(Infinity)));
    await this.load();
    // An owner that is running has told things this process was not there to hear.
    this.ask();
    await this.compare();
    const beat = () => {
      if (!this.closed) this.timer = setTimeout(() => void this.compare().finally(beat), COMPARE_MS);
    };
    beat();
  }

  /** Calls back whenever the state has moved, until the returned function is called. */
  watch(changed: () => void): () => void {
    return this.watchers.add(changed);
  }

  /** Resolves true once the state covers `position`, false after `boundMs`. */
  waitFor(position: number, boundMs: number): Promise<boolean> {
    return this.progress.reaches(position, boundMs);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    for (const end of this.stop) end();
    await this.loading?.catch(() => undefined);
  }

  private hear(message: StateMessage): void {
    if (this.loading) {
      this.bufferedBytes += message.delta.byteLength;
      if (this.bufferedBytes < MAX_BUFFERED_BYTES) this.buffered.push(message);
      return;
    }
    const verdict = judge(message, this.position, this.token);
    if (verdict === 'ignore') return;
    if (!isAtLeast(VERSION, message.minRelease)) return this.noteUnreadable(message.minRelease);
    if (verdict === 'hole' || message.kind === 'checkpoint') {
      this.catchUp(message.to);
      return;
    }
    try {
      this.source.apply(this.current, message.delta);
    } catch (error) {
      this.say('error', error as Error, 'delta not applied; waiting for a checkpoint');
      this.progress.set(-1);
      return this.ask();
    }
    this.token = message.token;
    this.moved(message.to);
  }

  /** This process stays where it is, and says that it is behind: the owner's next checkpoint needs that release, too. */
  private noteUnreadable(minRelease: string): void {
    if (this.notedRelease === minRelease) return;
    this.notedRelease = minRelease;
    this.say('error', new NewerReleaseError('the delta', minRelease, VERSION), 'delta not read');
  }

  /** By the newest checkpoint, where it helps; else by asking for a newer one. */
  private catchUp(wanted: number): void {
    this.load()
      .catch((error: Error) => this.say('warn', error, 'checkpoint not loaded'))
      .finally(() => {
        if (this.position < wanted) this.ask();
      });
  }

  private moved(position: number): void {
    this.progress.set(position);
    this.watchers.tell();
  }

  private load(): Promise<void> {
    this.loading ??= loadNewest(() => this.loadAside()).finally(() => {
      this.loading = undefined;
      const heard = this.buffered;
      this.buffered = [];
      this.bufferedBytes = 0;
      for (const message of heard) this.hear(message);
    });
    return this.loading;
  }

  private async loadAside(): Promise<void> {
    const { artefacts, log } = this.options;
    const { artefact } = this.source;
    const newest = await artefacts.newest(artefact);
    if (newest && newest.id === this.unreadable?.id) return;
    const began = performance.now();
    if (!newest) this.unreadable = null;
    const state = newest && (await this.read(newest));
    if (!state) return;
    this.current = state;
    this.token = Math.max(this.token, newest.token);
    this.moved(newest.position);
    const milliseconds = Math.round(performance.now() - began);
    log.info({ state: artefact, position: newest.position, milliseconds }, 'checkpoint loaded');
  }

  /** `null` for a checkpoint that has nothing new, or that this release can't read: the owner's next one may do. */
  private async read({ id, position, minRelease }: Artefact): Promise<State | null> {
    try {
      requireRelease(minRelease, 'the checkpoint');
      this.unreadable = null;
      if (position <= this.position) return null;
      const load = () => this.options.artefacts.load(id);
      return await readCheckpoint('the checkpoint', load, (bytes) => runInTurns(this.source.decoding(bytes), TURN_MS));
    } catch (error) {
      if (!(error instanceof NewerReleaseError || error instanceof NotUnderstoodError)) throw error;
      this.unreadable = { id, error };
      this.say('error', error, 'checkpoint not read');
      return null;
    }
  }

  private say(level: 'warn' | 'error', { message }: Error, what: string): void {
    this.options.log[level]({ state: this.source.artefact, error: message }, what);
  }

  /** An owner that is further than this process has told something that was not heard. */
  private async compare(): Promise<void> {
    try {
      const holder = await leaseHolder(this.options.pool, this.source.lease);
      // What it told a moment ago may be on its way; what it had told by the time before is not.
      this.due = this.toldBefore;
      if (this.behind > 0) this.catchUp(this.due);
      this.toldBefore = holder?.position ?? 0;
    } catch (error) {
      this.options.log.debug({ error: (error as Error).message }, 'owner not compared');
    }
  }

  /** At most once a second: a checkpoint takes about as long. */
  private ask(): void {
    const now = performance.now();
    // The next checkpoint would need the newer release, too.
    if (now - this.askedAt < ASK_MS || this.unreadable?.error instanceof NewerReleaseError) return;
    this.askedAt = now;
    this.options.pubSub.publish(this.source.requestTopic, { position: this.position });
  }
}
