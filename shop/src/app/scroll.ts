import { address } from './address';

const SCROLL_STORAGE_ITEM = 'shop.scroll';
const MAX_ENTRIES = 100;
const scrollPositions = new Map<string, number>(restore());

/** Returns the last vertical scroll position of a history entry. */
export function scrollPositionOf(entry: string): number {
  return scrollPositions.get(entry) ?? 0;
}

addEventListener('scroll', () => scrollPositions.set(address.peek().entry, scrollY), { passive: true });
addEventListener('pagehide', () => {
  try {
    sessionStorage.setItem(SCROLL_STORAGE_ITEM, JSON.stringify([...scrollPositions].slice(-MAX_ENTRIES)));
  } catch {
    // Without storage, a reloaded page starts at the top.
  }
});

function restore(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(SCROLL_STORAGE_ITEM) ?? '[]') as [string, number][];
  } catch {
    return [];
  }
}
