import type { SharePath } from '../../platform/fair-queue';
import {
  type FairScheduler,
  type Hold,
  SchedulerOverloaded,
  type TurnTaker,
  VISITORS,
} from '../../platform/fair-scheduler';
import { networksOf } from '../http/client-address';
import type { Viewer } from '../context';
import type { ServerLimits } from './limits';
import { overloadedError } from './overloaded-error';
import { type RateLimit, visitOf } from './rate-limit';

/** A longer step was interrupted, for example by garbage collection: it is charged as this, ms. */
const MAX_CHARGED_MS = 100;
/** The part of the declared cost that is never given back, because not all work is measured. */
const FIXED_SHARE = 1 / 16;
/** An operation that costs or has taken more is a heavy one, units. */
const HEAVY_UNITS = 4_000;
/** Bytes of a request that its operation has paid for. Reading a longer document is heavy work. */
const FREE_REQUEST_BYTES = 4_096;
/** Further bytes that cost one unit: reading them, and the values in them, takes about as long. */
const REQUEST_BYTES_PER_UNIT = 20;
/** Bytes of an answer that its fields have paid for. */
const FREE_BYTES = 16_384;
/** Further bytes that cost one unit: writing and compressing them takes about as long. */
const BYTES_PER_UNIT = 256;
/** A live query whose client has used up its allowance is refreshed after at most this time, ms. */
const MAX_REFRESH_PAUSE_MS = 5_000;

export interface TurnRules {
  readonly scheduler: FairScheduler;
  readonly rates: RateLimit;
  readonly limits: Pick<ServerLimits, 'msPerUnit' | 'unitsPerOperation'>;
}

/**
 * What visitors ask for. Each kind has an equal share of their turns, so that many clients with heavy operations, live
 * queries or events don't slow down the lists and searches of another one.
 */
export type Work = 'reading' | 'writing' | 'heavy' | 'live';

/** Who the turns are for. */
export interface Client {
  readonly viewer: Viewer | null;
  /** null if it is unknown, see `TrustedProxies` */
  readonly address: string | null;
}

/**
 * The turns of one request or subscription on the main thread, see `FairScheduler`. What they take beyond the units that
 * were charged before is charged afterwards, so that an operation whose declared cost is too low gains nothing.
 */
export class Turns implements TurnTaker {
  path: SharePath;
  /** Units that were charged, before or after the work. */
  charged = 0;
  private isLive = false;
  private used = 0;
  /** Units that {@link settle} never gives back. */
  private fixed = 0;

  constructor(
    private readonly rules: TurnRules,
    private readonly client: Client,
    private work: Work = 'reading',
  ) {
    this.path = sharePath(client, work);
    // Without a key, almost everything is refused.
    if (client.viewer === null || rules.rates.isLow(client.viewer, client.address)) this.turnTo('heavy');
  }

  /**
   * Charges the declared cost of an operation.
   * @param fixed the part of it that {@link settle} never gives back. Default: all
   * @throws ApiError RATE_LIMITED
   */
  pay(units: number, fixed = units, work: Work = 'reading'): void {
    const { unitsPerOperation } = this.rules.limits;
    this.rules.rates.charge(this.client.viewer, this.client.address, units + unitsPerOperation);
    this.charged += units + unitsPerOperation;
    if (work === 'live') this.beLive();
    else this.turnTo(units > HEAVY_UNITS ? 'heavy' : work);
    this.fixed += Math.max(fixed, units * FIXED_SHARE) + unitsPerOperation;
  }

  /** Says that heavy work begins. */
  beHeavy(): void {
    this.turnTo('heavy');
  }

  /** Charges a cost that is known only after the work. */
  payAfterwards(units: number): void {
    this.rules.rates.chargeAfterwards(this.client.viewer, this.client.address, units);
    this.charged += units;
  }

  /** Returns the time until the client has no debt, ms. */
  get debtMs(): number {
    return this.rules.rates.debtMs(this.client.viewer, this.client.address);
  }

  /**
   * Charges work that other processes will do. It is never given back, and the time on the main thread comes on top.
   * @throws ApiError RATE_LIMITED
   */
  payElsewhere(units: number): void {
    this.rules.rates.charge(this.client.viewer, this.client.address, units);
  }

