import type { ProductsReadModel } from '../catalog/products.read-model';
import { subjectOfCustomer } from '../events/log-event';
import { commitChange } from '../events/commit-change';
import type { Outbox } from '../events/outbox.service';
import { receiptOf } from '../events/receipts';
import { erasedFault, findErased } from '../events/tombstone.store';
import { readIdentityRanges } from '../events/identity-ranges.store';
import { checkItemCount } from '../graphql/item-count';
import type { ProfileChange } from './profiles/profile-change';
import type { TimeCursor } from '../graphql/connection';
import { findLengthFault, MAX_FUTURE_MS } from '../graphql/storable';
import type { ItemError } from '../graphql/item-error.type';
import { inSnapshot, type Pool } from '../platform/postgres';
import type { PrismaClient } from '../platform/prisma';
import { storeCustomerVersions } from '../events/customer-history.store';
import type { Customer, CustomerInput, Event, UpsertCustomersPayload } from './customer.type';
import { readCustomerEvents, readCustomersByPrefix, storeProfilingSince, upsertCustomer } from './customer.store';
import { queueChangeDeliveries } from '../webhooks/delivery.store';
import { forgetSegments } from '../streams/stream.store';
import { removeProfiles, storeOptOuts } from './profiles/profile.store';

export const MAX_CUSTOMERS_PER_REQUEST = 1_000;
/** Maximum length of the attributes in characters of JSON. */
const MAX_ATTRIBUTES_LENGTH = 32_768;

/** Columns that are no part of a customer in the API. */
const INTERNAL = { profilingSince: true } as const;

export class CustomerService {
  constructor(
    private readonly pool: Pool,
    private readonly prisma: PrismaClient,
    private readonly outbox: Outbox,
    private readonly products: ProductsReadModel,
  ) {}

  async find(id: string): Promise<Customer | null> {
    return (await this.prisma.customer.findUnique({ where: { id }, omit: INTERNAL })) as Customer | null;
  }

  /** Returns the customers with these ids, sorted by id. Ids without a customer are left out. */
  async findAll(ids: readonly string[]): Promise<Customer[]> {
    return (await this.prisma.customer.findMany({
      where: { id: { in: [...ids] } },
      orderBy: { id: 'asc' },
      omit: INTERNAL,
    })) as Customer[];
  }

  /** Returns up to `count` customers whose ids begin with `idPrefix`, sorted by id, after the given id. */
  async page(after: string | undefined, count: number, idPrefix = ''): Promise<Customer[]> {
    if (idPrefix !== '') return readCustomersByPrefix(this.pool, idPrefix, after ?? '', count);
    return (await this.prisma.customer.findMany({
      where: after === undefined ? {} : { id: { gt: after } },
      orderBy: { id: 'asc' },
      omit: INTERNAL,
      take: count,
    })) as Customer[];
  }

  /**
   * Returns a customer's events, newest first, including those of visits and customers merged into it. Amounts are read
   * as text, because Prisma's decimals drop trailing zeros.
   */
  async history(id: string, after: TimeCursor | undefined, count: number): Promise<Event[]> {
    const rows = await inSnapshot(this.pool, async (client) => {
      const ranges = await readIdentityRanges(client, subjectOfCustomer(id));
      return readCustomerEvents(client, ranges, after, count);
    });
    return rows.map(({ amount, currency, ...row }) => ({
      ...row,
      product: row.productId === null ? null : (this.products.get(row.productId) ?? null),
      unitPrice: amount === null || currency === null ? null : { amount, currency },
    }));
  }

