import fc from 'fast-check';
import { EventColumns } from '../../../src/events/event-columns';
import { subjectOf, type LogEvent } from '../../../src/events/log-event';
import { CustomerHistory } from '../../../src/live-state/history';
import { buyersWithin, historyBefore, purchasesWithin } from '../../../src/live-state/history-at';
import { LearnerState } from '../../../src/live-state/learner/learner-state';
import { arbitraryLog } from '../live-state/arbitrary-events';

const sorted = (log: readonly LogEvent[]): LogEvent[] => Array.from(log).sort((a, b) => a.occurredAt - b.occurredAt);

/** The contents that a history reports. */
function contents(history: CustomerHistory | undefined, log: readonly LogEvent[]): object | undefined {
  if (history === undefined) return undefined;
  const products = Array.from(new Set(log.flatMap(({ productId }) => productId ?? []))).sort();
  return {
    interests: history.interests(),
    purchases: history.purchases(),
    orderTimes: history.orderTimes(),
    recentlyViewed: history.recentlyViewed(),
    disliked: products.filter((product) => history.dislikes(product)),
  };
}

describe('events in columns', () => {
  it('give the learner the same state as the events themselves', () => {
    fc.assert(
      fc.property(arbitraryLog(), (log) => {
        const [own, other] = [new LearnerState(), new LearnerState()];
        const columns = EventColumns.of(sorted(log));
        for (const event of sorted(log)) own.apply(event);
        for (let index = 0; index < columns.length; index++) other.apply(columns.at(index));
        // Keys of orders are compared, too: they are part of a checkpoint.
        expect(other.encode()).toEqual(own.encode());
      }),
    );
  });

  it('give every subject the history that its events before an instant give it', () => {
    fc.assert(
      fc.property(arbitraryLog(), fc.integer({ min: 0, max: 2_000 }), (log, hours) => {
        const events = sorted(log);
        const columns = EventColumns.of(events);
        const time = Date.UTC(2011, 0, 1) + hours * 3_600_000;
        const histories = new Map<string, CustomerHistory>();
        for (const event of events) {
          const subject = subjectOf(event) as string;
          if (event.occurredAt >= time) break;
          if (!histories.has(subject)) histories.set(subject, new CustomerHistory());
          histories.get(subject)?.apply(event);
        }
        const known = columns.subjectCountBefore(time);
        expect(Array.from({ length: known }, (_, subject) => columns.subjects.idAt(subject))).toEqual([
          ...histories.keys(),
        ]);
        for (let subject = 0; subject < columns.subjects.size; subject++) {
          const own = histories.get(columns.subjects.idAt(subject));
          expect(contents(historyBefore(columns, subject, time), events)).toEqual(contents(own, events));
        }
        expect(historyBefore(columns, columns.subjects.indexOf('c:nobody'), time)).toBeUndefined();
      }),
    );
  });

  it('find which customers bought which products within an interval', () => {
    fc.assert(
      fc.property(arbitraryLog(), fc.integer({ min: 0, max: 2_000 }), fc.nat(1_000), (log, hours, more) => {
        const events = sorted(log);
        const columns = EventColumns.of(events);
        const from = Date.UTC(2011, 0, 1) + hours * 3_600_000;
        const to = from + more * 3_600_000;
        const bought = new Map<string, Set<string>>();
        for (const event of events) {
          if (event.type !== 'PURCHASE' || event.occurredAt < from || event.occurredAt >= to) continue;
          const subject = subjectOf(event) as string;
          bought.set(subject, (bought.get(subject) ?? new Set()).add(event.productId as string));
        }
        const named = Array.from(buyersWithin(columns, from, to), (subject): [string, string[]] => [
          columns.subjects.idAt(subject),
          Array.from(purchasesWithin(columns, subject, from, to), (product) => columns.products.idAt(product)),
        ]);
        expect(named).toEqual(Array.from(bought, ([subject, products]) => [subject, Array.from(products)]));
      }),
    );
  });
});
