const LOOK_MS = 50;

/** Measures for how long the event loop of this process has been blocked. */
export class EventLoopWatch {
  private lookedAt = performance.now();
  /** The delay of the last sample, in milliseconds. */
  private late = 0;
  private readonly timer = setInterval(() => this.look(), LOOK_MS).unref();

  /**
   * The current delay or that of the last sample, whichever is larger, in milliseconds; 0 if the loop is not blocked.
   */
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
