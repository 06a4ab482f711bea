import fc from 'fast-check';
import { BEHAVIOURS } from '../../../../src/customers/behaviour/behaviour-label';
import { SessionExamples, sessionFeaturesAt } from '../../../../src/customers/behaviour/session-examples';
import { drawCut } from '../../../../src/customers/behaviour/session-cut';
import { splitByVisitorAndTime, splitForServing } from '../../../../src/customers/behaviour/session-slices';
import {
  ownerAsOf,
  sortEvents,
  splitSessions,
  type VisitorEvent,
  type VisitorEvents,
} from '../../../../src/customers/behaviour/visitor-sessions';
import { SESSION_IDLE_MS } from '../../../../src/learn/durations';
import { SESSION_FEATURES, SESSION_FEATURE_INDEX } from '../../../../src/features/session-features';
import { syntheticProduct, syntheticVisitors } from '../../../setup/synthetic-sessions';

const MINUTE = 60_000;
const act = (type: VisitorEvent['type'], at: number, more: Partial<VisitorEvent> = {}): VisitorEvent => ({
  subject: 's:v',
  type,
  at,
  product: syntheticProduct(1),
  quantity: 1,
  requestId: null,
  isSortedByPrice: false,
  isWithoutResults: false,
  orderKey: type === 'PURCHASE' ? `o:${at}` : null,
  ...more,
});

const anyEvent = fc.record({
  type: fc.constantFrom<VisitorEvent['type']>('VIEW', 'ADD_TO_CART', 'SEARCH', 'IMPRESSION', 'PURCHASE', 'LIKE'),
  minutes: fc.integer({ min: 0, max: 200 }),
  number: fc.integer({ min: 0, max: 20 }),
  subject: fc.constantFrom('s:v', 'c:ann'),
});
const anyEvents = fc
  .array(anyEvent, { minLength: 1, maxLength: 40 })
  .map((events) =>
    sortEvents(
      events.map(({ type, minutes, number, subject }) =>
        act(type, minutes * MINUTE, { subject, product: syntheticProduct(number) }),
      ),
    ),
  );

function featuresAt(visitor: VisitorEvents, sessionStart: number, cut: number): number[] {
  const events = sortEvents(visitor.events);
  const session = splitSessions(events).find(({ from }) => events[from].at === sessionStart)!;
  const out = new Float64Array(SESSION_FEATURES.length);
  sessionFeaturesAt({ ...visitor, events }, session, cut, out);
  return [...out];
}

describe('sessions', () => {
  it('are the maximal runs of events without a pause of half an hour', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const sessions = splitSessions(events);
        const inSession = new Set<number>();
        for (const { from, to } of sessions) {
          expect(events[from].type).not.toBe('PURCHASE');
          for (let index = from; index < to; index++) {
            inSession.add(index);
            if (index > from) expect(events[index].at - events[index - 1].at).toBeLessThan(SESSION_IDLE_MS);
          }
          if (to < events.length) expect(events[to].at - events[to - 1].at).toBeGreaterThanOrEqual(SESSION_IDLE_MS);
        }
        // Only orders that no event of the session precedes are left out.
        events.forEach(({ type }, index) => {
          if (!inSession.has(index)) expect(type).toBe('PURCHASE');
        });
      }),
    );
  });
});

describe('the features at a cut', () => {
  it('do not change if everything from the cut on is shuffled, replaced or removed', () => {
    fc.assert(
      fc.property(
        anyEvents,
        fc.array(anyEvent, { maxLength: 20 }),
        fc.integer({ min: 0, max: 100 }),
        (events, future, mergedMinute) => {
          const sessions = splitSessions(events);
          fc.pre(sessions.length > 0);
          const merges = [{ from: 's:v', into: 'c:ann', at: 2 * mergedMinute * MINUTE }];
          const visitor: VisitorEvents = { visitor: 'c:ann', events, merges };
          for (const session of sessions) {
            const cut = drawCut('c:ann', events, session);
            const startedAt = events[session.from].at;
            const known = events.filter(({ at }) => at < cut);
            const others = future.map(({ type, minutes, number, subject }) =>
              act(type, cut + minutes * MINUTE, { subject, product: syntheticProduct(number) }),
            );
            const expected = featuresAt(visitor, startedAt, cut);
            expect(featuresAt({ ...visitor, events: known }, startedAt, cut)).toEqual(expected);
            expect(featuresAt({ ...visitor, events: [...others, ...known] }, startedAt, cut)).toEqual(expected);
            // A merge at or after the cut is part of the future, too.
            const laterMerges = merges.map((merge) => (merge.at >= cut ? { ...merge, at: merge.at + MINUTE } : merge));
            const knownMerges = merges.filter(({ at }) => at < cut);
            for (const changed of [laterMerges, knownMerges])
              expect(featuresAt({ ...visitor, merges: changed }, startedAt, cut)).toEqual(expected);
          }
        },
      ),
    );
  });

  it('say that a visit is anonymous until it has signed in', () => {
    const order = act('PURCHASE', 0, { subject: 'c:ann' });
    const events = [
      order,
      act('VIEW', 100 * MINUTE),
      act('VIEW', 101 * MINUTE),
      act('VIEW', 103 * MINUTE, { subject: 'c:ann' }),
    ];
    const merges = [{ from: 's:v', into: 'c:ann', at: 102 * MINUTE }];
    const visitor = { visitor: 'c:ann', events, merges };
    const at = (cut: number, name: string) => featuresAt(visitor, 100 * MINUTE, cut)[SESSION_FEATURE_INDEX.get(name)!];
    const known = (cut: number) => ['isCustomer', 'earlierOrders', 'productPages'].map((name) => at(cut, name));
    expect(known(101 * MINUTE + 1)).toEqual([0, 0, 2]);
    expect(known(102 * MINUTE + 1)).toEqual([1, 1, 2]);
    expect(known(103 * MINUTE + 1)).toEqual([1, 1, 3]);
  });
});

