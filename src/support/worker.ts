import { mergeEffects } from '../customers/room';
import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext, WorkerNeeds } from '../rooms/room';
import { running } from '../rooms/running';
import { ContainedConversations } from './contained-conversations.service';
import { ConversationRetention } from './conversation-retention.service';
import { moveMergedConversations } from './conversation.store';
import type { needs } from './room';

const RETENTION_MS = 10_000;
const SETTLING_MS = 10_000;

/** Deletes old conversations, and records those that needed no person. */
export function worker({ config, log }: WorkerContext, { events: { eventLog, outbox } }: WorkerNeeds<typeof needs>) {
  const retention = new ConversationRetention(outbox, { days: config.conversationDays });
  const contained = new ContainedConversations(eventLog);
  return {
    contributes: [mergeEffects.with(moveMergedConversations)],
    ...running(
      () => runPeriodically(RETENTION_MS, log, async () => void (await retention.deleteBatch())),
      () => runPeriodically(SETTLING_MS, log, (isStopped) => contained.sweep(isStopped)),
    ),
  };
}
