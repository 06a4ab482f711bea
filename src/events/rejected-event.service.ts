import type { PoolClient } from '../platform/postgres';
import type { PrismaClient } from '../platform/prisma';
import type { RejectedEvent } from './rejected-event.type';
import type { StoredEvent } from './stored-event';
import { SHIPMENT_RECORDED, storedSubjectOf, subjectOf, subjectOfCustomer, subjectOfOrder } from './log-event';
import { findErased } from './tombstone.store';
import { insertRejectedEvents } from './rejected-event.store';
import { type RejectedMerge } from './rejected-merge';

/**
 * Lists events and merges that could not enter the log, or that the learner (the worker that computes live state from
 * the log) could not process.
 */
export class RejectedEventService {
  constructor(private readonly prisma: PrismaClient) {}

  /** @param receipt only those of this receipt; null for all */
  async page(receipt: string | null, before: bigint | undefined, count: number): Promise<RejectedEvent[]> {
    const rows = await this.prisma.rejectedEvent.findMany({
      where: {
        ...(before === undefined ? {} : { id: { lt: before } }),
        ...(receipt === null ? {} : { inboxId: receipt }),
      },
      orderBy: { id: 'desc' },
      take: count,
    });
    return rows.map(({ inboxId, ...row }) => ({
      ...row,
      id: row.id.toString(),
      receipt: inboxId,
      event: row.event as Record<string, unknown>,
    }));
  }
}

/** An event or merge that is rejected, and why. */
interface Rejection {
  readonly event: StoredEvent | RejectedMerge;
  readonly code: string;
  readonly message: string;
}

/**
 * Stores rejected events with all their fields, inside the transaction that excludes them from the log or from the
 * learner. Drops events of erased people.
 */
export async function rejectEvents(
  client: PoolClient,
  inboxId: string | null,
  receivedAt: Date,
  rejections: readonly Rejection[],
): Promise<void> {
  const remaining = await withoutErased(client, rejections);
  if (remaining.length > 0) await insertRejectedEvents(client, inboxId, receivedAt, remaining);
}

async function withoutErased(client: PoolClient, rejections: readonly Rejection[]): Promise<readonly Rejection[]> {
  if (rejections.length === 0) return rejections;
  const erasedSubjects = await findErased(
    client,
    rejections.flatMap(({ event }) => subjectsOf(event)),
  );
  return rejections.filter(({ event }) => !subjectsOf(event).some((subject) => erasedSubjects.has(subject)));
}

function subjectsOf(event: StoredEvent | RejectedMerge): string[] {
  if (event.type !== 'MERGE') return [storedSubjectOf(event) ?? [], subjectOfOrderIn(event) ?? []].flat();
  const from = { customerId: event.fromCustomerId, sessionId: event.fromSessionId };
  return [subjectOf(from) ?? [], subjectOfCustomer(event.intoCustomerId)].flat();
}

/** Returns the subject of the order that the record of a shipment names. */
function subjectOfOrderIn({ source, name, properties }: StoredEvent): string | undefined {
  const orderId = properties?.orderId;
  return source === 'LOGISTICS' && name === SHIPMENT_RECORDED && typeof orderId === 'string'
    ? subjectOfOrder(orderId)
    : undefined;
}
