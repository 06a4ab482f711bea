import {
  DamagedArtefact,
  loadNewest,
  retireArtefacts,
  type Artefact,
  type ArtefactStore,
  type NewArtefact,
} from '../platform/artefacts';
import { inTransaction, type Pool } from '../platform/postgres';
import { NewerReleaseError, requireRelease } from '../platform/release';
import { runInTurns } from '../platform/run-in-turns';
import { lacksRoom } from './blame';
import type { LearnerLimits } from './learner-limits';
import { CHECKPOINT_MIN_RELEASE, SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from './learner-names';
import { LearnerState, type Checkpoint } from './learner-state';

/** How long a checkpoint may be decoded before the event loop does what else there is to do. */
const TURN_MS = 8;
/** Figure of the learner's own half: the state came from one over today's limits, and the log is not learned again yet. */
const WAS_UNBOUNDED = 'wasUnbounded';

/** The two halves of one checkpoint. */
export interface StoredCheckpoint {
  readonly shop: Artefact;
  readonly subjects: Artefact;
}

/** A checkpoint's bytes are damaged, or in a format that this release does not know; the message is one line. */
export class NotUnderstoodError extends Error {
  constructor(what: string, cause: Error) {
    super(`${what} is not understood: ${cause.message}`, { cause });
    this.name = 'NotUnderstoodError';
  }
}

/** The learner's newest checkpoint can't be read by this release. Learning waits: it does not begin again by itself. */
export class UnreadableCheckpoint extends Error {
  /** Whether a newer release can read it. */
  readonly needsRelease: boolean;

  constructor(cause: NewerReleaseError | NotUnderstoodError) {
    const needsRelease = cause instanceof NewerReleaseError;
    const way = `${needsRelease ? 'start that release, or ' : ''}run "freshet replay --relearn" to learn from the whole log`;
    super(`${cause.message}. The learner waits: ${way}`, { cause });
    this.name = 'UnreadableCheckpoint';
    this.needsRelease = needsRelease;
  }
}

/** The two halves of a checkpoint, to be stored. */
export function newCheckpoint(position: number, bytes: Checkpoint, { wasUnbounded }: LearnerState): NewArtefact[] {
  const both = { position, minRelease: CHECKPOINT_MIN_RELEASE };
  return [
    { ...both, kind: SHOP_ARTEFACT, bytes: bytes.shop },
    { ...both, kind: SUBJECTS_ARTEFACT, bytes: bytes.subjects, figures: { [WAS_UNBOUNDED]: wasUnbounded } },
  ];
}

/**
 * Loads and decodes a checkpoint. Where there is no room for it, or the database is away, it is not to blame.
 * @param what the checkpoint, as the subject of a sentence
 * @throws NotUnderstoodError
 */
export async function readCheckpoint<Bytes, State>(
  what: string,
  load: () => Promise<Bytes>,
  decode: (bytes: Bytes) => Promise<State>,
): Promise<State> {
  const bytes = await load().catch((error: Error) => {
    throw error instanceof DamagedArtefact ? new NotUnderstoodError(what, error) : error;
  });
  try {
    return await decode(bytes);
  } catch (error) {
    throw lacksRoom(error as Error) ? error : new NotUnderstoodError(what, error as Error);
  }
}

/**
 * The learner's newest checkpoint; `null` where there is none, or its halves are of different positions.
 * @throws UnreadableCheckpoint where only a newer release can read it
 */
export async function newestCheckpoint(artefacts: ArtefactStore): Promise<StoredCheckpoint | null> {
  const [shop, subjects] = await Promise.all([artefacts.newest(SHOP_ARTEFACT), artefacts.newest(SUBJECTS_ARTEFACT)]);
  for (const half of [shop, subjects]) {
    try {
      requireRelease(half?.minRelease, "The learner's checkpoint");
    } catch (error) {
      throw error instanceof NewerReleaseError ? new UnreadableCheckpoint(error) : error;
    }
  }
  return shop && subjects && shop.position === subjects.position ? { shop, subjects } : null;
}

/** @throws UnreadableCheckpoint where it is not understood */
export async function loadCheckpoint(
  artefacts: ArtefactStore,
  { shop, subjects }: StoredCheckpoint,
  limits?: LearnerLimits,
): Promise<LearnerState> {
  const load = async () => ({ shop: await artefacts.load(shop.id), subjects: await artefacts.load(subjects.id) });
  try {
    const state = await readCheckpoint("The learner's checkpoint", load, (bytes) =>
      runInTurns(LearnerState.decoding(bytes, limits), TURN_MS),
    );
    if (subjects.figures[WAS_UNBOUNDED] === true) state.wasUnbounded = true;
    return state;
  } catch (error) {
    throw error instanceof NotUnderstoodError ? new UnreadableCheckpoint(error) : error;
  }
}

/** Why the learner waits instead of going on from its newest checkpoint; `null` where it can read it. */
export async function whyUnreadable(artefacts: ArtefactStore): Promise<UnreadableCheckpoint | null> {
  try {
    return await loadNewest(async () => {
      const newest = await newestCheckpoint(artefacts);
      if (newest) await loadCheckpoint(artefacts, newest);
      return null;
    });
  } catch (error) {
    if (error instanceof UnreadableCheckpoint) return error;
    throw error;
  }
}

/** Deletes the learner's checkpoints: the next learner begins with the first event of the log. */
export function forgetCheckpoints(pool: Pool): Promise<void> {
  return inTransaction(pool, (client) => retireArtefacts(client, [SHOP_ARTEFACT, SUBJECTS_ARTEFACT]));
}
