/** The operations that tests send. */
export const RECORD = `mutation($events: [EventInput!]!) {
  recordEvents(input: { events: $events }) { accepted receipt errors { index code path message } }
}`;
export const UPSERT = `mutation($products: [ProductInput!]!) {
  upsertProducts(input: { products: $products }) { accepted unchanged receipt errors { index code path message } }
}`;
export const LIST = `query($input: RecommendationsInput!, $first: Int, $after: String) {
  recommendations(input: $input, first: $first, after: $after) {
    requestId modelVersion revision asOf
    edges { cursor rank score node { id title } reasons { source share text product { id } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
export const LIVE = `subscription($input: RecommendationsInput!, $first: Int) {
  recommendationsUpdated(input: $input, first: $first) { requestId revision nodes { id } }
}`;
export const MERGE = `mutation($input: MergeCustomerInput!) {
  mergeCustomer(input: $input) { receipt errors { code path } }
}`;

export interface RecordAnswer {
  readonly recordEvents: {
    readonly accepted: number;
    readonly receipt: string | null;
    readonly errors: readonly { index: number; code: string; path: string | null; message: string }[];
  };
}
export interface UpsertAnswer {
  readonly upsertProducts: {
    readonly accepted: number;
    readonly unchanged: number;
    readonly receipt: string;
    readonly errors: readonly { index: number; code: string; path: string | null }[];
  };
}
export interface ListAnswer {
  readonly recommendations: {
    readonly requestId: string;
    readonly modelVersion: string;
    readonly revision: string;
    readonly asOf: string;
    readonly edges: readonly {
      readonly cursor: string;
      readonly rank: number;
      readonly score: number;
      readonly node: { readonly id: string; readonly title: string };
      readonly reasons: readonly { source: string; share: number; text: string; product: { id: string } | null }[];
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
export interface LiveAnswer {
  readonly recommendationsUpdated: { readonly revision: string; readonly nodes: readonly { readonly id: string }[] };
}

export interface MergeAnswer {
  readonly mergeCustomer: {
    readonly receipt: string | null;
    readonly errors: readonly { code: string; path: string }[];
  };
}

export const ids = (answer: ListAnswer): string[] => answer.recommendations.edges.map((edge) => edge.node.id);
