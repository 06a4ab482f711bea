import { PARCEL_NOTICES } from '../events/log-event';
import { LATENESS_DAYS } from '../orders/order-streams';
import type { StreamInput } from '../streams/stream-input.type';

/** Carriers report deliveries and exceptions up to this long after they happened. */
const LATENESS = `P${LATENESS_DAYS}D`;
const NONE = "'-'";
const nameOf = (property: string) =>
  `has(event.properties.${property}) ? string(event.properties.${property}) : ${NONE}`;
const BY_CARRIER = [{ name: 'carrier', expression: nameOf('carrier') }];
const BY_LANE = [
  ...BY_CARRIER,
  { name: 'origin', expression: nameOf('origin') },
  { name: 'country', expression: nameOf('country') },
];
const IS_DELIVERED = "event.name == 'parcel_delivered'";
const countOf = (name: string, filter: string) => ({ name, kind: 'COUNT' as const, filter });
/** Counts what was noticed, without what turned out to be wrong. */
const countKept = (name: string, notice: string, condition = 'true') => ({
  ...{ name, kind: 'SUM' as const },
  expression: `!(${condition}) ? 0 : event.name == '${notice}' ? 1 : event.name == '${notice}_withdrawn' ? -1 : 0`,
});

/** The share of deliveries on time is `onTime / promised`. */
const PARCELS: Omit<StreamInput, 'id' | 'window'> = {
  description: 'Parcels: delivered, on time, hours from the pickup to the delivery, late, stuck, with an exception.',
  from: ['CUSTOM'],
  filter: `event.source == 'LOGISTICS' && event.name in [${PARCEL_NOTICES.map((name) => `'${name}'`).join(', ')}]`,
  keys: BY_CARRIER,
  aggregates: [
    countKept('delivered', 'parcel_delivered'),
    countKept('promised', 'parcel_delivered', 'has(event.properties.isOnTime)'),
    countKept('onTime', 'parcel_delivered', 'has(event.properties.isOnTime) && event.properties.isOnTime == true'),
    countKept('late', 'parcel_late'),
    countOf('stuck', "event.name == 'parcel_stuck'"),
    countOf('exceptions', "event.name == 'parcel_exception'"),
    {
      name: 'hours',
      kind: 'QUANTILES',
      expression: 'event.properties.hours',
      filter: `${IS_DELIVERED} && has(event.properties.hours)`,
      quantiles: [0.5, 0.9],
    },
  ],
  lateness: LATENESS,
};

/**
 * Returns the predefined streams of parcels.
 * @param timeZone IANA time zone that defines days
 */
export function parcelStreams(timeZone: string): StreamInput[] {
  const window = (size: string) => ({ kind: 'TUMBLING' as const, size, timeZone });
  return [
    { ...PARCELS, id: 'parcels-by-hour', window: window('PT1H'), maxKeys: 30 },
    { ...PARCELS, id: 'parcels-by-day', window: window('P1D'), maxKeys: 200 },
    { ...PARCELS, id: 'parcel-lanes-by-day', window: window('P1D'), maxKeys: 1_000, keys: BY_LANE },
  ];
}
