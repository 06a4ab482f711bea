/** Lets many work at once, or one alone. */
export class Gate {
  private readonly inside = new Set<Promise<unknown>>();
  private closed: Promise<unknown> | undefined;

  /** Runs `work` beside others, once nobody is alone. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.closed) await this.closed;
    const running = work();
    const ended = running.catch(() => undefined).finally(() => this.inside.delete(ended));
    this.inside.add(ended);
    return running;
  }

  /** Runs `work` with nobody beside it: waits for all who are inside, and keeps others out meanwhile. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.closed) await this.closed;
    const running = Promise.all(this.inside).then(work);
    this.closed = running.catch(() => undefined).finally(() => (this.closed = undefined));
    return running;
  }
}
