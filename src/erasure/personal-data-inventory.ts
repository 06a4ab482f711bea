import type { PoolClient } from '../platform/postgres';
import { eraseFromAudiences } from '../customers/audiences/audience.store';
import { eraseFromCustomers } from '../customers/customer.store';
import { eraseFromProfiles } from '../customers/profiles/profile.store';
import { eraseFromLog, eraseFromMerges, eraseFromOutbox } from '../events/erase-subjects.store';
import { erasePendingMerges } from '../events/pending-merges.store';
import { eraseFromShipments } from '../logistics/shipment.store';
import { eraseFromOrders } from '../orders/order-owner.store';
import { eraseFromAlerts } from '../monitoring/alerts/alert.store';
import { retireArtefacts } from '../platform/artefacts';
import { SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../live-state/live-state-names';
import { eraseFromQueryLog } from '../search/query-log/query-log.store';
import { eraseFromStreams } from '../streams/stream.store';

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

/**
 * Kinds of artefacts (stored models and snapshots of state) that contain data of individual people: both halves of the
 * learner's checkpoint. The shop half contains sessions: times and products of each customer and visit, without ids.
 * Shop totals and fitted parameters contain none. The learner then stores shop halves without sessions, until it has
 * learned the log again.
 */
const PERSONAL_ARTEFACT_KINDS = [SHOP_ARTEFACT, SUBJECTS_ARTEFACT];

/**
 * The inventory of personal data: every table of the shop, and how a person's data is removed from it. `with its …`
 * means that the data is removed together with the data of another table. `afterwards` means that it is removed after
 * the transaction. `nobody` marks a table without personal data. A test fails if a table is missing from this list. The
 * tables are processed in this order, in one transaction. No other transaction adds data of these people at the same
 * time.
 */
export const PERSONAL_DATA_INVENTORY: Readonly<
  Record<
    string,
    | Erase
    | 'with its artefact'
    | 'with its customer'
    | 'with its search'
    | 'with its order'
    | 'with its windows'
    | 'with its alert'
    | 'afterwards'
    | 'nobody'
  >
> = {
  // Must run before `events`: the log determines which searches belong to the person.
  searches: eraseTogether(eraseFromQueryLog),
  search_reactions: 'with its search',
  query_spellings: 'with its search',
  past_queries: 'with its search',
  query_days: 'with its search',
  search_days: 'nobody',
  position_days: 'nobody',
  search_progress: 'nobody',
  events: eraseOneByOne(async (client, person) => {
    const { events, orderLines, positions } = await eraseFromLog(client, person.subjects);
    person.events += events;
    person.orderLines += orderLines;
    person.positions.push(...positions);
  }),
  shipments: eraseTogether(eraseFromShipments),
  orders: eraseTogether(eraseFromOrders),
  order_lines: 'with its order',
  payments: 'with its order',
  order_history: 'with its order',
  merges: eraseOneByOne(
    async (client, person) => void person.positions.push(...(await eraseFromMerges(client, person.subjects))),
  ),
  pending_merges: eraseTogether(erasePendingMerges),
  outbox: eraseTogether(eraseFromOutbox),
  customers: eraseTogether(eraseFromCustomers),
  customer_profiles: eraseTogether(eraseFromProfiles),
  profile_changes: 'with its customer',
  // Must run after `customer_profiles`: deleting profiles adds rows to `audience_changes`.
  audiences: eraseTogether(eraseFromAudiences),
  audience_members: 'with its customer',
  audience_changes: 'with its customer',
  artefacts: eraseByPositions((client) => retireArtefacts(client, PERSONAL_ARTEFACT_KINDS)),
  alerts: eraseByPositions((client) => eraseFromAlerts(client)),
  alert_transitions: 'with its alert',
  webhook_deliveries: 'with its alert', // changes of segments are read from profile_changes
  stream_windows: eraseByPositions(eraseFromStreams),
  customer_versions: 'with its customer',
  stream_parts: 'with its windows',
  stream_late: 'with its windows',
  stream_join_events: 'with its windows',
  artefact_chunks: 'with its artefact',
  inbox: 'afterwards',
  rejected_events: 'afterwards',
  erasures: 'afterwards',
  tombstones: 'nobody', // keyed hashes
  log_position: 'nobody',
  log_batches: 'nobody',
  products: 'nobody',
  product_versions: 'nobody',
  synonyms: 'nobody',
  merchandising_rules: 'nobody',
  hidden_suggestions: 'nobody', // entered by admins; without them, hidden queries could be suggested again
  streams: 'nobody', // queries defined by admins
  stream_versions: 'nobody',
  stream_crowded_ranges: 'nobody', // times only
  stream_months: 'nobody', // totals of streams that read no personal data
  alert_rules: 'nobody', // defined by admins
  alert_webhooks: 'nobody',
  process_slices: 'nobody',
  system_samples: 'nobody',
  api_keys: 'nobody',
  settings: 'nobody',
  leases: 'nobody',
  active_models: 'nobody',
  model_versions: 'nobody', // parameters and metrics over all customers
  jobs: 'nobody',
  segment_names: 'nobody',
  segment_periods: 'nobody',
  profile_sweep: 'with its customer',
};
