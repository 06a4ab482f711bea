import fc from 'fast-check';
import { parseMessage, isRejection, MAX_MESSAGE_EVENTS, type MessageEvents } from '../../../src/sources/message-events';

const AT = '2026-03-01T10:15:00Z';
const read = (body: unknown, more: { messageId?: string; timestamp?: number } = {}, queue = 'shop'): MessageEvents => {
  const found = parseMessage({ body: Buffer.from(JSON.stringify(body)), ...more }, queue, 1_000_000);
  if (isRejection(found)) throw new Error(found.message);
  return found;
};
const idsOf = (...given: Parameters<typeof read>) => read(...given).events.map(({ id }) => id);
const view = (more: object = {}) => ({ type: 'VIEW', customerId: 'mia', productId: 'mug', occurredAt: AT, ...more });

describe('the events of a message', () => {
  it('are one object, or an array of them, and an id of their own stays', () => {
    expect(read(view({ id: 'a' })).events).toEqual([{ ...view({ id: 'a' }), occurredAt: new Date(AT) }]);
    expect(idsOf([view({ id: 'a' }), view({ id: 'b' })])).toEqual(['a', 'b']);
    expect(read([]).events).toEqual([]);
  });

  it('have ids by queue, message and position; equal ones of one message are two', () => {
    const [first, second] = idsOf([view(), view()], { messageId: 'm' });
    expect(first).not.toBe(second);
    expect(idsOf([view(), view()], { messageId: 'm' })).toEqual([first, second]);
    expect(idsOf(view(), { messageId: 'n' })).not.toContain(first);
    expect(idsOf(view(), { messageId: 'm' }, 'other')).not.toContain(first);
  });

  it('without a message id have one by content, in any combination', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('mug', 'cup', 'jug'), { maxLength: 8 }), fc.nat(8), (products, at) => {
        const plain = products.map((productId) => view({ productId }));
        const mended = [...plain.slice(0, at), { broken: true }, ...plain.slice(at)];
        const ids = idsOf(plain);
        expect(new Set(ids).size).toBe(ids.length);
        expect(idsOf(mended)).toEqual(ids);
      }),
    );
  });

  it('happened at the time in the event or its message; a missing time is a fault', () => {
    const { occurredAt: _, ...timeless } = view();
    expect(read(timeless, { timestamp: Date.parse(AT) }).events[0].occurredAt).toEqual(new Date(AT));
    expect(read(view(), { timestamp: 0 }).events[0].occurredAt).toEqual(new Date(AT));
    expect(read([view(), timeless])).toMatchObject({ indexes: [0], errors: [{ index: 1, code: 'BAD_USER_INPUT' }] });
  });

  it('have the position of each, valid or not, in the order of the message', () => {
    const { occurredAt: _, ...timeless } = view();
    const { indexes, errors } = read([{}, view(), timeless, view({ quantity: 1.5 }), view()]);
    expect(indexes).toEqual([1, 4]);
    expect(errors.map(({ index }) => index)).toEqual([0, 2, 3]);
    expect(errors[2].message).toMatch(/^quantity: /);
  });

  it.each([
    ['', 'the body must be JSON in UTF-8'],
    ['{', 'the body must be JSON in UTF-8'],
    [Buffer.from([0x22, 0xff, 0x22]), 'the body must be JSON in UTF-8'],
    ['null', 'the body must be a JSON object or array'],
    ['7', 'the body must be a JSON object or array'],
    [`[${'{},'.repeat(MAX_MESSAGE_EVENTS)}{}]`, `a message may have at most ${MAX_MESSAGE_EVENTS} events; got 1001`],
    [`[${' '.repeat(9_999)}]`, 'the body must have at most 10000 bytes; got 10001'],
    ['['.repeat(9_999), 'the body must be JSON in UTF-8'],
  ])('are empty for %.20p', (body, message) => {
    expect(parseMessage({ body: Buffer.from(body as string) }, 'shop', 10_000)).toEqual({
      code: 'MALFORMED',
      message,
    });
  });
});
