import { STORAGE_SHARES, type StorageKind } from '../events/storage-allowance.service';

/** How a table, or a family of Redis keys, grows by requests with a storefront key. */
export interface StorefrontGrowth {
  /** The most that a day adds: a number of rows for each item of these kinds, or a bound of its own. */
  readonly bound: { readonly rows: number; readonly of: readonly StorageKind[] } | string;
  /** How long a row is stored. */
  readonly retention: string;
}

/** The least that an item counts as, in bytes: so a share of `STOREFRONT_BYTES_PER_DAY` is a number of rows, too. */
export const MIN_ITEM_BYTES: Readonly<Record<StorageKind, number>> = {
  EVENTS: 200,
  SEARCHES: 400,
  AD_DECISIONS: 250,
  CONVERSATIONS: 500,
};

/** What happens beyond the limit of a kind. */
export const BEYOND: Readonly<Record<StorageKind, string>> = {
  EVENTS: '`RATE_LIMITED`; none of the request is stored',
  SEARCHES: 'the search is answered and not logged',
  AD_DECISIONS: 'the ads are shown, billed and counted as ever; `adDecision` is null',
  CONVERSATIONS: '`RATE_LIMITED`',
};

const perItem = (rows: number, ...of: StorageKind[]) => ({ rows, of });
const LOGGED = perItem(1, 'EVENTS', 'SEARCHES', 'CONVERSATIONS');
const ACCEPTED = perItem(1, 'EVENTS', 'SEARCHES');
const WITH_THE_LOG = 'as long as the log: until the person is erased';
const SEARCHES_DAYS = '`SEARCHES_DAYS`';
const OF_CAMPAIGNS = 'what campaigns define: line items × products × placements';
const OF_STREAMS = 'the limits of the stream; as part of the next row';

/**
 * The inventory of what a storefront key can make grow: every table of the shop, with what a day adds at most, and how long
 * it is stored. Storefront keys are public, so each of these tables needs both. A test fails if a table is missing, and if
 * one grows that is said not to. `docs/operating.md` has this list.
 */
