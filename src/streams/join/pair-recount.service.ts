import type { Pool } from '../../platform/postgres';
import type { PartialAggregates } from '../partial-aggregates';
import type { LoggedEvent, StoredLogSlice } from '../stored-log.store';
import type { Pane } from '../window/panes';
import type { JoinCandidate } from './join-candidate';
import type { CompiledJoin } from './compile-join';
import { bufferExpiry, MAX_LOG_DELAY_MS } from './buffer-expiry';
import { oldestReceivedAfter } from './join-buffer.store';
import { mergeRanges } from './time-ranges';
import { incompleteRangeOf, MAX_EVENTS_PER_BUCKET, pairOf, SymmetricHashJoin } from './symmetric-hash-join';

/** Minimum number of events by which the buffer grows before expired events are removed again. */
const EXPIRY_INTERVAL = 100_000;

type LoggedCandidate = JoinCandidate & LoggedEvent;

/** Recounts pairs from the log, slice by slice. Events that may still find a partner stay in memory. */
export class PairRecount {
  private readonly buffer: SymmetricHashJoin<LoggedCandidate>;
  private readonly ranges = new Map<number, number>();
  private nextExpirySize = EXPIRY_INTERVAL;

  constructor(
    private readonly pool: Pool,
    private readonly join: CompiledJoin,
    private readonly latenessMs: number,
  ) {
    this.buffer = new SymmetricHashJoin(join.interval);
  }

  /** Time ranges in which pairs may be missing. */
  get incompleteRanges(): Pane[] {
    return mergeRanges([...this.ranges].map(([start, end]) => ({ start, end })));
  }

  async add({ events, position }: StoredLogSlice, into: PartialAggregates): Promise<void> {
    for (const logged of events) {
      const { event, position: _, ...arrival } = logged;
      for (const side of this.join.sidesOf(event, arrival, into)) this.addCandidate({ ...logged, ...side }, into);
    }
    if (this.buffer.size < this.nextExpirySize) return;
    this.buffer.removeExpired(
      bufferExpiry(await oldestReceivedAfter(this.pool, position, MAX_LOG_DELAY_MS), this.latenessMs),
    );
    this.nextExpirySize = 2 * this.buffer.size + EXPIRY_INTERVAL;
  }

  private addIncompleteRange(candidate: LoggedCandidate): void {
    const { start, end } = incompleteRangeOf(candidate, this.join.interval);
    this.ranges.set(start, Math.max(end, this.ranges.get(start) ?? end));
  }

  private addCandidate(candidate: LoggedCandidate, into: PartialAggregates): void {
    if (this.buffer.countInBucket(candidate) >= MAX_EVENTS_PER_BUCKET) return void this.addIncompleteRange(candidate);
    for (const partner of this.buffer.partnersOf(candidate)) {
      const { event, other } = pairOf(candidate, partner);
      this.join.addPair(event.event, event, other.event, into, Math.max(event.position, other.position));
    }
    this.buffer.insert(candidate);
  }
}
