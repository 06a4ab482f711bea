/** A step that runs repeatedly during the load, with and without faults. */
export abstract class Traffic {
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private wrong: Error | undefined;

  constructor(private readonly everyMs: number) {}

  start(): void {
    this.running = this.run().catch((error: Error) => void (this.wrong = error));
  }

  /**
   * Waits for the current step.
   * @throws Error if something has happened that no fault explains
   */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
    if (this.wrong) throw this.wrong;
  }

  /** A summary of the completed work. */
  abstract done(): string;

  protected abstract step(): Promise<void>;

  /** Called last. */
  protected finish(): Promise<void> {
    return Promise.resolve();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      await this.step();
      await new Promise((resolve) => setTimeout(resolve, this.everyMs));
    }
    await this.finish();
  }
}
