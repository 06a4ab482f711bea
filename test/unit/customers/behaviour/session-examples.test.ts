import fc from 'fast-check';
import { BEHAVIOURS } from '../../../../src/customers/behaviour/behaviour-label';
import { LiveSession } from '../../../../src/customers/behaviour/live-session';
import { SessionExamples, sessionFeaturesAt } from '../../../../src/customers/behaviour/session-examples';
import { cutCandidates, drawCut, type SessionCut } from '../../../../src/customers/behaviour/session-cut';
import { splitByVisitorAndTime, splitForServing } from '../../../../src/customers/behaviour/session-slices';
import {
  ownerAfter,
  sortEvents,
  splitSessions,
  type VisitorEvent,
  type VisitorEvents,
} from '../../../../src/customers/behaviour/visitor-sessions';
import { SESSION_IDLE_MS } from '../../../../src/learn/durations';
import { SESSION_FEATURES, SESSION_FEATURE_INDEX } from '../../../../src/features/session-features';
import { syntheticProduct, syntheticVisitors } from '../../../setup/synthetic-sessions';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
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
  // Each event is logged when it occurs, unless `more` says otherwise.
  position: at,
  loggedAt: at,
  isHistorical: false,
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

/** Returns the features at a cut that follows an event; null if no session was running. */
function featuresAt(visitor: VisitorEvents, cut: SessionCut): number[] | null {
  const out = new Float64Array(SESSION_FEATURES.length);
  return sessionFeaturesAt({ ...visitor, events: sortEvents(visitor.events) }, cut, out) ? [...out] : null;
}

