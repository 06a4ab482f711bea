import fc from 'fast-check';
import {
  LiveSession,
  MAX_EARLIER_ORDERS,
  MAX_SESSION_EVENTS,
  MAX_SESSION_MS,
} from '../../../../src/customers/behaviour/live-session';
import { sessionFeaturesAt } from '../../../../src/customers/behaviour/session-examples';
import { sortEvents, splitSessions, type VisitorEvent } from '../../../../src/customers/behaviour/visitor-sessions';
import { SESSION_IDLE_MS } from '../../../../src/learn/durations';
import { SESSION_FEATURES, SESSION_FEATURE_INDEX } from '../../../../src/features/session-features';
import { syntheticProduct } from '../../../setup/synthetic-sessions';

const MINUTE = 60_000;
const anyEvent = fc
  .record({
    type: fc.constantFrom<VisitorEvent['type']>('VIEW', 'ADD_TO_CART', 'SEARCH', 'IMPRESSION', 'PURCHASE', 'CLICK'),
    minute: fc.integer({ min: 0, max: 150 }),
    number: fc.integer({ min: 0, max: 20 }),
    order: fc.constantFrom('o:1', 'o:2', 'o:3'),
    requestId: fc.constantFrom('r1', 'r2', null),
  })
  .map(({ type, minute, number, order, requestId }): VisitorEvent => ({
    subject: 'c:ann',
    type,
    at: minute * MINUTE,
    product: syntheticProduct(number),
    quantity: 1,
    requestId,
    isSortedByPrice: false,
    isWithoutResults: false,
    orderKey: type === 'PURCHASE' ? order : null,
    position: 0,
    loggedAt: 0,
    isHistorical: true,
  }));

function liveFeatures(session: LiveSession, now: number): number[] | null {
  const out = new Float64Array(SESSION_FEATURES.length);
  return session.fill(now, out) ? [...out] : null;
}

describe('LiveSession', () => {
  it('has the features that training computes, in any sequence of events and with reads between them', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 29 * MINUTE }),
        fc.boolean(),
        (events, delay, readsBetween) => {
          const live = new LiveSession(true);
          for (const event of events) {
            live.apply(event);
            if (readsBetween) liveFeatures(live, event.at + 1);
          }
          const sorted = sortEvents(events);
          const now = sorted.at(-1)!.at + delay;
          const session = splitSessions(sorted).at(-1);
          if (session === undefined || session.to < sorted.length) {
            expect(liveFeatures(live, now)).toBeNull();
            return;
          }
          const expected = new Float64Array(SESSION_FEATURES.length);
          const isRunning = sessionFeaturesAt(
            { events: sorted, merges: [] },
            { at: now, event: sorted.at(-1)! },
            expected,
          );
          expect(liveFeatures(live, now)).toEqual(isRunning ? [...expected] : null);
          expect(live.startedAt(now)).toBe(sorted[session.from].at);
          expect(liveFeatures(live, sorted.at(-1)!.at + SESSION_IDLE_MS)).toBeNull();
        },
      ),
      { numRuns: 500 },
    );
  });

  const view = { ...fc.sample(anyEvent, { numRuns: 1, seed: 1 })[0], type: 'VIEW' as const, orderKey: null };
  const pagesOf = (session: LiveSession, now: number) =>
    liveFeatures(session, now)?.[SESSION_FEATURE_INDEX.get('productPages')!];

  it('has a session of the maximum length, and none of a longer one, until the next session', () => {
    for (const readsBetween of [true, false]) {
      const live = new LiveSession(false);
      for (let second = 1; second <= MAX_SESSION_EVENTS; second++) {
        live.apply({ ...view, at: 1_000 * second });
        if (readsBetween) expect(pagesOf(live, 1_000 * second)).toBe(second);
      }
      let last = 1_000 * MAX_SESSION_EVENTS;
      expect(pagesOf(live, last)).toBe(MAX_SESSION_EVENTS);
      for (let more = 0; more < 3 * MAX_SESSION_EVENTS; more++) {
        live.apply({ ...view, at: (last += 100) });
        if (readsBetween || more > 2 * MAX_SESSION_EVENTS) expect(pagesOf(live, last)).toBeUndefined();
      }
      live.apply({ ...view, at: (last += SESSION_IDLE_MS) });
      expect(pagesOf(live, last)).toBe(1);
    }
  });

  it('ends for a program that never pauses for a day', () => {
    const live = new LiveSession(false);
    for (let at = 0; at <= MAX_SESSION_MS + 20 * MINUTE; at += 20 * MINUTE) live.apply({ ...view, at });
    expect(pagesOf(live, MAX_SESSION_MS)).toBe(1 + MAX_SESSION_MS / (20 * MINUTE) + 1);
    expect(pagesOf(live, MAX_SESSION_MS + 1)).toBeUndefined();
  });

  it('counts earlier orders up to a maximum, from as many as there are, with the time of the last one', () => {
    const live = new LiveSession(true);
    const count = 30 * MAX_EARLIER_ORDERS;
    for (let order = 0; order < count; order++)
      for (const line of [0, 1])
        live.apply({ ...view, type: 'PURCHASE', at: (order + line / 10) * 86_400_000, orderKey: `o:${order}` });
    const at = count * 86_400_000;
    live.apply({ ...view, at });
    const features = liveFeatures(live, at + 1)!;
    expect(features[SESSION_FEATURE_INDEX.get('earlierOrders')!]).toBe(MAX_EARLIER_ORDERS);
    expect(features[SESSION_FEATURE_INDEX.get('daysSinceLastOrder')!]).toBeCloseTo(1, 6);
  });
});
