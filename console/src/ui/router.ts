import { useEffect, useState } from 'preact/hooks';

const BASE = '/console/';
const NAVIGATED = 'freshet-moved';

/** Returns the decoded parts of a path below `/console/`. */
export const pathParts = (pathname: string): string[] =>
  pathname.slice(BASE.length).split('/').filter(Boolean).map(decodeURIComponent);

export const hrefOf = (...parts: readonly string[]): string => BASE + parts.map(encodeURIComponent).join('/');

/** Corrects the address of the page, without a new entry in the history. */
export function replaceAddress(href: string): void {
  history.replaceState(null, '', href);
  dispatchEvent(new Event(NAVIGATED));
}

/** Navigates without reloading the page, because the key is in the page's memory. */
export function go(href: string): void {
  history.pushState(null, '', href);
  dispatchEvent(new Event(NAVIGATED));
}

export function usePath(): string[] {
  const [pathname, setPathname] = useState(location.pathname);
  useEffect(() => {
    const update = () => setPathname(location.pathname);
    addEventListener('popstate', update);
    addEventListener(NAVIGATED, update);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener(NAVIGATED, update);
    };
  }, []);
  return pathParts(pathname);
}

/** Navigates within the page on a plain click, unless the browser would open a tab or a download. */
export function followInPage(event: MouseEvent): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go((event.currentTarget as HTMLAnchorElement).href);
}
