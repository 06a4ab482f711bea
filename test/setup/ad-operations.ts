import type { GraphqlClient } from './graphql-client';

interface Written {
  readonly receipt: string;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly field: readonly string[] | null;
  }[];
}

const RESULT = 'receipt userErrors { code message field }';
const mutation = (name: string, input: string, fields = '') =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { ${fields} ${RESULT} } }`;
const AD_MUTATIONS = {
  upsertAdvertiser: mutation('upsertAdvertiser', 'UpsertAdvertiserInput'),
  upsertAdPlacement: mutation('upsertAdPlacement', 'UpsertAdPlacementInput'),
  createCampaign: mutation('createCampaign', 'CreateCampaignInput', 'campaign { id status timeZone }'),
  updateCampaign: mutation('updateCampaign', 'UpdateCampaignInput', 'campaign { id status totalBudget { amount } }'),
  upsertLineItem: mutation('upsertLineItem', 'UpsertLineItemInput', 'lineItem { id bid { amount currency } }'),
};
export type AdMutation = keyof typeof AD_MUTATIONS;

/** Runs a mutation of the ads. */
export async function changeAds(client: GraphqlClient, name: AdMutation, input: object): Promise<Written> {
  return (await client.data<Record<string, Written>>(AD_MUTATIONS[name], { input }))[name];
}

/** Runs mutations of the ads that must succeed. @returns the receipt of the last one */
export async function defineAds(
  client: GraphqlClient,
  definitions: readonly (readonly [AdMutation, object])[],
): Promise<string> {
  let receipt = '';
  for (const [name, input] of definitions) {
    const written = await changeAds(client, name, input);
    expect(written.userErrors).toEqual([]);
    ({ receipt } = written);
  }
  return receipt;
}

export const eur = (amount: string) => ({ amount, currency: 'EUR' });

export interface ShownSponsored {
  readonly slot: number;
  readonly advertiserName: string;
  readonly token: string;
  readonly product: { readonly id: string };
}

export interface SponsoredSearch {
  readonly search: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly id: string }[];
    readonly sponsored: {
      readonly id: string;
      readonly placement: string;
      readonly products: readonly ShownSponsored[];
    } | null;
  };
}

export const SPONSORED_SEARCH = `query ($input: SearchInput!, $first: Int) {
  search(input: $input, first: $first) {
    totalCount nodes { id }
    sponsored { id placement products { slot advertiserName token product { id } } }
  }
}`;

export interface CampaignAnswer {
  readonly campaign: {
    readonly status: string;
    readonly spendToday: { readonly amount: string };
    readonly figures: {
      readonly spend: { readonly amount: string };
      readonly impressions: number;
      readonly clicks: number;
      readonly freeClicks: number;
      readonly invalidClicks: number;
      readonly invalidImpressions: number;
      readonly costPerClick: { readonly amount: string } | null;
    };
  };
}

export const CAMPAIGN = `query ($id: ID!) { campaign(id: $id) {
  status spendToday { amount }
  figures {
    spend { amount } impressions clicks freeClicks invalidClicks invalidImpressions costPerClick { amount }
  }
} }`;

export const AD_DECISION = `query ($id: ID!) { adDecision(id: $id) {
  placement query relevantProducts
  winners {
    slot isExploration price { amount currency }
    candidate { lineItemId productId clickProbability quality bid { amount } reserve { amount } score { amount } }
  }
  competitors { lineItemId productId score { amount } }
  excluded { lineItemId productId reason }
} }`;

export interface DecisionAnswer {
  readonly adDecision: {
    readonly placement: string;
    readonly query: string | null;
    readonly relevantProducts: number;
    readonly winners: readonly {
      readonly slot: number;
      readonly isExploration: boolean;
      readonly price: { readonly amount: string; readonly currency: string };
      readonly candidate: {
        readonly lineItemId: string;
        readonly productId: string;
        readonly clickProbability: number;
        readonly quality: number;
        readonly bid: { readonly amount: string };
        readonly reserve: { readonly amount: string };
        readonly score: { readonly amount: string };
      };
    }[];
    readonly competitors: readonly { readonly lineItemId: string; readonly productId: string }[];
    readonly excluded: readonly { readonly lineItemId: string; readonly productId: string; readonly reason: string }[];
  } | null;
}