/** A merge that happens and is logged at a time. */
const merge = (from: string, into: string, at: number) => ({ from, into, position: at, mergedAt: at });

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
          const merges = [merge('s:v', 'c:ann', 2 * mergedMinute * MINUTE)];
          const visitor: VisitorEvents = { visitor: 'c:ann', events, merges };
          const candidates = cutCandidates(events);
          for (const session of sessions) {
            const cut = drawCut('c:ann', events, candidates, session)!;
            const known = events.filter(({ at }) => at < cut.at);
            const others = future.map(({ type, minutes, number, subject }) =>
              act(type, cut.at + minutes * MINUTE, { subject, product: syntheticProduct(number) }),
            );
            const expected = featuresAt(visitor, cut);
            expect(featuresAt({ ...visitor, events: known }, cut)).toEqual(expected);
            expect(featuresAt({ ...visitor, events: [...others, ...known] }, cut)).toEqual(expected);
            // A merge at or after the cut is part of the future, too.
            const later = merges.map((each) =>
              each.mergedAt >= cut.at ? merge('s:v', 'c:ann', each.mergedAt + MINUTE) : each,
            );
            const before = merges.filter(({ mergedAt }) => mergedAt < cut.at);
            for (const changed of [later, before])
              expect(featuresAt({ ...visitor, merges: changed }, cut)).toEqual(expected);
          }
        },
      ),
    );
  });

  const named = (found: number[] | null, ...names: string[]) =>
    names.map((name) => found![SESSION_FEATURE_INDEX.get(name)!]);

  it('say that a visit is anonymous until it has signed in', () => {
    const events = [
      act('PURCHASE', 0, { subject: 'c:ann' }),
      act('VIEW', 100 * MINUTE),
      act('VIEW', 101 * MINUTE),
      act('VIEW', 103 * MINUTE, { subject: 'c:ann' }),
    ];
    const visitor = { visitor: 'c:ann', events, merges: [merge('s:v', 'c:ann', 102 * MINUTE)] };
    const known = (event: VisitorEvent, at: number) =>
      named(featuresAt(visitor, { at, event }), 'isCustomer', 'earlierOrders', 'productPages');
    expect(known(events[2], 101 * MINUTE + 1)).toEqual([0, 0, 2]);
    expect(known(events[2], 102 * MINUTE + 2)).toEqual([1, 1, 2]);
    expect(known(events[3], 103 * MINUTE + 1)).toEqual([1, 1, 3]);
  });

  it('have the session as its subject had it, without the other subject’s events before a merge after the cut', () => {
    const events = [
      act('VIEW', 0, { subject: 'c:ann', product: syntheticProduct(7) }),
      act('VIEW', 20 * MINUTE),
      act('VIEW', 40 * MINUTE),
    ];
    const visitor = { visitor: 'c:ann', events, merges: [merge('s:v', 'c:ann', 50 * MINUTE)] };
    const cut = { at: 40 * MINUTE + 1, event: events[2] };
    expect(named(featuresAt(visitor, cut), 'isCustomer', 'products', 'secondsSinceStart')).toEqual([0, 1, 1200.001]);
    const merged = { ...visitor, merges: [merge('s:v', 'c:ann', 30 * MINUTE)] };
    // Only what was logged before the merge has moved to the customer: the visit continues under its own id.
    expect(named(featuresAt(merged, cut), 'isCustomer', 'products', 'secondsSinceStart')).toEqual([0, 1, 0.001]);
    const signedIn = { ...cut, event: { ...events[2], subject: 'c:ann' } };
    const again = { ...merged, events: [events[0], events[1], signedIn.event] };
    expect(named(featuresAt(again, signedIn), 'isCustomer', 'products', 'secondsSinceStart')).toEqual([1, 2, 2400.001]);
  });

  it('have a late event from the log position on at which it was logged', () => {
    const late = act('ADD_TO_CART', 5 * MINUTE, { position: 30 * MINUTE, loggedAt: 30 * MINUTE });
    const events = [act('VIEW', 0), late, act('VIEW', 10 * MINUTE), act('VIEW', 35 * MINUTE)];
    const visitor = { visitor: 's:v', events, merges: [] };
    const added = (event: VisitorEvent, at: number) => named(featuresAt(visitor, { at, event }), 'cartAdds', 'actions');
    expect(added(events[2], 10 * MINUTE + 1)).toEqual([0, 2]);
    expect(added(events[2], 29 * MINUTE)).toEqual([0, 2]);
    expect(added(events[2], 30 * MINUTE + 1)).toEqual([1, 3]);
    expect(added(events[3], 35 * MINUTE + 1)).toEqual([1, 4]);
    // A cut never follows a late event.
    expect(Array.from(cutCandidates(events))).toEqual([1, 0, 1, 1]);
    // Imported events count from the time at which they occurred.
    const imported = events.map((event) => ({
      ...event,
      position: 1_000 * MINUTE - event.position,
      isHistorical: true,
    }));
    const found = featuresAt({ ...visitor, events: imported }, { at: 10 * MINUTE + 1, event: imported[2] });
    expect(named(found, 'cartAdds', 'actions')).toEqual([1, 3]);
    expect(Array.from(cutCandidates(imported))).toEqual([1, 1, 1, 1]);
  });

  const SUBJECTS = ['s:v', 's:w', 'c:ann', 'c:bob'];
  const entry = fc.record({
    gap: fc.integer({ min: 1, max: 12 * MINUTE }),
    lateness: fc.oneof(
      fc.constant(0),
      fc.constant(0),
      fc.integer({ min: 0, max: 40 * MINUTE }),
      fc.constant(DAY + MINUTE),
    ),
    type: fc.constantFrom<VisitorEvent['type']>('VIEW', 'VIEW', 'ADD_TO_CART', 'SEARCH', 'IMPRESSION', 'PURCHASE'),
    number: fc.integer({ min: 0, max: 5 }),
    subject: fc.constantFrom(...SUBJECTS),
    into: fc.option(fc.constantFrom('c:ann', 'c:bob'), { freq: 5 }),
  });

  it('are those of a live session that has followed the log up to the cut', () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.array(entry, { minLength: 5, maxLength: 60 }), (entries) => {
        const events: VisitorEvent[] = [];
        const merges: ReturnType<typeof merge>[] = [];
        let clock = 100 * DAY;
        entries.forEach(({ gap, lateness, type, number, subject, into }, index) => {
          clock += gap;
          const position = index + 1;
          if (into === null)
            events.push(
              act(type, clock - lateness, {
                subject,
                product: syntheticProduct(number),
                position,
                loggedAt: clock,
                isHistorical: lateness > DAY,
              }),
            );
          else if (into !== subject) merges.push({ from: subject, into, position, mergedAt: clock });
        });
        /** Replays the log, one entry after the other: the events of each subject after the given time. */
        const replayed = (until: number) => {
          const bySubject = new Map<string, VisitorEvent[]>(SUBJECTS.map((subject) => [subject, []]));
          const log = [
            ...events.map((event) => ({ position: event.position, at: event.loggedAt, event, merged: null })),
            ...merges.map((merged) => ({ position: merged.position, at: merged.mergedAt, event: null, merged })),
          ].sort((a, b) => a.position - b.position);
          for (const { at, event, merged } of log) {
            if (at > until) break;
            if (event !== null) bySubject.get(event.subject)!.push(event);
            else {
              bySubject.get(merged.into)!.push(...bySubject.get(merged.from)!);
              bySubject.set(merged.from, []);
            }
          }
          return bySubject;
        };
        for (const [visitor, own] of replayed(Infinity)) {
          const sorted = sortEvents(own);
          const candidates = cutCandidates(sorted);
          sorted.forEach((event, index) => {
            if (candidates[index] === 0 || event.isHistorical) return;
            for (const delay of [0, MINUTE, 9 * MINUTE]) {
              const cut = { at: event.at + delay + 1, event };
              const [subject, known] = Array.from(replayed(event.loggedAt + delay)).find(([, each]) =>
                each.includes(event),
              )!;
              const live = new LiveSession(subject.startsWith('c:'));
              for (const each of known) if (each.at < cut.at) live.apply(each);
              const served = new Float64Array(SESSION_FEATURES.length);
              const expected = live.fill(cut.at, served) ? [...served] : null;
              expect(featuresAt({ visitor, events: sorted, merges }, cut)).toEqual(expected);
              compared++;
            }
          });
        }
      }),
      { numRuns: 400, seed: 1 },
    );
    expect(compared).toBeGreaterThan(1_000);
  });
});

it('an event belongs to another subject only by merges at later positions that have happened', () => {
  const merges = [merge('s:v', 'c:a', 10), merge('c:a', 'c:b', 20), merge('s:v', 'c:c', 30)];
  const ownerAt = (position: number, until: number) =>
    ownerAfter({ subject: 's:v', position }, merges, (each) => each.position <= until);
  expect([9, 10, 20, 30].map((until) => ownerAt(5, until))).toEqual(['s:v', 'c:a', 'c:b', 'c:b']);
  expect([20, 30].map((until) => ownerAt(15, until))).toEqual(['s:v', 'c:c']);
  expect(ownerAt(35, 40)).toBe('s:v');
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
