import { FairQueue, type Saving, type SharePath } from './fair-queue';

/** A step that has run for this long takes another turn before it continues, ms. */
export const MAX_STEP_MS = 4;
/** Steps that may follow each other without I/O in between, as long as they are short. */
const STEPS_AT_ONCE = 8;
/** Time after which no further step follows without I/O in between, ms. */
const MAX_ROUND_MS = 2;
/**
 * An address that has used less than its share takes up to this time before those that have used theirs, ms: the steps of
 * a request follow each other, and each would wait for a step of all others. Who comes for the first time waits for what
 * others have saved, so it is no more than a step. Kinds of work save nothing: together they would precede another kind.
 */
const SAVING: Saving = { max: MAX_STEP_MS, fromLevel: 2 };
/** Maximum number of steps of one address that wait; of a visit whose address is unknown. */
const MAX_WAITING_OF_CLIENT = 500;
/** Maximum number of steps of a key of the shop that wait, for the memory that they take. */
const MAX_WAITING = 100_000;

/** Too many steps of a client are waiting. */
export class SchedulerOverloaded extends Error {
  constructor() {
    super('Too many requests are waiting.');
    this.name = 'SchedulerOverloaded';
  }
}

/** The first part of the paths of visitors. What waits is limited only of them. */
export const VISITORS = 'visitors';

/** Returns the path of what is limited as one: of a visitor the address, or the visit if the address is unknown. */
export function clientOf(path: SharePath): SharePath {
  return path.length > 3 ? path.slice(0, -1) : path;
}

/** Returns a path without the kind of work, which is the second part of those of visitors. */
export function withoutWork(path: SharePath): SharePath {
  return path[0] === VISITORS ? [VISITORS, ...path.slice(2)] : path;
}

export function waitingLimit([kind]: SharePath, ofVisitors: number, ofOthers: number): number {
  return kind === VISITORS ? ofVisitors : ofOthers;
}

/** A client that takes turns. */
export interface TurnTaker {
  /** Compared by identity. */
  readonly path: SharePath;
  /** Called after each step with the time that it took on the main thread, ms. */
  onStep?(ms: number): void;
}

/**
 * What a client holds while it takes turns. When others begin to wait for it, its turns become urgent: the client may
 * have used more than all others, and would wait for each of them.
 */
export class Hold {
  isUrgent = false;
  private moveTurn: (() => void) | undefined;

  /** Others wait from now on. */
  makeUrgent(): void {
    if (this.isUrgent) return;
    this.isUrgent = true;
    this.moveTurn?.();
  }

  /** @param moveTurn moves the turn that the client waits for to the urgent ones */
  onUrgent(moveTurn: () => void): void {
    this.moveTurn = moveTurn;
  }
}

interface WaitingStep {
  readonly taker: TurnTaker;
  /** The taker's path when it began to wait. */
  readonly path: SharePath;
  readonly begin: () => void;
}

/**
 * Shares the main thread of this process among its clients. Work runs in steps. A step begins when {@link turn} resolves
 * and ends when the promises that it has resolved have run: at its next I/O or its next turn. Steps run one after the
 * other, each of the client that has used least, so a client waits for one step of the others, not for all that they
 * have asked for.
 */
export class FairScheduler {
  private readonly queue = new FairQueue<WaitingStep>(SAVING);
  /** Steps that others wait for. They take every other turn. */
  private readonly urgent: WaitingStep[] = [];
  private wasUrgent = false;
  private running: WaitingStep | undefined;
  private beganAt = 0;
  private beganCpuMs = 0;
  private roundBeganAt = 0;
  /** Number of immediates of this round that have not run. */
  private due = 0;

  /** @param cpuMs returns the CPU time that this process has used, ms */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly cpuMs: () => number = cpuMsOfProcess,
  ) {}

  /** Number of waiting steps. */
  get waiting(): number {
    return this.queue.size + this.urgent.length;
  }

  /**
   * Resolves when it is the client's turn.
   * @param hold what the client holds and others may wait for
   * @throws SchedulerOverloaded
   */
  turn(taker: TurnTaker, hold?: Hold): Promise<void> {
    const urgent = hold?.isUrgent === true;
    const { path } = taker;
    const limit = waitingLimit(path, MAX_WAITING_OF_CLIENT, MAX_WAITING);
    if (this.queue.waitingAt(clientOf(path)) >= limit && !urgent) return Promise.reject(new SchedulerOverloaded());
    return new Promise((begin) => {
      const step = { taker, path, begin };
      if (urgent) this.urgent.push(step);
      else this.queue.push(path, step);
      hold?.onUrgent(() => this.makeUrgent(step));
      if (this.due === 0) this.beginRound();
    });
  }

  private makeUrgent(step: WaitingStep): void {
    if (this.queue.remove(step.path, step)) this.urgent.push(step);
  }

  /**
   * Returns whether the running step is the client's and short, so that the client may continue without a turn. It may
   * not if its path has changed since the step began.
   */
  mayContinue(taker: TurnTaker): boolean {
    return this.running?.taker === taker && this.running.path === taker.path && this.now() - this.beganAt < MAX_STEP_MS;
  }

  /**
   * Queues one immediate for each step of the round and one to end the last. Node runs the promises that an immediate
   * has resolved before it runs the next one, so the time between two immediates is that of one step.
   */
  private beginRound(): void {
    this.due = Math.min(STEPS_AT_ONCE, this.waiting) + 1;
    this.roundBeganAt = 0;
    for (let count = this.due; count > 0; count--) setImmediate(this.advance);
  }

  private readonly advance = (): void => {
    const now = this.now();
    this.endStep(now);
    this.due--;
    if (this.roundBeganAt === 0) this.roundBeganAt = now;
    if (this.due === 0) {
      if (this.waiting > 0) this.beginRound();
    } else if (now - this.roundBeganAt < MAX_ROUND_MS) this.beginStep(now);
  };

  private beginStep(now: number): void {
    const isUrgent = this.urgent.length > 0 && (!this.wasUrgent || this.queue.size === 0);
    const step = isUrgent ? this.urgent.shift() : this.queue.shift();
    if (step === undefined) return;
    this.wasUrgent = isUrgent;
    this.running = step;
    this.beganAt = now;
    this.beganCpuMs = this.cpuMs();
    step.begin();
  }

  private endStep(now: number): void {
    const { running } = this;
    if (running === undefined) return;
    this.running = undefined;
    // A step takes no more CPU time than the process, and the system may have run other processes meanwhile.
    const ms = Math.min(now - this.beganAt, this.cpuMs() - this.beganCpuMs);
    this.queue.charge(running.path, ms);
    running.taker.onStep?.(ms);
  }
}

function cpuMsOfProcess(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
