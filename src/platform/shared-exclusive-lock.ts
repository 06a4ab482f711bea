/** A shared/exclusive lock (readers–writer lock) for asynchronous work. */
export class SharedExclusiveLock {
  private readonly sharedWork = new Set<Promise<unknown>>();
  private exclusiveWork: Promise<unknown> | undefined;

  /** Runs `work` concurrently with other shared work, after exclusive work has ended. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.exclusiveWork) await this.exclusiveWork;
    const running = work();
    const ended = running.catch(() => undefined).finally(() => this.sharedWork.delete(ended));
    this.sharedWork.add(ended);
    return running;
  }

  /** Runs `work` exclusively: waits for all running work, and blocks new work until it has ended. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    while (this.exclusiveWork) await this.exclusiveWork;
    const running = Promise.all(this.sharedWork).then(work);
    this.exclusiveWork = running.catch(() => undefined).finally(() => (this.exclusiveWork = undefined));
    return running;
  }
}
