import type { PrismaClient } from '../platform/prisma';
import type { RejectedEvent } from './rejected-event.type';

/** What could not enter the log. */
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
