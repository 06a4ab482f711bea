import { seededRandom } from '../../../src/learn/seeded-random';
import type { GraphqlClient } from '../../setup/graphql-client';
import { line, ORDERS } from '../../setup/order-operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { RECORD_SCANS, RECORD_SHIPMENTS, SHIPMENT, type RecordedItems } from '../../setup/shipment-operations';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Math.floor(Date.now() / DAY) * DAY - 26 * DAY;
const FIGURES = 'parcels within early late onShownDays medianErrorHours';

interface Figures {
  readonly parcels: number;
  readonly within: number;
  readonly early: number;
  readonly late: number;
  readonly onShownDays: number;
  readonly medianErrorHours: number | null;
}
interface Parcel {
  readonly carrier: string;
  readonly origin: string;
  /** In hours since the start. */
  readonly takenAt: number;
  readonly hours: number;
}

describe('the accuracy of estimates', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let worker: OwnProcess;
  let client: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
    client = api.client;
    // All days are open, so that the recount needs no calendar.
    await client.data(
      'mutation { upsertDeliveryDays(input: { days: [{ weekday: SUNDAY, delivers: true }] }) { accepted } }',
    );
  });

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  it('is a recount: each parcel is compared with those that had been delivered when it was taken over', async () => {
    const random = seededRandom(11);
    const drawn = Array.from({ length: 240 }, (_, n): Parcel => ({
      carrier: n % 3 === 0 ? 'UPS' : 'DHL',
      origin: random() < 0.8 ? 'Ulm' : 'Bonn',
      // Durations have no equals: a bound that equals the delivery is subject to rounding.
      takenAt: Math.floor(random() * 400) + n / 1_000,
      hours: 10 + Math.floor(random() * 80) + n / 250,
    }));
    // The first parcels of a carrier have no comparable ones before them.
    const few = Array.from({ length: 5 }, (_, n): Parcel => ({
      carrier: 'GLS',
      origin: 'Ulm',
      takenAt: 300,
      hours: 20 + n,
    }));
    const parcels = [...drawn, ...few].map((parcel, n) => ({ id: `p${n}`, ...parcel }));
    const instant = (hours: number) => new Date(START + Math.round(hours * HOUR)).toISOString();
    const order = { id: 'o1', placedAt: instant(-1), customerId: 'mia', lines: [line('a')] };
    const orders = Array.from({ length: 3 }, (_, n) => ({ ...order, id: `o${n}` }));
    await client.data(ORDERS, { orders });
    await client.data(RECORD_SHIPMENTS, {
      shipments: parcels.map(({ id, carrier, origin, takenAt }, n) => ({
        ...{ id, orderId: `o${n % 3}`, carrier, origin: { name: origin }, updatedAt: instant(takenAt) },
      })),
    });
    const { recordScans } = await client.data<{ recordScans: RecordedItems }>(RECORD_SCANS, {
      scans: parcels.flatMap(({ id, takenAt, hours }) => [
        { shipmentId: id, type: 'LABEL_CREATED', occurredAt: instant(takenAt - 0.5) },
        { shipmentId: id, type: 'PICKED_UP', occurredAt: instant(takenAt) },
        { shipmentId: id, type: 'DELIVERED', occurredAt: instant(takenAt + hours) },
      ]),
    });
    expect(recordScans.userErrors).toEqual([]);
    await client.data(SHIPMENT, { id: 'p0', receipt: recordScans.receipt });
    const { deliveryAccuracy } = await client.data<{ deliveryAccuracy: Figures & { carriers: object[] } }>(
      `{ deliveryAccuracy { ${FIGURES} carriers { carrier ${FIGURES} } } }`,
    );
    const carriers = ['DHL', 'UPS'].map((carrier) => ({
      carrier,
      ...recount(parcels, (parcel) => parcel.carrier === carrier),
    }));
    const all = recount(parcels, () => true);
    expect(Math.min(all.within, all.early, all.late)).toBeGreaterThan(5);
    expect(deliveryAccuracy).toEqual({ ...all, carriers });
  });
});

function recount(parcels: readonly Parcel[], counts: (parcel: Parcel) => boolean): Figures {
  const results = parcels.filter(counts).flatMap((parcel) => {
    const before = parcels.filter(
      ({ carrier, takenAt, hours }) => carrier === parcel.carrier && takenAt + hours <= parcel.takenAt,
    );
    const sameLane = before.filter(({ origin }) => origin === parcel.origin);
    const compared = [sameLane, before].find(({ length }) => length >= 20);
    if (compared === undefined) return [];
    const latest = compared.sort((a, b) => b.takenAt + b.hours - (a.takenAt + a.hours)).slice(0, 200);
    const sorted = latest.map(({ hours }) => hours).sort((a, b) => a - b);
    const n = sorted.length;
    const low = sorted[Math.floor(0.1 * (n + 1)) - 1];
    const high = sorted[Math.ceil(n + 1 - 0.1 * (n + 1)) - 1];
    const day = (hours: number) => Math.floor((parcel.takenAt + hours) / 24);
    return {
      result: parcel.hours < low ? 'early' : parcel.hours > high ? 'late' : 'within',
      isOnShownDays: day(parcel.hours) >= day(low) && day(parcel.hours) <= day(high),
      error: Math.abs(parcel.hours - sorted[Math.ceil((n + 1) / 2) - 1]),
    };
  });
  const countOf = (wanted: string) => results.filter(({ result }) => result === wanted).length;
  const errors = results.map(({ error }) => error).sort((a, b) => a - b);
  return {
    ...{ parcels: results.length, within: countOf('within'), early: countOf('early'), late: countOf('late') },
    onShownDays: results.filter(({ isOnShownDays }) => isOnShownDays).length,
    medianErrorHours: expect.closeTo(errors[Math.floor((errors.length - 1) / 2)], 3) as number,
  };
}
