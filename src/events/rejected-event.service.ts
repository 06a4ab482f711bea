import type { PoolClient } from '../platform/postgres';
import type { PrismaClient } from '../platform/prisma';
import type { RejectedEvent } from './rejected-event.type';
import type { StoredEvent } from './stored-event';
import { subjectOf, subjectOfCustomer } from './log-event';
import { findErased } from './tombstone.store';
import { insertRejectedEvents } from './rejected-event.store';
import { type RejectedMerge } from './rejected-merge';

/**
 * Lists events and merges that could not enter the log, or that the learner (the worker that computes live state from
 * the log) could not process.
 */
export class RejectedEventService {
  constructor(private readonly prisma: PrismaClient) {}

  async page(before: bigint | undefined, count: number): Promise<RejectedEvent[]> {
    const rows = await this.prisma.rejectedEvent.findMany({
      where: before === undefined ? {} : { id: { lt: before } },
      orderBy: { id: 'desc' },
      take: count,
    });
    return rows.map((row) => ({ ...row, id: row.id.toString(), event: row.event as Record<string, unknown> }));
  }
}

/**
 * Stores rejected events with all their fields, inside the transaction that excludes them from the log or from the
 * learner. Drops events of erased people.
 */
export async function rejectEvents(
  client: PoolClient,
  inboxId: string | null,
  receivedAt: Date,
  events: readonly (StoredEvent | RejectedMerge)[],
  why: { readonly code: string; readonly message: string },
): Promise<void> {
  const remaining = await withoutErased(client, events);
  if (remaining.length === 0) return;
  await insertRejectedEvents(
    client,
    inboxId,
    receivedAt,
    why.code,
    why.message.slice(0, 1_000),
    remaining.map((event) => JSON.stringify(event)),
  );
}

async function withoutErased(
  client: PoolClient,
  events: readonly (StoredEvent | RejectedMerge)[],
): Promise<readonly (StoredEvent | RejectedMerge)[]> {
  if (events.length === 0) return events;
  const erasedSubjects = await findErased(client, events.flatMap(subjectsOf));
  return events.filter((event) => !subjectsOf(event).some((subject) => erasedSubjects.has(subject)));
}

function subjectsOf(event: StoredEvent | RejectedMerge): string[] {
  if (event.type !== 'MERGE') return [subjectOf(event) ?? []].flat();
  const from = { customerId: event.fromCustomerId, sessionId: event.fromSessionId };
  return [subjectOf(from) ?? [], subjectOfCustomer(event.intoCustomerId)].flat();
}
