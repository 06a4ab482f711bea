import type { RequestError } from '@freshet/client';
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { distinctRails } from './distinct-rails';
import type { SponsoredList } from './sponsored-fields';
import { removeListedAds } from './sponsored-list';
import { useHeldRails } from './use-held-rails';
import { type RailInput, type RailList, useLiveLists } from './use-live-lists';

export interface RailSpec {
  readonly title: string;
  readonly input: RailInput & { placement: string };
  /** Gives the rail priority over the rails above it, and over ads, when products are assigned. */
  readonly picksFirst?: boolean;
}

/** The ads of a page, which are the first cards of one of its rails. */
export interface RailAds {
  /** The placement of the rail. */
  readonly rail: string;
  /** Undefined until they have loaded. */
  readonly list: SponsoredList | undefined;
}

export interface LiveRails {
  /** Ref of the element around the rails. */
  readonly element: RefObject<HTMLDivElement | null>;
  /** Each rail's list, by its placement; undefined until the lists have loaded. */
  readonly lists: ReadonlyMap<string, RailList> | undefined;
  /** The ads that are shown. */
  readonly ads?: RailAds;
  readonly error: RequestError | undefined;
}

/** Maximum number of products that a rail shows. */
const MAX_RAIL_PRODUCTS = 12;

/**
 * Returns all rails of a page with live lists. No product is shown twice. A rail under the pointer or with the keyboard
 * focus does not change, and the others omit its products. Rails that pick first have priority over ads, and ads over
 * the other rails.
 * @param ads the ads of the page, if it has any
 */
export function useLiveRails(name: string, rails: readonly RailSpec[], ads?: RailAds): LiveRails {
  const element = useRef<HTMLDivElement>(null);
  const heldRails = useHeldRails(element);
  const shown = useRef<{
    readonly key: string;
    readonly lists: ReadonlyMap<string, RailList>;
    readonly ads?: RailAds;
  }>(undefined);
  const picking = [...rails].sort((a, b) => Number(b.picksFirst ?? false) - Number(a.picksFirst ?? false));
  const inputs = picking.map(({ input }) => input);
  const { key, lists, error } = useLiveLists(name, inputs);
  if (lists === undefined) return { element, lists, error };
  // Lists of another customer or for another product are not held.
  const before = shown.current?.key === key ? shown.current : undefined;
  const heldPlacements = before ? heldRails() : new Set<string>();
  const held = new Map<number, RailList>();
  for (const placement of heldPlacements) {
    const list = before!.lists.get(placement);
    if (list)
      held.set(
        inputs.findIndex((input) => input.placement === placement),
        list,
      );
  }
  // The ads of a rail that must not change stay, and none is added.
  const areAdsHeld = ads !== undefined && heldPlacements.has(ads.rail);
  const offered = areAdsHeld ? before!.ads?.list : ads?.list;
  const distinct = distinctRails(lists, MAX_RAIL_PRODUCTS, held, {
    ids: offered?.products.map(({ product }) => product.id) ?? [],
    precedingLists: areAdsHeld ? 0 : picking.filter(({ picksFirst }) => picksFirst).length,
  });
  shown.current = {
    key,
    lists: new Map(inputs.map(({ placement }, place) => [placement, distinct[place]!])),
    ads: ads && { rail: ads.rail, list: offered && removeListedAds(offered, distinct) },
  };
  return { element, lists: shown.current.lists, ads: shown.current.ads, error };
}
