import type { PoolClient } from '../platform/postgres';
import { eraseAdDecisions } from '../ads/decision/ad-decision.store';
import { eraseFromAds } from '../ads/billing/billing.store';
import { eraseFromAttribution } from '../attribution/erase-from-attribution';
import { renameOrders } from '../attribution/attribution.store';
import { eraseOrderTokens } from '../auth/order-token.store';
import { eraseFromAudiences } from '../customers/audiences/audience.store';
import { eraseFromCustomers } from '../customers/customer.store';
import { eraseFromProfiles } from '../customers/profiles/profile.store';
import {
  eraseFromLog,
  eraseFromMerges,
  eraseFromOutbox,
  REJECTED_EVENTS,
  WAITING_EVENTS,
} from '../events/erase-subjects.store';
import { orderIdsIn } from '../events/log-event';
import { EVENTS_IN_RANGES, rangeColumns } from '../events/identity-ranges.store';
import { erasePendingMerges } from '../events/pending-merges.store';
import { eraseFromShipments } from '../logistics/shipment.store';
import { eraseFromOrders } from '../orders/order-owner.store';
import { eraseFromAlerts } from '../monitoring/alerts/alert.store';
import type { ModelKind } from '../models/model-kind';
import { retireArtefacts } from '../platform/artefacts';
import { SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../live-state/live-state-names';
import { eraseFromQueryLog } from '../search/query-log/query-log.store';
import { eraseConversations } from '../support/conversation.store';
import { eraseFromStreams } from '../streams/stream.store';
import { eraseContentDeliveries } from '../webhooks/delivery.store';
import type { HeldPerson } from './held-person.store';
import { personalRows, type ReadRows, rowsOfPerson } from './personal-rows.store';

/** A person who is being erased, and the result so far. */
export interface ErasedPerson {
  readonly subjects: readonly string[];
  events: number;
  orderLines: number;
  /** Log positions that contained data of the person. */
  readonly positions: number[];
}

type Erase = (client: PoolClient, people: readonly ErasedPerson[]) => Promise<void>;

const eraseTogether =
  (erase: (client: PoolClient, subjects: readonly string[], positions: readonly number[]) => Promise<void>): Erase =>
  (client, people) =>
    erase(
      client,
      [...new Set(people.flatMap(({ subjects }) => subjects))],
      people.flatMap(({ positions }) => positions),
    );

/** Erases one person after the other, for tables whose counts or positions are recorded for each person. */
const eraseOneByOne =
  (erase: (client: PoolClient, person: ErasedPerson) => Promise<void>): Erase =>
  async (client, people) => {
    for (const person of people) await erase(client, person);
  };

/** Erases data that is found by log position. Does nothing if the log had no data of these people. */
const eraseByPositions =
  (erase: (client: PoolClient, positions: readonly number[]) => Promise<void>): Erase =>
  async (client, people) => {
    const positions = people.flatMap((person) => person.positions);
    if (positions.length > 0) await erase(client, positions);
  };

/** A kind of artefact: a stored model, or a snapshot of state. */
type ArtefactKind = ModelKind | 'ease' | 'search-index' | typeof SHOP_ARTEFACT | typeof SUBJECTS_ARTEFACT;

/**
 * The inventory of artefacts: what each kind has of people, and whether an erasure deletes its artefacts. A test fails for
 * a kind that is missing. Both halves of the learner's checkpoint are deleted. The shop half contains sessions: times and
 * products of each customer and visit, without ids. The learner then stores shop halves without sessions, until it has
 * learned the log again. No other kind may hold an id of a person or a word that one has written, other than as a hash.
 */
export const ARTEFACT_INVENTORY: Readonly<Record<ArtefactKind, 'deleted' | `not personal: ${string}`>> = {
  [SHOP_ARTEFACT]: 'deleted',
  [SUBJECTS_ARTEFACT]: 'deleted',
  ads: 'not personal: weights of hashed features over all impressions',
  behaviour: 'not personal: parameters over all sessions',
  blend: 'not personal: parameters of products and features over all customers',
  ease: 'not personal: counts of pairs of products over all customers',
  intents: 'not personal: weights of hashes of words and of their parts; hashes of the texts',
  search: 'not personal: weights over all searches; clicks on products by hashes of queries',
  'search-index': 'not personal: the catalogue',
  segments: 'not personal: centroids, with names made from the catalogue',
  value: 'not personal: parameters over all customers',
};
const PERSONAL_ARTEFACT_KINDS = Object.entries(ARTEFACT_INVENTORY).flatMap(([kind, held]) =>
  held === 'deleted' ? [kind] : [],
);

const IS_MERGE_OF = 'from_subject = ANY($1::text[]) OR into_subject = ANY($1::text[])';

/** How the data of a table is removed: by a function, or together with the data of another table, or afterwards. */
type Removal =
  | Erase
  | 'with its artefact'
  | 'with its customer'
  | 'with its search'
  | 'with its visit'
  | 'with its order'
  | 'with its windows'
  | 'with its alert'
  | 'with its conversation'
  | 'afterwards';

interface PersonalTable {
  readonly erase: Removal;
  /** Reads a person's rows for an export; or why an export has none. */
  readonly export: ReadRows | `none: ${string}`;
}

/** The conversations of the customers `$1`, of the subjects `$2` without a customer, and of the orders `$3` of guests. */
const CONVERSATIONS = `SELECT * FROM conversations WHERE customer_id = ANY($1::text[])
  OR (customer_id IS NULL AND (('s:' || session_id) = ANY($2::text[]) OR order_id = ANY($3::text[])))`;
const ownersOf = ({ customerIds, subjects, orderIds }: HeldPerson) => [customerIds, subjects, orderIds];

const COMPUTED = 'none: computed from the events';

/**
 * The inventory of personal data: every table of the shop, how a person's data is removed from it, and how it is
 * exported. `afterwards` means that it is removed after the transaction. `not personal` marks a table without personal
 * data. A test fails if a table is missing from this list. The tables are processed in this order, in one transaction. No
 * other transaction adds data of these people at the same time.
 */
export const PERSONAL_DATA_INVENTORY: Readonly<Record<string, PersonalTable | 'not personal'>> = {
  // Must run before `events` and `orders`: they determine which visits and order lines belong to the person.
  visits: {
    erase: eraseTogether(eraseFromAttribution),
    export: rowsOfPerson('subjects', 'visits', 'subject = ANY($1)', ['subject', 'day']),
  },
  visit_placements: { erase: 'with its visit', export: 'none: counts of events' },
  outdated_visitors: { erase: 'with its visit', export: 'none: visitors whose figures are being computed' },
  attributed_lines: { erase: 'with its order', export: COMPUTED },
  followers: 'not personal',
  attribution_progress: 'not personal',
  visit_days: 'not personal',
  business_days: 'not personal',
  placement_days: 'not personal',
  placement_revenue: 'not personal',
  ad_ledger: {
    erase: eraseTogether(eraseFromAds),
    export: 'none: what advertisers pay for impressions and clicks, which are in the events',
  },
  ad_decisions: {
    erase: eraseTogether(eraseAdDecisions),
    // Without the bids of the advertisers.
    export: personalRows({
      sql: `SELECT id, decided_at, placement, record->>'query' AS query FROM ad_decisions WHERE subject = ANY($1::text[])`,
      values: ({ subjects }) => [subjects],
      id: ['id'],
      time: 'decided_at',
    }),
  },
  ad_objects: 'not personal',
  ad_changes: 'not personal', // changes by admins
  ad_days: 'not personal',
  ad_spend: 'not personal',
  ad_auction_days: 'not personal',
  // Must run before `events`: the log determines which searches belong to the person.
  searches: {
    erase: eraseTogether(eraseFromQueryLog),
    export: rowsOfPerson('subjects', 'searches', 'owner = ANY($1)', ['request_id'], 'occurred_at'),
  },
  search_reactions: { erase: 'with its search', export: 'none: copies of events' },
  query_spellings: { erase: 'with its search', export: 'none: counts over all customers' },
  past_queries: { erase: 'with its search', export: 'none: counts over all customers' },
  query_days: { erase: 'with its search', export: 'none: counts over all customers' },
  search_days: 'not personal',
  position_days: 'not personal',
  search_progress: 'not personal',
  events: {
    erase: eraseOneByOne(async (client, person) => {
      const { events, orderLines, positions } = await eraseFromLog(client, person.subjects);
      person.events += events;
      person.orderLines += orderLines;
      person.positions.push(...positions);
    }),
    export: personalRows({
      sql: `SELECT * FROM events WHERE subject = ANY($4::text[])
            UNION ALL SELECT (e.stored).* FROM (SELECT event AS stored FROM events event
              JOIN (SELECT source, id, occurred_at FROM ${EVENTS_IN_RANGES}) e USING (source, id, occurred_at)) e`,
      values: ({ mergedRanges, subjects }) => [...rangeColumns(mergedRanges), subjects],
      id: ['source', 'id', 'occurred_at'],
      time: 'occurred_at',
    }),
  },
  shipments: {
    erase: eraseTogether(eraseFromShipments),
    export: rowsOfPerson('shipmentIds', 'shipments', 'id = ANY($1)', ['id'], 'started_at'),
  },
  orders: {
    erase: eraseTogether(async (client, subjects) => renameOrders(client, await eraseFromOrders(client, subjects))),
    export: rowsOfPerson('orderIds', 'orders', 'id = ANY($1)', ['id'], 'placed_at'),
  },
  order_token_generations: {
    erase: eraseTogether((client, subjects) => eraseOrderTokens(client, orderIdsIn(subjects))),
    export: 'none: how often the shop has revoked tokens of an order',
  },
  order_lines: {
    erase: 'with its order',
    export: rowsOfPerson('orderIds', 'order_lines', 'order_id = ANY($1)', ['order_id', 'id'], 'placed_at'),
  },
  payments: {
    erase: 'with its order',
    export: rowsOfPerson('orderIds', 'payments', 'order_id = ANY($1)', ['id'], 'occurred_at'),
  },
  order_history: {
    erase: 'with its order',
    export: rowsOfPerson('orderIds', 'order_history', 'order_id = ANY($1)', ['order_id', 'sequence'], 'occurred_at'),
  },
  merges: {
    erase: eraseOneByOne(
      async (client, person) => void person.positions.push(...(await eraseFromMerges(client, person.subjects))),
    ),
    export: rowsOfPerson('subjects', 'merges', IS_MERGE_OF, ['position'], 'merged_at'),
  },
  pending_merges: {
    erase: eraseTogether(erasePendingMerges),
    export: rowsOfPerson('subjects', 'pending_merges', IS_MERGE_OF, ['id'], 'requested_at'),
  },
  outbox: { erase: eraseTogether(eraseFromOutbox), export: 'none: copies of events, for an hour' },
  customers: {
    erase: eraseTogether(eraseFromCustomers),
    export: rowsOfPerson('customerIds', 'customers', 'id = ANY($1)', ['id']),
  },
  customer_profiles: {
    erase: eraseTogether(eraseFromProfiles),
    export: rowsOfPerson('customerIds', 'customer_profiles', 'customer_id = ANY($1)', ['customer_id']),
  },
  profile_changes: {
    erase: 'with its customer',
    export: rowsOfPerson(
      'customerIds',
      'profile_changes',
      'customer_id = ANY($1)',
      ['customer_id', 'position'],
      'changed_at',
    ),
  },
  // Must run after `customer_profiles`: deleting profiles adds rows to `audience_changes`.
  audiences: { erase: eraseTogether(eraseFromAudiences), export: 'none: defined by admins, see audience_members' },
  audience_members: {
    erase: 'with its customer',
    export: personalRows({
      sql: `SELECT a.id AS audience_id, a.name AS audience, customer_id FROM audience_members JOIN audiences a USING (definition)
            WHERE customer_id = ANY($1::text[])`,
      values: ({ customerIds }) => [customerIds],
      id: ['audience_id', 'customer_id'],
    }),
  },
  audience_changes: {
    erase: 'with its customer',
    export: 'none: ids of customers whose audiences are being computed',
  },
  conversations: {
    erase: eraseTogether(eraseConversations),
    export: personalRows({ sql: CONVERSATIONS, values: ownersOf, id: ['id'], time: 'started_at' }),
  },
  conversation_messages: {
    erase: 'with its conversation',
    export: personalRows({
      sql: `SELECT * FROM conversation_messages WHERE conversation_id IN (SELECT id FROM (${CONVERSATIONS}) held)`,
      values: ownersOf,
      id: ['conversation_id', 'ordinal'],
      time: 'sent_at',
    }),
  },
  order_requests: {
    erase: 'with its conversation',
    export: personalRows({
      sql: `SELECT * FROM order_requests WHERE conversation_id IN (SELECT id FROM (${CONVERSATIONS}) held)`,
      values: ownersOf,
      id: ['id'],
      time: 'requested_at',
    }),
  },
  intent_examples: { erase: 'with its conversation', export: 'none: copies of messages, see conversation_messages' },
  artefacts: {
    erase: eraseByPositions((client) => retireArtefacts(client, PERSONAL_ARTEFACT_KINDS)),
    export: COMPUTED,
  },
  alerts: { erase: eraseByPositions((client) => eraseFromAlerts(client)), export: COMPUTED },
  alert_transitions: { erase: 'with its alert', export: COMPUTED },
  // Of alerts: with the alert. Changes of segments are read from profile_changes.
  webhook_deliveries: {
    erase: eraseTogether(eraseContentDeliveries),
    export: 'none: notifications about alerts, segments, shipments and requests, which are exported themselves',
  },
  stream_windows: { erase: eraseByPositions(eraseFromStreams), export: COMPUTED },
  customer_versions: {
    erase: 'with its customer',
    export: rowsOfPerson('customerIds', 'customer_versions', 'id = ANY($1)', ['id', 'position']),
  },
  stream_parts: { erase: 'with its windows', export: COMPUTED },
  stream_late: { erase: 'with its windows', export: COMPUTED },
  stream_join_events: { erase: 'with its windows', export: COMPUTED },
  artefact_chunks: { erase: 'with its artefact', export: COMPUTED },
  inbox: {
    erase: 'afterwards',
    export: personalRows({
      sql: WAITING_EVENTS,
      values: ({ subjects }) => [subjects],
      id: ['receipt', 'n'],
      time: 'received_at',
    }),
  },
  rejected_events: {
    erase: 'afterwards',
    export: personalRows({
      sql: REJECTED_EVENTS,
      values: ({ subjects }) => [subjects],
      id: ['id'],
      time: 'rejected_at',
    }),
  },
  erasures: {
    erase: 'afterwards',
    export: personalRows({
      sql: 'SELECT id, requested_at, due_at FROM erasures WHERE subjects && $1::text[]',
      values: ({ subjects }) => [subjects],
      id: ['id'],
      time: 'requested_at',
    }),
  },
  tombstones: 'not personal', // keyed hashes
  log_position: 'not personal',
  log_batches: 'not personal',
  products: 'not personal',
  product_versions: 'not personal',
  synonyms: 'not personal',
  carrier_codes: 'not personal',
  articles: 'not personal',
  delivery_days: 'not personal',
  merchandising_rules: 'not personal',
  hidden_suggestions: 'not personal', // entered by admins; without them, hidden queries could be suggested again
  dismissed_synonyms: 'not personal', // entered by admins, from queries of several customers
  streams: 'not personal', // queries defined by admins
  stream_versions: 'not personal',
  stream_crowded_ranges: 'not personal', // times only
  stream_months: 'not personal', // totals of streams that read no personal data
  alert_rules: 'not personal', // defined by admins
  alert_webhooks: 'not personal',
  process_slices: 'not personal',
  system_samples: 'not personal',
  api_keys: 'not personal',
  settings: 'not personal',
  leases: 'not personal',
  active_models: 'not personal',
  model_versions: 'not personal', // parameters and metrics over all customers
  jobs: 'not personal',
  segment_names: 'not personal',
  segment_periods: 'not personal',
  storefront_growth: 'not personal', // sums of a day
  outdated_profiles: { erase: 'with its customer', export: 'none: customers whose profile is about to be computed' },
  profile_sweep: { erase: 'with its customer', export: 'none: the last customer whose profile was computed' },
};
