import { isOnlyNumber, namedNumbers, withPlainNumbers } from '../../../src/support/understanding/entities';

const certain = (text: string) =>
  namedNumbers(text)
    .filter(({ isCertain }) => isCertain)
    .map((number) => number.text);

describe('numbers of orders and parcels', () => {
  it.each([
    ['where is order 10234?', ['10234']],
    ['Where is #A-55?', ['A-55']],
    ['my order number is 77', ['77']],
    ['tracking JD0001234567 please', ['JD0001234567']],
    ['ORD-2024-118 has not arrived', ['ORD-2024-118']],
    ['我的订单10234在哪里', ['10234']],
    ['订单号：WEB-2001', ['WEB-2001']],
  ])('are found in %j', (text, expected) => expect(certain(text)).toEqual(expected));

  it.each([
    'do you have it in size 42?',
    'I paid 49.99 EUR for 2 shirts',
    'it should have come on 2026-11-20',
    'write to ann1234567@shop.example',
    'no numbers here',
    '',
  ])('are not certain in %j', (text) => expect(certain(text)).toEqual([]));

  it('are at most five, of a bounded length, in any text', () => {
    expect(namedNumbers(Array.from({ length: 50 }, (_, n) => `order 1000${n}`).join(' '))).toHaveLength(5);
    expect(namedNumbers('9'.repeat(2_000))).toEqual([]);
    expect(namedNumbers('\ud800 #17 \u0000')).toEqual([{ text: '17', isCertain: true }]);
  });

  it('are the whole message only without other words', () => {
    const only = (text: string) => isOnlyNumber(text, namedNumbers(text));
    expect(['10234', '#10234.', 'it is 10234', 'order 10234!'].map(only)).toEqual([true, true, true, true]);
    expect(['cancel 10234', 'hello', '', 'where is 10234'].map(only)).toEqual([false, false, false, false]);
  });

  it('look the same to the model of intents', () => {
    const plain = (text: string) => withPlainNumbers(text, namedNumbers(text));
    expect(plain('where is parcel JDp20042')).toBe('where is parcel 10234');
    expect(plain('do you have size 42')).toBe('do you have size 42');
    // A replacement pattern in a text is text.
    expect(plain('where is #A-1 $&?')).toBe('where is #10234 $&?');
  });
});
