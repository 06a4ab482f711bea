import { topicOf, topicProperties, type AnsweredQuestion } from '../../../src/support/conversation-topic';

let ordinal = 0;
const asked = (intent: string | null, more: Partial<AnsweredQuestion> = {}): AnsweredQuestion => ({
  ...{ ordinal: ++ordinal, sentAt: new Date(0), intent, language: 'en', outcome: 'ANSWERED', orderIds: [] },
  ...more,
});

test.each<[string, AnsweredQuestion[], string]>([
  ['the last question', [asked('return-item'), asked('order-status')], 'order-status'],
  ['the question before thanks', [asked('greeting'), asked('order-status'), asked('thanks')], 'order-status'],
  ['what the customer wants a person for', [asked('refund-status'), asked('speak-to-person')], 'refund-status'],
  ['a person, if nothing else is known', [asked('greeting'), asked('speak-to-person')], 'speak-to-person'],
  ['a question that is not understood', [asked('order-status'), asked(null)], 'unknown'],
  ['nothing', [], 'unknown'],
])('a conversation is about %s', (_, questions, intent) => {
  expect(topicOf(questions).intent).toBe(intent);
});

test('its orders are those of all questions with its intent, its outcome is that of the last of them', () => {
  const questions = [
    asked('order-status', { orderIds: ['1001'], outcome: 'ASKED_BACK' }),
    asked('return-item', { orderIds: ['1003'] }),
    asked('order-status', { orderIds: ['1002', '1001'], language: 'de' }),
    asked('thanks', { outcome: 'ANSWERED' }),
  ];
  expect(topicOf(questions)).toEqual({
    ...{ intent: 'order-status', language: 'de', outcome: 'ANSWERED', orderIds: ['1001', '1002'] },
  });
});

test('what is not known of a topic is absent in its events', () => {
  expect(topicProperties(topicOf([]))).toEqual({ intent: 'unknown' });
  expect(topicProperties(topicOf([asked('return-item')]))).toEqual({
    ...{ intent: 'return-item', language: 'en', outcome: 'ANSWERED' },
  });
});
