import type { ListOrigin } from '../app/address';
import type { SponsoredList } from './sponsored-fields';

interface Listed {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
}

/** Tokens of ads whose impression has been recorded: going back to a page does not record another one. */
const seenTokens = new Set<string>();

/** Returns whether this is the first call with the token of an ad. */
export function isFirstImpression(token: string): boolean {
  if (seenTokens.has(token)) return false;
  seenTokens.add(token);
  return true;
}

/** Returns the origin of a sponsored product: its events name the token of the ad as their `requestId`. */
export function sponsoredOrigin(
  { placement }: Pick<SponsoredList, 'placement'>,
  { token, slot }: Pick<SponsoredList['products'][number], 'token' | 'slot'>,
): ListOrigin & { readonly requestId: string } {
  return { requestId: token, position: slot, placement };
}

/** Removes the ads for products that a list of the page shows. */
export function removeListedAds(sponsored: SponsoredList, lists: readonly Listed[]): SponsoredList {
  const listed = new Set(lists.flatMap(({ edges }) => edges.map(({ node }) => node.id)));
  return { ...sponsored, products: sponsored.products.filter(({ product }) => !listed.has(product.id)) };
}

/** Removes the products of a list that are shown as ads above it. */
export function withoutSponsored<Edge extends { readonly node: { readonly id: string } }>(
  edges: readonly Edge[],
  sponsored: SponsoredList | null | undefined,
): readonly Edge[] {
  const shown = new Set(sponsored?.products.map(({ product }) => product.id));
  return edges.filter(({ node }) => !shown.has(node.id));
}
