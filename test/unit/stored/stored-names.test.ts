/** Names under which something is stored or sent: processes of two releases must use them with the same meaning. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AVAILABILITIES } from '../../../src/catalog/product-record';
import * as demoNames from '../../../src/demo/demo-names';
import { LOG_TOPIC } from '../../../src/events/outbox.service';
import {
  EVENT_SOURCES,
  EVENT_TYPES,
  PARCEL_SCANNED,
  SCAN_VOIDED,
  SHIPMENT_RECORDED,
  SHIPMENT_VOIDED,
} from '../../../src/events/log-event';
import { INBOX_MIN_RELEASE, SHIPMENTS_MIN_RELEASE } from '../../../src/events/inbox-order';
import { SCOPES } from '../../../src/graphql/scope';
import { MODEL_TOPIC } from '../../../src/models/active-model.service';
import { JOB_STATES, JOB_TOPIC } from '../../../src/models/job.store';
import { kindsOf, modelOf } from '../../../src/models/fitter';
import { refreshLeaseName } from '../../../src/models/run-refresh';
import { ALERT_SOURCES, ALERT_STATES, NO_DATA, WINDOW_CHOICES } from '../../../src/monitoring/alerts/alert-rule';
import { ALERT_TOPIC, ALERTS_LEASE } from '../../../src/monitoring/alerts/alert.store';
import { SHIPMENT_KINDS } from '../../../src/logistics/shipment-event';
import { SHIPMENT_STATUSES } from '../../../src/logistics/shipment-state';
import { ORDER_STATUSES } from '../../../src/orders/life-cycle';
import { ORDER_KINDS, PAYMENT_KINDS } from '../../../src/orders/order-record';
import {
  EASE_ARTEFACT,
  EASE_LEASE,
  EASE_MIN_RELEASE,
  EASE_REQUEST_TOPIC,
  EASE_TOPIC,
} from '../../../src/recommend/ease/ease.read-model';
import * as learner from '../../../src/live-state/live-state-names';
import { ATTRIBUTION_LEASE, BUSINESS_TOPIC } from '../../../src/attribution/attribution-topics';
import { BASE_ARTEFACT, BASE_LEASE, BASE_MIN_RELEASE } from '../../../src/search/base-segment/build-base-segment';
import {
  BASE_STORED_TOPIC,
  BASE_REQUESTED_TOPIC,
  SEARCH_COUNT_LEASE,
  SEARCHES_COUNTED_TOPIC,
} from '../../../src/search/search-topics';
import { AGGREGATE_KINDS, WINDOW_KINDS } from '../../../src/streams/stream-spec';
import { windowTopic } from '../../../src/streams/window-change-notifier.service';
import { SHOP } from '../../../src/shop';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';
import { ALERT_SEVERITIES } from '../../../src/webhooks/alert-severity';

const fixtures = storedFixtures('names');
/** In the order of the fixtures. */
const MODELS = ['blend', 'search', 'segments', 'value', 'behaviour', 'intents', 'ads'];

it('the kinds of models are those of the fixtures', () => expect(kindsOf(SHOP).sort()).toEqual([...MODELS].sort()));

it('leases', () =>
  fixtures.check('leases', {
    alerts: ALERTS_LEASE,
    attribution: ATTRIBUTION_LEASE,
    base: BASE_LEASE,
    ease: EASE_LEASE,
    learner: learner.LEARNER_LEASE,
    searches: SEARCH_COUNT_LEASE,
    refreshes: MODELS.map((kind) => refreshLeaseName(kind)),
  }));

it('topics', () =>
  fixtures.check('topics', {
    alert: ALERT_TOPIC,
    baseIsThere: BASE_STORED_TOPIC,
    baseIsWanted: BASE_REQUESTED_TOPIC,
    business: BUSINESS_TOPIC,
    ease: EASE_TOPIC,
    easeIsWanted: EASE_REQUEST_TOPIC,
    job: JOB_TOPIC,
    log: LOG_TOPIC,
    model: MODEL_TOPIC,
    searches: SEARCHES_COUNTED_TOPIC,
    shop: learner.SHOP_TOPIC,
    shopIsWanted: learner.SHOP_REQUEST_TOPIC,
    stream: windowTopic('sales'),
  }));

it('kinds of artefacts, and the oldest release that reads them', () =>
  fixtures.check('artefacts', {
    base: [BASE_ARTEFACT, BASE_MIN_RELEASE],
    ease: [EASE_ARTEFACT, EASE_MIN_RELEASE],
    checkpoint: [learner.SHOP_ARTEFACT, learner.SUBJECTS_ARTEFACT, learner.CHECKPOINT_MIN_RELEASE],
    models: MODELS.map((kind) => [kind, modelOf(SHOP, kind).minRelease]),
    inbox: INBOX_MIN_RELEASE,
    inboxWithShipments: SHIPMENTS_MIN_RELEASE,
  }));

it('values of columns', () =>
  fixtures.check('words', {
    eventTypes: EVENT_TYPES,
    eventSources: EVENT_SOURCES,
    scopes: SCOPES,
    jobStates: JOB_STATES,
    alertSeverities: ALERT_SEVERITIES,
    alertSources: ALERT_SOURCES,
    alertStates: ALERT_STATES,
    noData: NO_DATA,
    windowChoices: WINDOW_CHOICES,
    availabilities: AVAILABILITIES,
    shipmentEvents: [SHIPMENT_RECORDED, PARCEL_SCANNED, SCAN_VOIDED, SHIPMENT_VOIDED],
    shipmentKinds: SHIPMENT_KINDS,
    shipmentStatuses: SHIPMENT_STATUSES,
    orderKinds: ORDER_KINDS,
    orderStatuses: ORDER_STATUSES,
    paymentKinds: PAYMENT_KINDS,
    aggregateKinds: AGGREGATE_KINDS,
    windowKinds: WINDOW_KINDS,
  }));

it('names of the demo', () => fixtures.check('demo', Object.values(demoNames).sort()));

describe('names in the source', () => {
  const ROOT = path.resolve(__dirname, '../../..');
  const sources = ['src', 'workers', 'cli'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('generated'))
      .map((file) => readFileSync(path.join(ROOT, folder, file), 'utf8')),
  );
  const found = (pattern: RegExp) =>
    [...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name)))].sort();

  it('advisory locks', () =>
    fixtures.check('advisory locks', found(/hashtext(?:extended)?\((?:current_schema\(\) \|\| )?'([^']+)'/g)));

  /** Not exported: constants of these values under any name. */
  it.each(['erasures', 'demo-traffic'])('the lease %s', (name) =>
    expect(found(new RegExp(`const \\w+ = '(${name})';`, 'g'))).toEqual([name]),
  );

  it.each(['token_secret', 'erasure_secret', 'shop_page_key', 'starter_synonyms_'])('the setting %s', (name) =>
    expect(found(new RegExp(`const \\w+ = '(${name})';`, 'g'))).toEqual([name]),
  );

  it('queues', () => expect(found(/const \w+ = \['(ingest', 'refresh)'\]/g)).toHaveLength(1));
});

everyFixtureIsRead(fixtures);
