/** Session storage item of the key, stored only if the operator chose so. It is never in URLs or localStorage. */
const KEY_STORAGE_ITEM = 'freshet-console-key';

export const storedKey = (): string | null => sessionStorage.getItem(KEY_STORAGE_ITEM);
export const storeKey = (key: string): void => sessionStorage.setItem(KEY_STORAGE_ITEM, key);
export const clearStoredKey = (): void => sessionStorage.removeItem(KEY_STORAGE_ITEM);
