import type { Viewer } from '../../../../src/graphql/context';
import type { ApiError } from '../../../../src/graphql/errors';
import { RateLimit } from '../../../../src/graphql/limits/rate-limit';
import { Turns, type Work } from '../../../../src/graphql/limits/turns';
import { FairScheduler } from '../../../../src/platform/fair-scheduler';

const PER_SECOND = 1_000;
const visitor: Viewer = { scope: 'STOREFRONT', keyId: 'public', sessionId: 'a' };
const ADDRESS = '198.51.100.1';

describe('the turns of a client', () => {
  let now: number;
  let rates: RateLimit;
  let scheduler: FairScheduler;
  beforeEach(() => {
    now = 0;
    rates = new RateLimit(PER_SECOND, () => now);
    scheduler = new FairScheduler(
      () => now,
      () => now,
    );
  });
  const turnsOf = (viewer: Viewer | null = visitor, address: string | null = ADDRESS, kind?: Work) =>
    new Turns({ scheduler, rates, limits: { msPerUnit: 0.002, unitsPerOperation: 0 } }, { viewer, address }, kind);
  /** Takes a turn that takes some time. Returns when it has been charged. */
  const work = async (turns: Turns, ms: number) => {
    await turns.next();
    now += ms;
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** Time that the visit would have to wait for all that it can save up, ms. */
  const missingMs = () => {
    try {
      rates.charge(visitor, null, 10 * PER_SECOND);
      return 0;
    } catch (error) {
      return (error as ApiError).extensions.retryAfterMs;
    }
  };

  it('are charged for the time beyond what was paid', async () => {
    const turns = turnsOf();
    turns.pay(2_000);
    await work(turns, 3);
    expect(turns.charged).toBe(2_000);
    await work(turns, 3);
    expect(turns.charged).toBe(3_000);
    await work(turns, 1);
    expect(turns.charged).toBe(3_500);
    expect(missingMs()).toBe(3_500 - now);
  });

  it('divide the tasks of one operation that run at the same time', async () => {
    const turns = turnsOf();
    const steps: number[] = [];
    const onStep = turns.onStep.bind(turns);
    turns.onStep = (ms) => {
      steps.push(ms);
      onStep(ms);
    };
    await turns.next();
    await Promise.all(
      Array.from({ length: 10 }, () =>
        turns.run(
          (function* () {
            for (let part = 0; part < 4; part++, yield) now += 1;
          })(),
        ),
      ),
    );
    await turns.next();
    expect(steps.reduce((sum, ms) => sum + ms)).toBe(40);
    expect(Math.max(...steps)).toBe(4);
  });

  it('are charged 100 ms at most for a step, because a longer one was interrupted', async () => {
    const turns = turnsOf();
    await work(turns, 500);
    expect(turns.charged).toBe(50_000);
  });

  it('give back what an answer did not take, except the work that is not on the main thread', async () => {
    const turns = turnsOf();
    turns.pay(8_000, 1_000);
    await work(turns, 3);
    turns.settle();
    expect(turns.charged).toBe(1_500);
    const cheap = turnsOf();
    cheap.pay(8_000, 1_000);
    await work(cheap, 1);
    cheap.settle();
    cheap.settle();
    expect(cheap.charged).toBe(1_000);
    expect(missingMs()).toBe(2_500 - now);
  });

  it('never give back a sixteenth of the declared cost, nor what the size of the request cost', async () => {
    const turns = turnsOf();
    turns.payForRequest(4_096 + 20 * 500);
    turns.pay(8_000, 0);
    await work(turns, 1);
    turns.settle();
    expect(turns.charged).toBe(1_000);
  });

  it('never give back what other processes do', async () => {
    const turns = turnsOf();
    turns.pay(4_000, 0);
    turns.payElsewhere(3_000);
    await work(turns, 6);
    turns.settle();
    expect(turns.charged).toBe(3_000);
    expect(missingMs()).toBe(6_000 - now);
    expect(() => turns.payElsewhere(10_000)).toThrow('Too many requests');
  });

  it('are given to the shop, its people and its visitors, there by kind of work, address and visit', () => {
    expect(turnsOf({ scope: 'SERVER', keyId: 'k' }).path).toEqual(['shop', 'k']);
    expect(turnsOf({ scope: 'OPERATOR', keyId: 'k' }).path).toEqual(['people', 'k']);
    expect(turnsOf().path).toEqual(['visitors', 'reading', ADDRESS, 'session a']);
    expect(turnsOf(null, '2001:db8::1').path).toEqual([
      'visitors',
      // Without a key, almost everything is refused.
      'heavy',
      '20010db80000/48',
      '20010db8000000/56',
      '20010db800000000/64',
      '',
    ]);
  });

  it.each<[string, string, (turns: Turns) => unknown]>([
    ['reading', 'is cheap', (turns) => turns.pay(4_000)],
    ['writing', 'is a mutation', (turns) => turns.pay(4_000, 0, 'writing')],
    ['heavy', 'costs more', (turns) => turns.pay(4_001, 0, 'writing')],
    ['heavy', 'takes longer than it costs', async (turns) => (turns.pay(1), work(turns, 9))],
    ['heavy', 'is sent with a large body', (turns) => (turns.payForRequest(4_097), turns.pay(1))],
    ['reading', 'only looked like a mutation', (turns) => (turns.payForRequest(99, 'writing'), turns.pay(1))],
    ['heavy', 'follows others that used up most of the allowance', () => void rates.charge(visitor, null, 5_001)],
  ])('are those of %s work if an operation %s', async (kind, _what, act) => {
    const turns = turnsOf();
    await act(turns);
    expect([turns, turnsOf()].map(({ path }) => path[1])).toContain(kind);
  });

  it('of a socket are live only if they are for a subscription, and then always', async () => {
    const subscription = turnsOf(visitor, ADDRESS, 'live');
    subscription.pay(5_000, 0, 'live');
    await work(subscription, 20);
    expect(subscription.path[1]).toBe('live');
    for (const [units, kind] of [
      [10, 'reading'],
      [4_001, 'heavy'],
    ] as const) {
      const query = turnsOf({ ...visitor, sessionId: kind }, '198.51.100.2', 'live');
      query.pay(units);
      expect(query.path[1]).toBe(kind);
    }
    expect(turnsOf(null, ADDRESS, 'live').path[1]).toBe('heavy');
  });

  describe('of a live query', () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] }));
    afterEach(() => jest.useRealTimers());

    it.each([
      ['at once without a debt', 0, 0],
      ['when the debt is paid', 2_000, 2_000],
      ['after five seconds at most', 60_000, 5_000],
    ])('come %s', async (_when, debt, ms) => {
      rates.charge(visitor, null, 10_000);
      rates.chargeAfterwards(visitor, null, debt);
      let isRefreshed = false;
      const refreshed = turnsOf()
        .nextRefresh()
        .then(() => (isRefreshed = true));
      const settle = () =>
        new Promise((resolve) => setImmediate(resolve)).then(() => new Promise((resolve) => setImmediate(resolve)));
      if (ms > 0) {
        await jest.advanceTimersByTimeAsync(ms - 1);
        await settle();
        expect(isRefreshed).toBe(false);
        await jest.advanceTimersByTimeAsync(1);
      }
      await refreshed;
      expect(isRefreshed).toBe(true);
    });
  });
});
