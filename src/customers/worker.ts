import { isInboxLate } from '../events/inbox-pressure.store';
import { isBackfillRunning } from '../models/backfill-activity.store';
import { JobStore } from '../models/job.store';
import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext, WorkerNeeds } from '../rooms/room';
import { running, runLoop } from '../rooms/running';
import { AudienceMaintainer } from './audiences/audience-maintainer.service';
import { MergeService } from './merge.service';
import { ProfileMaintainer } from './profiles/profile-maintainer.service';
import { ProfileModelsService } from './profiles/profile-models.service';
import { mergeEffects, type needs } from './room';

const MERGE_MS = 250;

/**
 * Executes pending merges. Updates the profiles of customers (segment, predictions) and the members of audiences, each
 * in one worker at a time.
 */
export function worker(ctx: WorkerContext, { events: { outbox }, webhooks: { sender } }: WorkerNeeds<typeof needs>) {
  const { pool, pubSub, log, contributionsTo } = ctx;
  const merges = new MergeService(pool, outbox, () => contributionsTo(mergeEffects));
  const models = new ProfileModelsService(ctx);
  const jobs = new JobStore(pool, pubSub);
  // Live events and imports come first. Fits use the same cores, and a new version makes another sweep necessary.
  const mustGiveWay = async () => {
    if ((await isBackfillRunning(pool)) || (await isInboxLate(pool))) return true;
    return (await jobs.unfinished()).length > 0;
  };
  const profiles = new ProfileMaintainer({ ...ctx, outbox, models, mustGiveWay, deliver: () => sender.wake() });
  const maintainProfiles = () => models.start().then(() => profiles.run());
  const parts = running(
    () => runPeriodically(MERGE_MS, log, () => merges.executePending()),
    () => runLoop({ run: maintainProfiles, close: () => profiles.close() }),
    () => runLoop(new AudienceMaintainer(ctx)),
  );
  return {
    start: parts.start,
    stop: async () => {
      await parts.stop();
      models.close();
    },
  };
}
