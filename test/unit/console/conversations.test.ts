import {
  answererText,
  customerText,
  intentText,
  understandingOf,
  waitedText,
} from '../../../console/src/conversations/conversation-text';
import { OUT_OF_SCOPE } from '../../../console/src/conversations/intents';
import { attemptFor } from '../../../console/src/conversations/reply-attempt';

import { OUT_OF_SCOPE as EXAMPLES_OUT_OF_SCOPE } from '../../../src/support/understanding/intent-example';

const MINUTE_MS = 60_000;
const NOW = Date.parse('2026-03-06T10:00:00Z');

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
  expect(customerText({ id: '0fdc7b21-55', customerId: 'c1', customerName: 'Mia' })).toBe('Mia');
  expect(customerText({ id: '0fdc7b21-55', customerId: 'mia', customerName: null })).toBe('mia');
  expect(customerText({ id: '0fdc7b21-55', customerId: null, customerName: null })).toBe('Visitor 0fdc7b21');
  expect(answererText({ status: 'WITH_OPERATOR', operatorName: 'Ann' })).toBe('Ann');
  expect(answererText({ status: 'AUTOMATIC', operatorName: null })).toBe('Freshet');
  expect(answererText({ status: 'CLOSED', operatorName: 'Ann' })).not.toContain('Ann');
});

test('the intent of messages that have none is that of examples', () => {
  expect(OUT_OF_SCOPE).toBe(EXAMPLES_OUT_OF_SCOPE);
});

test('a failed reply that is sent again has the same id, and a changed one has another', () => {
  const first = attemptFor('Hello', undefined);
  expect(first.messageId).toMatch(/^[0-9a-f]{32}$/);
  expect(attemptFor('Hello', first)).toBe(first);
  expect(attemptFor('Hello!', first).messageId).not.toBe(first.messageId);
});
