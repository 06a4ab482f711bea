import type { CustomerProfile } from '../../../../src/features/customer-profile';
import { SessionStore } from '../../../../src/learn/session-store';
import { recentInterests } from '../../../../src/recommend/sources/recent-interests';

const HOUR = 3_600_000;
const CUSTOMER = 3;

/** Each of seven subjects has viewed ten products, one a minute. */
function sessions(): SessionStore {
  const store = new SessionStore();
  for (let subject = 0; subject < 7; subject++) {
    for (let n = 0; n < 10; n++) {
      store.insert({ subject, order: -1, product: (subject + 3 * n) % 30, at: subject * HOUR + n * 60_000 });
    }
  }
  return store;
}

/** The profile of a customer with these newest events. */
function profileOf(events: readonly (readonly [product: number, at: number])[]): CustomerProfile {
  return {
    interests: Int32Array.from(events, ([product]) => product),
    interestTimes: Float64Array.from(events, ([, at]) => at),
  } as Partial<CustomerProfile> as CustomerProfile;
}

function eventsOf({ table }: SessionStore, subject: number): (readonly [number, number])[] {
  const { entries, sessionsOf } = table;
  return sessionsOf
    .entries(subject)
    .flatMap((at) => entries.entries(sessionsOf.cells[at]).map((e) => [entries.cells[e], table.timeAt(e)] as const));
}

describe('the newest interests of a customer', () => {
  it('find the customer in the sessions', () => {
    const store = sessions();
    const { query, subject } = recentInterests(profileOf(eventsOf(store, CUSTOMER)), store.table);
    expect(subject).toBe(CUSTOMER);
    expect(query.products).toHaveLength(10);
    expect(query.weights[0]).toBe(1);
  });

  it('find the customer although the newest events are not in the sessions (yet)', () => {
    const store = sessions();
    const newest = [
      [29, 9 * HOUR],
      [28, 9 * HOUR + 1],
    ] as const;
    const profile = profileOf([...eventsOf(store, CUSTOMER), ...newest]);
    expect(recentInterests(profile, store.table).subject).toBe(CUSTOMER);
  });

  it('are not mistaken for another subject’s event with the same product at the same time', () => {
    const store = sessions();
    const own = eventsOf(store, CUSTOMER);
    const [product, at] = own[own.length - 1];
    store.insert({ subject: 0, order: -1, product, at });
    store.insert({ subject: 9, order: -1, product, at });
    expect(recentInterests(profileOf(own), store.table).subject).toBe(CUSTOMER);
  });

  it('find no subject if no session has the events', () => {
    const store = sessions();
    const others = eventsOf(store, CUSTOMER).map(([product, at]) => [product, at + 1] as const);
    expect(recentInterests(profileOf(others), store.table).subject).toBe(-1);
    expect(recentInterests(profileOf([]), store.table).subject).toBe(-1);
  });

  it('are at most 50 products, of a large order those with the fewest sessions', () => {
    const store = new SessionStore();
    for (let product = 0; product < 80; product++) {
      for (let subject = 0; subject <= product; subject++) {
        store.insert({ subject, order: subject, product, at: subject * HOUR });
      }
    }
    const order = Array.from({ length: 80 }, (_, product) => [product, 100 * HOUR] as const);
    const { products } = recentInterests(profileOf(order), store.table).query;
    expect(Array.from(products).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });
});
