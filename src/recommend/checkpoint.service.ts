import { retireArtefacts, type Artefact, type ArtefactStore } from '../platform/artefacts';
import { inTransaction, type Pool } from '../platform/postgres';
import { requireRelease } from '../platform/release';
import { SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from './learner-names';
import { LearnerState } from './learner-state';

/** The learner's newest checkpoint can't be read by this release. Learning waits: it does not begin again by itself. */
export class UnreadableCheckpoint extends Error {
  constructor(cause: Error) {
    super(
      `${cause.message}. The learner waits: start that release, or run "freshet replay --relearn" to learn from the whole log`,
      { cause },
    );
    this.name = 'UnreadableCheckpoint';
  }
}

/** @throws UnreadableCheckpoint where only a newer release can read it */
export function requireReadable(checkpoint: Pick<Artefact, 'minRelease'> | null): void {
  try {
    requireRelease(checkpoint?.minRelease, "The learner's checkpoint");
  } catch (error) {
    throw new UnreadableCheckpoint(error as Error);
  }
}

/** @throws UnreadableCheckpoint */
export async function loadCheckpoint(
  artefacts: ArtefactStore,
  shop: Artefact,
  subjects: Artefact,
): Promise<LearnerState> {
  for (const half of [shop, subjects]) requireReadable(half);
  const [shopBytes, subjectBytes] = await Promise.all([artefacts.load(shop.id), artefacts.load(subjects.id)]);
  try {
    return LearnerState.decode({ shop: shopBytes, subjects: subjectBytes });
  } catch (error) {
    throw new UnreadableCheckpoint(
      new Error(`The learner's checkpoint is not understood: ${(error as Error).message}`),
    );
  }
}

/** Whether a newer release is needed, in a sentence; `null` where this one can read the newest checkpoint. */
export async function whyUnreadable(artefacts: ArtefactStore): Promise<string | null> {
  try {
    for (const kind of [SHOP_ARTEFACT, SUBJECTS_ARTEFACT]) requireReadable(await artefacts.newest(kind));
    return null;
  } catch (error) {
    if (error instanceof UnreadableCheckpoint) return error.message;
    throw error;
  }
}

/** Deletes the learner's checkpoints: the next learner begins with the first event of the log. */
export function forgetCheckpoints(pool: Pool): Promise<void> {
  return inTransaction(pool, (client) => retireArtefacts(client, [SHOP_ARTEFACT, SUBJECTS_ARTEFACT]));
}
