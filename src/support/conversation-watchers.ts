import type { LogChange } from '../events/position.store';
import { KeyedListeners } from '../platform/keyed-listeners';

/** Notifies the watchers of conversations about changes. The conversations themselves are read from PostgreSQL. */
export class ConversationWatchers {
  private readonly listeners = new KeyedListeners();

  /** Calls back whenever the conversation may have changed, until the returned function is called. */
  watch(id: string, onChange: () => void): () => void {
    return this.listeners.watch(id, onChange);
  }

  apply({ reload, conversations = [] }: LogChange): void {
    if (reload) this.listeners.notifyAll();
    for (const id of conversations) this.listeners.notify(id);
  }
}