  /**
   * Charges the size of a request.
   * @param work what it seems to ask for; its operation decides
   */
  payForRequest(bytes: number, work?: Work): void {
    this.turnTo(bytes > FREE_REQUEST_BYTES ? 'heavy' : (work ?? this.work));
    const units = Math.max(0, bytes - FREE_REQUEST_BYTES) / REQUEST_BYTES_PER_UNIT;
    this.payAfterwards(units);
    this.fixed += units;
  }

  /** Charges the size of an answer. */
  payForBytes(bytes: number): void {
    this.rules.rates.chargeAfterwards(
      this.client.viewer,
      this.client.address,
      Math.max(0, bytes - FREE_BYTES) / BYTES_PER_UNIT,
    );
  }

  /** Resolves when it is this client's turn. @throws ApiError OVERLOADED */
  async next(hold?: Hold): Promise<void> {
    await this.rules.scheduler.turn(this, hold).catch(refuseOverload);
  }

  /**
   * Whether the running step is this client's and short. Work that is not short begins with
   * `while (!turns.mayContinue) await turns.next()`, without a promise between the check and the work: the fields of an
   * operation run at the same time, and another one may have used up the step.
   */
  get mayContinue(): boolean {
    return this.rules.scheduler.mayContinue(this);
  }

  /** Runs a task, and takes a turn for each part of it. */
  async run<T>(task: Generator<undefined, T, undefined>): Promise<T> {
    for (;;) {
      while (!this.mayContinue) await this.next();
      const step = task.next();
      if (step.done === true) return step.value;
    }
  }

  /** A turn to refresh a live query. */
  nextRefresh(): Promise<void> {
    return this.nextWithin(MAX_REFRESH_PAUSE_MS);
  }

  /** Resolves when it is this client's turn, if it is in debt after a pause of at most `maxPauseMs`. */
  async nextWithin(maxPauseMs: number): Promise<void> {
    const { debtMs } = this;
    if (debtMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(debtMs, maxPauseMs)));
    await this.next();
  }

  /**
   * Gives back what an answered operation was charged beyond the time that it took: its declared cost is that of the
   * largest answer.
   */
  settle(): void {
    if (!Number.isFinite(this.rules.limits.msPerUnit)) return;
    const units = this.charged - Math.max(this.used, this.fixed);
    if (units <= 0) return;
    this.rules.rates.giveBack(this.client.viewer, this.client.address, units);
    this.charged -= units;
  }

  onStep(ms: number): void {
    this.used += Math.min(ms, MAX_CHARGED_MS) / this.rules.limits.msPerUnit;
    if (this.used > HEAVY_UNITS) this.turnTo('heavy');
    const units = this.used - this.charged;
    if (units > 0) this.payAfterwards(units);
  }

  /** A live query stays live, because all its pushes together may take long. */
  private beLive(): void {
    this.setWork('live');
    this.isLive = true;
  }

  /** What is heavy stays heavy. */
  private turnTo(work: Work): void {
    if (!this.isLive && this.work !== 'heavy') this.setWork(work);
  }

  private setWork(work: Work): void {
    // Only visitors' turns are divided by kind, and a path is compared by identity.
    if (this.work === work || this.path[0] !== VISITORS) return;
    this.work = work;
    this.path = sharePath(this.client, work);
  }
}

function refuseOverload(error: unknown): never {
  if (error instanceof SchedulerOverloaded) throw overloadedError('Too many requests are waiting; try again later.');
  throw error;
}

/**
 * The shop's own keys, its people's keys and its visitors share equally; then, of the visitors, each kind of work, each
 * address and each visit does.
 */
function sharePath({ viewer, address }: Client, work: Work): SharePath {
  if (viewer?.scope === 'SERVER' || viewer?.scope === 'ADMIN') return ['shop', viewer.keyId];
  if (viewer?.scope === 'OPERATOR' || viewer?.scope === 'ADVERTISER') return ['people', viewer.keyId];
  const networks = address === null ? [] : networksOf(address).map(({ key }) => key);
  return [VISITORS, work, ...networks.reverse(), (viewer && visitOf(viewer)) ?? ''];
}
