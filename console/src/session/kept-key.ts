/** For this tab alone, and only where the operator asked for it. It is never in an address, nor in localStorage. */
const PLACE = 'freshet-console-key';

export const keptKey = (): string | null => sessionStorage.getItem(PLACE);
export const keepKey = (key: string): void => sessionStorage.setItem(PLACE, key);
export const forgetKey = (): void => sessionStorage.removeItem(PLACE);
