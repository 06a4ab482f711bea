import type { EventColumns } from '../events/event-columns';
import { CustomerHistory } from './history';

/** Returns the history of a subject (customer or visit) before `time` (ms); undefined if it has no earlier events. */
export function historyBefore(events: EventColumns, subject: number, time: number): CustomerHistory | undefined {
  if (subject < 0) return undefined;
  let history: CustomerHistory | undefined;
  for (const index of events.indexesOf(subject)) {
    if (events.timeAt(index) >= time) break;
    history ??= new CustomerHistory();
    history.apply(events.at(index));
  }
  return history;
}

/** Returns the distinct products that a subject buys within [from, to), ms, by their indexes in `events.products`. */
export function purchasesWithin(events: EventColumns, subject: number, from: number, to: number): Set<number> {
  const products = new Set<number>();
  for (const index of events.indexesOf(subject)) {
    const time = events.timeAt(index);
    if (time >= to) break;
    if (time >= from && isPurchase(events, index)) products.add(events.productAt(index));
  }
  return products;
}

/** Returns the subjects with a purchase within [from, to), ms. */
export function buyersWithin(events: EventColumns, from: number, to: number): Set<number> {
  const buyers = new Set<number>();
  for (let index = events.firstIndexFrom(from); index < events.length && events.timeAt(index) < to; index++) {
    const subject = events.subjectAt(index);
    if (subject >= 0 && isPurchase(events, index)) buyers.add(subject);
  }
  return buyers;
}

function isPurchase(events: EventColumns, index: number): boolean {
  return events.typeAt(index) === 'PURCHASE' && events.productAt(index) >= 0;
}
