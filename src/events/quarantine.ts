import { fence } from '../platform/artefacts';
import type { PoolClient } from '../platform/postgres';
import { isMerge, subjectOf, type LogEvent, type LoggedMerge } from './log-event';
import { commitChange } from './commit-change';
import type { EventLog } from './event-log';
import type { Outbox } from './outbox.service';
import { rejectEvents } from './rejected-event.service';
import { findErased } from './tombstone.store';
import {
  markMergeQuarantined,
  markEventQuarantined,
  deleteQuarantinedEvents,
  lockStoredEvent,
  lockStoredMerge,
} from './quarantine.store';

/**
 * Quarantines a log entry that makes the learner (the worker that computes live state from the log) fail: marks the
 * entry in the log, under a new log position. From then on every learner skips the entry, even one that reads the log
 * from the start. This is consistent, because no learner could process the entry. Operators find it in
 * `rejectedEvents`.
 * @param lease lease of the learner: only its current owner may quarantine entries
 * @throws FencedOff if the lease has a newer owner
 */
export async function quarantineEntry(
  outbox: Outbox,
  entry: LogEvent | LoggedMerge,
  reason: string,
  lease: { name: string; token: number },
): Promise<void> {
  const change = { reread: isMerge(entry) ? [entry.from, entry.into] : [subjectOf(entry) ?? []].flat() };
  const why = { code: 'POISON', message: `it breaks the learner: ${reason}` };
  await commitChange(outbox, async (client) => {
    await findErased(client, []);
    // Locks the entry. So an erasure either has removed it already, or runs later and finds the new position, whose
    // change names the entry's subjects. The lease is locked after the entry, so that the learner can renew its lease
    // while this transaction waits for an erasure.
    const stored = isMerge(entry) ? await lockStoredMerge(client, entry) : await lockStoredEvent(client, entry);
    if (!stored) return null;
    await fence(client, lease);
    await rejectEvents(client, null, stored.receivedAt, [{ event: stored.event, ...why }]);
    const afterPosition = async (position: number) => {
      if (isMerge(entry)) {
        await markMergeQuarantined(client, entry, position);
      } else {
        await markEventQuarantined(client, entry, position);
      }
    };
    return { change, afterPosition };
  });
}

/**
 * Deletes quarantined events from the log, inside the transaction that sends them through the inbox again. So a retried
 * event is in the log only once, at its new position.
 */
export async function deleteQuarantined(
  eventLog: EventLog,
  client: PoolClient,
  events: readonly LogEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await eventLog.onEventsDeleted(client);
  await deleteQuarantinedEvents(client, events);
}
