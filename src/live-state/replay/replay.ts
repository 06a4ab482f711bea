import { isMerge } from '../../events/log-event';
import { newestErasure, readLog } from '../../events/log-reader.store';
import { newestPosition } from '../../events/position.store';
import { runTask } from '../../learn/resumable-task';
import type { Artefact, ArtefactStore } from '../../platform/artefacts';
import type { Pool } from '../../platform/postgres';
import type { Room } from '../../rooms/room';
import { LearnerState } from '../learner/learner-state';
import { SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../live-state-names';
import { compareShops, wrongPairs, type Difference } from './replay-difference';

const BATCH_EVENTS = 20_000;
/**
 * Maximum number of attempts to load a checkpoint. An attempt fails if a running learner replaces the checkpoint before
 * it is read.
 */
const ATTEMPTS = 5;

declare module '../../rooms/room' {
  interface RoomStatics {
    /** What the room derives from the log and stores. `replay` compares both. */
    readonly recounts?: {
      /** What is compared, for people. */
      readonly what: string;
      /** Loads the comparison. It writes nothing. */
      readonly load: () => Promise<(pool: Pool) => Promise<readonly Difference[]>>;
    };
  }
}

interface ReplayedShop {
  readonly pool: Pool;
  readonly artefacts: ArtefactStore;
}

export interface ReplayReport {
  /** Id of the compared checkpoint. */
  readonly checkpoint: string;
  /** Log position of the checkpoint. */
  readonly position: number;
  /** End of the log after the comparison. Events after `position` are not in the checkpoint yet. */
  readonly newest: number;
  readonly events: number;
  readonly differences: readonly Difference[];
}

/** Compares live state, and what the rooms derive, with the log. See {@link replay}. */
export async function replayRooms(platform: ReplayedShop, rooms: readonly Room[]): Promise<ReplayReport> {
  const report = await replay(platform);
  const differences = [...report.differences];
  for (const { recounts } of rooms)
    if (recounts !== undefined) differences.push(...(await (await recounts.load())(platform.pool)));
  return { ...report, differences };
}

/**
 * Rebuilds live state from the log, up to the position of the newest checkpoint, and compares it with the checkpoint.
 * It writes nothing, so workers can run meanwhile.
 * @param onProgress receives the current position and the final one
 * @throws Error if there is no checkpoint, or if it can't be read
 */
export async function replay(
  { pool, artefacts }: ReplayedShop,
  onProgress: (position: number, until: number) => void = () => undefined,
): Promise<ReplayReport> {
  const { artefact, bytes } = await loadNewestCheckpoint(pool, artefacts);
  const { id: checkpoint, position } = artefact;
  const replayedState = new LearnerState();
  let reachedPosition = 0;
  let events = 0;
  for (;;) {
    const range = await readLog(pool, reachedPosition, BATCH_EVENTS, position);
    if (!range) break;
    if (replayedState.pairs.isPartial) replayedState.pairs.pause();
    for (const entry of range.entries) replayedState.applyEntry(entry);
    reachedPosition = range.position;
    events += range.entries.filter((entry) => !isMerge(entry)).length;
    onProgress(reachedPosition, position);
  }
  if ((await newestErasure(pool)) > position) {
    throw new Error('A subject was erased after the newest checkpoint. Run the replay again later.');
  }
  const differences = compare(bytes, replayedState);
  if (reachedPosition < position)
    differences.unshift({ part: 'log', key: 'position', checkpoint: position, replay: reachedPosition });
  return { checkpoint, position, newest: await newestPosition(pool), events, differences };
}

interface LoadedCheckpoint {
  readonly artefact: Artefact;
  readonly bytes: { readonly shop: Uint8Array; readonly subjects: Uint8Array };
}

async function loadNewestCheckpoint(pool: Pool, artefacts: ArtefactStore): Promise<LoadedCheckpoint> {
  for (let attempt = 1; ; attempt++) {
    try {
      const [shop, subjects] = await Promise.all([
        artefacts.newest(SHOP_ARTEFACT),
        artefacts.newest(SUBJECTS_ARTEFACT),
      ]);
      if ((await newestErasure(pool)) > (subjects?.position ?? 0))
        throw new Error('A subject was erased and the learner is relearning the log. Run the replay again afterwards.');
      if (!shop || !subjects)
        throw new Error('There is no checkpoint to compare with. A worker writes one when it stops.');
      if (shop.position !== subjects.position)
        throw new Error('The two halves of the newest checkpoint have different positions.');
      const [shopBytes, subjectBytes] = await Promise.all([artefacts.load(shop.id), artefacts.load(subjects.id)]);
      return { artefact: shop, bytes: { shop: shopBytes, subjects: subjectBytes } };
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Compares a checkpoint with the replayed state byte for byte. If the bytes differ, returns the differing values. */
function compare(bytes: LoadedCheckpoint['bytes'], replayedState: LearnerState): Difference[] {
  let differences: Difference[] = [];
  if (replayedState.pairs.isPartial) {
    // The set of counted pairs depends on timing. So each stored pair is verified, then both states are rebuilt and
    // compared.
    const stored = LearnerState.decode(bytes);
    differences = wrongPairs(stored);
    for (const { pairs } of [stored, replayedState]) runTask(pairs.rebuildInSteps());
    bytes = stored.encode();
  }
  const replayed = replayedState.encode();
  const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
  const sizes = (part: string, a: Uint8Array, b: Uint8Array): Difference => ({
    part,
    key: 'bytes',
    checkpoint: a.byteLength,
    replay: b.byteLength,
  });
  if (!same(bytes.shop, replayed.shop)) {
    const found = compareShops(LearnerState.decode(bytes).shop, replayedState.shop);
    differences = differences.concat(found.length > 0 ? found : [sizes('shop', bytes.shop, replayed.shop)]);
  }
  if (!same(bytes.subjects, replayed.subjects)) {
    differences.push(sizes('subjects and orders', bytes.subjects, replayed.subjects));
  }
  return differences;
}
