/** Something that is done again and again beside the load, faults or not. */
export abstract class Traffic {
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private wrong: Error | undefined;

  constructor(private readonly everyMs: number) {}

  start(): void {
    this.running = this.run().catch((error: Error) => void (this.wrong = error));
  }

  /**
   * Lets it finish what it is at.
   * @throws Error where something has happened that no fault excuses
   */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
    if (this.wrong) throw this.wrong;
  }

  /** How much it has done, in words. */
  abstract done(): string;

  protected abstract step(): Promise<void>;

  /** Called last of all. */
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
