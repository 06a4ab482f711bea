import type { Storage } from '@graphiql/toolkit';

/**
 * Returns a storage that lasts until the page is unloaded. GraphiQL would otherwise store its tabs in the browser, with
 * their headers and therefore with keys.
 */
export function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}
