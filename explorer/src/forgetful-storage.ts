import type { Storage } from '@graphiql/toolkit';

/** Kept as long as the page: GraphiQL would put its tabs into the browser's storage with their headers, and so with keys. */
export function forgetfulStorage(): Storage {
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
