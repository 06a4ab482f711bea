import type { Ease } from '../../learn/ease';
import { LiveEase, type EaseUpdateKind } from '../../learn/live-ease';
import type { Kernels } from '../../learn/wasm';
import { VersionStore } from '../../models/version.store';
import { FencedOff } from '../../platform/artefacts';
import { leasePosition } from '../../platform/lease';
import type { Pool } from '../../platform/postgres';
import { pauseAfterCycle } from './ease-pause';
import { easeProducts, truncatedRows } from './ease-rows';
import { EasePublisher, type EasePublisherOptions } from './ease-publisher.service';
import { ReplicatedState, type StateSource } from '../../live-state/replication/replicated-state.read-model';
import { SparseItemMatrix, type SparseItemRow } from '../artefact/sparse-item-matrix';
import { LEARNER_LEASE } from '../../live-state/live-state-names';
import { DirtyRows } from './dirty-rows';
import { ServedEase, type IndexedRow } from './served-ease';
import { ShopHead } from './shop-head';
import { SHOP_SOURCE } from '../../live-state/replication/shop-state.read-model';

/** The penalty λ of EASE if the active ranker does not name one. */
const DEFAULT_LAMBDA = 300;
/** Name under which a ranker version stores λ in its parameters. */
const LAMBDA_PARAMETER = 'easeLambda';
/** Interval at which the maintainer checks whether a checkpoint is requested. */
const REQUEST_POLL_MS = 200;
const CATCH_UP_MS = 10_000;

const HEAD_SOURCE: StateSource<ShopHead> = {
  ...SHOP_SOURCE,
  empty: () => new ShopHead(),
  decodeInSteps: (bytes) => ShopHead.decodeInSteps(bytes),
  apply: (head, delta) => head.applyDelta(delta),
};

export interface EaseMaintainerOptions extends EasePublisherOptions {
  readonly pool: Pool;
  readonly kernels: Kernels;
}

/** The shop as read at the start of one cycle. */
interface ShopReading {
  /** Ids of the products of the head (see {@link EaseMaintainer}), in the order of EASE's rows. */
  readonly ids: readonly string[];
  readonly state: ShopHead;
  readonly position: number;
  readonly lambda: number;
  /** Time of the read, by the monotonic clock, ms. */
  readonly readAt: number;
}

/**
 * Maintains EASE for a shop. It replicates the co-interest counts of the head (the products whose pairs are all
 * counted). These counts are XᵀX, where row s of X marks the products that subject s (a customer or a visit) is
 * interested in. The maintainer updates P = (XᵀX + λI)⁻¹ from them and publishes the changed rows of the weight matrix
 * B. An update of P blocks the event loop. So the maintainer runs in its own thread, and another thread renews its
 * lease.
 */
export class EaseMaintainer {
  private readonly shop: ReplicatedState<ShopHead>;
  private readonly publisher: EasePublisher;
  private readonly versions: VersionStore;
  private live: LiveEase | undefined;
  private dirtyRows = new DirtyRows();
  private lambda = DEFAULT_LAMBDA;
  private previousReadAt = performance.now();
  private cycleMs = 0;
  private closing = false;

  constructor(private readonly options: EaseMaintainerOptions) {
    this.shop = new ReplicatedState(options, HEAD_SOURCE);
    this.publisher = new EasePublisher(options);
    this.versions = new VersionStore(options.pool, options.artefacts, options.pubSub);
  }

  /** Runs until closed. @throws FencedOff if another process owns EASE by now, and database errors at the start */
  async run(): Promise<void> {
    const { pool, log, token } = this.options;
    try {
      await this.shop.start();
      // Without this wait, rows published by the previous owner could be replaced by older ones.
      await this.shop.waitFor(await leasePosition(pool, LEARNER_LEASE), CATCH_UP_MS);
      log.info({ token, position: this.shop.position }, 'owning EASE');
      while (!this.closing) {
        await this.runCycle();
        await this.pauseFor(pauseAfterCycle(this.cycleMs));
      }
    } finally {
      this.publisher.close();
      await this.shop.close();
    }
  }

