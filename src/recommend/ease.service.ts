import type { Ease } from '../learn/ease';
import { LiveEase, type EaseWork } from '../learn/live-ease';
import type { Kernels } from '../learn/wasm';
import { VersionStore } from '../models/version-store.service';
import { FencedOff } from '../platform/artefacts';
import { leasePosition } from '../platform/lease';
import type { Pool } from '../platform/postgres';
import { restAfter } from './ease-pace';
import { easeProducts, keptRows } from './ease-rows';
import { EaseTelling, type EaseTellingOptions } from './ease-telling.service';
import { FollowedState, type StateSource } from './followed-state.read-model';
import { ItemRows, type ItemRow } from './item-rows';
import { LEARNER_LEASE } from './learner-names';
import { MovedRows } from './moved-rows';
import { ServedEase, type PlacedRow } from './served-ease';
import { ShopHead } from './shop-head';
import { SHOP_SOURCE } from './shop-state.read-model';

/** Default λ, used if the active ranker has none. */
const LAMBDA = 300;
/** Name of λ among the parameters of a ranker version. */
const LAMBDA_PARAMETER = 'easeLambda';
/** Interval at which checkpoint requests are checked. */
const LOOK_MS = 200;
const CATCH_UP_MS = 10_000;

const HEAD_SOURCE: StateSource<ShopHead> = {
  ...SHOP_SOURCE,
  empty: () => new ShopHead(),
  decoding: (bytes) => ShopHead.decoding(bytes),
  apply: (head, delta) => head.applyDelta(delta),
};

export interface EaseOwnerOptions extends EaseTellingOptions {
  readonly pool: Pool;
  readonly kernels: Kernels;
}

/** The shop as read at the start of one cycle. */
interface Seen {
  /** Product ids of the head, by slot. */
  readonly ids: readonly string[];
  readonly state: ShopHead;
  readonly position: number;
  readonly lambda: number;
  /** Time of the read, by the monotonic clock, ms. */
  readonly at: number;
}

/**
 * Maintains EASE for a shop. It replicates the counts of the head (the products whose pairs are all counted), because
 * these counts are XᵀX. It updates P from them and publishes the changed rows of B as values. An update of P blocks the
 * event loop, so the maintainer runs in its own thread, and another thread renews its lease.
 */
export class EaseOwner {
  private readonly shop: FollowedState<ShopHead>;
  private readonly telling: EaseTelling;
  private readonly versions: VersionStore;
  private live: LiveEase | undefined;
  private moved = new MovedRows();
  private lambda = LAMBDA;
  private seenAt = performance.now();
  private tookMs = 0;
  private closing = false;

  constructor(private readonly options: EaseOwnerOptions) {
    this.shop = new FollowedState(options, HEAD_SOURCE);
    this.telling = new EaseTelling(options);
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
        await this.cycle();
        await this.rest(restAfter(this.tookMs));
      }
    } finally {
      this.telling.close();
      await this.shop.close();
    }
  }

  close(): void {
    this.closing = true;
  }

  private async cycle(): Promise<void> {
    const seen = await this.look();
    const { served } = this.telling;
    const isBehind = served?.rows.productIds.every((id, index) => id === seen.ids[index]);
    if (served && isBehind) await this.tellMoved(seen, served);
    else await this.beginAnew(seen);
    this.tookMs = performance.now() - seen.at;
    this.seenAt = seen.at;
  }

  private async look(): Promise<Seen> {
    await this.readLambda();
    const { state, position } = this.shop;
    return { ids: easeProducts(state), state, position, lambda: this.lambda, at: performance.now() };
  }

  /** Reads λ of the active ranker, whose weights were fitted on scores with this λ. */
  private async readLambda(): Promise<void> {
    try {
      const named = (await this.versions.active('blend'))?.parameters[LAMBDA_PARAMETER];
      this.lambda = typeof named === 'number' && named > 0 && named < Infinity ? named : LAMBDA;
    } catch (error) {
      this.options.log.warn({ error: (error as Error).message }, 'λ of EASE not read; using the previous value');
    }
  }

  /**
   * Computes and publishes EASE from scratch: at the start, and when the products of the head or their order change.
   */
  private async beginAnew({ ids, state, position, lambda }: Seen): Promise<void> {
    this.live = undefined; // releases the memory before the next instance allocates its own
    const { ease } = this.follow(state, lambda);
    this.moved = new MovedRows();
    const rows: ItemRow[] = [];
    for (const some of keptRows(ease)) {
      rows.push(...some);
      await pause(0);
    }
    await this.telling.handOver(new ServedEase(new ItemRows(Array.from(ids), rows), position, lambda));
  }

  private async tellMoved({ ids, state, position, lambda }: Seen, served: ServedEase): Promise<void> {
    const { ease, work } = this.follow(state, lambda);
    if (work === 'nothing' && !this.moved.waiting) return;
    const nextAt = performance.now() + restAfter(this.tookMs) + 2 * this.tookMs;
    const rows: PlacedRow[] = [];
    let index = 0;
    for (const some of keptRows(ease)) {
      for (const row of some) {
        if (this.moved.isDue(index, served.rows.rowAt(index), row, this.seenAt, nextAt)) rows.push({ index, row });
        index++;
      }
      await pause(0);
    }
    this.telling.tell({ position, lambda }, ids.slice(served.rows.productIds.length), rows);
  }

  /** Updates P from the counts. @returns EASE, and the kind of work that the update needed */
  private follow(state: ShopHead, lambda: number): { ease: Ease; work: EaseWork } {
    const began = performance.now();
    if (this.live?.lambda !== lambda) this.live = undefined;
    this.live ??= new LiveEase(lambda, this.options.kernels);
    const work = this.live.follow(state.interest.head);
    const milliseconds = Math.round(performance.now() - began);
    this.options.log.debug({ work, products: state.interest.headItems, lambda, milliseconds }, 'EASE updated');
    return { ease: this.live.ease, work };
  }

  private async rest(ms: number): Promise<void> {
    const until = performance.now() + ms;
    do {
      await this.keepUp();
      await pause(Math.min(LOOK_MS, until - performance.now()));
    } while (!this.closing && performance.now() < until);
  }

  private async keepUp(): Promise<void> {
    try {
      await this.telling.keepUp();
    } catch (error) {
      if (error instanceof FencedOff) throw error;
      this.options.log.warn({ error: (error as Error).message }, 'EASE checkpoint not written; retrying');
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
