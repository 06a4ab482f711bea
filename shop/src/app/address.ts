import { signal } from '@preact/signals';

/** The list that a product was chosen from: the events that follow name it. */
export interface Via {
  readonly requestId?: string;
  readonly position?: number;
  readonly placement: string;
}

/** Where the page is: an entry of the browser's history. */
export interface Address {
  /** Below `/shop`, such as `/products/a-1`; decoded part by part by whoever reads it. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  /** Of this entry: going back finds what was kept under it. */
  readonly entry: string;
  readonly via?: Via;
  /** How one came here: what a page does with focus and scroll goes by it. */
  readonly by: 'load' | 'link' | 'history' | 'typing';
}

export const BASE = '/shop';

interface State {
  readonly entry: string;
  readonly via?: Via;
}

export const address = signal<Address>(read('load'));

/** Goes to an address below `/shop`. */
export function go(to: string, options: { readonly via?: Via; readonly replace?: 'typing' } = {}): void {
  const state: State = { entry: options.replace ? address.value.entry : newEntry(), via: options.via };
  if (options.replace) history.replaceState(state, '', BASE + to);
  else history.pushState(state, '', BASE + to);
  address.value = read(options.replace ?? 'link');
}

export const productPath = (id: string) => `/products/${encodeURIComponent(id)}`;
export const orderPath = (id: string) => `/orders/${encodeURIComponent(id)}`;

addEventListener('popstate', () => (address.value = read('history')));
// The page knows when its content is there; the browser does not.
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
