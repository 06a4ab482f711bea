/** Indexes of the fields in the shared memory, and their number. */
const PUBLISHED = 0;
const LEARNED = 1;
const SILENT_FROM = 2;
const HELD_UNTIL = 3;
const FIELD_COUNT = 4;

/** The lease as seen by the learner. */
export interface LearnerLeaseView {
  readonly token: number;
  readonly held: boolean;
  /** Reports to the supervisor that the learner is alive. @param patienceMs extra time that the next step may take */
  report(learnedPosition: number, publishedPosition: number, patienceMs: number): void;
}

/**
 * Shared memory between a learner and its supervisor, which run in different threads. Messages would not work, because
 * a busy thread neither sends nor receives them. Times are of the monotonic clock that all threads of a process share.
 */
export class LearnerSharedMemory {
  private readonly fields: BigInt64Array;

  constructor(readonly memory = new SharedArrayBuffer(FIELD_COUNT * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.fields = new BigInt64Array(memory);
  }

  report(learnedPosition: number, publishedPosition: number, patienceMs = 0): void {
    Atomics.store(this.fields, LEARNED, BigInt(learnedPosition));
    Atomics.store(this.fields, PUBLISHED, BigInt(publishedPosition));
    Atomics.store(this.fields, SILENT_FROM, BigInt(Math.ceil(now() + patienceMs)));
  }

  /** The log position that the learner has reached. */
  get learnedPosition(): number {
    return Number(Atomics.load(this.fields, LEARNED));
  }

  /** The log position that has been published to API processes. */
  get publishedPosition(): number {
    return Number(Atomics.load(this.fields, PUBLISHED));
  }

  /** Milliseconds since the last report, minus the extra time that was announced with it; can be negative. */
  get silentMs(): number {
    return now() - Number(Atomics.load(this.fields, SILENT_FROM));
  }

  /** Returns the lease as seen by the learner. @param token the lease's fencing token */
  asLeaseView(token: number): LearnerLeaseView {
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
  extendLease(leftMs: number): void {
    Atomics.store(this.fields, HELD_UNTIL, BigInt(Math.floor(now() + leftMs)));
  }

  get held(): boolean {
    return now() < Number(Atomics.load(this.fields, HELD_UNTIL));
  }
}

/** Returns milliseconds of the monotonic clock. `performance.now()` is not used: its origin differs by thread. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
