import { codesIn, isOnlyNumber, namedNumbers, withPlainNumbers } from '../../../src/support/understanding/entities';
import { cpuMs } from '../../setup/cpu-time';

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
    ['№1001', ['1001']],
    ['＃１００１', ['1001']],
    ['order ２０２６／１００１', ['2026/1001']],
    ['where is 2026/1001?', ['2026/1001']],
    ['order 1001.2 please', ['1001.2']],
    ['order 1001. Thanks', ['1001']],
    ['طلب رقم #١٠٠١', ['1001']],
    ['order \u06f1\u06f0\u06f0\u06f1', ['1001']],
    ['where is JD01 4600 0007', ['JD01 4600 0007']],
    ['UPS 1Z 999 AA1 01 2345 6784', ['1Z 999 AA1 01 2345 6784']],
    ['RR 123 456 785 DE is late', ['RR 123 456 785 DE']],
    ['parcel 4600 0007 1234', ['4600 0007 1234']],
    ['WEB–1001—7', ['WEB-1001-7']],
    ['orders 1001 and 1002, and 17', ['1001', '1002', '17']],
    ['order 1001, 2 shirts', ['1001']],
    ['订单1001和1002', ['1001', '1002']],
    ['order 10\u200b01', ['1001']],
    ['注文番号100123は', ['100123']],
    ['주문 100123은', ['100123']],
    ['order1001', ['1001']],
    ['Wo ist Bestellung 1001?', ['1001']],
    ['meine Bestellnummer ist 1001', ['1001']],
    ['où est ma commande 1001 ?', ['1001']],
    ['commande n° 1001', ['1001']],
    ['¿dónde está el pedido 1001?', ['1001']],
    ['mis pedidos 1001 y 1002', ['1001', '1002']],
    ['注文1001はどこですか', ['1001']],
    ['order-1001 please', ['1001']],
    ['No1001?', ['1001']],
    ['заказ1001', ['1001']],
    ['order 7 please', ['7']],
    ['order 7 is late', ['7']],
    ['orders 7 and 8', ['7', '8']],
    ['orders 1001,1002', ['1001', '1002']],
    ['#7 days', ['7']],
  ])('are found in %j', (text, expected) => expect(certain(text)).toEqual(expected));

  it.each([
    'do you have it in size 42?',
    'I paid 49.99 EUR for 2 shirts',
    'it should have come on 2026-11-20',
    'write to ann1234567@shop.example',
    'I paid 1234.56 for it',
    'since 11/2026 or 2026/11',
    'on 20/11/2026 and 20.11.2026',
    'call me at 0176 123 456',
    'https://shop.example/help/1001',
    'a piano 12',
    'I placed my order 7 days ago, where is it?',
    'my parcel 3 days late where is it',
    'I want to order 2 lamps',
    'package 2 of 3 arrived',
    'No, 2 of them',
    '订单7天了还没到',
    'no numbers here',
    '',
  ])('are not certain in %j', (text) => expect(certain(text)).toEqual([]));

  it('are at most five, of a bounded length, in any text', () => {
    expect(namedNumbers(Array.from({ length: 50 }, (_, n) => `order 1000${n}`).join(' '))).toHaveLength(5);
    expect(namedNumbers('9'.repeat(2_000))).toEqual([]);
    expect(namedNumbers('\ud800 #17 \u0000')).toMatchObject([{ text: '17', isCertain: true }]);
  });

  it('are the whole message only without other words', () => {
    const only = (text: string) => isOnlyNumber(text, namedNumbers(text));
    expect(['10234', '#10234.', 'it is 10234', 'order 10234!'].map(only)).toEqual([true, true, true, true]);
    expect(['cancel 10234', 'hello', '', 'where is 10234'].map(only)).toEqual([false, false, false, false]);
  });

  it('look the same to the model of intents', () => {
    const plain = (text: string) => withPlainNumbers(text, namedNumbers(text));
    expect(plain('where is parcel JDp20042')).toBe('where is parcel 10234');
    expect(plain('where is order1001')).toBe('where is order 10234');
    expect(plain('do you have size 42')).toBe('do you have size 42');
    // A replacement pattern in a text is text.
    expect(plain('where is #A-1 $&?')).toBe('where is #10234 $&?');
  });
});

