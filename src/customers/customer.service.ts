import { faultOfId } from '../auth/identify';
import type { ProductsReadModel } from '../catalog/products.read-model';
import { subjectOf, type EventSource, type EventType } from '../events/log-event';
import type { Outbox } from '../events/outbox';
import { takePosition } from '../events/position';
import { receiptOf } from '../events/receipts';
import { ApiError } from '../graphql/errors';
import { faultOfJsonObject, FUTURE_MS } from '../graphql/storable';
import type { ItemError } from '../graphql/item-error.type';
import { inTransaction, type Pool } from '../platform/postgres';
import type { PrismaClient } from '../platform/prisma';
import type { Customer, CustomerInput, Event, UpsertCustomersPayload } from './customer.type';

export const MAX_CUSTOMERS = 1_000;
/** Characters of JSON. */
const MAX_ATTRIBUTES = 32_768;

/** Where a page of a customer's history begins: the identity of the event before it. */
export interface HistoryCursor {
  readonly occurredAt: Date;
  readonly source: string;
  readonly id: string;
}

export class CustomerService {
  constructor(
    private readonly pool: Pool,
    private readonly prisma: PrismaClient,
    private readonly outbox: Outbox,
    private readonly products: ProductsReadModel,
    private readonly now: () => number = Date.now,
  ) {}

  async find(id: string): Promise<Customer | null> {
    return (await this.prisma.customer.findUnique({ where: { id } })) as Customer | null;
  }

  /** Customers by id, after one. */
  async page(after: string | undefined, count: number): Promise<Customer[]> {
    return (await this.prisma.customer.findMany({
      where: after === undefined ? {} : { id: { gt: after } },
      orderBy: { id: 'asc' },
      take: count,
    })) as Customer[];
  }

  /** A customer's events, newest first. */
  async history(id: string, after: HistoryCursor | undefined, count: number): Promise<Event[]> {
    const rows = await this.prisma.event.findMany({
      where: {
        subject: subjectOf({ customerId: id }),
        ...(after && {
          OR: [
            { occurredAt: { lt: after.occurredAt } },
            { occurredAt: after.occurredAt, source: { lt: after.source } },
            { occurredAt: after.occurredAt, source: after.source, id: { lt: after.id } },
          ],
        }),
      },
      orderBy: [{ occurredAt: 'desc' }, { source: 'desc' }, { id: 'desc' }],
      take: count,
    });
    return rows.map((row) => ({
      id: row.id,
      source: row.source as EventSource,
      type: row.type as EventType,
      occurredAt: row.occurredAt,
      receivedAt: row.receivedAt,
      sessionId: row.sessionId,
      productId: row.productId,
      product: row.productId === null ? null : (this.products.get(row.productId) ?? null),
      quantity: row.quantity,
      unitPrice:
        row.unitPrice === null || row.currency === null
          ? null
          : { amount: row.unitPrice.toFixed(), currency: row.currency },
      rating: row.rating,
      query: row.query,
    }));
  }

  /** Partial upserts, item by item; a bad one never hides a good one. */
  async upsert(inputs: readonly CustomerInput[]): Promise<UpsertCustomersPayload> {
    if (inputs.length > MAX_CUSTOMERS) {
      throw new ApiError('BAD_USER_INPUT', `${inputs.length} customers: at most ${MAX_CUSTOMERS} in one request`);
    }
    const now = new Date(this.now());
    const errors: ItemError[] = [];
    const good = inputs.flatMap((input, index) => {
      const wrong = faultOf(input, now);
      if (!wrong) return [{ input, index }];
      errors.push({ index, code: 'BAD_USER_INPUT', ...wrong });
      return [];
    });
    const position = await inTransaction(this.pool, async (client) => {
      // In the database's order of ids, so that concurrent writers can't deadlock; the items of one id keep their order.
      const sorted = good
        .map((item) => ({ ...item, bytes: Buffer.from(item.input.id) }))
        .sort((a, b) => Buffer.compare(a.bytes, b.bytes) || a.index - b.index);
      for (const { input, index } of sorted) {
        const { rowCount } = await client.query({
          name: 'upsert-customer',
          text: `INSERT INTO customers (id, attributes, created_at, updated_at) VALUES ($1, coalesce($2::jsonb, '{}'), $4, $3)
                 ON CONFLICT (id) DO UPDATE
                   SET attributes = coalesce($2::jsonb, customers.attributes), updated_at = excluded.updated_at
                   WHERE customers.updated_at IS NULL OR customers.updated_at <= excluded.updated_at`,
          values: [
            input.id,
            input.attributes === undefined ? null : JSON.stringify(input.attributes ?? {}),
            input.updatedAt ?? now,
            now,
          ],
        });
        if (rowCount === 0)
          errors.push({ index, code: 'STALE', message: 'what is stored is newer', path: 'updatedAt' });
      }
      return takePosition(client, {});
    });
    this.outbox.publish(position, {});
    errors.sort((a, b) => a.index - b.index);
    return { accepted: inputs.length - errors.length, receipt: receiptOf(position), errors };
  }
}

function faultOf(input: CustomerInput, now: Date): { message: string; path: string } | undefined {
  const id = faultOfId('id', input.id);
  if (id) return { message: id, path: 'id' };
  if (input.updatedAt && !(input.updatedAt.getTime() <= now.getTime() + FUTURE_MS)) {
    return { message: 'updatedAt is more than 5 minutes ahead', path: 'updatedAt' };
  }
  const attributes =
    input.attributes == null ? undefined : faultOfJsonObject('attributes', input.attributes, MAX_ATTRIBUTES);
  return attributes === undefined ? undefined : { message: attributes, path: 'attributes' };
}
