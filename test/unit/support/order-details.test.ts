import type { Order } from '../../../src/orders/order.type';
import { askedPeriod, yesOrNoParts } from '../../../src/support/answers/order-details';
import type { AnswerLanguage } from '../../../src/support/language/languages';

const order = (status: string, more: object = {}) =>
  ({
    status,
    lines: [{ productId: 'p', quantity: 1, cancelledQuantity: 0, returnedQuantity: 0 }],
    ...{ total: { amount: '10', currency: 'EUR' }, charged: { amount: '0', currency: 'EUR' } },
    ...{ refunded: { amount: '0', currency: 'EUR' }, ...more },
  }) as unknown as Order;
const said = (text: string, language: AnswerLanguage, of: Order) =>
  yesOrNoParts(text, language, of).map(({ template }) => template);

describe('whether an order is what a question asks', () => {
  it.each<[AnswerLanguage, string, string, string]>([
    ['en', 'has my order shipped?', 'PAID', 'no'],
    ['en', 'has my order shipped?', 'SHIPPED', 'yes'],
    ['fr', 'Ma commande est-elle partie ?', 'SHIPPED', 'yes'],
    ['de', 'Ist meine Bestellung schon verschickt worden?', 'PACKED', 'no'],
    ['zh', '我的订单发货了吗', 'DELIVERED', 'yes'],
    ['ja', '注文はもう発送されましたか', 'PAID', 'no'],
    ['en', 'has it been delivered?', 'SHIPPED', 'no'],
    ['en', 'was my order cancelled', 'CANCELLED', 'yes'],
    ['en', 'did you refund it?', 'DELIVERED', 'no'],
    ['de', 'Ist meine Bestellung schon erstattet worden?', 'DELIVERED', 'no'],
    ['es', '¿ya está pagado?', 'PLACED', 'no'],
    ['en', 'have you received what I returned?', 'RETURNED', 'yes'],
  ])('is said in one word: %s %s (%s)', (language, text, status, answer) =>
    expect(said(text, language, order(status))).toEqual([answer]),
  );

  it.each([
    'can I get a refund?',
    'was I charged twice?',
    'has my refund arrived?',
    'has my refund been paid?',
    'can I cancel it?',
    'can I pay by invoice?',
    'can I return it?',
  ])('is not said to a question about something else: %s', (text) =>
    expect(said(text, 'en', order('DELIVERED'))).toEqual([]),
  );

  it('is not said if the question asks for more, or for something else', () => {
    expect(said('when was my order cancelled', 'en', order('CANCELLED'))).toEqual([]);
    expect(said('is the lamp in stock', 'en', order('PAID'))).toEqual([]);
    // Nothing has left the shop, though the money went back.
    const cancelled = { lines: [{ productId: 'p', quantity: 1, cancelledQuantity: 1, returnedQuantity: 0 }] };
    expect(said('has my order shipped?', 'en', order('REFUNDED', cancelled))).toEqual(['no']);
  });
});

describe('the period of a question', () => {
  const today = { year: 2026, month: 11, day: 30 };
  const has = (text: string, language: AnswerLanguage, year: number, month: number, day: number) =>
    askedPeriod(text, language, today)?.has({ year, month, day });

  it.each<[AnswerLanguage, string, [number, number, number], [number, number, number]]>([
    ['en', 'what did I buy in August', [2026, 8, 31], [2025, 8, 31]],
    ['en', 'what did I buy in December', [2025, 12, 1], [2026, 12, 1]],
    ['de', 'Was habe ich letzten Monat bestellt?', [2026, 10, 1], [2026, 11, 1]],
    ['en', 'what did I order in August 2024', [2024, 8, 1], [2026, 8, 1]],
    ['es', 'qué compré en agosto de 2024', [2024, 8, 1], [2025, 8, 1]],
    ['ja', '2024年8月の注文', [2024, 8, 1], [2026, 8, 1]],
    ['en', 'my orders from May', [2026, 5, 1], [2025, 5, 1]],
    ['en', 'my orders of last week', [2026, 11, 29], [2026, 11, 30]],
    ['en', 'my orders of this year', [2026, 1, 1], [2025, 12, 31]],
  ])('has its days, and no others: %s %s', (language, text, inside, outside) => {
    expect(has(text, language, ...inside)).toBe(true);
    expect(has(text, language, ...outside)).toBe(false);
  });

  it('is none without a name', () => {
    expect(askedPeriod('what did I buy', 'en', today)).toBeUndefined();
    expect(askedPeriod('may I see my orders', 'en', today)).toBeUndefined();
  });
});
