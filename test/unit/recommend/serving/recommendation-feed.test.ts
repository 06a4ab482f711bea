import pino from 'pino';
import {
  RecommendationFeed,
  type RecommendationFeedOptions,
} from '../../../../src/recommend/serving/recommendation-feed.service';
import type { RecommendationRequest } from '../../../../src/recommend/serving/recommendation.service';

const SECOND = 1_000;

/** A live list of the customer `anna`, whose changes the test causes. */
async function openList() {
  const topics: Record<string, () => void> = {};
  const watch = (topic: string) => (listener: () => void) => {
    topics[topic] = listener;
    return () => void delete topics[topic];
  };
  let version = 0;
  const list = jest.fn(() => Promise.resolve({ nodes: [{ id: `product-${version}` }] }));
  const feed = new RecommendationFeed({
    service: { list },
    products: { watch: watch('catalogue') },
    histories: {
      watch: (_subject: string, listener: () => void) => watch('own event')(listener),
      reloaded: { add: watch('reloaded histories') },
    },
    profileValues: {
      watch: (_customer: string, listener: () => void) => watch('own profile')(listener),
      reloaded: { add: watch('reloaded profiles') },
    },
    shop: { watch: watch('others') },
    blend: { watch: watch('promotion') },
    ease: { watch: watch('EASE') },
    log: pino({ level: 'silent' }),
  } as unknown as RecommendationFeedOptions);
  const request = { who: { customerId: 'anna' }, input: {}, conditions: { readsProfile: true } };
  const messages = await feed.open(request as unknown as RecommendationRequest, {
    first: 1,
    cursors: false,
    reasons: false,
  });
  return {
    topics,
    change: (topic: string) => {
      version++;
      topics[topic]();
    },
    computedCount: () => list.mock.calls.length,
    next: async () => ((await messages.next()).value as { nodes: { id: string }[] }).nodes[0].id,
    close: () => messages.return?.(),
  };
}

describe('a live list', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is sent once, two to three seconds after the first of any number of changes by others', async () => {
    const { change, computedCount, next, close } = await openList();
    expect(await next()).toBe('product-0');
    for (let n = 1; n <= 20; n++) {
      change('others');
      await jest.advanceTimersByTimeAsync(50);
    }
    await jest.advanceTimersByTimeAsync(SECOND - 1);
    expect(computedCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(SECOND + 1);
    expect(computedCount()).toBe(2);
    expect(await next()).toBe('product-20');
    await jest.advanceTimersByTimeAsync(60 * SECOND);
    expect(computedCount()).toBe(2);
    await close();
  });

  it('is computed at once after an event or a change of the profile of its customer, later after all other changes', async () => {
    const { topics, change, computedCount, next, close } = await openList();
    await next();
    for (const topic of Object.keys(topics)) {
      const before = computedCount();
      change(topic);
      await jest.advanceTimersByTimeAsync(0);
      const isOwn = topic.startsWith('own');
      expect([topic, computedCount() - before]).toEqual([topic, isOwn ? 1 : 0]);
      await jest.advanceTimersByTimeAsync(3 * SECOND);
      expect([topic, computedCount() - before]).toEqual([topic, 1]);
      await next();
    }
    await close();
    expect(topics).toEqual({});
  });
});
