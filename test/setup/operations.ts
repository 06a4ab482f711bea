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
export const CREATE_KEY = `mutation($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { secret apiKey { id hint scope } errors { code path } }
}`;
export const START_SESSION = 'mutation { startSession { token sessionId expiresAt } }';
export const ISSUE_TOKEN = `mutation($input: IssueCustomerTokenInput!) {
  issueCustomerToken(input: $input) { token expiresAt errors { code path } }
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

export interface CreateKeyAnswer {
  readonly createApiKey: { readonly secret: string; readonly apiKey: { readonly id: string } };
}
export interface StartSessionAnswer {
  readonly startSession: { readonly token: string; readonly sessionId: string };
}
export interface IssueTokenAnswer {
  readonly issueCustomerToken: { readonly token: string };
}

export const ids = (answer: ListAnswer): string[] => answer.recommendations.edges.map((edge) => edge.node.id);

export const SEARCH = `query($input: SearchInput!, $first: Int, $after: String) {
  search(input: $input, first: $first, after: $after) {
    requestId revision asOf modelVersion totalCount didYouMean correctedQuery ignoredWords
    facets { field distinctCount minimum maximum values { value count selected } ranges { from to count } }
    edges {
      cursor score rank isPartialMatch node { id title }
      highlights { field fragments { text matched } }
      reasons { source share text product { id } }
    }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
export interface FacetAnswer {
  readonly field: string;
  readonly distinctCount: number;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly values: readonly { readonly value: string; readonly count: number; readonly selected: boolean }[];
  readonly ranges: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}
export interface SearchAnswer {
  readonly search: {
    readonly requestId: string;
    readonly revision: string;
    readonly modelVersion: string;
    readonly totalCount: number;
    readonly didYouMean: string | null;
    readonly correctedQuery: string | null;
    readonly ignoredWords: readonly string[];
    readonly facets: readonly FacetAnswer[];
    readonly edges: readonly {
      readonly cursor: string;
      readonly score: number;
      readonly rank: number;
      readonly isPartialMatch: boolean;
      readonly node: { readonly id: string; readonly title: string };
      readonly highlights: readonly {
        readonly field: string;
        readonly fragments: readonly { readonly text: string; readonly matched: boolean }[];
      }[];
      readonly reasons: readonly {
        readonly source: string;
        readonly share: number;
        readonly text: string;
        readonly product: { readonly id: string } | null;
      }[];
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
/** Returns the ids of the products that match. */
export const found = ({ search }: SearchAnswer): string[] =>
  search.edges.filter(({ isPartialMatch }) => !isPartialMatch).map(({ node }) => node.id);

/** Returns the ids of the products with some of the words. */
export const foundPartially = ({ search }: SearchAnswer): string[] =>
  search.edges.filter(({ isPartialMatch }) => isPartialMatch).map(({ node }) => node.id);