  close(): void {
    this.closing = true;
  }

  private async runCycle(): Promise<void> {
    const reading = await this.readShop();
    const { served } = this.publisher;
    const isServedPrefix = served?.rows.productIds.every((id, index) => id === reading.ids[index]);
    if (served && isServedPrefix) await this.publishDirtyRows(reading, served);
    else await this.publishFromScratch(reading);
    this.cycleMs = performance.now() - reading.readAt;
    this.previousReadAt = reading.readAt;
  }

  private async readShop(): Promise<ShopReading> {
    await this.readLambda();
    const { state, position } = this.shop;
    return { ids: easeProducts(state), state, position, lambda: this.lambda, readAt: performance.now() };
  }

  /** Reads λ of the active ranker, whose weights were fitted on scores with this λ. */
  private async readLambda(): Promise<void> {
    try {
      const storedLambda = (await this.versions.active('blend'))?.parameters[LAMBDA_PARAMETER];
      this.lambda =
        typeof storedLambda === 'number' && storedLambda > 0 && storedLambda < Infinity ? storedLambda : DEFAULT_LAMBDA;
    } catch (error) {
      this.options.log.warn({ error: (error as Error).message }, 'λ of EASE not read; using the previous value');
    }
  }

  /**
   * Computes and publishes EASE from scratch: at the start, and after a change of the head that does not only append
   * products.
   */
  private async publishFromScratch({ ids, state, position, lambda }: ShopReading): Promise<void> {
    this.live = undefined; // releases the memory before the next instance allocates its own
    const { ease } = this.updateEase(state, lambda);
    this.dirtyRows = new DirtyRows();
    const rows: SparseItemRow[] = [];
    for (const batch of truncatedRows(ease)) {
      rows.push(...batch);
      await pause(0);
    }
    await this.publisher.publishFullState(
      new ServedEase(new SparseItemMatrix(Array.from(ids), rows), position, lambda),
    );
  }

  private async publishDirtyRows({ ids, state, position, lambda }: ShopReading, served: ServedEase): Promise<void> {
    const { ease, work } = this.updateEase(state, lambda);
    if (work === 'nothing' && !this.dirtyRows.hasDelayedRows) return;
    const nextAt = performance.now() + pauseAfterCycle(this.cycleMs) + 2 * this.cycleMs;
    const rows: IndexedRow[] = [];
    let index = 0;
    for (const batch of truncatedRows(ease)) {
      for (const row of batch) {
        if (this.dirtyRows.isDue(index, served.rows.rowAt(index), row, this.previousReadAt, nextAt))
          rows.push({ index, row });
        index++;
      }
      await pause(0);
    }
    this.publisher.publishRows({ position, lambda }, ids.slice(served.rows.productIds.length), rows);
  }

  /** Updates P from the counts. @returns EASE, and the kind of work that the update needed */
  private updateEase(state: ShopHead, lambda: number): { ease: Ease; work: EaseUpdateKind } {
    const began = performance.now();
    if (this.live?.lambda !== lambda) this.live = undefined;
    this.live ??= new LiveEase(lambda, this.options.kernels);
    const work = this.live.update(state.interest.head);
    const milliseconds = Math.round(performance.now() - began);
    this.options.log.debug({ work, products: state.interest.headItems, lambda, milliseconds }, 'EASE updated');
    return { ease: this.live.ease, work };
  }

  private async pauseFor(ms: number): Promise<void> {
    const until = performance.now() + ms;
    do {
      await this.checkpointIfDue();
      await pause(Math.min(REQUEST_POLL_MS, until - performance.now()));
    } while (!this.closing && performance.now() < until);
  }

  private async checkpointIfDue(): Promise<void> {
    try {
      await this.publisher.checkpointIfDue();
    } catch (error) {
      if (error instanceof FencedOff) throw error;
      this.options.log.warn({ error: (error as Error).message }, 'EASE checkpoint not written; retrying');
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
