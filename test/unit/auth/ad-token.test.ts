import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  AD_BID_KINDS,
  isAdTokenFor,
  isAdTokenOf,
  isLikeAdToken,
  openAdToken,
  sealAdToken,
  type AdTokenContent,
} from '../../../src/auth/ad-token';
import { encodeRequestId, REQUEST_KINDS } from '../../../src/auth/request-id';

const KEYS = new Map([[1, randomBytes(32)]]);
const content: fc.Arbitrary<AdTokenContent> = fc.record({
  decision: fc.stringMatching(/^[0-9a-f]{16}$/),
  slot: fc.integer({ min: 1, max: 10 }),
  lineItem: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  bidKind: fc.constantFrom(...AD_BID_KINDS),
  isExploration: fc.boolean(),
  price: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  probability: fc.float({ min: 0, max: 1, noNaN: true }),
  issuedAt: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  placement: fc.constantFrom('search', 'p'.repeat(64), 'Küche 🛒', ''),
});
const SAMPLE: AdTokenContent = {
  ...{ decision: '0123456789abcdef', slot: 2, lineItem: 7, bidKind: 'CPC', isExploration: false },
  ...{ price: 250_000, probability: 0.25, issuedAt: 1_780_000_000_000, placement: 'search' },
};

describe('the token of an ad', () => {
  it('opens to what was sealed, for its visit and product only, in at most 200 characters', () => {
    fc.assert(
      fc.property(content, (given) => {
        const token = sealAdToken(KEYS, given, { customerId: 'ann', sessionId: 'v1' }, 'mug');
        expect(token.length).toBeLessThanOrEqual(200);
        expect(isLikeAdToken(token)).toBe(true);
        const opened = openAdToken(KEYS, token)!;
        expect(opened).toMatchObject(given);
        expect(isAdTokenFor(opened, { customerId: 'ann' })).toBe(true);
        expect(isAdTokenFor(opened, { sessionId: 'ann' })).toBe(false);
        expect(isAdTokenFor(opened, {})).toBe(false);
        expect(isAdTokenOf(opened, 'mug')).toBe(true);
        expect(isAdTokenOf(opened, 'lid')).toBe(false);
      }),
    );
  });

  it('differs each time and does not show what it contains', () => {
    const seal = () => sealAdToken(KEYS, SAMPLE, { sessionId: 'v1' }, 'mug');
    expect(seal()).not.toBe(seal());
    const text = Buffer.from(seal(), 'base64url').toString('latin1');
    expect(text).not.toContain('search');
  });

  it('does not open with another character, key or length', () => {
    const token = sealAdToken(KEYS, SAMPLE, { sessionId: 'v1' }, 'mug');
    for (let at = 0; at < token.length; at++)
      for (const other of ['A', 'z', '_']) {
        if (token[at] === other) continue;
        expect(openAdToken(KEYS, token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
      }
    for (const wrong of [token.slice(0, -1), `${token}A`, token.slice(0, 97), '', 'o', 'o'.repeat(200)])
      expect(openAdToken(KEYS, wrong)).toBeUndefined();
    expect(openAdToken(new Map([[1, randomBytes(32)]]), token)).toBeUndefined();
    expect(openAdToken(new Map([[2, KEYS.get(1)!]]), token)).toBeUndefined();
  });

  it('is sealed with the newest key and still opens with an earlier one', () => {
    const both = new Map([...KEYS, [2, randomBytes(32)] as const]);
    const before = sealAdToken(KEYS, SAMPLE, { sessionId: 'v1' }, 'mug');
    const after = sealAdToken(both, SAMPLE, { sessionId: 'v1' }, 'mug');
    expect(openAdToken(both, before)).toMatchObject(SAMPLE);
    expect(openAdToken(both, after)).toMatchObject(SAMPLE);
    expect(openAdToken(KEYS, after)).toBeUndefined();
  });

  it('is never taken for the id of a list', () => {
    for (const kind of REQUEST_KINDS) {
      const list = { kind, intent: null, placement: null, modelVersion: 'x', at: 0 };
      expect(isLikeAdToken(encodeRequestId(randomBytes(32), list, {}))).toBe(false);
    }
  });
});
