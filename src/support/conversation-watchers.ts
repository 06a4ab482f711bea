import { OnDemandReadModel } from '../events/on-demand-read-model';
import type { LogChange } from '../events/position.store';
import { KeyedListeners } from '../platform/keyed-listeners';

declare module '../events/position.store' {
  interface LogChange {
    /** Conversations that have changed. */
    readonly conversations?: readonly string[];
  }
}

/** Notifies the watchers of conversations about changes. The conversations themselves are read from PostgreSQL. */
export class ConversationWatchers extends OnDemandReadModel {
  private readonly listeners = new KeyedListeners();

  /** Calls back whenever the conversation may have changed, until the returned function is called. */
  watch(id: string, onChange: () => void): () => void {
    return this.listeners.watch(id, onChange);
  }

  onReload(): void {
    this.listeners.notifyAll();
  }

  protected applyChange({ conversations = [] }: LogChange): void {
    for (const id of conversations) this.listeners.notify(id);
  }
}
