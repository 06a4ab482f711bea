import { deleteOldDecisions } from '../src/ads/decision/ad-decision.store';
import { MergeService } from '../src/customers/merge.service';
import { ErasureService } from '../src/erasure/erasure.service';
import type { EventLog } from '../src/events/event-log';
import type { Outbox } from '../src/events/outbox.service';
import { sweep } from '../src/events/sweep';
import type { Platform } from '../src/platform/connect';
import { JobStore, type ModelJob } from '../src/models/job.store';
import { MODEL_KINDS, PROFILE_MODEL_KINDS } from '../src/models/model-kind';
import { ConversationRetention } from '../src/support/conversation-retention.service';
import { moveMergedConversations } from '../src/support/conversation.store';
import { RefreshTrigger } from '../src/models/refresh-trigger.service';
import { FITTERS } from '../src/fitters';
import { runPeriodically } from '../src/platform/run-periodically';
import type { StreamMaintainer } from '../src/streams/stream-maintainer.service';

const SWEEP_MS = 1_000;
const REFRESH_MS = 15_000;
const ERASE_MS = 1_000;
const MERGE_MS = 250;
const STREAMS_MS = 1_000;
const RETENTION_MS = 10_000;

/**
 * Completes work that a crash has interrupted, requests refreshes of models that are due, and deletes old conversations.
 * It uses timers in every worker instead of a queue, because it must work even if Redis has lost all data.
 */
export function startMaintenance(
  platform: Platform,
  {
    eventLog,
    streams,
    outbox,
  }: { readonly eventLog: EventLog; readonly streams: StreamMaintainer; readonly outbox: Outbox },
): { stop(): Promise<void> } {
  const { pool, pubSub, queues, log, config } = platform;
  const sweeping = runPeriodically(SWEEP_MS, log, () => sweep(platform, eventLog));
  const jobs = new JobStore(pool, pubSub);
  // Profiles wait for the models that they are computed with, so these are fitted first.
  const kinds = new Set([...PROFILE_MODEL_KINDS, ...MODEL_KINDS]);
  const triggers = Array.from(kinds, (kind) => ({
    kind,
    refresh: new RefreshTrigger(pool, FITTERS[kind]),
  }));
  const refreshing = runPeriodically(REFRESH_MS, log, async () => {
    const enqueue = ({ id }: ModelJob) => queues.enqueue('refresh', { jobId: id }, id);
    // These include jobs that wait, jobs whose process has ended, and jobs that Redis has lost.
    for (const job of await jobs.unfinished()) enqueue(job);
    for (const { kind, refresh } of triggers) {
      const reason = await refresh.dueReason();
      if (reason) enqueue(await jobs.request(kind, reason));
    }
  });
  const merges = new MergeService(pool, outbox, [moveMergedConversations]);
  const merging = runPeriodically(MERGE_MS, log, () => merges.executePending());
  const erasures = new ErasureService(eventLog, log, config.erasureIntervalMs);
  const erasing = runPeriodically(ERASE_MS, log, () => erasures.resume());
  const streaming = runPeriodically(STREAMS_MS, log, () => streams.runMaintenance());
  const retention = new ConversationRetention(outbox, { days: config.conversationDays });
  const deleting = runPeriodically(RETENTION_MS, log, async () => void (await retention.deleteBatch()));
  const deciding = runPeriodically(RETENTION_MS, log, () => deleteOldDecisions(pool, config.adDecisionDays));
  const all = [sweeping, refreshing, merging, erasing, streaming, deleting, deciding, streams];
  return { stop: async () => void (await Promise.all(all.map((each) => each.stop()))) };
}
