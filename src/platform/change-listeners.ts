export class ChangeListeners {
  private readonly callbacks = new Set<() => void>();

  /** Adds a callback. The returned function removes it. */
  add(callback: () => void): () => void {
    this.callbacks.add(callback);
    return () => this.callbacks.delete(callback);
  }

  get size(): number {
    return this.callbacks.size;
  }

  notify(): void {
    for (const callback of this.callbacks) callback();
  }
}
