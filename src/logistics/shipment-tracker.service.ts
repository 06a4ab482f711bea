import type { AppendResult, ArrivalInfo } from '../events/append-events.store';
import type { EventRefusal, EventRefusals, LogEffect } from '../events/log-effect';
import {
  isShipmentEvent,
  orderIdOf,
  SHIPMENT_RECORDED,
  shipmentIdOf,
  subjectOfOrder,
  subjectOfShipment,
} from '../events/log-event';
import { requestErasure } from '../events/pending-erasures.store';
import type { StoredEvent } from '../events/stored-event';
import { addTombstones, findErased } from '../events/tombstone.store';
import { ownerOf, type OrderRecord } from '../orders/order-record';
import { readOrders } from '../orders/order.store';
import type { PoolClient } from '../platform/postgres';
import { queueContentDeliveries } from '../webhooks/delivery.store';
import { readEventsOfShipments } from './replay-shipments.store';
import { deriveShipment } from './replay-shipments';
import { addEvents, eventsByShipment } from './shipment';
import { changeOfShipment } from './shipment-changes';
import { recordOfEvent, type ShipmentRecord } from './shipment-event';
import { MAX_SCANS } from './shipment-state';
import {
  awaitOrders,
  countShipments,
  lockShipments,
  MAX_SHIPMENTS_PER_ORDER,
  readOrderIds,
  writeShipments,
} from './shipment.store';

/** Keeps the shipments current: adds each batch of new records and scans, in the transaction that appends the batch. */
export class ShipmentTracker implements LogEffect {
  readonly name = 'shipments';
  /** No state is needed. */
  readonly stateSql = `''::text`;

  /**
   * Refuses records of unknown orders and lines, those that move a shipment to another order, and those of too many
   * parcels. Drops everything of parcels whose order was erased.
   */
  async refuse(client: PoolClient, events: readonly StoredEvent[]): Promise<EventRefusals> {
    const records = events.filter((event) => event.name === SHIPMENT_RECORDED && isShipmentEvent(event));
    if (records.length === 0) return NONE;
    const orderIdsOfRecords = [...new Set(records.map((event) => recordOfEvent(event).record.orderId))];
    const ordersById = await readOrders(client, orderIdsOfRecords);
    const erased = await findErasedOrders(client, orderIdsOfRecords, ordersById);
    const orderIds = await readOrderIds(
      client,
      records.map(({ id }) => id),
    );
    const counts = await countShipments(client, orderIdsOfRecords);
    const refusals = new Map<StoredEvent, EventRefusal>();
    const erasedShipments = new Set<string>();
    for (const event of records) {
      const { record } = recordOfEvent(event);
      const { orderId } = record;
      const known = orderIds.get(event.id);
      const count = counts.get(orderId) ?? 0;
      const refusal = faultOfRecord(record, ordersById.get(orderId), known, count);
      if (erased.has(orderId)) erasedShipments.add(event.id);
      else if (refusal !== undefined) refusals.set(event, refusal);
      else if (known === undefined) {
        orderIds.set(event.id, orderId);
        counts.set(orderId, count + 1);
      }
    }
    await eraseShipments(client, [...erasedShipments]);
    for (const event of events)
      if (isShipmentEvent(event) && erasedShipments.has(shipmentIdOf(event.id))) refusals.set(event, 'ERASED');
    return refusals;
  }

  async apply(client: PoolClient, { inserted }: AppendResult, arrival: ArrivalInfo): Promise<undefined> {
    const groups = eventsByShipment(inserted);
    if (groups.size > 0) await addToShipments(client, groups, arrival);
    // Units of these orders were cancelled or returned: perhaps all others are delivered.
    const fewerUnits = inserted.filter(({ source, type }) => source === 'ORDERS' && type === 'RETURN');
    if (fewerUnits.length > 0) await awaitOrders(client, [...new Set(fewerUnits.map(({ id }) => orderIdOf(id)))]);
  }

  /** Does nothing: an erasure deletes the shipments together with their events. */
  async onEventsDeleted(): Promise<void> {}
}

