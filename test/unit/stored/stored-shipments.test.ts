/** Shipments as they are stored, and their events in the log. */
import { addEvents } from '../../../src/logistics/shipment';
import {
  eventOfNotice,
  eventOfRecord,
  eventOfScan,
  eventOfScanVoid,
  eventOfShipmentVoid,
} from '../../../src/logistics/shipment-event';
import { writtenOf } from '../../../src/logistics/shipment.store';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';

const fixtures = storedFixtures('shipments');

const RECORD = {
  ...{ orderId: 'o1', kind: 'OUTBOUND' as const, carrier: 'DHL', service: 'EXPRESS', trackingNumber: 'T1' },
  ...{ trackingUrl: 'https://carrier.example/T1', origin: 'Leipzig', originCountry: 'DE', originPostcodePrefix: '041' },
  ...{ destination: 'Locker 7', country: 'FR', postcodePrefix: '750', promisedAt: 1_700_000_000_000 },
  units: [{ lineId: '1', quantity: 2 }],
};
const SCAN = {
  ...{ type: 'DELIVERED' as const, at: 1_700_000_500_000, timeZone: 'Europe/Paris', place: 'Paris' },
  ...{ rawCode: 'DL', description: 'Delivered' },
};
const VOID = { updatedAt: 1_700_000_050_000, voidedAt: 1_700_000_600_000, reason: 'Wrong parcel' };
const events = [
  eventOfRecord('s1', { updatedAt: 1_699_999_000_000, record: RECORD }),
  eventOfScan('s1', 'c1', SCAN),
  eventOfScan('s1', 'c2', { ...SCAN, type: 'PICKED_UP', updatedAt: 1_700_000_050_000 }),
  eventOfScanVoid('s1', { scanId: 'c2', ...VOID }),
  eventOfShipmentVoid('s1', { ...VOID, updatedAt: 1_699_998_000_000 }),
  ...['parcel_late', 'parcel_delivered'].map((name) =>
    eventOfNotice(
      { id: 's1', newest: { updatedAt: 1_699_999_000_000, record: RECORD }, scans: [] },
      { name, at: 1_700_000_600_000, number: 2 },
    ),
  ),
  eventOfScan('s1', null, { ...SCAN, type: 'HUB_IN', at: 1_700_000_100_000, rawCode: null, description: null }),
];

it('events of shipments', () => fixtures.check('events', events));

it('a row, and the columns that are derived from it', () =>
  fixtures.check(
    'row',
    writtenOf(addEvents(undefined, events, () => ({ receivedAt: 1_699_999_100_000, backfill: false }))),
  ));

everyFixtureIsRead(fixtures);
