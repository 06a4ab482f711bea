import type { RequestError } from '@freshet/client';
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { distinctRails } from './distinct-rails';
import { useHeldRails } from './use-held-rails';
import { type RailInput, type RailList, useLiveLists } from './use-live-lists';

export interface RailSpec {
  readonly title: string;
  readonly input: RailInput & { placement: string };
  /** Picks its products before the rails above it. */
  readonly picksFirst?: boolean;
}

export interface LiveRails {
  /** To be put around the rails. */
  readonly element: RefObject<HTMLDivElement | null>;
  /** What each rail shows, by its placement; undefined until the shop has answered. */
  readonly lists: ReadonlyMap<string, RailList> | undefined;
  readonly error: RequestError | undefined;
}

/** Products of each rail that are shown. */
const MAX_RAIL_PRODUCTS = 12;

/**
 * All rails of a page, each following its list. No product stands in two rails. A rail that the pointer is over, or that
 * holds the keyboard's focus, keeps what it shows, and the others leave its products out.
 */
export function useLiveRails(name: string, rails: readonly RailSpec[]): LiveRails {
  const element = useRef<HTMLDivElement>(null);
  const heldRails = useHeldRails(element);
  const shown = useRef<{ readonly key: string; readonly lists: ReadonlyMap<string, RailList> }>(undefined);
  const picking = [...rails].sort((a, b) => Number(b.picksFirst ?? false) - Number(a.picksFirst ?? false));
  const inputs = picking.map(({ input }) => input);
  const { key, lists, error } = useLiveLists(name, inputs);
  if (lists === undefined) return { element, lists, error };
  // What was shown to another customer, or of another product, is held by nobody.
  const before = shown.current?.key === key ? shown.current.lists : undefined;
  const held = new Map<number, RailList>();
  for (const placement of before ? heldRails() : []) {
    const list = before?.get(placement);
    if (list)
      held.set(
        inputs.findIndex((input) => input.placement === placement),
        list,
      );
  }
  const distinct = distinctRails(lists, MAX_RAIL_PRODUCTS, held);
  shown.current = { key, lists: new Map(inputs.map(({ placement }, place) => [placement, distinct[place]])) };
  return { element, lists: shown.current.lists, error };
}
