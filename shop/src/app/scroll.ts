import { address } from './address';

const KEY = 'shop.scroll';
const MAX_ENTRIES = 100;
const places = new Map<string, number>(restore());

/** Returns the last vertical scroll position of a history entry. */
export function placeOf(entry: string): number {
  return places.get(entry) ?? 0;
}

addEventListener('scroll', () => places.set(address.peek().entry, scrollY), { passive: true });
addEventListener('pagehide', () => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...places].slice(-MAX_ENTRIES)));
  } catch {
    // Without storage, a reloaded page starts at the top.
  }
});

function restore(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as [string, number][];
  } catch {
    return [];
  }
}
