import { AnswerService, type AnswerServiceOptions } from '../../../src/support/answers/answer.service';
import type { ConversationOwner, ConversationRecord, MessageRecord } from '../../../src/support/conversation';

it.each([
  [
    { customerId: 'ann', sessionId: 's-1', orderId: null },
    { customerId: 'ann', sessionId: null, orderId: null },
  ],
  [
    { customerId: null, sessionId: 's-1', orderId: '1001' },
    { customerId: null, sessionId: 's-1', orderId: '1001' },
  ],
])('the numbers in a message are looked up among the orders that an answer may show: %j', async (owner, expected) => {
  const asked: ConversationOwner[] = [];
  const findOwnNumbers: AnswerServiceOptions['findOwnNumbers'] = (whose) => {
    asked.push(whose);
    return Promise.reject(new Error('stop'));
  };
  const answers = new AnswerService({ findOwnNumbers } as unknown as AnswerServiceOptions);
  const message = { text: 'where is 1001', choice: null, author: 'CUSTOMER', ordinal: 1 } as unknown as MessageRecord;
  const conversation = { ...owner, language: 'en' } as unknown as ConversationRecord;
  await expect(answers.compose(conversation, [message], message)).rejects.toThrow('stop');
  expect(asked).toEqual([expected]);
});
