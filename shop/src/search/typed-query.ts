/** Silence after which the results of what a visitor types are shown. */
export const SEARCH_PAUSE_MS = 250;
/** Silence after which suggestions are requested. */
export const SUGGEST_PAUSE_MS = 150;
/** Time that a list is shown before its changes are subscribed to. */
export const SUBSCRIBE_PAUSE_MS = 600;

/**
 * Says when the query that a visitor types is sent: after a pause, so that a visitor who types on causes no request for
 * each letter. What is entered is sent at once, by the caller.
 */
export class TypedQuery {
  private timers: ReturnType<typeof setTimeout>[] = [];

  constructor(
    private readonly options: {
      readonly suggest: (query: string) => void;
      readonly search: (query: string) => void;
    },
  ) {}

  /** Call this after each change of the text. */
  type(query: string): void {
    const { suggest, search } = this.options;
    this.cancel();
    this.timers = [
      setTimeout(() => suggest(query), SUGGEST_PAUSE_MS),
      setTimeout(() => search(query), SEARCH_PAUSE_MS),
    ];
  }

  /** Sends nothing of what was typed so far. Call this when the query is entered, or the visitor goes elsewhere. */
  cancel(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
  }
}
