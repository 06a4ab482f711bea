import { signal } from '@preact/signals';

/** The list from which a product was chosen. Later events for the product refer to it. */
export interface ListOrigin {
  readonly requestId?: string;
  readonly position?: number;
  readonly placement: string;
}

/** The page's location: an entry of the browser's history. */
export interface Address {
  /** Path below `/shop`, such as `/products/a-1`; its parts are still URL-encoded. */
  readonly path: string;
  /** Query string with its question mark, or empty. */
  readonly query: string;
  /** Id of the history entry: the state of a page is stored under it and restored when the visitor goes back. */
  readonly entry: string;
  readonly via?: ListOrigin;
  /** How the visitor got here; it determines the page's focus and scroll position. */
  readonly by: 'load' | 'link' | 'history' | 'typing';
}

export const BASE = '/shop';

interface State {
  readonly entry: string;
  readonly via?: ListOrigin;
}

export const address = signal<Address>(read('load'));

interface GoOptions {
  readonly via?: ListOrigin;
  /** `typing`: the address follows what the visitor types. Default: `link`. */
  readonly by?: 'link' | 'typing';
  /** Whether the current entry of the history is replaced. Default: only by its own address. */
  readonly replace?: boolean;
}

/** Goes to an address below `/shop`. */
export function go(to: string, { via, by = 'link', replace = false }: GoOptions = {}): void {
  const { path, query, entry } = address.peek();
  // While the visitor types, the content belongs to the same entry.
  const state: State = { entry: by === 'typing' && replace ? entry : newEntry(), via };
  if (replace || to === path + query) history.replaceState(state, '', BASE + to);
  else history.pushState(state, '', BASE + to);
  address.value = read(by);
}

export const productPath = (id: string) => `/products/${encodeURIComponent(id)}`;
export const orderPath = (id: string) => `/orders/${encodeURIComponent(id)}`;

addEventListener('popstate', () => (address.value = read('history')));
// The page restores the scroll position itself, because the browser does not know when the content has loaded.
history.scrollRestoration = 'manual';

function read(by: Address['by']): Address {
  let state = history.state as State | null;
  if (typeof state?.entry !== 'string') {
    state = { entry: newEntry() };
    history.replaceState(state, '');
  }
  const path = location.pathname.slice(BASE.length).replace(/\/+$/, '') || '/';
  return { path, query: location.search, entry: state.entry, via: state.via, by };
}

function newEntry(): string {
  return Math.random().toString(36).slice(2);
}
