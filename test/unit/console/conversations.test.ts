import { summarize, waitingSince } from '../../../console/src/conversations/conversation-summary';
import {
  answererText,
  customerText,
  intentText,
  understandingOf,
  waitedText,
} from '../../../console/src/conversations/conversation-text';
import { attemptFor } from '../../../console/src/conversations/reply-attempt';

const MINUTE_MS = 60_000;
const NOW = Date.parse('2026-03-06T10:00:00Z');
const minute = (number: number) => new Date(NOW + number * MINUTE_MS).toISOString();

type Message = Parameters<typeof summarize>[0][number];
const EMPTY = { outcome: null, intent: null, sources: [] };
const asked = (at: number, intent: string | null = null): Message => ({
  ...{ ...EMPTY, author: 'CUSTOMER', sentAt: minute(at), intent },
});
const answered = (at: number, outcome: Message['outcome'], ...sources: readonly (readonly [string, string])[]) => ({
  ...({ ...EMPTY, author: 'AUTOMATIC', sentAt: minute(at), outcome } as const),
  sources: sources.map(([kind, objectId]) => ({ kind: kind as 'ORDER', objectId, field: 'id', value: '', text: '' })),
});
const replied = (at: number): Message => ({ ...EMPTY, author: 'OPERATOR', sentAt: minute(at) });

test('the summary of an empty conversation is empty', () => {
  expect(summarize([])).toEqual({ intents: [], orderIds: [], unansweredSince: null });
});

test('the summary counts intents, and lists each order once', () => {
  const { intents, orderIds } = summarize([
    asked(0, 'greeting'),
    answered(0, 'ANSWERED'),
    asked(1, 'order-status'),
    answered(1, 'ANSWERED', ['ORDER', 'W-2'], ['SHIPMENT', 'p-1'], ['CUSTOMER_TEXT', 'W-9']),
    asked(2, 'order-status'),
    answered(2, 'ANSWERED', ['ORDER', 'W-1'], ['ORDER', 'W-2']),
    asked(3),
  ]);
  expect(intents).toEqual([
    { intent: 'order-status', count: 2 },
    { intent: 'greeting', count: 1 },
  ]);
  expect(orderIds).toEqual(['W-2', 'W-1']);
});

test.each([
  ['answered', [asked(0), answered(0, 'NOT_UNDERSTOOD')], null],
  ['handed off by the question', [asked(0), answered(0, 'ANSWERED'), asked(3), answered(3, 'HANDED_OFF')], minute(3)],
  ['handed off by a button', [asked(0), answered(0, 'ANSWERED'), answered(4, 'HANDED_OFF')], minute(4)],
  ['written twice', [asked(0), answered(0, 'HANDED_OFF'), replied(1), asked(5), asked(6)], minute(5)],
  ['replied', [asked(0), answered(0, 'HANDED_OFF'), asked(2), replied(3)], null],
])('the oldest message without an answer: %s', (_, messages, since) => {
  expect(summarize(messages).unansweredSince).toBe(since);
});

test('a customer waits for a person after the hand-off, and for replies of the person', () => {
  const summary = { unansweredSince: minute(5) };
  const since = (status: 'AUTOMATIC' | 'WAITING' | 'WITH_OPERATOR' | 'CLOSED') =>
    waitingSince({ status, handedOffAt: minute(3) }, summary);
  expect([since('AUTOMATIC'), since('WAITING'), since('WITH_OPERATOR'), since('CLOSED')]).toEqual([
    ...[null, minute(3), minute(5), null],
  ]);
});

test.each([
  [-5, '0 min'],
  [12.9, '12 min'],
  [200, '3 h 20 min'],
  [3_120, '2 d 4 h'],
])('a wait of %s minutes is %s', (minutes, text) => {
  expect(waitedText(NOW, NOW + minutes * MINUTE_MS)).toBe(text);
});

test('the intent of a message has its confidence in percent, and the other candidates', () => {
  const candidates = [
    { intent: 'order-status', confidence: 0.934 },
    { intent: 'late-delivery', confidence: 0.05 },
  ];
  expect(understandingOf({ intent: 'order-status', confidence: 0.934, candidates })).toEqual({
    ...{ intent: 'Order status', confidence: '93 %', others: ['Late delivery 5 %'] },
  });
  expect(understandingOf({ intent: null, confidence: 0.934, candidates })).toEqual({
    ...{ intent: 'Unknown intent', confidence: 'perhaps Order status 93 %', others: ['Late delivery 5 %'] },
  });
  expect(understandingOf({ intent: 'order-status', confidence: null, candidates: [] })).toMatchObject({
    confidence: 'chosen by the customer',
  });
  expect(understandingOf({ intent: null, confidence: null, candidates: [] })).toBeUndefined();
});

test('names of intents, customers and those who answer', () => {
  expect(intentText('wrong-or-missing-item')).toBe('Wrong or missing item');
  expect(customerText({ id: '0fdc7b21-55', customerId: 'mia' })).toBe('mia');
  expect(customerText({ id: '0fdc7b21-55', customerId: null })).toBe('Visitor 0fdc7b21');
  expect(answererText({ status: 'WITH_OPERATOR', operatorName: 'Ann' })).toBe('Ann');
  expect(answererText({ status: 'AUTOMATIC', operatorName: null })).toBe('Freshet');
  expect(answererText({ status: 'CLOSED', operatorName: 'Ann' })).not.toContain('Ann');
});

test('a failed reply that is sent again has the same id, and a changed one has another', () => {
  const first = attemptFor('Hello', undefined);
  expect(first.messageId).toMatch(/^[0-9a-f]{32}$/);
  expect(attemptFor('Hello', first)).toBe(first);
  expect(attemptFor('Hello!', first).messageId).not.toBe(first.messageId);
});
