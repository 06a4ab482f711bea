import { ChangeListeners } from './change-listeners';

/** Callbacks that are registered for a key, such as the id of an order. */
export class KeyedListeners {
  private readonly listeners = new Map<string, ChangeListeners>();

  /** Calls back on each notification of the key, until the returned function is called. */
  watch(key: string, callback: () => void): () => void {
    let listeners = this.listeners.get(key);
    if (!listeners) this.listeners.set(key, (listeners = new ChangeListeners()));
    const stop = listeners.add(callback);
    return () => {
      stop();
      if (listeners.size === 0 && this.listeners.get(key) === listeners) this.listeners.delete(key);
    };
  }

  notify(key: string): void {
    this.listeners.get(key)?.notify();
  }

  notifyAll(): void {
    for (const listeners of this.listeners.values()) listeners.notify();
  }
}
