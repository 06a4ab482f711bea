import fc from 'fast-check';
import type { Viewer } from '../../../../src/graphql/context';
import type { ApiError } from '../../../../src/graphql/errors';
import { RateLimit } from '../../../../src/graphql/limits/rate-limit';

const visitor = (sessionId: string): Viewer => ({ scope: 'STOREFRONT', keyId: 'public', sessionId });

describe('the rate limit of storefront keys', () => {
  let now = 0;
  /** @returns how long to wait, in ms; 0: the request is accepted */
  const ask = (rates: RateLimit, viewer: Viewer | null, address: string | null, units: number): number => {
    try {
      rates.charge(viewer, address, units);
      return 0;
    } catch (error) {
      expect((error as ApiError).extensions).toMatchObject({ code: 'RATE_LIMITED' });
      return (error as ApiError).extensions.retryAfterMs as number;
    }
  };
  const limit = (perSecond = 100) => new RateLimit(perSecond, () => now);

  it('allows the units of ten seconds immediately, then those of a second per second', () => {
    const rates = limit();
    expect(ask(rates, visitor('a'), null, 1_000)).toBe(0);
    expect(ask(rates, visitor('a'), null, 50)).toBe(500);
    now += 490;
    expect([10, 11]).toContain(ask(rates, visitor('a'), null, 50)); // Rounded up.
    now += 10;
    expect(ask(rates, visitor('a'), null, 50)).toBe(0);
  });

  it('is separate for each visit, and for each customer across visits', () => {
    const rates = limit();
    expect(ask(rates, visitor('a'), null, 1_000)).toBe(0);
    expect(ask(rates, visitor('b'), null, 1_000)).toBe(0);
    const customer = (sessionId: string) => ({ ...visitor(sessionId), customerId: 'c' });
    expect(ask(rates, customer('d'), null, 1_000)).toBe(0);
    expect(ask(rates, customer('e'), null, 1)).toBe(10);
  });

  it('applies to an address too, so that new visits gain nothing', () => {
    const rates = limit();
    const address = '2001:db8:1:2:aaaa::7';
    for (let n = 0; n < 4; n++) expect(ask(rates, visitor(`v${n}`), address, 1_000)).toBe(0);
    expect(ask(rates, visitor('more'), address, 1_000)).toBe(1_000);
    expect(ask(rates, visitor('more'), '2001:db8:1:2::8', 1_000)).toBe(1_000); // An address of the same /64.
    expect(ask(rates, { scope: 'STOREFRONT', keyId: 'public' }, address, 1)).toBe(1);
    expect(ask(rates, visitor('more'), '2001:db8:1:3::8', 1_000)).toBe(0);
  });

  it('subtracts nothing for a refused request', () => {
    const rates = limit();
    expect(ask(rates, visitor('a'), null, 990)).toBe(0);
    for (let n = 0; n < 5; n++) expect(ask(rates, visitor('a'), '198.51.100.1', 20)).toBeGreaterThan(0);
    expect(ask(rates, visitor('a'), '198.51.100.1', 10)).toBe(0);
  });

  it('subtracts a cost afterwards if it is known only then', () => {
    const rates = limit();
    expect(ask(rates, visitor('a'), null, 500)).toBe(0);
    rates.chargeAfterwards(visitor('a'), null, 1_500);
    expect(ask(rates, visitor('a'), null, 10)).toBe(10_100);
  });

  it('gives a network of IPv6 addresses more than an address, but not as much as all of its addresses', () => {
    const rates = limit();
    const address = (network: number) => `2001:db8:1:${network.toString(16)}::1`;
    const spend = (network: number) => ask(rates, null, address(network), 4_000);
    expect(spend(0)).toBe(0);
    expect(spend(0)).toBe(4_000);
    expect(spend(1)).toBe(0);
    expect(spend(2)).toBe(2_000); // The /56 has twice the share of its /64.
    expect(spend(0x100)).toBe(0);
    expect(spend(0x101)).toBe(0);
    expect(spend(0x200)).toBe(1_000); // The /48 has four times that.
  });

  it('gives an operator’s key five times the allowance of a visit', () => {
    const rates = limit();
    const operator = { scope: 'OPERATOR', keyId: 'agent' } as const;
    expect(ask(rates, operator, '198.51.100.1', 5_000)).toBe(0);
    expect(ask(rates, operator, '198.51.100.1', 500)).toBe(1_000);
    expect(ask(rates, visitor('a'), '198.51.100.1', 1_000)).toBe(0);
  });

  it('says how long a client is in debt from what was charged afterwards', () => {
    const rates = limit();
    expect(ask(rates, visitor('a'), null, 1_000)).toBe(0);
    expect(rates.debtMs(visitor('a'), null)).toBe(0);
    rates.chargeAfterwards(visitor('a'), '198.51.100.1', 50);
    expect(rates.debtMs(visitor('a'), '198.51.100.1')).toBe(500);
    expect(rates.debtMs(visitor('b'), '198.51.100.1')).toBe(0);
    now += 500;
    expect(rates.debtMs(visitor('a'), '198.51.100.1')).toBe(0);
  });

  it('is unlimited for the shop’s own keys, and if the setting is 0', () => {
    for (const scope of ['SERVER', 'ADMIN'] as const)
      expect(ask(limit(), { scope, keyId: 'own', sessionId: 'a' }, '198.51.100.1', 1e9)).toBe(0);
    expect(ask(limit(0), visitor('a'), '198.51.100.1', 1e9)).toBe(0);
  });

  it('never grants more than it gained and saved up, and grants it to a client that waits as long as requested', () => {
    const asked = fc.array(fc.record({ units: fc.integer({ min: 1, max: 900 }), pause: fc.nat(5_000) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(asked, (requests) => {
        now = 0;
        const rates = limit();
        let taken = 0;
        for (const { units, pause } of requests) {
          now += pause;
          const waitMs = ask(rates, visitor('a'), null, units);
          if (waitMs > 0) {
            now += waitMs;
            expect(ask(rates, visitor('a'), null, units)).toBe(0);
          }
          taken += units;
          expect(taken).toBeLessThanOrEqual(1_000 + now / 10 + 1e-6);
        }
      }),
    );
  });
});
