const LOOK_MS = 50;

/** Tells how long this process has been at work without a look at what else there is to do. */
export class EventLoopWatch {
  private lookedAt = performance.now();
  /** By how much the last look was late. */
  private late = 0;
  private readonly timer = setInterval(() => this.look(), LOOK_MS).unref();

  /** In milliseconds, now or until its last look; 0 where it has the time for everything. */
  get busyMs(): number {
    return Math.max(this.late, performance.now() - this.lookedAt - LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    this.late = Math.max(0, performance.now() - this.lookedAt - LOOK_MS);
    this.lookedAt = performance.now();
  }
}
