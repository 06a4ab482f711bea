import DataLoader from 'dataloader';
import type { ActiveModel } from '../../models/active-model.service';
import type { Pool } from '../../platform/postgres';
import { NEW } from './assign-segment';
import { countCustomersWithoutOrders, countMembers, readCustomersWithoutOrders, readMembers } from './segment.store';
import type { ListedSegment, SegmentFigures } from './segment.type';
import { readEditedNames, storeEditedName } from './segment-names.store';
import type { CustomerSegment, SegmentsArtefact } from './segments-artefact';

export const MAX_NAME_LENGTH = 100;
/** The count of customers without orders reads whole tables, so its result is reused for this long, in milliseconds. */
const NEW_COUNT_MS = 5_000;

/** The segments of the active version, with their present names and sizes. */
export class SegmentService {
  /** What is requested at the same time is read once. Only the size of `NEW` is cached. */
  private readonly sizes: DataLoader<string, number>;
  private readonly editedNames: DataLoader<number, string | null>;
  private newCount: { readonly countedAt: number; readonly customers: Promise<number> } | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly model: Pick<ActiveModel<SegmentsArtefact>, 'current'>,
  ) {
    const readSizes = async (ids: readonly string[]) => {
      const fitted = ids.filter((id) => id !== NEW);
      const [sizes, newCustomers] = await Promise.all([
        fitted.length > 0 ? countMembers(pool, fitted) : new Map<string, number>(),
        fitted.length < ids.length ? this.countNew() : 0,
      ]);
      return ids.map((id) => (id === NEW ? newCustomers : (sizes.get(id) ?? 0)));
    };
    const readNames = async (ids: readonly number[]) => {
      const names = await readEditedNames(pool);
      return ids.map((id) => names.get(id) ?? null);
    };
    this.sizes = new DataLoader(readSizes, { cache: false, maxBatchSize: 1_000 });
    this.editedNames = new DataLoader(readNames, { cache: false, maxBatchSize: 1_000 });
  }

  /** Returns the segments by id, then `NEW`; empty if no version is active. */
  async list(): Promise<ListedSegment[]> {
    const artefact = this.model.current;
    if (artefact === null) return [];
    const fitted = artefact.segments.map((segment) => this.withName(segment, artefact.currency));
    return [...(await Promise.all(fitted)), NEW_CUSTOMERS];
  }

  async find(id: string): Promise<ListedSegment | null> {
    const artefact = this.model.current;
    if (artefact === null) return null;
    if (id === NEW) return NEW_CUSTOMERS;
    const segment = artefact.segments.find((each) => String(each.id) === id);
    return segment === undefined ? null : this.withName(segment, artefact.currency);
  }

  /** Returns the number of customers in the segment now. */
  sizeOf({ id }: Pick<ListedSegment, 'id'>): Promise<number> {
    return this.sizes.load(id);
  }

  /** Returns the size of `NEW`, at most {@link NEW_COUNT_MS} old. Concurrent requests share one count. */
  private countNew(): Promise<number> {
    const now = performance.now();
    if (this.newCount === undefined || now - this.newCount.countedAt > NEW_COUNT_MS) {
      const counted = { countedAt: now, customers: countCustomersWithoutOrders(this.pool) };
      this.newCount = counted;
      // A failed count is not cached; its requests report the error.
      counted.customers.catch(() => {
        if (this.newCount === counted) this.newCount = undefined;
      });
    }
    return this.newCount.customers;
  }

  private async withName(segment: CustomerSegment, currency: string): Promise<ListedSegment> {
    return toSegment(segment, currency, await this.editedNames.load(segment.id));
  }

  /** Returns up to `count` ids of the segment's customers after the given id, in the order of ids. */
  memberIds(segmentId: string, after: string, count: number): Promise<string[]> {
    return segmentId === NEW
      ? readCustomersWithoutOrders(this.pool, after, count)
      : readMembers(this.pool, segmentId, after, count);
  }

  /** Renames a segment; `null` restores the generated name. @returns null if there is no such segment */
  async rename(id: string, name: string | null): Promise<ListedSegment | null> {
    const segment = this.model.current?.segments.find((each) => String(each.id) === id);
    if (segment === undefined) return null;
    await storeEditedName(this.pool, segment.id, name);
    return this.find(id);
  }
}

const NEW_CUSTOMERS: ListedSegment = {
  id: NEW,
  name: 'New',
  generatedName: 'New',
  description: 'Customers who have not ordered yet.',
  figures: null,
};

function toSegment(
  { id, name, description, profile }: CustomerSegment,
  currency: string,
  editedName: string | null,
): ListedSegment {
  return {
    id: String(id),
    name: editedName ?? name,
    generatedName: name,
    description,
    figures: toFigures(profile, currency),
  };
}

function toFigures(profile: CustomerSegment['profile'], currency: string): SegmentFigures {
  const money = (amount: number) => ({ amount: amount.toFixed(2), currency });
  return {
    recencyDays: profile.recencyDays,
    orderCount: profile.orders,
    daysBetweenOrders: profile.gapDays,
    orderAmount: money(profile.basket),
    netAmount: money(profile.netAmount),
    discountShare: profile.discountShare,
  };
}
