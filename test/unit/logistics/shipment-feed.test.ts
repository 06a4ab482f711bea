import { createLog } from '../../../src/platform/log';
import type { DeliveryEstimate } from '../../../src/logistics/delivery-estimate';
import { hasMoved, shipmentFeed } from '../../../src/logistics/shipment-feed';
import type { Shipment } from '../../../src/logistics/shipment.type';

const HOUR = 3_600_000;
const estimate = (earliest: number, latest: number, days: readonly [number, number] = [0, 0]): DeliveryEstimate => ({
  ...{ earliest: new Date(earliest), median: new Date(earliest), latest: new Date(latest), days },
  ...{ basis: 'LANE', comparedParcels: 20 },
});

it('an estimate has moved if it appears, ends, or a bound moves by an hour or to another day', () => {
  const sent = estimate(0, 5 * HOUR);
  expect(hasMoved(sent, sent)).toBe(false);
  expect(hasMoved(estimate(HOUR - 1, 6 * HOUR - 1), sent)).toBe(false);
  expect(hasMoved(estimate(HOUR, 5 * HOUR), sent)).toBe(true);
  expect(hasMoved(estimate(0, 4 * HOUR), sent)).toBe(true);
  expect(hasMoved(estimate(1, 5 * HOUR, [0, 1]), sent)).toBe(true);
  expect([hasMoved(null, sent), hasMoved(sent, null), hasMoved(null, null)]).toEqual([true, true, false]);
});

it('a subscriber receives a moved estimate without a change of the shipment, and no other one', async () => {
  const estimates = [estimate(0, HOUR), estimate(1, HOUR), estimate(2, HOUR), estimate(HOUR, 2 * HOUR)];
  let reads = 0;
  const feed = shipmentFeed({
    reader: { find: () => Promise.resolve({ id: 's', revision: '1', tracked: {} } as Shipment) },
    estimates: { estimate: () => Promise.resolve(estimates[Math.min(reads++, estimates.length - 1)]) },
    changes: { watch: () => () => undefined },
    log: createLog({ logLevel: 'silent' }),
    recheckMs: 1,
  });
  const live = await feed.open('s', { scope: 'SERVER', keyId: 'key' });
  const sent = [(await live.next()).value as Shipment, (await live.next()).value as Shipment];
  expect(sent.map(({ readEstimate }) => readEstimate)).toEqual([estimates[0], estimates[3]]);
  await live.return?.();
});
