import { readConversationScript, timeOf, withTimes } from '../../../../src/evaluation/answers/conversation-script';

const NOW = Date.UTC(2026, 4, 20, 12);
const question = { say: 'Where is my order?' };
const read = (script: unknown) => () => readConversationScript(JSON.stringify(script));
const readMessage = (message: unknown) => read({ conversations: [{ name: 'a', messages: [message] }] });
const readExpectation = (expect: unknown) => readMessage({ ...question, expect });

describe('readConversationScript', () => {
  it('returns the conversations, and a list of each kind of fact', () => {
    const expect_ = {
      ...{ refused: 'LIMIT', answered: false, intent: ['order-status', null], outcome: 'ANSWERED' },
      ...{
        states: { 'ORDER A-1 status': 'PAID', 'ORDER A-1 placedAt': null },
        statesNot: ['ORDER A-2'],
        says: ['paid'],
      },
      ...{ saysNot: [], cards: ['ORDER A-1'], quotes: [], choices: [], offersPerson: true, status: 'WAITING' },
    };
    const messages = [question, { choose: 'Order', expect: expect_ }];
    const conversations = [{ name: 'a', customerId: 'c', language: 'en', knownFault: 'none', messages }];
    const { facts, conversations: found } = read({ facts: { orders: [{ id: 'A-1' }] }, conversations })();
    expect(found).toEqual(conversations);
    expect(facts).toMatchObject({ orders: [{ id: 'A-1' }], products: [], articles: [], payments: [] });
    expect(facts).toMatchObject({ moves: [], shipments: [], scans: [] });
  });

  it('refuses text that is not JSON', () => {
    expect(() => readConversationScript('{')).toThrow('it is not JSON');
  });

  it.each([
    [null, 'the file must be an object'],
    [[], 'the file must be an object'],
    [{ conversation: [] }, 'the file has the unknown field conversation; known are facts, conversations'],
    [{ conversations: {} }, 'the file.conversations is of the wrong type'],
    [{ facts: { order: [] }, conversations: [] }, 'facts has the unknown field order'],
    [{ facts: { orders: [1] }, conversations: [] }, 'facts.orders is of the wrong type'],
    [{}, 'it must have a list conversations that is not empty'],
    [{ conversations: [] }, 'it must have a list conversations that is not empty'],
  ])('says what is wrong with the file %j', (script, message) => expect(read(script)).toThrow(message));

  it.each([
    [{ name: 'b', messages: [question], customer: 'c' }, 'conversations[1] has the unknown field customer'],
    [{ name: 7, messages: [question] }, 'conversations[1].name is of the wrong type'],
    [{ messages: [question] }, 'conversations[1] must have a name of its own'],
    [{ name: 'a', messages: [question] }, 'conversations[1] must have a name of its own'],
    [{ name: 'b', customerId: 'c', guestOrderId: 'o', messages: [question] }, 'has both customerId and guestOrderId'],
    [{ name: 'b' }, 'conversations[1] has no messages'],
    [{ name: 'b', messages: [] }, 'conversations[1] has no messages'],
  ])('says what is wrong with the conversation %j', (conversation, message) =>
    expect(read({ conversations: [{ name: 'a', messages: [question] }, conversation] })).toThrow(message),
  );

  it.each([
    [{ text: 'Hello' }, 'conversations[0].messages[0] has the unknown field text'],
    [{ constructor: 'Hello' }, 'conversations[0].messages[0] has the unknown field constructor'],
    [{}, 'conversations[0].messages[0] must have either say or choose'],
    [{ say: 'a', choose: 'b' }, 'conversations[0].messages[0] must have either say or choose'],
    [{ say: 'a', expect: 'b' }, 'conversations[0].messages[0].expect is of the wrong type'],
  ])('says what is wrong with the message %j', (message, fault) => expect(readMessage(message)).toThrow(fault));

  it.each([
    ...[{ refused: true }, { answered: 'no' }, { intent: [1] }, { outcome: null }, { states: [] }],
    ...[{ states: { 'ORDER A-1 status': 1 } }, { says: 'paid' }, { cards: [null] }, { offersPerson: 1 }],
  ])('says that a value of the expectation %j is wrong', (expectation) => {
    const [name] = Object.keys(expectation);
    const place = 'conversations[0].messages[0].expect';
    expect(readExpectation(expectation)).toThrow(`${place}.${name} is of the wrong type`);
    expect(readExpectation({ [`${name}s`]: true })).toThrow(`${place} has the unknown field ${name}s`);
  });
});

describe('times of a script', () => {
  it.each([
    ['P0D', 0],
    ['-P3D', -3 * 24 * 60],
    ['PT6H', 6 * 60],
    ['P1DT2H30M', 26 * 60 + 30],
    ['-PT5M', -5],
  ])('read the duration %s', (text, minutes) => expect(timeOf(text, NOW)).toEqual(new Date(NOW + minutes * 60_000)));

  it.each(['', 'P', '-P', 'PT', 'P1DT', 'P1Y', 'P1.5D', 'P123456D', ' P1D', '2026-05-20', 'p1d'])(
    'leave %j alone, which is no duration',
    (text) => expect(timeOf(text, NOW)).toBeUndefined(),
  );

  it('replace durations in fields of times only', () => {
    const fact = {
      placedAt: '-P1D',
      deliveredAt: '2026-05-01T00:00:00Z',
      statusAt: null,
      note: '-P1D',
      lines: ['P1D'],
    };
    expect(withTimes(fact, NOW)).toEqual({ ...fact, placedAt: '2026-05-19T12:00:00.000Z' });
  });
});
