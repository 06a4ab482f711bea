const LOOK_MS = 50;

/** Tells how long this process has been at work without a look at what else there is to do. */
export class EventLoopWatch {
  private lookedAt = performance.now();
  private readonly timer = setInterval(() => (this.lookedAt = performance.now()), LOOK_MS).unref();

  /** In milliseconds; 0 where it has the time for everything. */
  get busyMs(): number {
    return Math.max(0, performance.now() - this.lookedAt - LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
