/** The conversation of each customer of this tab, and of the visitor who has not signed in. */
export interface StoredConversations {
  find(customerId: string | undefined): string | undefined;
  /** @param id undefined removes it */
  store(customerId: string | undefined, id: string | undefined): void;
}

const CONVERSATIONS_ITEM = 'shop.conversations';
/** No customer has this id. */
const VISITOR = '';

/** @param storage the tab's `sessionStorage`, which throws if the browser denies access */
export function storedConversations(storage: () => Pick<Storage, 'getItem' | 'setItem'>): StoredConversations {
  const ids = new Map<string, string>(restore(storage));
  return {
    find: (customerId = VISITOR) => ids.get(customerId),
    store: (customerId = VISITOR, id) => {
      if (id === undefined) ids.delete(customerId);
      else ids.set(customerId, id);
      try {
        storage().setItem(CONVERSATIONS_ITEM, JSON.stringify([...ids]));
      } catch {
        // Without storage, a conversation is found until the page is unloaded.
      }
    },
  };
}

function restore(storage: () => Pick<Storage, 'getItem'>): [string, string][] {
  try {
    const entries = JSON.parse(storage().getItem(CONVERSATIONS_ITEM) ?? '[]') as unknown[];
    return entries.filter(
      (entry): entry is [string, string] =>
        Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string'),
    );
  } catch {
    return [];
  }
}
