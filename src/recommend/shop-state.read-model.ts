import type { ResumableTask } from '../learn/resumable-task';
import { FollowedState, type FollowedStateOptions, type StateSource } from './followed-state.read-model';
import { LEARNER_LEASE, SHOP_ARTEFACT, SHOP_REQUEST_TOPIC, SHOP_TOPIC } from './learner-names';
import { ShopState } from './shop-state';

const FRESHEN_EVERY_MS = 20;
const FRESHEN_MS = 2;
/** Maximum age of a neighbour list whose row does not change. */
const EXPIRE_EVERY_MS = 600_000;

/** The item side of live state as published by the learner. Neighbour lists are computed on first use. */
export const SHOP_SOURCE: StateSource<ShopState> = {
  topic: SHOP_TOPIC,
  requestTopic: SHOP_REQUEST_TOPIC,
  artefact: SHOP_ARTEFACT,
  lease: LEARNER_LEASE,
  empty: () => new ShopState(),
  decoding: (bytes) => ShopState.decoding(bytes),
  apply: (state, delta) => state.applyDelta(delta),
};

/** This process's replica of the item side, which requests are answered from. */
export class ShopStateReadModel extends FollowedState<ShopState> {
  private freshener: NodeJS.Timeout | undefined;
  private ended = false;
  private rows = 0;
  private expiredAt = performance.now();

  constructor(options: FollowedStateOptions) {
    super(options, { ...SHOP_SOURCE, decoding: decodingWithNeighbours });
    this.watch(() => this.freshen());
  }

  /** Increases with every neighbour list that was refreshed. */
  get freshened(): number {
    return this.rows;
  }

  override async close(): Promise<void> {
    this.ended = true;
    clearTimeout(this.freshener);
    await super.close();
  }

  /**
   * Refreshes neighbour lists in the background: about two milliseconds of every twenty. If all products of a catalogue
   * of some thousands have changed, their lists are refreshed within ten seconds.
   */
  private freshen(): void {
    if (this.freshener || this.ended) return;
    if (performance.now() - this.expiredAt > EXPIRE_EVERY_MS) {
      this.expiredAt = performance.now();
      this.state.expireNeighbours();
    }
    this.freshener = setTimeout(() => {
      this.freshener = undefined;
      const until = performance.now() + FRESHEN_MS;
      while (performance.now() < until) {
        const rows = this.state.refreshSomeNeighbours(1);
        if (rows === 0) return;
        this.rows += rows;
      }
      this.freshen();
    }, FRESHEN_EVERY_MS);
  }
}

/**
 * Decodes a state and computes its neighbour lists before the swap, so that the first request does not compute them.
 */
function* decodingWithNeighbours(bytes: Uint8Array): ResumableTask<ShopState> {
  const state = yield* ShopState.decoding(bytes);
  yield* state.refreshingNeighbours();
  return state;
}
