import { behaviourLabel, LABEL_WINDOW_MS } from '../../../../src/customers/behaviour/behaviour-label';
import type { SessionEvent } from '../../../../src/features/session-event';

const CUT = 1_000_000;
const mug = { id: 'mug', category: 'mugs', price: 5, isDiscounted: false };
const cup = { ...mug, id: 'cup' };
const lamp = { ...mug, id: 'lamp', category: 'lamps' };
const sale = { ...lamp, id: 'sale', isDiscounted: true };

const act = (
  type: SessionEvent['type'],
  product: SessionEvent['product'] = null,
  more: Partial<SessionEvent> = {},
) => ({
  type,
  product,
  quantity: 1,
  requestId: null,
  isSortedByPrice: false,
  isWithoutResults: false,
  orderKey: null,
  ...more,
});
/** One event each second, the first at the cut. */
const label = (...events: Omit<SessionEvent, 'at'>[]) =>
  behaviourLabel(
    events.map((event, index) => ({ ...event, at: CUT + 1_000 * index })),
    CUT,
  );

describe('behaviourLabel', () => {
  it('tries the definitions in order', () => {
    const compares = [act('VIEW', mug), act('VIEW', cup), act('VIEW', mug)];
    const bargains = act('VIEW', sale);
    expect(label(...compares, bargains, act('PURCHASE', mug))).toBe('BUY');
    expect(label()).toBe('LEAVE');
    expect(label(...compares, bargains)).toBe('COMPARE');
    expect(label(act('VIEW', mug), bargains)).toBe('BARGAIN');
    expect(label(act('SEARCH', null, { isSortedByPrice: true }))).toBe('BARGAIN');
    expect(label(act('VIEW', mug))).toBe('BROWSE');
    expect(label(act('IMPRESSION', sale))).toBe('BROWSE');
  });

  it('compares only products of one category, one of which was viewed again after another one', () => {
    expect(label(act('VIEW', mug), act('VIEW', mug), act('VIEW', cup))).toBe('BROWSE');
    expect(label(act('VIEW', mug), act('VIEW', lamp), act('VIEW', mug))).toBe('BROWSE');
    expect(label(act('VIEW', mug), act('VIEW', lamp), act('VIEW', mug), act('VIEW', cup))).toBe('COMPARE');
    const loose = { ...mug, category: null };
    expect(label(act('VIEW', loose), act('VIEW', cup), act('VIEW', loose))).toBe('BROWSE');
  });

  it('sees the half hour from the cut on', () => {
    const order = (at: number) => [{ ...act('PURCHASE', mug), at }];
    expect(behaviourLabel(order(CUT - 1), CUT)).toBe('LEAVE');
    expect(behaviourLabel(order(CUT), CUT)).toBe('BUY');
    expect(behaviourLabel(order(CUT + LABEL_WINDOW_MS - 1), CUT)).toBe('BUY');
    expect(behaviourLabel(order(CUT + LABEL_WINDOW_MS), CUT)).toBe('LEAVE');
  });
});
