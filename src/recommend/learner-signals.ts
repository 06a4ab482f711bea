/** Places in the shared memory. */
const TOLD = 0;
const LEARNED = 1;
const SILENT_FROM = 2;
const HELD_UNTIL = 3;
const PLACES = 4;

/** The right to learn. */
export interface LearnerHold {
  readonly token: number;
  readonly held: boolean;
  /** Tells the owner of the lease that the learner is alive. @param patienceMs how long its next step may take */
  report(learned: number, told: number, patienceMs: number): void;
}

/**
 * What a learner and the owner of its lease say to each other while each runs in a thread of its own: shared memory, because
 * a thread that is busy neither sends nor receives messages. Times are of the clock that all threads of a process share.
 */
export class LearnerSignals {
  private readonly places: BigInt64Array;

  constructor(readonly memory = new SharedArrayBuffer(PLACES * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.places = new BigInt64Array(memory);
  }

  /** The learner is alive. @param patienceMs how long its next step may take beyond the usual */
  report(learned: number, told: number, patienceMs = 0): void {
    Atomics.store(this.places, LEARNED, BigInt(learned));
    Atomics.store(this.places, TOLD, BigInt(told));
    Atomics.store(this.places, SILENT_FROM, BigInt(Math.ceil(now() + patienceMs)));
  }

  /** The position of the log that the learner has reached. */
  get learned(): number {
    return Number(Atomics.load(this.places, LEARNED));
  }

  /** The position up to which API processes know what it has learned. */
  get told(): number {
    return Number(Atomics.load(this.places, TOLD));
  }

  /** Milliseconds without a report, those that it was given patience for left out. */
  get silentMs(): number {
    return now() - Number(Atomics.load(this.places, SILENT_FROM));
  }

  /** The lease as the learner sees it. @param token the lease's fencing token */
  asHold(token: number): LearnerHold {
    const isHeld = () => this.held;
    return {
      token,
      get held() {
        return isHeld();
      },
      report: this.report.bind(this),
    };
  }

  /** The owner holds the lease for so much longer at least. */
  hold(leftMs: number): void {
    Atomics.store(this.places, HELD_UNTIL, BigInt(Math.floor(now() + leftMs)));
  }

  get held(): boolean {
    return now() < Number(Atomics.load(this.places, HELD_UNTIL));
  }
}

/** Milliseconds of the monotonic clock; `performance.now()` begins anew in each thread. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
