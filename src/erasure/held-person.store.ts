import {
  findLinkedSubjects,
  findRejectedShipments,
  findSharedSessions,
  findUnloggedSessions,
} from '../events/erase-subjects.store';
import { readMergedRanges } from '../events/identity-ranges.store';
import { subjectOfCustomer, subjectOfOrder, subjectOfShipment } from '../events/log-event';
import { shipmentsOfOrders } from '../logistics/shipment.store';
import { ordersOfSubjects } from '../orders/order-owner.store';
import type { PoolClient } from '../platform/postgres';
import type { HeldPerson } from '../rooms/personal-rows.store';

/**
 * Finds the ids of a person as an erasure does, without the visits that another customer shared. Of a shared visit, only
 * the part that was merged into the customer belongs to the person.
 */
export async function findHeldPerson(client: PoolClient, customerId: string): Promise<HeldPerson> {
  const customer = subjectOfCustomer(customerId);
  const linked = await findLinkedSubjects(client, [customer, ...(await findUnloggedSessions(client, customerId))]);
  const shared = new Set(await findSharedSessions(client, linked));
  const people = linked.filter((subject) => !shared.has(subject));
  const orderIds = await ordersOfSubjects(client, people);
  const shipmentIds = [
    ...(await shipmentsOfOrders(client, orderIds)),
    ...(await findRejectedShipments(client, orderIds)),
  ];
  return {
    subjects: [...people, ...orderIds.map(subjectOfOrder), ...shipmentIds.map(subjectOfShipment)],
    customerIds: people.filter((subject) => subject.startsWith('c:')).map((subject) => subject.slice(2)),
    orderIds,
    shipmentIds,
    mergedRanges: await readMergedRanges(client, [...shared], people),
  };
}
