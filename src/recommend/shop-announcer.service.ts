import { ErasedMeanwhile, requireNoErasureSince } from '../events/tombstone.service';
import type { ArtefactStore, NewArtefact } from '../platform/artefacts';
import type { Lease } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { runInTurns } from '../platform/run-in-turns';
import { newCheckpoint } from './checkpoint.service';
import { LEARNER_LEASE, SHOP_ARTEFACT, SHOP_REQUEST_TOPIC, SHOP_TOPIC, SUBJECTS_ARTEFACT } from './learner-names';
import type { LearnerProgress } from './learner-progress';
import { encodeStateMessage } from './state-message';

const NOTHING = new Uint8Array();
/** How long state may be encoded before the event loop does what else there is to do. */
const TURN_MS = 8;
/** A delta of more cells than this is slower than loading a checkpoint. */
const MAX_DELTA_CELLS = 200_000;
/** A checkpoint is stored after so many events: more often would cost more than learning from them again. */
export const CHECKPOINT_EVENTS = 100_000;
/** While a backfill runs, API processes follow in steps of this length. */
const BETWEEN_CHECKPOINTS_MS = 3_000;

export interface ShopAnnouncerOptions {
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/** One holding of the learner's lease. */
export interface Turn extends LearnerProgress {
  readonly lease: Pick<Lease, 'token' | 'held'>;
}

/** Tells API processes what the learner has learned: deltas of values, and checkpoints where a delta won't do. */
export class ShopAnnouncer {
  /** Somebody lacks something that only a checkpoint gives. */
  private wanted = false;

  constructor(private readonly options: ShopAnnouncerOptions) {}

  /** Hears of processes that want a checkpoint, until the returned function is called. */
  listen(roused: () => void): () => void {
    const { pubSub } = this.options;
    const want = () => {
      this.wanted = true;
      roused();
    };
    // After a reconnection, what was told meanwhile is lost: whoever listens needs a checkpoint.
    const stop = [pubSub.listen(SHOP_REQUEST_TOPIC, want), pubSub.onReconnect(want)];
    return () => stop.forEach((end) => end());
  }

  /** Tells how far the turn has come, in the shortest way that leads everybody there. */
  async tell(turn: Turn): Promise<void> {
    const small = !turn.anew && turn.state.pending() <= MAX_DELTA_CELLS;
    // Lists change without an event, too: the newest checkpoint lacks that.
    if (turn.state.pending() > 0) turn.sinceCheckpoint = Math.max(1, turn.sinceCheckpoint);
    if (small) await this.delta(turn);
    if (this.wanted && small && turn.sinceCheckpoint === 0) await this.pointToCheckpoint(turn);
    else if (this.wanted || !small || turn.sinceCheckpoint >= CHECKPOINT_EVENTS) await this.checkpoint(turn);
  }

  /** Tells what has changed since API processes were told last. */
  private async delta(turn: Turn): Promise<void> {
    if (turn.position !== turn.told && turn.lease.held) await this.tellFrom(turn, turn.told);
  }

  /** Nothing has changed since the newest checkpoint: an empty delta leads a process that loads it from there to here. */
  private async pointToCheckpoint(turn: Turn): Promise<void> {
    this.wanted = false;
    this.tellCheckpoint(turn);
    await this.tellFrom(turn, turn.checkpointed);
  }

  /** Whoever has heard every delta is there already and ignores this. */
  private tellCheckpoint({ checkpointed: at, lease }: Turn): void {
    const message = { kind: 'checkpoint', from: at, to: at, token: lease.token, delta: NOTHING } as const;
    this.options.pubSub.send(SHOP_TOPIC, encodeStateMessage(message));
  }

  private async tellFrom(turn: Turn, from: number): Promise<void> {
    const { position: to, lease, state } = turn;
    const delta = await runInTurns(state.takingDelta(), TURN_MS);
    this.options.pubSub.send(SHOP_TOPIC, encodeStateMessage({ kind: 'delta', from, to, token: lease.token, delta }));
    turn.told = to;
  }

  /** Stores all of it, and says so. Not twice within seconds, unless this is the last thing the turn does. */
  async checkpoint(turn: Turn, { evenIfRecent = false } = {}): Promise<void> {
    const { artefacts, log } = this.options;
    const { position, state } = turn;
    const began = performance.now();
    if (began - turn.checkpointAt < BETWEEN_CHECKPOINTS_MS && !evenIfRecent) return;
    turn.checkpointAt = began;
    this.wanted = false;
    const { shop, subjects } = await runInTurns(state.encoding(), TURN_MS);
    state.shop.forgetChanges();
    await this.save(turn, newCheckpoint(position, { shop, subjects }, state));
    turn.sinceCheckpoint = 0;
    turn.checkpointed = position;
    this.tellCheckpoint(turn);
    turn.told = position;
    const milliseconds = Math.round(performance.now() - began);
    log.info({ position, bytes: shop.byteLength + subjects.byteLength, milliseconds }, 'checkpoint');
    if (turn.anew) {
      await artefacts.retire(SHOP_ARTEFACT, position);
      await artefacts.retire(SUBJECTS_ARTEFACT, position);
      turn.anew = false;
    }
    await artefacts.prune(SHOP_ARTEFACT, 2);
    await artefacts.prune(SUBJECTS_ARTEFACT, 2);
  }

  /** The shop's sums alone, while the rows of somebody who was erased are still among the others. */
  private async save({ lease, erasedAt, second }: Turn, [shop, subjects]: readonly NewArtefact[]): Promise<void> {
    const { artefacts } = this.options;
    const fence = { name: LEARNER_LEASE, token: lease.token };
    if (second && second.erasedAt > erasedAt) return void (await artefacts.save([shop], fence));
    try {
      await artefacts.save([shop, subjects], fence, { guard: (client) => requireNoErasureSince(client, erasedAt) });
    } catch (error) {
      if (!(error instanceof ErasedMeanwhile)) throw error;
      await artefacts.save([shop], fence);
    }
  }
}
