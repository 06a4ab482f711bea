import type { ResumableTask } from '../../learn/resumable-task';
import { ReplicatedState, type ReplicatedStateOptions, type StateSource } from './replicated-state.read-model';
import { LEARNER_LEASE, SHOP_ARTEFACT, SHOP_REQUEST_TOPIC, SHOP_TOPIC } from '../live-state-names';
import { ShopState } from '../shop-state';

const REFRESH_INTERVAL_MS = 20;
const REFRESH_SLICE_MS = 2;
/** Interval at which the neighbour lists of a large catalogue are recomputed even if their counts have not changed. */
const EXPIRE_INTERVAL_MS = 600_000;

/** The part of live state that API processes answer requests from, as the learner publishes it. */
export const SHOP_SOURCE = {
  topic: SHOP_TOPIC,
  requestTopic: SHOP_REQUEST_TOPIC,
  artefact: SHOP_ARTEFACT,
  lease: LEARNER_LEASE,
  empty: () => new ShopState(),
  decodeInSteps: (bytes: Uint8Array) => ShopState.decodeInSteps(bytes),
  apply: (state: ShopState, delta: Uint8Array) => state.applyDelta(delta),
} satisfies StateSource<ShopState>;

/** This process's replica of the state in {@link SHOP_SOURCE}. Requests are answered from it. */
export class ShopStateReadModel extends ReplicatedState<ShopState> {
  private refreshTimer: NodeJS.Timeout | undefined;
  private ended = false;
  private refreshedRows = 0;
  private expiredAt = performance.now();

  constructor(options: ReplicatedStateOptions) {
    super(options, {
      ...SHOP_SOURCE,
      decodeInSteps: decodeWithNeighboursInSteps,
      dropPersonalData: (state) => state.dropSessions(),
    });
    this.watch(() => this.scheduleRefresh());
  }

  /** Number of neighbour lists that this process has refreshed in the background. */
  get refreshedLists(): number {
    return this.refreshedRows;
  }

  override async close(): Promise<void> {
    this.ended = true;
    clearTimeout(this.refreshTimer);
    await super.close();
  }

  /**
   * Refreshes neighbour lists in the background: about two milliseconds of every twenty. If all products of a catalogue
   * of some thousands have changed, their lists are refreshed within ten seconds.
   */
  private scheduleRefresh(): void {
    if (this.refreshTimer || this.ended) return;
    if (performance.now() - this.expiredAt > EXPIRE_INTERVAL_MS) {
      this.expiredAt = performance.now();
      this.state.expireNeighbours();
    }
    this.refreshTimer = setTimeout(() => {
      this.refreshTimer = undefined;
      const until = performance.now() + REFRESH_SLICE_MS;
      while (performance.now() < until) {
        const rows = this.state.refreshSomeNeighbours(1);
        if (rows === 0) return;
        this.refreshedRows += rows;
      }
      this.scheduleRefresh();
    }, REFRESH_INTERVAL_MS);
  }
}

/**
 * Decodes a state and computes its neighbour lists before it replaces the current state, so that the first request does
 * not have to compute them.
 */
function* decodeWithNeighboursInSteps(bytes: Uint8Array): ResumableTask<ShopState> {
  const state = yield* ShopState.decodeInSteps(bytes);
  yield* state.refreshNeighboursInSteps();
  return state;
}
