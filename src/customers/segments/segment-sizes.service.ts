import DataLoader from 'dataloader';
import { dayFunctionFor, textOfDay } from '../../forecasting/day-series';
import { ApiError } from '../../graphql/errors';
import { openLiveQuery } from '../../graphql/live-query';
import { MS_PER_DAY } from '../../learn/durations';
import { populationStabilityIndex } from '../../learn/population-stability-index';
import type { ActiveModel } from '../../models/active-model.service';
import type { Logger } from '../../platform/log';
import { inSnapshot, type Pool } from '../../platform/postgres';
import { TimeZone } from '../../streams/window/time-zone';
import { NEW } from './assign-segment';
import { dailySizes, type DayOfChanges, type DayOfSegment } from './daily-sizes';
import { countDailyChanges, countMembers } from './segment.store';
import type { SegmentService } from './segment.service';
import type { SegmentSizes } from './segment-sizes.type';
import type { SegmentsArtefact } from './segments-artefact';

/** Entries and exits of at least so many days are retained. */
const MAX_DAYS = 365;
const DEFAULT_DAYS = 30;
/** Minimum interval between two messages to a subscriber. */
const COALESCE_MS = 1_000;

export interface SegmentSizesOptions {
  readonly pool: Pool;
  readonly model: Pick<ActiveModel<SegmentsArtefact>, 'current' | 'watch'>;
  readonly segments: Pick<SegmentService, 'list' | 'sizeOf'>;
  /** Calls back when a customer has entered or left any segment. */
  readonly watchChanges: (onChange: () => void) => () => void;
  readonly log: Logger;
  /** IANA name of the time zone in which the shop's days begin. */
  readonly timeZone: string;
  readonly now?: () => number;
}

/** The sizes of segments now and in the past. */
export class SegmentSizesService {
  private readonly now: () => number;
  private readonly dayOf: (at: Date) => number;
  private readonly zone: TimeZone;
  /** Segments that are requested together for the same first day are read together. Nothing is cached. */
  private readonly histories: DataLoader<{ readonly id: string; readonly from: number }, History, string>;

  constructor(private readonly options: SegmentSizesOptions) {
    this.now = options.now ?? Date.now;
    this.dayOf = dayFunctionFor(options.timeZone);
    this.zone = new TimeZone(options.timeZone);
    this.histories = new DataLoader(
      async (keys) => {
        const ids = keys.map(({ id }) => id);
        const from = Math.min(...keys.map((key) => key.from));
        return inSnapshot(options.pool, async (client) => {
          const sizes = await countMembers(client, ids);
          const changes = await countDailyChanges(client, ids, this.startOf(from), options.timeZone);
          return ids.map((id): History => ({
            size: sizes.get(id) ?? 0,
            changes: changes
              .filter(({ segmentId }) => segmentId === id)
              .map(({ day, entries, exits }) => ({ day, entries, exits })),
          }));
        });
      },
      { cache: false, cacheKeyFn: ({ id, from }) => `${id} ${from}` },
    );
  }

  /**
   * Returns the segment's sizes by day. Customers who were erased or have opted out since are not counted on any day.
   * Empty for `NEW`, whose changes are not logged.
   * @param from default: 30 days ago @param to default: now
   * @throws ApiError BAD_USER_INPUT
   */
  async daily(
    id: string,
    from: Date | null | undefined,
    to: Date | null | undefined,
  ): Promise<(DayOfSegment & { startAt: Date })[]> {
    const today = this.dayOf(new Date(this.now()));
    const last = Math.min(today, to == null ? Infinity : this.dayOf(new Date(to.getTime() - 1)));
    const first = from == null ? last - (DEFAULT_DAYS - 1) : this.dayOf(from);
    if (first < today - MAX_DAYS)
      throw new ApiError('BAD_USER_INPUT', `from must be at most ${MAX_DAYS} days ago; got ${textOfDay(first)}.`);
    if (first > last) throw new ApiError('BAD_USER_INPUT', 'from must be before to, and not in the future.');
    if (id === NEW) return [];
    const { size, changes } = await this.histories.load({ id, from: first });
    return dailySizes(size, changes, first, last).map((day) => ({ ...day, startAt: this.startOf(day.day) }));
  }

  private startOf(day: number): Date {
    return new Date(this.zone.instantOf(day * MS_PER_DAY));
  }

  /** Returns the sizes of all segments now; null if no version is active. */
  async current(): Promise<SegmentSizes | null> {
    const { model, segments } = this.options;
    const artefact = model.current;
    if (artefact === null) return null;
    const asOf = new Date(this.now());
    const fittedSizes = new Map(artefact.segments.map(({ id, size }) => [String(id), size]));
    const listed = (await segments.list()).filter(({ id }) => fittedSizes.has(id));
    const sizes = await Promise.all(listed.map((segment) => segments.sizeOf(segment)));
    const fitted = listed.map(({ id }) => fittedSizes.get(id)!);
    const [customers, fittedCustomers] = [sumOf(sizes), sumOf(fitted)];
    return {
      asOf,
      fittedAt: new Date(artefact.asOf),
      customers,
      stabilityIndex: populationStabilityIndex(fitted, sizes),
      segments: listed.map((segment, n) => ({
        segment,
        size: sizes[n]!,
        share: sizes[n]! / Math.max(1, customers),
        fittedShare: fitted[n]! / Math.max(1, fittedCustomers),
      })),
    };
  }

  /** Opens a live query of {@link current}. */
  open(): Promise<AsyncIterableIterator<{ readonly sizes: SegmentSizes | null }>> {
    return openLiveQuery({
      name: 'segmentSizesUpdated',
      reload: async () => ({ sizes: await this.current() }),
      visibleStateOf: ({ sizes }) => JSON.stringify(sizes && { ...sizes, asOf: null }),
      watchChanges: ({ within }) => {
        const reloadSoon = within(COALESCE_MS);
        return [this.options.watchChanges(reloadSoon), this.options.model.watch(reloadSoon)];
      },
      log: this.options.log,
    });
  }
}

interface History {
  readonly size: number;
  readonly changes: readonly DayOfChanges[];
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