const NONE: EventRefusals = new Map();

async function addToShipments(
  client: PoolClient,
  groups: ReadonlyMap<string, readonly StoredEvent[]>,
  { receivedAt, backfill }: ArrivalInfo,
): Promise<void> {
  const stored = await lockShipments(client, [...groups.keys()]);
  for (const [id, events] of groups) {
    const orderId = stored.get(id)?.newest?.record.orderId;
    const isOfOther = (event: StoredEvent) =>
      event.name === SHIPMENT_RECORDED && recordOfEvent(event).record.orderId !== orderId;
    // A concurrent batch has recorded the shipment first. The next attempt finds its record before it appends.
    if (orderId !== undefined && events.some(isOfOther))
      throw new Error(`The shipment ${id} was recorded for another order at the same time.`);
  }
  const arrivalOf = (event: StoredEvent) => ({ receivedAt: receivedAt(event).getTime(), backfill });
  // These have left scans out, which count again if others are voided or move.
  const full = [...stored.values()].filter(({ scans }) => scans.length >= MAX_SCANS).map(({ id }) => id);
  const logged = eventsByShipment(full.length === 0 ? [] : await readEventsOfShipments(client, full));
  const shipments = Array.from(groups, ([id, events]) => {
    const all = logged.get(id);
    return all === undefined ? addEvents(stored.get(id), events, arrivalOf) : deriveShipment(all);
  });
  await writeShipments(client, shipments, [...stored.values()]);
  if (backfill) return;
  const changes = shipments.flatMap((shipment) => {
    const before = stored.get(shipment.id);
    const now = receivedAt(groups.get(shipment.id)![0]!).getTime();
    return changeOfShipment(before, shipment, (before?.revision ?? 0) + 1, now) ?? [];
  });
  if (changes.length > 0) await queueContentDeliveries(client, 'SHIPMENTS', changes);
}

/** Returns those of the orders that were erased, or whose owners were. */
async function findErasedOrders(
  client: PoolClient,
  orderIds: readonly string[],
  ordersById: ReadonlyMap<string, OrderRecord>,
): Promise<ReadonlySet<string>> {
  const namesOf = (id: string) => {
    const order = ordersById.get(id);
    // An erasure that runs may not have renamed the order yet.
    const owners = order === undefined ? [] : [ownerOf(order) ?? [], order.placedBy ?? []].flat();
    return [subjectOfOrder(id), ...owners];
  };
  const erased = await findErased(client, orderIds.flatMap(namesOf));
  return new Set(orderIds.filter((id) => namesOf(id).some((name) => erased.has(name))));
}

/** Drops all later events of these shipments, and requests the erasure of scans that arrived before their record. */
async function eraseShipments(client: PoolClient, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const subjects = ids.map(subjectOfShipment);
  const hashes = await addTombstones(client, subjects);
  for (const [n, subject] of subjects.entries()) await requestErasure(client, hashes[n]!, [subject]);
}

/**
 * @param known the order of earlier records of the shipment
 * @param count number of shipments of the order
 */
function faultOfRecord(
  record: ShipmentRecord,
  order: OrderRecord | undefined,
  known: string | undefined,
  count: number,
): EventRefusal | undefined {
  if (order === undefined) return notFound(`there is no order ${JSON.stringify(record.orderId)}`);
  if (known !== undefined && known !== record.orderId)
    return conflict(`the shipment belongs to the order ${JSON.stringify(known)}`);
  if (known === undefined && count >= MAX_SHIPMENTS_PER_ORDER)
    return conflict(`an order may have at most ${MAX_SHIPMENTS_PER_ORDER} shipments`);
  const unknown = record.units?.find(({ lineId }) => !order.lines.some(({ id }) => id === lineId));
  return unknown && notFound(`the order has no line ${JSON.stringify(unknown.lineId)}`);
}

function notFound(message: string): EventRefusal {
  return { code: 'NOT_FOUND', message };
}

function conflict(message: string): EventRefusal {
  return { code: 'CONFLICT', message };
}
