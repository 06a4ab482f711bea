import fc from 'fast-check';
import { LiveSession, MAX_LIVE_EVENTS } from '../../../../src/customers/behaviour/live-session';
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
          sessionFeaturesAt({ visitor: 'c:ann', events: sorted, merges: [] }, session, now, expected);
          expect(liveFeatures(live, now)).toEqual([...expected]);
          expect(live.startedAt(now)).toBe(sorted[session.from].at);
          expect(liveFeatures(live, sorted.at(-1)!.at + SESSION_IDLE_MS)).toBeNull();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has a bounded size', () => {
    const live = new LiveSession(false);
    const view = { ...fc.sample(anyEvent, { numRuns: 1, seed: 1 })[0], type: 'VIEW' as const };
    for (let second = 0; second < 5 * MAX_LIVE_EVENTS; second++) live.apply({ ...view, at: 1_000 * second });
    live.apply({ ...view, at: 1_000 * 5 * MAX_LIVE_EVENTS - 1_500 });
    const features = liveFeatures(live, 1_000 * 5 * MAX_LIVE_EVENTS)!;
    const pages = features[SESSION_FEATURE_INDEX.get('productPages')!];
    expect(pages).toBeGreaterThanOrEqual(MAX_LIVE_EVENTS);
    expect(pages).toBeLessThanOrEqual(2 * MAX_LIVE_EVENTS);
  });
});
