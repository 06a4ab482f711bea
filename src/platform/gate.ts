/** A shared/exclusive lock (readers–writer lock) for asynchronous work. */
export class Gate {
  private readonly inside = new Set<Promise<unknown>>();
  private closed: Promise<unknown> | undefined;

  /** Runs `work` concurrently with other shared work, after exclusive work has ended. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.closed) await this.closed;
    const running = work();
    const ended = running.catch(() => undefined).finally(() => this.inside.delete(ended));
    this.inside.add(ended);
    return running;
  }

  /** Runs `work` exclusively: waits for all running work, and blocks new work until it has ended. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.closed) await this.closed;
    const running = Promise.all(this.inside).then(work);
    this.closed = running.catch(() => undefined).finally(() => (this.closed = undefined));
    return running;
  }
}