describe('numbers of the writer’s own', () => {
  const OWN = [
    ...['1001', '2026/1001', '1001.2', 'WEB-7', 'ORDER-88', '88', 'A1', '4999', '42', '7', '20112'],
    ...['WEB_2002', '#3003', 'JD0146000007', 'RR123456785DE'],
  ];
  const named = (text: string, names: readonly string[] = OWN) => {
    const codes = new Set(codesIn(text));
    const found = names.filter((name) => codes.has(name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()));
    const own = found.map((name) => ({ name, orderId: name, shipmentId: null }));
    return namedNumbers(text, own).flatMap(({ orderIds }) => orderIds);
  };

  it.each([
    ['#1001', ['1001']],
    ['№1001', ['1001']],
    ['№ １００１', ['1001']],
    ['١٠٠١', ['1001']],
    ['where is 2026/1001', ['2026/1001']],
    ['2026-1001', ['2026/1001']],
    ['2026 / 1001', ['2026/1001']],
    ['order 1001.2?', ['1001.2']],
    ['1001-2', ['1001.2']],
    ['web 7', ['WEB-7']],
    ['WEB7', ['WEB-7']],
    ['web–7', ['WEB-7']],
    ['jd01 4600 0007', ['JD0146000007']],
    ['JD01-4600-0007', ['JD0146000007']],
    ['J D 0 1 4 6 0 0 0 0 0 7', ['JD0146000007']],
    ['RR 123 456 785 DE', ['RR123456785DE']],
    ['web_2002 and #3003', ['WEB_2002', '#3003']],
    ['1001, 2026/1001 and web-7', ['1001', '2026/1001', 'WEB-7']],
    ['1001/42', ['1001', '42']],
    ['order 88', ['88']],
    ['order 7', ['7']],
    ['orders 1001 & 7', ['1001', '7']],
    ['我的订单1001到哪了', ['1001']],
    ['注文1001はどこ', ['1001']],
    ['2026\u20441001', ['2026/1001']],
    ['a 1: nothing', []],
    ['49.99', []],
    ['I paid 42 EUR', []],
    ['order of 20.11.2026', []],
    ['it is 49,99', []],
    ['in size 4, 2 of them', []],
    ['i have 7', []],
    ['ann42@shop.example', []],
    ['x-1001 or 1001-x', []],
    ['Ü1001', []],
    ['1001,42', []],
    ['1001,4999', ['1001', '4999']],
    ['order1001', ['1001']],
    ['order-1001', ['1001']],
    ['ORDER-88', ['ORDER-88']],
    ['No1001?', ['1001']],
    ['заказ1001', ['1001']],
    ['orders 1001-4999', ['1001', '4999']],
    ['change the address of order 1001 to 42 Elm Street', ['1001']],
    ['order 1001, 42 Elm Street', ['1001']],
    ['#1001 in size 42', ['1001']],
    ['order 1001 2 items missing', ['1001']],
    ['order 1001 7 days ago', ['1001']],
    ['my order 7 days ago', []],
    ['42 days ago', []],
    ['order 7 is late', ['7']],
  ])('are named in %j', (text, expected) => expect(named(text)).toEqual(expected));

  it('are named by a word before them if they are written like that', () => {
    expect(named('order 88', ['ORDER-88'])).toEqual(['ORDER-88']);
    expect(named('1001.2 and 10012', ['1001.2', '10012'])).toEqual(['1001.2', '10012']);
    expect(named('501,502 and 503-504', ['501', '502', '503', '504'])).toEqual(['501', '502', '503', '504']);
    expect(named('503-504', ['503', '504', '503504'])).toEqual(['503504']);
    expect(named('1001 2', ['1001.2', '100-12'])).toEqual(['1001.2', '100-12']);
  });

  it('are all found among others, and keep their parcels', () => {
    const text = Array.from({ length: 30 }, (_, n) => `order 50${n}`).join(', ');
    const own = [{ name: '5029', orderId: 'o', shipmentId: '5029' }];
    const numbers = namedNumbers(text, own);
    expect(numbers).toHaveLength(6);
    expect(numbers.at(-1)).toMatchObject({ text: '5029', orderIds: ['o'], shipmentIds: ['5029'], isNumbered: true });
  });

  it('are looked up in bounded time', () => {
    for (const text of [
      '1 '.repeat(1_000),
      '1-'.repeat(1_000),
      '1.1/'.repeat(500),
      'a1 '.repeat(666),
      '€1 '.repeat(666),
      '1,'.repeat(1_000),
      'заказ'.repeat(400),
      'order 1,1-'.repeat(200),
    ]) {
      const began = cpuMs();
      expect(codesIn(text).length).toBeLessThanOrEqual(600);
      namedNumbers(text, [{ name: '1', orderId: '1', shipmentId: null }]);
      expect(cpuMs() - began).toBeLessThan(1_000);
    }
  });
});