  /** Upserts customers item by item. Invalid items do not affect valid ones. */
  async upsert(inputs: readonly CustomerInput[]): Promise<UpsertCustomersPayload> {
    checkItemCount(inputs.length, MAX_CUSTOMERS_PER_REQUEST, 'customers');
    const now = new Date();
    const errors: ItemError[] = [];
    const validItems = inputs.flatMap((input, index) => {
      const wrong = faultOf(input, now);
      if (!wrong) return [{ input, index }];
      errors.push({ index, code: 'BAD_USER_INPUT', ...wrong });
      return [];
    });
    let writtenCount = 0;
    /** The last one of an id decides. */
    const profilingOf = new Map<string, boolean>();
    const newAttributes = new Map<string, object>();
    /** Stored customers who have opted out or in again. */
    const changedProfiling = new Set<string>();
    /** Customers whose histories may be in memory, although they are stored only now. */
    const newOptOuts = new Set<string>();
    let forgetsSegments = false;
    const { position } = await commitChange(this.outbox, async (client) => {
      const erased = await findErased(
        client,
        validItems.map(({ input }) => subjectOfCustomer(input.id)),
      );
      // Sorted by the database's order of ids, so that concurrent writers can't deadlock. Items with the same id
      // stay in the sequence of the request.
      const sorted = validItems
        .map((item) => ({ ...item, bytes: Buffer.from(item.input.id) }))
        .sort((a, b) => Buffer.compare(a.bytes, b.bytes) || a.index - b.index);
      for (const { input, index } of sorted) {
        const subject = subjectOfCustomer(input.id);
        if (erased.has(subject)) {
          errors.push({ index, ...erasedFault(subject), path: 'id' });
          continue;
        }
        const written = await upsertCustomer(client, {
          id: input.id,
          attributes: input.attributes === undefined ? null : JSON.stringify(input.attributes ?? {}),
          updatedAt: input.updatedAt ?? now,
          createdAt: now,
          profiling: input.profiling ?? null,
        });
        if (written === undefined)
          errors.push({
            index,
            code: 'STALE',
            message: 'updatedAt is older than the stored customer',
            path: 'updatedAt',
          });
        else {
          writtenCount++;
          if (input.attributes !== undefined) newAttributes.set(input.id, input.attributes ?? {});
          if (input.profiling != null) profilingOf.set(input.id, input.profiling);
          if (written.isNew && input.profiling === false) newOptOuts.add(input.id);
          if (written.hasChangedProfiling) {
            changedProfiling.add(input.id);
            forgetsSegments ||= input.profiling === false;
          }
        }
      }
      const optedOut = [...profilingOf].filter(([, profiling]) => !profiling);
      const removed = await removeProfiles(
        client,
        optedOut.map(([id]) => id),
      );
      const before = new Map(removed.map(({ customerId, from }) => [customerId, from]));
      const profiles = Array.from(
        new Set([...before.keys(), ...changedProfiling, ...newOptOuts]),
        (customerId): ProfileChange => ({
          customerId,
          from: before.get(customerId) ?? null,
          to: null,
          changesProfiling: true,
        }),
      );
      if (forgetsSegments) await forgetSegments(client);
      const afterPosition = async (at: number) => {
        await storeCustomerVersions(client, at, newAttributes);
        await storeProfilingSince(client, at, [...changedProfiling]);
        await storeOptOuts(client, at, profiles);
        if (profiles.length > 0) await queueChangeDeliveries(client, at);
      };
      const change = profiles.length > 0 ? { profiles } : {};
      return { change: writtenCount > 0 ? change : null, afterPosition };
    });
    errors.sort((a, b) => a.index - b.index);
    return { accepted: inputs.length - errors.length, receipt: receiptOf(position), errors };
  }
}

function faultOf(input: CustomerInput, now: Date): { message: string; path: string } | undefined {
  if (input.updatedAt && !(input.updatedAt.getTime() <= now.getTime() + MAX_FUTURE_MS)) {
    return { message: 'updatedAt must be at most 5 minutes in the future', path: 'updatedAt' };
  }
  const attributesFault =
    input.attributes == null ? undefined : findLengthFault('attributes', input.attributes, MAX_ATTRIBUTES_LENGTH);
  return attributesFault === undefined ? undefined : { message: attributesFault, path: 'attributes' };
}