it('an event belongs to another subject only by merges after it and before the instant', () => {
  const merges = [
    { from: 's:v', into: 'c:a', at: 10 },
    { from: 'c:a', into: 'c:b', at: 20 },
  ];
  const event = act('VIEW', 5);
  expect([10, 11, 20, 21].map((asOf) => ownerAsOf(event, merges, asOf))).toEqual(['s:v', 'c:a', 'c:a', 'c:b']);
  expect(ownerAsOf(act('VIEW', 15), merges, 30)).toBe('s:v');
});

describe('SessionExamples', () => {
  const visitors = syntheticVisitors(600, { days: 60 });
  const until = 70 * 86_400_000;
  const examples = new SessionExamples();
  for (const visitor of visitors) examples.add(visitor, until);

  it('has one example for each ended session, whose cut follows one of its events', () => {
    const sessions = visitors.flatMap(({ visitor, events }) =>
      splitSessions(sortEvents(events)).map((range) => ({ visitor, start: events[range.from].at })),
    );
    expect(examples.size).toBe(sessions.length);
    const open = new SessionExamples();
    const [first] = visitors;
    const end = first.events.at(-1)!.at;
    open.add(first, end + SESSION_IDLE_MS - 1);
    const closed = new SessionExamples();
    closed.add(first, end + 2 * SESSION_IDLE_MS);
    expect(closed.size - open.size).toBe(1);
    expect(closed.size).toBe(splitSessions(first.events).length);
  });

  it('does not depend on the sequence of a visitor’s events', () => {
    const again = new SessionExamples();
    for (const visitor of visitors) again.add({ ...visitor, events: [...visitor.events].reverse() }, until);
    expect(again.features.subarray(0, again.size)).toEqual(examples.features.subarray(0, examples.size));
    expect(again.labels).toEqual(examples.labels);
  });

  it('leaves out sessions before `since` but counts their orders', () => {
    const events = [act('VIEW', 0), act('PURCHASE', MINUTE), act('VIEW', 500 * MINUTE), act('VIEW', 501 * MINUTE)];
    const some = new SessionExamples();
    some.add({ visitor: 's:v', events, merges: [] }, 2_000 * MINUTE, 400 * MINUTE);
    expect(some.size).toBe(1);
    expect(some.featuresOf(0)[SESSION_FEATURE_INDEX.get('earlierOrders')!]).toBe(1);
  });

  it('labels an order in the rest of the session', () => {
    const buyer = new SessionExamples();
    const orders = (visitor: string) => [
      act('VIEW', 0, { subject: visitor }),
      act('PURCHASE', 20 * MINUTE, { subject: visitor }),
    ];
    for (let visitor = 0; visitor < 50; visitor++)
      buyer.add({ visitor: `s:${visitor}`, events: orders(`s:${visitor}`), merges: [] }, 1_000 * MINUTE);
    for (let row = 0; row < buyer.size; row++) {
      const isBefore = buyer.cuts[row] <= 20 * MINUTE;
      expect([buyer.purchases[row], BEHAVIOURS[buyer.labels[row]]]).toEqual(isBefore ? [1, 'BUY'] : [0, 'LEAVE']);
    }
    expect(new Set(buyer.purchases.subarray(0, 50)).size).toBe(2);
  });

  it('is split by visitor and time: no visitor is in two slices, and the test is later than all labels before', () => {
    const { training, calibration, test } = splitByVisitorAndTime(examples);
    const visitorsOf = (rows: Int32Array) => new Set(Array.from(rows, (row) => examples.visitors[row]));
    const [fitted, calibrated, tested] = [training, calibration, test].map(visitorsOf);
    expect([...fitted, ...calibrated, ...tested].length).toBe(new Set([...fitted, ...calibrated, ...tested]).size);
    for (const rows of [training, calibration, test]) expect(rows.length).toBeGreaterThan(100);
    const lastLabel = Math.max(...Array.from([...training, ...calibration], (row) => examples.labelEnds[row]));
    expect(Math.min(...Array.from(test, (row) => examples.cuts[row]))).toBeGreaterThanOrEqual(lastLabel);
    const serving = splitForServing(examples);
    expect(serving.training.length + serving.calibration.length).toBe(examples.size);
    const servingCalibrated = visitorsOf(serving.calibration);
    for (const visitor of visitorsOf(serving.training)) expect(servingCalibrated).not.toContain(visitor);
    for (const visitor of calibrated) expect(servingCalibrated).toContain(visitor);
  });
});
