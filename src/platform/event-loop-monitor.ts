const SAMPLE_INTERVAL_MS = 50;

/** Measures for how long the event loop of this process has been blocked. */
export class EventLoopMonitor {
  private sampledAt = performance.now();
  /** By how much the last sample was late, in milliseconds. */
  private lastDelayMs = 0;
  private readonly timer = setInterval(() => this.sample(), SAMPLE_INTERVAL_MS).unref();

  /**
   * The greater of two delays in milliseconds: by how much the last sample was late, and by how much the next sample is
   * late already. Close to 0 if the event loop is not blocked.
   */
  get delayMs(): number {
    return Math.max(this.lastDelayMs, performance.now() - this.sampledAt - SAMPLE_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    this.lastDelayMs = Math.max(0, performance.now() - this.sampledAt - SAMPLE_INTERVAL_MS);
    this.sampledAt = performance.now();
  }
}
