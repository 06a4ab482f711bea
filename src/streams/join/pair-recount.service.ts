import type { Pool } from '../../platform/postgres';
import type { Partials } from '../partials';
import type { LoggedEvent, StoredStretch } from '../stored-log.service';
import type { Pane } from '../window/panes';
import type { Candidate } from './candidate';
import type { CompiledJoin } from './compile-join';
import { forgetBefore, UNDER_WAY_MS } from './forgetting';
import { oldestReceivedAfter } from './join-store.service';
import { joinRanges } from './crowded';
import { crowdedRange, MAX_EVENTS_PER_INTERVAL, pairOf, Pairing } from './pairing';

/** Growth of the buffer after which expired events are removed again. */
const LOOK_AFTER = 100_000;

type LoggedCandidate = Candidate & LoggedEvent;

/** Recounts pairs from the log, slice by slice. Keeps events that may still find a partner in memory. */
export class PairRecount {
  private readonly pairing: Pairing<LoggedCandidate>;
  private readonly ranges = new Map<number, number>();
  private lookAt = LOOK_AFTER;

  constructor(
    private readonly pool: Pool,
    private readonly join: CompiledJoin,
    private readonly latenessMs: number,
  ) {
    this.pairing = new Pairing(join.interval);
  }

  /** Time ranges in which pairs may be missing. */
  get crowded(): Pane[] {
    return joinRanges([...this.ranges].map(([start, end]) => ({ start, end })));
  }

  async take({ events, position }: StoredStretch, into: Partials): Promise<void> {
    for (const logged of events) {
      const { event, position: _, ...arrival } = logged;
      for (const side of this.join.offer(event, arrival, into)) this.pair({ ...logged, ...side }, into);
    }
    if (this.pairing.size < this.lookAt) return;
    this.pairing.forget(forgetBefore(await oldestReceivedAfter(this.pool, position, UNDER_WAY_MS), this.latenessMs));
    this.lookAt = 2 * this.pairing.size + LOOK_AFTER;
  }

  private noteCrowded(candidate: LoggedCandidate): void {
    const { start, end } = crowdedRange(candidate, this.join.interval);
    this.ranges.set(start, Math.max(end, this.ranges.get(start) ?? end));
  }

  private pair(candidate: LoggedCandidate, into: Partials): void {
    if (this.pairing.crowdOf(candidate) >= MAX_EVENTS_PER_INTERVAL) return void this.noteCrowded(candidate);
    for (const partner of this.pairing.partnersOf(candidate)) {
      const { event, other } = pairOf(candidate, partner);
      this.join.take(event.event, event, other.event, into, Math.max(event.position, other.position));
    }
    this.pairing.remember(candidate);
  }
}
