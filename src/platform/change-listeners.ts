export class ChangeListeners {
  private readonly callbacks = new Set<() => void>();

  /** Adds a callback, which stays until the returned function is called. */
  add(changed: () => void): () => void {
    this.callbacks.add(changed);
    return () => this.callbacks.delete(changed);
  }

  get size(): number {
    return this.callbacks.size;
  }

  notify(): void {
    for (const changed of this.callbacks) changed();
  }
}
