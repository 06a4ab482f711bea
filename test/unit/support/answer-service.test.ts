import { ApiError } from '../../../src/graphql/errors';
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

describe('a short message after a quoted article', () => {
  /** What is understood of a message after an article about the costs of deliveries was quoted. */
  const understood = async (text: string) => {
    const read: string[] = [];
    const understand = (part: string) => {
      read.push(part);
      throw new Error('stop');
    };
    const answers = new AnswerService({
      findOwnNumbers: () => Promise.resolve([]),
      understanding: { understand },
    } as unknown as AnswerServiceOptions);
    const quoted = { language: 'en', quotes: [{ articleId: 'a' }], parts: [], cards: [], choices: [] };
    const messages = [
      { ordinal: 1, author: 'CUSTOMER', choice: null, text: 'What does delivery to Switzerland cost?' },
      { ordinal: 2, author: 'AUTOMATIC', answerTo: 1, text: '6 EUR', content: quoted },
      { ordinal: 3, author: 'CUSTOMER', choice: null, text },
    ] as unknown as MessageRecord[];
    const conversation = { customerId: 'ann', sessionId: null, orderId: null, language: 'en' };
    await expect(answers.compose(conversation as unknown as ConversationRecord, messages, messages[2])).rejects.toThrow(
      'stop',
    );
    return read[0].replaceAll(/\s+/g, ' ');
  };

  it.each(['and to Norway?', 'how long?'])('continues the question: %s', async (text) =>
    expect(await understood(text)).toMatch(/delivery.*(Norway|how long)/),
  );

  it.each(['Where is my order?', 'thank you', 'opening hours?', 'status of #10234'])(
    'is a question of its own: %s',
    async (text) => expect(await understood(text)).toBe(text),
  );
});

/** Answers a text after a question which of the orders 1 and 2 was meant. Returns the order that is looked for, if one is. */
async function chosenOf(text: string, language = 'en'): Promise<string | null> {
  const choices = ['1', '2'].map((orderId) => ({
    text: `Order of November ${orderId}`,
    meaning: { kind: 'ORDER', orderId, intent: 'cancel-order' },
  }));
  const asked = { language, quotes: [], parts: [], cards: [], choices };
  const messages = [
    { ordinal: 1, author: 'CUSTOMER', choice: null, text: 'cancel my order' },
    { ordinal: 2, author: 'AUTOMATIC', answerTo: 1, text: 'which?', content: asked },
    { ordinal: 3, author: 'CUSTOMER', choice: null, text },
  ] as unknown as MessageRecord[];
  const understood = { intent: null, confidence: 0, candidates: [], modelVersion: null, part: text };
  let chosen: string | null = null;
  const answers = new AnswerService({
    findOwnNumbers: () => Promise.resolve([]),
    shopLanguage: 'en',
    timeZone: 'UTC',
    understanding: { understand: () => understood },
    articles: { find: () => undefined },
    findProducts: () => Promise.resolve({ ids: [], matchCount: 0, ignoredWords: [] }),
    requests: { areOffered: () => Promise.resolve(true) },
    orders: {
      newestOf: () => Promise.resolve([]),
      find: (id: string) => {
        chosen = id;
        return Promise.reject(new ApiError('NOT_FOUND', 'no such order'));
      },
    },
  } as unknown as AnswerServiceOptions);
  const conversation = { customerId: 'ann', sessionId: null, orderId: null, language };
  await answers.compose(conversation as unknown as ConversationRecord, messages, messages[2]);
  return chosen;
}

it.each([
  ["don't cancel the first", 'en'],
  ['不要取消第一个', 'zh'],
  ['0', 'en'],
  ['one second please', 'en'],
  ['un segundo por favor', 'es'],
  ['I have another question', 'en'],
  ['does it come with a lid', 'en'],
  ['3天了还没到', 'zh'],
])('chooses nothing between orders: %s', async (text, language) => expect(await chosenOf(text, language)).toBeNull());

it.each([
  ['2', 'en', '2'],
  ['２', 'en', '2'],
  ['the second one please', 'en', '2'],
  ['the last one', 'en', '2'],
  ['the latest order', 'en', '1'],
  ['my last order', 'en', '1'],
  ['meine letzte Bestellung', 'de', '1'],
  ['die neueste', 'de', '1'],
  ['最新的', 'zh', '1'],
  ['la segunda, por favor', 'es', '2'],
  ['二つ目です', 'ja', '2'],
])('chooses between orders: %s', async (text, language, expected) =>
  expect(await chosenOf(text, language)).toBe(expected),
);
