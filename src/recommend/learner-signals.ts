/** Indexes in the shared memory. */
const TOLD = 0;
const LEARNED = 1;
const SILENT_FROM = 2;
const HELD_UNTIL = 3;
const PLACES = 4;

/** The lease as seen by the learner. */
export interface LearnerHold {
  readonly token: number;
  readonly held: boolean;
  /** Reports to the supervisor that the learner is alive. @param patienceMs extra time that the next step may take */
  report(learned: number, told: number, patienceMs: number): void;
}

/**
 * Shared memory between a learner and its supervisor, which run in different threads. Messages would not work, because
 * a busy thread neither sends nor receives them. Times are of the monotonic clock that all threads of a process share.
 */
export class LearnerSignals {
  private readonly places: BigInt64Array;

  constructor(readonly memory = new SharedArrayBuffer(PLACES * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.places = new BigInt64Array(memory);
  }

  /** Reports that the learner is alive. @param patienceMs extra time that the next step may take */
  report(learned: number, told: number, patienceMs = 0): void {
    Atomics.store(this.places, LEARNED, BigInt(learned));
    Atomics.store(this.places, TOLD, BigInt(told));
    Atomics.store(this.places, SILENT_FROM, BigInt(Math.ceil(now() + patienceMs)));
  }

  /** The log position that the learner has reached. */
  get learned(): number {
    return Number(Atomics.load(this.places, LEARNED));
  }

  /** The log position that has been published to API processes. */
  get told(): number {
    return Number(Atomics.load(this.places, TOLD));
  }

  /** Milliseconds without a report, not counting the extra time of the last report. */
  get silentMs(): number {
    return now() - Number(Atomics.load(this.places, SILENT_FROM));
  }

  /** Returns the lease as seen by the learner. @param token the lease's fencing token */
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

  /** Extends the lease as seen by the learner: the supervisor holds it for at least `leftMs` more. */
  hold(leftMs: number): void {
    Atomics.store(this.places, HELD_UNTIL, BigInt(Math.floor(now() + leftMs)));
  }

  get held(): boolean {
    return now() < Number(Atomics.load(this.places, HELD_UNTIL));
  }
}

/** Returns milliseconds of the monotonic clock. `performance.now()` has a different origin in each thread. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
