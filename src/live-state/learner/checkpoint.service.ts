import {
  DamagedArtefact,
  loadNewest,
  retireArtefacts,
  type Artefact,
  type ArtefactStore,
  type NewArtefact,
} from '../../platform/artefacts';
import { inTransaction, type Pool } from '../../platform/postgres';
import { NewerReleaseError, requireRelease } from '../../platform/release';
import { runYielding } from '../../platform/run-yielding';
import { isOutOfMemory } from './poison-detector';
import type { LearnerLimits } from './learner-limits';
import { CHECKPOINT_MIN_RELEASE, SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../live-state-names';
import { LearnerState, type Checkpoint } from './learner-state';

/** Time slice for decoding a checkpoint before control returns to the event loop. */
const TIME_SLICE_MS = 8;

export interface StoredCheckpoint {
  readonly shop: Artefact;
  readonly subjects: Artefact;
}

/** A checkpoint's bytes are damaged or have a format that this release does not know. The message is one line. */
export class CheckpointFormatError extends Error {
  constructor(what: string, cause: Error) {
    super(`${what} cannot be read: ${cause.message}`, { cause });
    this.name = 'CheckpointFormatError';
  }
}

/**
 * This release can't read the learner's newest checkpoint. Learning stops and does not restart from scratch by itself.
 */
export class UnreadableCheckpoint extends Error {
  /** Whether the checkpoint requires a newer release. */
  readonly needsRelease: boolean;

  constructor(cause: NewerReleaseError | CheckpointFormatError) {
    const needsRelease = cause instanceof NewerReleaseError;
    const way = `${needsRelease ? 'start that release, or ' : ''}run "freshet replay --relearn" to learn from the whole log`;
    super(`${cause.message}. The learner is waiting: ${way}`, { cause });
    this.name = 'UnreadableCheckpoint';
    this.needsRelease = needsRelease;
  }
}

/** Returns the two artefacts that store a checkpoint. */
export function newCheckpoint(position: number, bytes: Checkpoint): NewArtefact[] {
  const both = { position, minRelease: CHECKPOINT_MIN_RELEASE };
  return [
    { ...both, kind: SHOP_ARTEFACT, bytes: bytes.shop },
    { ...both, kind: SUBJECTS_ARTEFACT, bytes: bytes.subjects },
  ];
}

/**
 * Loads and decodes a checkpoint.
 * @param what name of the checkpoint in error messages
 * @throws CheckpointFormatError if the bytes are damaged or of an unknown format. Other errors, such as lack of memory
 *   or an unavailable database, are thrown unchanged
 */
export async function readCheckpoint<Bytes, State>(
  what: string,
  load: () => Promise<Bytes>,
  decode: (bytes: Bytes) => Promise<State>,
): Promise<State> {
  const bytes = await load().catch((error: Error) => {
    throw error instanceof DamagedArtefact ? new CheckpointFormatError(what, error) : error;
  });
  try {
    return await decode(bytes);
  } catch (error) {
    throw isOutOfMemory(error as Error) ? error : new CheckpointFormatError(what, error as Error);
  }
}

/**
 * Returns the learner's newest checkpoint; `null` if there is none, or if its two artefacts differ in log position.
 * @throws UnreadableCheckpoint if only a newer release can read it
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

/** Loads a stored checkpoint. @throws UnreadableCheckpoint if it is damaged or of an unknown format */
export async function loadCheckpoint(
  artefacts: ArtefactStore,
  { shop, subjects }: StoredCheckpoint,
  limits?: LearnerLimits,
): Promise<LearnerState> {
  const load = async () => ({ shop: await artefacts.load(shop.id), subjects: await artefacts.load(subjects.id) });
  try {
    return await readCheckpoint("The learner's checkpoint", load, (bytes) =>
      runYielding(LearnerState.decodeInSteps(bytes, limits), TIME_SLICE_MS),
    );
  } catch (error) {
    throw error instanceof CheckpointFormatError ? new UnreadableCheckpoint(error) : error;
  }
}

/** Returns why the learner can't continue from its newest checkpoint; `null` if it can. */
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

/** Deletes the learner's checkpoints. The next learner starts with the first event of the log. */
export function deleteCheckpoints(pool: Pool): Promise<void> {
  return inTransaction(pool, (client) => retireArtefacts(client, [SHOP_ARTEFACT, SUBJECTS_ARTEFACT]));
}
