import type { RequestError } from '@freshet/client';
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { distinctRails } from './distinct-rails';
import { useHeldRails } from './use-held-rails';
import { type RailInput, type RailList, useLiveLists } from './use-live-lists';

export interface RailSpec {
  readonly title: string;
  readonly input: RailInput & { placement: string };
  /** Gives the rail priority over the rails above it, and over ads, when products are assigned. */
  readonly picksFirst?: boolean;
}

export interface LiveRails {
  /** Ref of the element around the rails. */
  readonly element: RefObject<HTMLDivElement | null>;
  /** Each rail's list, by its placement; undefined until the lists have loaded. */
  readonly lists: ReadonlyMap<string, RailList> | undefined;
  readonly error: RequestError | undefined;
}

/** Maximum number of products that a rail shows. */
const MAX_RAIL_PRODUCTS = 12;

/**
 * Returns all rails of a page with live lists. No product is in two rails. A rail under the pointer or with the
 * keyboard focus does not change, and the others omit its products.
 * @param sponsoredIds ids of the sponsored products of the page, which only rails that pick first repeat
 */
export function useLiveRails(
  name: string,
  rails: readonly RailSpec[],
  sponsoredIds: readonly string[] = [],
): LiveRails {
  const element = useRef<HTMLDivElement>(null);
  const heldRails = useHeldRails(element);
  const shown = useRef<{ readonly key: string; readonly lists: ReadonlyMap<string, RailList> }>(undefined);
  const picking = [...rails].sort((a, b) => Number(b.picksFirst ?? false) - Number(a.picksFirst ?? false));
  const inputs = picking.map(({ input }) => input);
  const { key, lists, error } = useLiveLists(name, inputs);
  if (lists === undefined) return { element, lists, error };
  // Lists of another customer or for another product are not held.
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
  const after = picking.filter(({ picksFirst }) => picksFirst).length;
  const distinct = distinctRails(lists, MAX_RAIL_PRODUCTS, held, { ids: sponsoredIds, after });
  shown.current = { key, lists: new Map(inputs.map(({ placement }, place) => [placement, distinct[place]!])) };
  return { element, lists: shown.current.lists, error };
}
