import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  decodeRequestId,
  encodeRequestId,
  isRequestIdOf,
  MAX_PLACEMENT_BYTES,
  REQUEST_KINDS,
  type RequestIdContent,
  requirePlacement,
} from '../../../src/auth/request-id';
import { INTENTS } from '../../../src/recommend/serving/intent';

const SECRET = randomBytes(32);
const MINUTE_MS = 60_000;
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const LIST: RequestIdContent = {
  kind: 'RECOMMENDATION',
  intent: 'PERSONAL',
  placement: 'home',
  modelVersion: '9b2d3c5e-8f1a-4a6b-9c0d-1e2f3a4b5c6d',
  at: Date.parse('2026-03-01T10:15:00Z'),
};

/** Texts of at most a number of bytes, most of them near that limit. */
const textUpTo = (maxBytes: number) =>
  fc
    .array(fc.constantFrom('a', 'é', '語', '🛒', ' ', '/'), { minLength: 1, maxLength: maxBytes })
    .map((characters) => {
      while (Buffer.byteLength(characters.join('')) > maxBytes) characters.pop();
      return characters.join('');
    })
    .filter((text) => text !== '');
const content: fc.Arbitrary<RequestIdContent> = fc.record({
  kind: fc.constantFrom(...REQUEST_KINDS),
  intent: fc.option(fc.constantFrom(...INTENTS)),
  placement: fc.option(fc.oneof(textUpTo(MAX_PLACEMENT_BYTES), fc.uuid(), fc.constant('p'.repeat(64)))),
  modelVersion: fc.oneof(fc.uuid(), fc.constantFrom('rank-fusion', 'log-linear-1'), textUpTo(28)),
  at: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((minute) => minute * MINUTE_MS),
});
const who = fc.record({ customerId: textUpTo(200), sessionId: fc.uuid() }, { requiredKeys: [] });

describe('a request id', () => {
  it('has at most 200 characters, and its content can be read from it', () => {
    fc.assert(
      fc.property(content, who, (list, visitor) => {
        const id = encodeRequestId(SECRET, list, visitor);
        expect(id).toMatch(/^[\w-]{40,200}$/);
        expect(decodeRequestId(SECRET, id)).toEqual(list);
        expect(isRequestIdOf(SECRET, id, visitor)).toBe(true);
      }),
    );
  });

  it('has 200 characters if all its texts are as long as possible', () => {
    const longest = { ...LIST, intent: 'i'.repeat(99), placement: '語'.repeat(21) + 'p', modelVersion: 'm'.repeat(99) };
    const id = encodeRequestId(SECRET, longest, {});
    expect(id).toHaveLength(200);
    expect(decodeRequestId(SECRET, id)).toEqual({
      ...longest,
      intent: 'i'.repeat(28),
      modelVersion: 'm'.repeat(28),
    });
  });

  it('has whole characters of a text that is too long', () => {
    const id = encodeRequestId(SECRET, { ...LIST, modelVersion: `x${'🛒'.repeat(9)}` }, {});
    expect(decodeRequestId(SECRET, id)?.modelVersion).toBe(`x${'🛒'.repeat(6)}`);
  });

  it('is to the minute', () => {
    const id = encodeRequestId(SECRET, { ...LIST, at: LIST.at + MINUTE_MS - 1 }, {});
    expect(decodeRequestId(SECRET, id)?.at).toBe(LIST.at);
  });

  it('is unique', () => {
    const ids = Array.from({ length: 1_000 }, () => encodeRequestId(SECRET, LIST, { sessionId: 's' }));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is the same for the same seed, and another for another', () => {
    const id = (seed: string, content = LIST) => encodeRequestId(SECRET, content, { sessionId: 's' }, seed);
    expect(id('visit 1')).toBe(id('visit 1'));
    expect(id('visit 2')).not.toBe(id('visit 1'));
    expect(id('visit 1', { ...LIST, placement: 'elsewhere' })).not.toBe(id('visit 1'));
    expect(decodeRequestId(SECRET, id('visit 1'))).toEqual(LIST);
  });

  it('is refused if a single character is changed, removed or added', () => {
    const id = encodeRequestId(SECRET, LIST, { sessionId: 's' });
    for (let at = 0; at < id.length; at++) {
      for (const character of BASE64URL + '=+/ é') {
        if (character === id[at]) continue;
        expect(decodeRequestId(SECRET, id.slice(0, at) + character + id.slice(at + 1))).toBeUndefined();
      }
      expect(decodeRequestId(SECRET, id.slice(0, at) + id.slice(at + 1))).toBeUndefined();
    }
    for (const character of BASE64URL + '=\n') expect(decodeRequestId(SECRET, id + character)).toBeUndefined();
  });

  it('of another secret is refused, and so is any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{40,200}$/), fc.uuid()), (text) => {
        expect(decodeRequestId(SECRET, text)).toBeUndefined();
        expect(isRequestIdOf(SECRET, text, {})).toBe(false);
      }),
    );
    const id = encodeRequestId(SECRET, LIST, {});
    expect(decodeRequestId(randomBytes(32), id)).toBeUndefined();
    expect(isRequestIdOf(randomBytes(32), id, {})).toBe(false);
  });

  it('is valid for the customer or the session that it was issued to', () => {
    const [customerId, sessionId] = ['mia', randomUUID()];
    const ofSession = encodeRequestId(SECRET, LIST, { sessionId });
    const ofCustomer = encodeRequestId(SECRET, LIST, { customerId, sessionId });
    const isValid = (id: string, visitor: object) => isRequestIdOf(SECRET, id, visitor);
    expect(isValid(ofSession, { sessionId })).toBe(true);
    // The visitor signs in.
    expect(isValid(ofSession, { customerId, sessionId })).toBe(true);
    expect(isValid(ofCustomer, { customerId })).toBe(true);
    // The customer continues on another device.
    expect(isValid(ofCustomer, { customerId, sessionId: 'another' })).toBe(true);
    for (const visitor of [{}, { sessionId: 'another' }, { customerId: 'ida' }, { customerId: 'ida', sessionId: '' }]) {
      expect(isValid(ofSession, visitor)).toBe(false);
      expect(isValid(ofCustomer, visitor)).toBe(false);
    }
  });

  it('of a list without a visitor is valid for every visit', () => {
    const id = encodeRequestId(SECRET, LIST, {});
    expect(isRequestIdOf(SECRET, id, {})).toBe(true);
    expect(isRequestIdOf(SECRET, id, { sessionId: 's' })).toBe(true);
    expect(isRequestIdOf(SECRET, id, { customerId: 'mia' })).toBe(true);
  });
});

describe('a placement', () => {
  it.each([undefined, null, '', 'home', 'p'.repeat(64), '語'.repeat(21)])('may be %j', (placement) => {
    expect(() => requirePlacement(placement)).not.toThrow();
  });

  it.each([
    ['p'.repeat(65), 'placement must have at most 64 bytes of UTF-8; got 65.'],
    ['語'.repeat(22), 'placement must have at most 64 bytes of UTF-8; got 66.'],
    ['a\0b', 'placement must not contain control characters or such that change the direction of text.'],
    ['a\u202eb', 'placement must not contain control characters or such that change the direction of text.'],
    ['a\ud83d', 'placement must not contain control characters or such that change the direction of text.'],
  ])('may not be %j', (placement, message) => {
    expect(() => requirePlacement(placement)).toThrow(
      expect.objectContaining({ message, extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) }),
    );
  });
});
