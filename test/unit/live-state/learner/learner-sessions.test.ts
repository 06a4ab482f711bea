import { orderKeyOf, subjectOf, type LogEvent } from '../../../../src/events/log-event';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { SESSION_IDLE_MS } from '../../../../src/learn/durations';
import { LEARNER_LIMITS } from '../../../../src/live-state/learner/learner-limits';
import { LearnerState } from '../../../../src/live-state/learner/learner-state';
import { ShopState } from '../../../../src/live-state/shop-state';
import { naiveSessions } from '../../learn/naive-sessions';

const MINUTE = 60_000;
const START = Date.UTC(2020, 0, 1);

/** Returns the sessions of a state as lines of text, without the learner's indexes. */
function linesOf({ sessions: { table }, products }: ShopState): string[] {
  return table
    .sorted()
    .map((session) => {
      const entries = table.entries.entries(session);
      const lines = entries.map((at) => `${products.idAt(table.entries.cells[at])}@${table.timeAt(at)}`);
      return `${table.starts[session]}-${table.endOf(session)} ${table.orderOf(session) >= 0 ? 'order' : 'events'} ${lines.sort().join(' ')}`;
    })
    .sort();
}

/** The batch computation over the events of a log, with the subjects that merges gave them. */
function batchLines(owned: readonly { event: LogEvent; subject: string }[], horizon: number): string[] {
  const [subjects, orders, products] = [[], [], []] as string[][];
  const indexIn = (table: string[], id: string): number => {
    if (!table.includes(id)) table.push(id);
    return table.indexOf(id);
  };
  const events = owned.map(({ event, subject }) => ({
    subject: indexIn(subjects, subject),
    order: event.source === 'ORDERS' ? indexIn(orders, orderKeyOf(event) as string) : -1,
    product: indexIn(products, event.productId as string),
    at: event.occurredAt,
  }));
  return naiveSessions(events, horizon, SESSION_IDLE_MS)
    .map(({ start, end, order, products: found }) => {
      const lines = found.map(([product, at]) => `${products[product]}@${at}`);
      return `${start}-${end} ${order >= 0 ? 'order' : 'events'} ${lines.sort().join(' ')}`;
    })
    .sort();
}

describe('the learner’s sessions', () => {
  it.each(Array.from({ length: 12 }, (_, i) => [i + 1]))(
    'equal the batch computation with merges, late events, returns and a cap (seed %i)',
    (seed) => {
      const random = seededRandom(seed);
      const below = (limit: number): number => Math.floor(random() * limit);
      const limits = { ...LEARNER_LIMITS, sessionEntries: seed % 2 === 0 ? 40 : 1_000 };
      let state = new LearnerState(limits);
      const replica = ShopState.decode(state.encode().shop);
      let owned: { event: LogEvent; subject: string }[] = [];
      let clock = START;
      for (let step = 0; step < 300; step++) {
        if (random() < 0.05) {
          const [from, into] = [`${random() < 0.5 ? 's' : 'c'}:${below(4)}`, `c:${below(4)}`];
          state.merge(from, into);
          owned = owned.map((each) => (each.subject === from ? { ...each, subject: into } : each));
        } else {
          clock += below(8) * MINUTE;
          const isOrder = random() < 0.4;
          const isCustomer = isOrder || random() < 0.5;
          const type = isOrder ? (random() < 0.2 ? 'RETURN' : 'PURCHASE') : random() < 0.8 ? 'VIEW' : 'DISLIKE';
          const event: LogEvent = {
            source: isOrder ? 'ORDERS' : 'STOREFRONT',
            id: isOrder ? `o${below(6)}:${step}` : `e${step}`,
            type,
            occurredAt: clock - (random() < 0.3 ? below(400) * MINUTE : 0),
            ...(isCustomer ? { customerId: String(below(4)) } : { sessionId: String(below(4)) }),
            productId: `p${below(10)}`,
            quantity: 1,
          };
          state.apply(event);
          const showsInterest = type === 'PURCHASE' || type === 'VIEW';
          if (showsInterest) owned.push({ event, subject: subjectOf(event) as string });
        }
        if (step % 25 !== 0) continue;
        const { horizon } = state.shop.sessions;
        expect(linesOf(state.shop)).toEqual(batchLines(owned, horizon));
        replica.applyDelta(state.drainDelta());
        expect(linesOf(replica)).toEqual(linesOf(state.shop));
        // A learner that continues from the checkpoint has the same bytes.
        const checkpoint = state.encode();
        state = LearnerState.decode(checkpoint, limits);
        expect(state.encode()).toEqual(checkpoint);
      }
      if (limits.sessionEntries === 40) expect(state.shop.sessions.horizon).toBeGreaterThan(START);
    },
  );

  it('are dropped for good: by the learner, by a replica that applies its delta, and in a checkpoint', () => {
    const view = (n: number): LogEvent => ({
      source: 'STOREFRONT',
      id: `${n}`,
      type: 'VIEW',
      occurredAt: START + n * MINUTE,
      customerId: 'a',
      productId: `p${n}`,
      quantity: 1,
    });
    const state = new LearnerState();
    state.apply(view(1));
    const replica = ShopState.decode(state.encode().shop);
    expect(linesOf(replica)).toHaveLength(1);
    state.shop.dropSessions();
    state.apply(view(2));
    replica.applyDelta(state.drainDelta());
    const checkpoint = state.encode();
    expect(() => LearnerState.decode(checkpoint)).toThrow('it has no sessions');
    const loaded = ShopState.decode(checkpoint.shop);
    state.apply(view(3));
    const delta = state.drainDelta();
    for (const each of [loaded, replica]) each.applyDelta(delta);
    for (const shop of [state.shop, loaded, replica]) {
      expect([linesOf(shop), shop.lacksSessions]).toEqual([[], true]);
      expect(shop.products.size).toBe(3);
    }
    expect(replica.encode()).toEqual(state.shop.encode());
  });

  it('leave out bots and orders over the limit', () => {
    const state = new LearnerState({ ...LEARNER_LIMITS, productsPerSession: 2, productsPerOrder: 2 });
    const event = { source: 'STOREFRONT' as const, type: 'VIEW' as const, occurredAt: START, quantity: 1 };
    for (const n of [1, 2, 3, 4]) state.apply({ ...event, id: `${n}`, sessionId: 'robot', productId: `p${n}` });
    for (const n of [1, 2, 3, 4]) {
      const line = { ...event, source: 'ORDERS' as const, type: 'PURCHASE' as const };
      state.apply({ ...line, id: `bulk:${n}`, customerId: 'a', productId: `p${n}` });
    }
    state.apply({ ...event, id: '9', customerId: 'a', productId: 'p9' });
    expect(linesOf(state.shop)).toEqual([`${START}-${START} events p9@${START}`]);
  });
});
