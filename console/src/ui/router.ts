import { useEffect, useState } from 'preact/hooks';

const BASE = '/console/';
const MOVED = 'freshet-moved';

/** The parts of the address below `/console/`. */
export const pathParts = (pathname: string): string[] =>
  pathname.slice(BASE.length).split('/').filter(Boolean).map(decodeURIComponent);

export const hrefOf = (...parts: readonly string[]): string => BASE + parts.map(encodeURIComponent).join('/');

/** Goes there without loading the page anew: the key is in its memory. */
export function go(href: string): void {
  history.pushState(null, '', href);
  dispatchEvent(new Event(MOVED));
}

export function usePath(): string[] {
  const [pathname, setPathname] = useState(location.pathname);
  useEffect(() => {
    const look = () => setPathname(location.pathname);
    addEventListener('popstate', look);
    addEventListener(MOVED, look);
    return () => {
      removeEventListener('popstate', look);
      removeEventListener(MOVED, look);
    };
  }, []);
  return pathParts(pathname);
}

/** A click that the browser would not take elsewhere (another tab, a download) stays on the page. */
export function followInPage(event: MouseEvent): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go((event.currentTarget as HTMLAnchorElement).href);
}
