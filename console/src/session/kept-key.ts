/** Session storage item of the admin key, stored only if the operator chose so. It is never in URLs or localStorage. */
const PLACE = 'freshet-console-key';

export const keptKey = (): string | null => sessionStorage.getItem(PLACE);
export const keepKey = (key: string): void => sessionStorage.setItem(PLACE, key);
export const forgetKey = (): void => sessionStorage.removeItem(PLACE);
