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

/** Where the active blend names none. */
const LAMBDA = 300;
/** Its name among the parameters of a version of the blend. */
const LAMBDA_PARAMETER = 'easeLambda';
/** How often it is looked whether somebody has asked for a checkpoint. */
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

/** The shop as it is in one cycle. */
interface Seen {
  /** Of the head, by slot. */
  readonly ids: readonly string[];
  readonly state: ShopHead;
  readonly position: number;
  readonly lambda: number;
  /** When it was looked at, ms. */
  readonly at: number;
}

/**
 * The owner of EASE in a shop. It follows the counts of the head (the products whose pairs are all counted) as API processes
 * follow the shop's state, because these counts are XᵀX. It keeps P up to date with them and publishes the rows of B that
 * have changed, as values. It blocks for as long as P takes, so it runs in a thread, and another thread renews its lease.
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

  /** Until closed. @throws FencedOff when another owns EASE by now, and what the database throws at the beginning */
  async run(): Promise<void> {
    const { pool, log, token } = this.options;
    try {
      await this.shop.start();
      // Or rows as the owner before has told them would go back in time.
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

  /** Of the active blend, whose weights were fitted over scores with it. */
  private async readLambda(): Promise<void> {
    try {
      const named = (await this.versions.active('blend'))?.parameters[LAMBDA_PARAMETER];
      this.lambda = typeof named === 'number' && named > 0 && named < Infinity ? named : LAMBDA;
    } catch (error) {
      this.options.log.warn({ error: (error as Error).message }, 'λ of EASE not read; it stays as it is');
    }
  }

  /** At first, and where the head holds other products than before, or in another order. */
  private async beginAnew({ ids, state, position, lambda }: Seen): Promise<void> {
    this.live = undefined; // its memory is the next one's
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

  /** P as of the counts, and what that took. */
  private follow(state: ShopHead, lambda: number): { ease: Ease; work: EaseWork } {
    const began = performance.now();
    if (this.live?.lambda !== lambda) this.live = undefined;
    this.live ??= new LiveEase(lambda, this.options.kernels);
    const work = this.live.follow(state.interest.head);
    const milliseconds = Math.round(performance.now() - began);
    this.options.log.debug({ work, products: state.interest.headItems, lambda, milliseconds }, 'EASE followed');
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
      this.options.log.warn({ error: (error as Error).message }, 'EASE checkpoint not written; it will be tried again');
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