export const STOREFRONT_GROWTH: Readonly<Record<string, StorefrontGrowth | 'not grown'>> = {
  inbox: { bound: ACCEPTED, retention: 'one hour after it is in the log' },
  events: { bound: LOGGED, retention: WITH_THE_LOG },
  log_batches: { bound: LOGGED, retention: 'as long as the log' },
  outbox: { bound: LOGGED, retention: 'one hour' },
  rejected_events: { bound: ACCEPTED, retention: '`REJECTED_EVENTS_DAYS`' },
  storefront_growth: { bound: 'a row for each kind', retention: '7 days' },
  customers: { bound: 'a row for each customer for whom the shop has issued a token', retention: 'until erased' },
  audience_changes: { bound: 'a row for each new customer', retention: 'until it is applied, within seconds' },
  audience_members: { bound: 'a row for each new customer and audience', retention: 'as long as the condition holds' },

  visits: { bound: LOGGED, retention: WITH_THE_LOG },
  visit_placements: { bound: ACCEPTED, retention: WITH_THE_LOG },
  outdated_visitors: { bound: LOGGED, retention: 'until it is computed, within seconds' },
  visit_days: { bound: 'a row', retention: 'as long as the log' },
  placement_days: { bound: ACCEPTED, retention: 'as long as the log' },

  searches: { bound: perItem(1, 'SEARCHES'), retention: SEARCHES_DAYS },
  search_reactions: { bound: perItem(1, 'EVENTS'), retention: SEARCHES_DAYS },
  search_days: { bound: 'a row', retention: SEARCHES_DAYS },
  position_days: { bound: '21 rows', retention: SEARCHES_DAYS },
  query_days: { bound: perItem(1, 'SEARCHES'), retention: SEARCHES_DAYS },
  query_spellings: { bound: perItem(1, 'SEARCHES'), retention: SEARCHES_DAYS },
  past_queries: { bound: perItem(1, 'SEARCHES'), retention: SEARCHES_DAYS },

  ad_decisions: { bound: perItem(1, 'AD_DECISIONS'), retention: '`AD_DECISION_DAYS`' },
  ad_ledger: {
    bound: perItem(1, 'EVENTS'),
    retention: 'for ever, because it is the bill; without the person once erased',
  },
  ad_days: { bound: OF_CAMPAIGNS, retention: 'for ever, as the ledger' },
  ad_spend: { bound: 'a row for each campaign', retention: 'for ever, as the ledger' },
  ad_auction_days: { bound: OF_CAMPAIGNS, retention: 'for ever: reports show it' },

  conversations: { bound: perItem(1, 'CONVERSATIONS'), retention: '`CONVERSATION_DAYS` after the last change' },
  conversation_messages: { bound: perItem(2, 'CONVERSATIONS'), retention: 'with the conversation' },
  order_requests: {
    bound: 'one open request of a kind for each order of the visitor',
    retention: 'with the conversation',
  },
  webhook_deliveries: {
    bound: 'a row for each request about an order, each transition of an alert, and each webhook',
    retention: '7 days after it has ended; about an alert, with the alert',
  },

  stream_parts: { bound: LOGGED, retention: 'until merged, within seconds' },
  stream_windows: {
    bound: '`maxKeys` of each window, 5,000,000 of a stream',
    retention: '`retention` of the stream; beyond the limit, the oldest are removed',
  },
  stream_months: { bound: 'a row for each month of a stream', retention: 'with its windows' },
  stream_join_events: { bound: OF_STREAMS, retention: 'until no partner can come: interval and lateness' },
  stream_crowded_ranges: { bound: 'times only, merged; as part of the previous row', retention: 'with its windows' },
  stream_late: { bound: '1,000 rows of a stream', retention: 'the newest 1,000' },
  alerts: {
    bound: '1,000 keys of a rule at a time, and only by events that meet its condition',
    retention: '90 days after they are resolved',
  },
  alert_transitions: { bound: '4 rows for each alert', retention: 'with the alert' },

  artefacts: {
    bound: 'versions are made at intervals, independent of the number of requests',
    retention: 'the newest few of each kind',
  },
  artefact_chunks: {
    bound: 'with its artefact; a checkpoint has the sessions of up to `learner-limits.ts`',
    retention: 'with its artefact',
  },
  process_slices: { bound: 'a row for each process and 2 seconds', retention: '10 minutes' },
  system_samples: { bound: 'a row every 10 seconds', retention: 'one hour' },
  jobs: { bound: 'one of a kind of model at a time', retention: '30 days' },
  model_versions: { bound: 'one for each job', retention: 'the newest 100 of each kind' },

  settings: { bound: 'a row for each secret, made when it is first needed', retention: 'until it is replaced' },
  active_models: { bound: 'a row for each kind of model', retention: 'it is updated' },
  leases: { bound: 'a row for each kind of work', retention: 'it is updated' },
  log_position: { bound: 'one row', retention: 'it is updated' },
  followers: { bound: 'a row for each follower of the log', retention: 'it is updated' },
  search_progress: { bound: 'one row', retention: 'it is updated' },
  attribution_progress: { bound: 'one row', retention: 'it is updated' },

  // Of orders, payments and parcels, which only the shop records.
  orders: 'not grown',
  order_lines: 'not grown',
  order_history: 'not grown',
  payments: 'not grown',
  shipments: 'not grown',
  order_token_generations: 'not grown',
  attributed_lines: 'not grown',
  business_days: 'not grown',
  placement_revenue: 'not grown',
  customer_profiles: 'not grown',
  profile_changes: 'not grown',
  outdated_profiles: 'not grown',
  profile_sweep: 'not grown',
  // By mutations that need a key of the shop, or of an operator.
  customer_versions: 'not grown',
  merges: 'not grown',
  pending_merges: 'not grown',
  erasures: 'not grown',
  tombstones: 'not grown',
  products: 'not grown',
  product_versions: 'not grown',
  streams: 'not grown',
  stream_versions: 'not grown',
  synonyms: 'not grown',
  dismissed_synonyms: 'not grown',
  hidden_suggestions: 'not grown',
  merchandising_rules: 'not grown',
  carrier_codes: 'not grown',
  delivery_days: 'not grown',
  articles: 'not grown',
  intent_examples: 'not grown',
  audiences: 'not grown',
  segment_names: 'not grown',
  segment_periods: 'not grown',
  ad_objects: 'not grown',
  ad_changes: 'not grown',
  alert_rules: 'not grown',
  alert_webhooks: 'not grown',
  api_keys: 'not grown',
};

/** The families of Redis keys of a shop, by the first word of their names after `{NAMESPACE}:`. */
export const STOREFRONT_GROWTH_IN_REDIS: Readonly<Record<string, StorefrontGrowth>> = {
  cache: { bound: '32 MB at any time for each process; further pages of lists', retention: '5 minutes' },
  ingest: { bound: ACCEPTED, retention: 'until the batch is in the log' },
  refresh: { bound: 'one of a kind of model at a time', retention: 'until the job has ended' },
};

/** Returns what a day adds at most, for people. */
export function boundText({ bound }: StorefrontGrowth): string {
  if (typeof bound === 'string') return bound;
  const kinds = bound.of.map((kind) => `\`${kind}\``);
  return `${bound.rows === 1 ? 'a row' : `${bound.rows} rows`} for each of ${kinds.join(', ')}`;
}

/** Returns how many items of a kind all storefronts together may store in a day. */
export function maxItems(kind: StorageKind, bytesPerDay: number): number {
  return Math.floor((bytesPerDay * STORAGE_SHARES[kind]) / MIN_ITEM_BYTES[kind]);
}
