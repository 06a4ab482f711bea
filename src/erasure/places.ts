import type { PoolClient } from '../platform/postgres';
import { eraseFromCustomers } from '../customers/customer.service';
import { eraseFromLog, eraseFromMerges, eraseFromOutbox } from '../events/erase-subjects.service';
import { erasePendingMerges } from '../events/pending-merges.service';
import { eraseFromOrders } from '../orders/order-owner.service';
import { eraseFromAlerts } from '../monitoring/alerts/alert-store.service';
import { retireArtefacts } from '../platform/artefacts';
import { SUBJECTS_ARTEFACT } from '../recommend/learner-names';
import { eraseFromSearches } from '../search/past/past-searches.service';
import { eraseFromStreams } from '../streams/stream-store.service';

/** Who is erased, and what has been found of them so far. */
export interface Person {
  /** All their names. */
  readonly subjects: readonly string[];
  events: number;
  orderLines: number;
  /** Positions that told of them. */
  readonly positions: number[];
}

type Erase = (client: PoolClient, people: readonly Person[]) => Promise<void>;

/** All at once. */
const together =
  (erase: (client: PoolClient, subjects: readonly string[], positions: readonly number[]) => Promise<void>): Erase =>
  (client, people) =>
    erase(
      client,
      [...new Set(people.flatMap(({ subjects }) => subjects))],
      people.flatMap(({ positions }) => positions),
    );

/** One person after the other, where each has counts or positions of their own. */
const each =
  (erase: (client: PoolClient, person: Person) => Promise<void>): Erase =>
  async (client, people) => {
    for (const person of people) await erase(client, person);
  };

/** Where the log has told of any of them: with the positions that did. */
const whereLogged =
  (erase: (client: PoolClient, positions: readonly number[]) => Promise<void>): Erase =>
  async (client, people) => {
    const positions = people.flatMap((person) => person.positions);
    if (positions.length > 0) await erase(client, positions);
  };

/** Kinds of artefacts with rows of single persons. Sums over the shop, and parameters fitted to all of it, have none. */
const ARTEFACTS_OF_PERSONS = [SUBJECTS_ARTEFACT];

/**
 * THE list of places: every table of the shop, and how a person leaves it. A table that is not here fails a test. They
 * are left in this order, in one transaction. Nobody adds to what these people have there meanwhile.
 */
export const PLACES: Readonly<
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
  // While the log still tells which ones are theirs.
  searches: together(eraseFromSearches),
  search_reactions: 'with its search',
  query_spellings: 'with its search',
  past_queries: 'with its search',
  query_days: 'with its search',
  search_days: 'nobody',
  position_days: 'nobody',
  search_progress: 'nobody',
  events: each(async (client, person) => {
    const { events, orderLines, positions } = await eraseFromLog(client, person.subjects);
    person.events += events;
    person.orderLines += orderLines;
    person.positions.push(...positions);
  }),
  orders: together(eraseFromOrders),
  order_lines: 'with its order',
  payments: 'with its order',
  order_history: 'with its order',
  merges: each(
    async (client, person) => void person.positions.push(...(await eraseFromMerges(client, person.subjects))),
  ),
  pending_merges: together(erasePendingMerges),
  outbox: together(eraseFromOutbox),
  customers: together(eraseFromCustomers),
  artefacts: whereLogged((client) => retireArtefacts(client, ARTEFACTS_OF_PERSONS)),
  // While streams still tell which of them keep something of persons.
  alerts: whereLogged((client) => eraseFromAlerts(client)),
  alert_transitions: 'with its alert',
  webhook_deliveries: 'with its alert',
  stream_windows: whereLogged(eraseFromStreams),
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
  hidden_suggestions: 'nobody', // in an admin's words: without them others' could be suggested again
  streams: 'nobody', // what an admin asks of events
  stream_versions: 'nobody',
  stream_crowded_ranges: 'nobody', // times alone
  stream_months: 'nobody', // sums of streams that read nothing of persons
  alert_rules: 'nobody', // what an admin watches
  alert_webhooks: 'nobody',
  process_slices: 'nobody',
  system_samples: 'nobody',
  api_keys: 'nobody',
  settings: 'nobody',
  leases: 'nobody',
  active_models: 'nobody',
  model_versions: 'nobody', // parameters and figures of all customers together
  jobs: 'nobody',
};
