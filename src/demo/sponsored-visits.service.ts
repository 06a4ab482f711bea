import { HOME_ADS, SEARCH_ADS } from './demo-ads';
import type { DemoSearch } from './demo-search';
import type { DemoOrder } from './demo-visit';
import type { StorefrontDoor } from './storefront-door';

/** Share of the visits that see the ads of the home page. Others see those of a search. */
const HOME_SHARE = 0.4;
/** Probability that the ad in the first slot is clicked. It is lower in each further slot. */
const AD_CLICK_SHARE = 0.12;
/** Probability that the visitor opens a result of the search, if no ad was clicked. */
const RESULT_CLICK_SHARE = 0.6;
/** Probabilities that a clicked ad leads to a product in the cart, and that the cart leads to an order. */
const CART_SHARE = 0.35;
const ORDER_SHARE = 0.5;
/** Number of results of a search that a visitor sees. */
const SEEN_RESULTS = 3;
const SYNTHETIC = { synthetic: true } as const;

const START = 'mutation { startSession { token sessionId } }';
const SPONSORED = 'sponsored { products { slot token product { id } } }';
const SEARCH = `query ($input: SearchInput!, $first: Int!) {
  search(input: $input, first: $first) { requestId edges { rank node { id } } ${SPONSORED} } }`;
const HOME = `query ($input: AdsInput!) { ads(input: $input) { products { slot token product { id } } } }`;
const RECORD = `mutation ($events: [EventInput!]!) { recordEvents(input: { events: $events }) { errors { message } } }`;

interface Session {
  readonly token: string;
  readonly sessionId: string;
}
interface Ad {
  readonly slot: number;
  readonly token: string;
  readonly product: { readonly id: string };
}
interface Ads {
  readonly products: readonly Ad[];
}
interface FoundPage {
  readonly search: {
    readonly requestId: string;
    readonly edges: readonly { readonly rank: number; readonly node: { readonly id: string } }[];
    readonly sponsored: Ads | null;
  };
}

/** A product that a visitor sees, and the list or ad that shows it. */
interface ShownProduct {
  readonly productId: string;
  readonly requestId: string;
  readonly position: number;
  readonly placement: string;
}

export interface SponsoredVisitsOptions {
  readonly door: StorefrontDoor;
  readonly search: DemoSearch;
  readonly random: () => number;
  /** Waits for the time that a visitor spends on a page. */
  readonly pause: () => Promise<void>;
}

/**
 * Simulates visitors who see sponsored products and may click one. They use the shop as a browser does: they search and
 * record events through the public GraphQL endpoint, with the tokens of the ads that they were shown.
 */
export class SponsoredVisits {
  constructor(private readonly options: SponsoredVisitsOptions) {}

  /**
   * Runs one visit of a person who is not signed in.
   * @param productIndex the catalogue index of the product that the visitor wants
   * @param now when the visit begins (ms since 1970)
   * @returns the order at its end, if there is one
   */
  async run(productIndex: number, now: number): Promise<DemoOrder | undefined> {
    const { door, pause, random } = this.options;
    const { startSession } = await door<{ startSession: Session }>(START, {});
    const { token, sessionId } = startSession;
    const isAtHome = random() < HOME_SHARE;
    const { ads, results } = isAtHome ? await this.openHome(token) : await this.search(token, productIndex, now);
    await pause();
    await this.record(token, 'IMPRESSION', [...ads, ...results]);
    await pause();
    const ad = ads.find(({ position }) => random() < AD_CLICK_SHARE / position);
    const opened = ad ?? (random() < RESULT_CLICK_SHARE ? results[0] : undefined);
    if (opened === undefined) return undefined;
    await this.record(token, 'CLICK', [opened]);
    await this.record(token, 'VIEW', [opened]);
    if (ad === undefined || random() >= CART_SHARE) return undefined;
    await pause();
    await this.record(token, 'ADD_TO_CART', [ad]);
    if (random() >= ORDER_SHARE) return undefined;
    const { productId, placement } = ad;
    return {
      id: `${sessionId}-order`,
      sessionId,
      placedAt: Date.now(),
      lines: [{ productId, quantity: 1, placement }],
    };
  }

  private async openHome(token: string): Promise<{ ads: ShownProduct[]; results: ShownProduct[] }> {
    const { ads } = await this.options.door<{ ads: Ads | null }>(HOME, { input: { placement: HOME_ADS } }, token);
    return { ads: shownAds(ads, HOME_ADS), results: [] };
  }

  private async search(token: string, productIndex: number, now: number) {
    const { door, random } = this.options;
    const { query } = this.options.search.simulateSearch(productIndex, now, random);
    const input = { query, placement: SEARCH_ADS };
    const { search } = await door<FoundPage>(SEARCH, { input, first: SEEN_RESULTS }, token);
    const results = search.edges.map(({ rank, node }) => ({
      ...{ productId: node.id, requestId: search.requestId, position: rank, placement: SEARCH_ADS },
    }));
    return { ads: shownAds(search.sponsored, SEARCH_ADS), results };
  }

  private async record(token: string, type: string, products: readonly ShownProduct[]): Promise<void> {
    if (products.length === 0) return;
    const events = products.map((product) => ({ type, ...product, properties: SYNTHETIC }));
    await this.options.door(RECORD, { events }, token);
  }
}

function shownAds(ads: Ads | null, placement: string): ShownProduct[] {
  return (ads?.products ?? []).map(({ slot, token, product }) => ({
    ...{ productId: product.id, requestId: token, position: slot, placement },
  }));
}
