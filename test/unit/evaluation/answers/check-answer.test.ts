import {
  faultsOfReply,
  untracedValues,
  type AnswerReply,
  type AnswerSource,
  type ReceivedAnswer,
} from '../../../../src/evaluation/answers/check-answer';
import type { AnswerExpectation } from '../../../../src/evaluation/answers/conversation-script';
import type { ScriptRun } from '../../../../src/evaluation/answers/play-script';
import { traceSources } from '../../../../src/evaluation/answers/trace-sources';

const NOW = Date.UTC(2026, 4, 20, 12);
const source = (place: string, value: string, text = value): AnswerSource => {
  const [kind, objectId, field] = place.split(' ');
  return { kind, objectId, field, value, text };
};
const answer: ReceivedAnswer = {
  outcome: 'ANSWERED',
  text: 'Order A-1 of 18 May 2026: paid.',
  choices: [
    { id: '0', text: 'Order A-1', orderId: 'A-1', productId: null },
    { id: '1', text: 'Talk to a person', orderId: null, productId: null },
  ],
  actions: [{ kind: 'CANCEL' }],
  sources: [
    source('ORDER A-1 id', 'A-1'),
    source('ORDER A-1 placedAt', '2026-05-18T10:00:00.000Z', '18 May 2026'),
    source('ORDER A-1 status', 'PAID', 'paid'),
  ],
  cards: [{ __typename: 'Order', id: 'A-1' }],
  quotes: [{ articleId: 'returns' }],
};
const reply: AnswerReply = {
  message: { intent: 'order-status', confidence: 0.9 },
  ...{ answer, conversation: { status: 'AUTOMATIC' }, userErrors: [] },
};
const refused: AnswerReply = {
  ...{ message: null, answer: null, conversation: null },
  userErrors: [{ code: 'LIMIT', message: 'Too many messages' }],
};
const faults = (expected: AnswerExpectation, of: AnswerReply = reply) =>
  faultsOfReply(expected, of, { personLabels: ['Talk to a person', '联系人工客服'], now: NOW });

describe('faultsOfReply', () => {
  it.each<AnswerExpectation>([
    {},
    { answered: true, intent: 'order-status', outcome: 'ANSWERED', status: 'AUTOMATIC' },
    { intent: [null, 'order-status'], outcome: ['NOT_FOUND', 'ANSWERED'] },
    { states: { 'ORDER A-1 status': 'PAID', 'ORDER A-1 placedAt': '-P2D', 'ORDER A-1 id': null } },
    { statesNot: ['ORDER A-2', 'SHIPMENT A-1'], says: ['PAID'], saysNot: ['shipped'] },
    { cards: ['ORDER A-1'], quotes: ['returns'], choices: ['Order A', 'Talk'], offersPerson: true },
    { choices: ['ORDER A-1'], offers: ['CANCEL'], offersNot: ['CHANGE'], saysAny: ['no', 'PAID'] },
  ])('finds none if %j holds', (expected) => expect(faults(expected)).toEqual([]));

  it.each<[AnswerExpectation, string]>([
    [{ refused: 'LIMIT', answered: true }, 'refused: none instead of "LIMIT"'],
    [{ answered: false }, 'there is an answer'],
    [{ offers: ['CHANGE'] }, 'it does not offer CHANGE'],
    [{ offersNot: ['CANCEL'] }, 'it offers CANCEL'],
    [{ saysAny: ['yes', 'no'] }, 'it says none of "yes", "no"'],
    [{ choices: ['ORDER A-2'] }, 'no button "ORDER A-2" among [Order A-1, Talk to a person]'],
    [{ intent: 'refund-status' }, 'intent: "order-status" instead of "refund-status"'],
    [{ intent: null }, 'intent: "order-status" instead of none'],
    [{ outcome: ['NOT_FOUND', 'X'] }, 'outcome: "ANSWERED" instead of "NOT_FOUND" or "X"'],
    [{ status: 'WAITING' }, 'status: "AUTOMATIC" instead of "WAITING"'],
    [{ states: { 'ORDER A-1 status': 'SHIPPED' } }, 'states: ORDER A-1 status is PAID, not "SHIPPED"'],
    [{ states: { 'ORDER A-1 total': null } }, 'states: ORDER A-1 total is absent, not none'],
    [{ states: { 'ORDER A-1 placedAt': '-P4D' } }, 'placedAt is 2026-05-18T10:00:00.000Z, not "-P4D"'],
    [{ statesNot: ['ORDER A-1'] }, 'it states ORDER A-1'],
    [{ says: ['shipped'] }, 'it does not say "shipped"'],
    [{ saysNot: ['Paid'] }, 'it says "Paid"'],
    [{ cards: [] }, 'cards: [ORDER A-1] instead of []'],
    [{ quotes: ['returns', 'returns'] }, 'quotes: [returns] instead of [returns, returns]'],
    [{ choices: ['A-1'] }, 'no button "A-1" among [Order A-1, Talk to a person]'],
    [{ offersPerson: false }, 'it offers a person'],
  ])('finds one if %j fails', (expected, fault) => expect(faults(expected)).toEqual([expect.stringContaining(fault)]));

  it('expects no answer to a message that is refused', () => {
    expect(faults({ refused: 'LIMIT' }, refused)).toEqual([]);
    expect(faults({}, refused)).toEqual(['refused: "LIMIT" instead of none', 'there is no answer']);
  });

  it('finds cards of objects of which nothing may be stated, and that no person is offered', () => {
    const other = { ...reply, answer: { ...answer, sources: [], choices: [] } };
    expect(faults({ statesNot: ['ORDER A-1'] }, other)).toEqual(['it states ORDER A-1']);
    expect(faults({ offersPerson: true }, other)).toEqual(['it offers no person']);
  });
});

describe('untracedValues', () => {
  it('finds digits without a source, also of other scripts', () => {
    expect(untracedValues(answer)).toEqual([]);
    expect(untracedValues({ ...answer, text: `${answer.text} Wait 3 to ٤ days.` })).toEqual([
      'it states 3, which has no source',
      'it states ٤, which has no source',
    ]);
  });

  it('finds sources whose value is not in the text', () => {
    expect(untracedValues({ text: 'Paid.', sources: [source('ORDER A-1 id', 'A-1')] })).toEqual([
      'the value of ORDER A-1 id is not in its text',
    ]);
  });

  it('reads long values first, and allows for empty ones', () => {
    const sources = [source('ORDER 1 id', '1'), source('ORDER 1 placedAt', '', '21 May'), source('ORDER 1 note', '')];
    expect(untracedValues({ text: 'Order 1 of 21 May', sources })).toEqual([]);
    expect(untracedValues({ text: 'Order 1 of 21 May: 30', sources })).toEqual(['it states 30, which has no source']);
  });
});

describe('traceSources', () => {
  const money = { amount: '5.00', currency: 'EUR' };
  const order = {
    ...{ id: 'A-1', customerId: 'c', placedAt: '2026-05-18T10:00:00Z', status: 'PAID', charged: money },
    payments: [{ id: 'r', occurredAt: '2026-05-19T00:00:00Z', amount: money }],
  };
  const stored: Record<string, object> = {
    'A-1': order,
    p: { id: 'p', status: 'HUB_IN', order },
    m: { id: 'm', title: 'Red mug', price: money, attributes: { colour: ['red', '', 'blue'], 'screen.size': 6 } },
    u: { id: 'u', title: 'Cup', publishedAt: '2026-05-20T12:00:01Z' },
  };
  const trace = async (
    sources: AnswerSource[],
    who: { customerId?: string; guestOrderId?: string } = { customerId: 'c' },
  ) => {
    const asked: unknown[] = [];
    const send = (_: string, variables: { id: string }) => {
      asked.push(variables.id);
      return Promise.resolve({ found: stored[variables.id] ?? null });
    };
    return { ...(await traceSources(sources, who, { send: send as ScriptRun['send'], now: NOW })), asked };
  };

  it('finds no fault in equal values, and reads each object once', async () => {
    const equal = [
      ...[source('ORDER A-1 status', 'PAID'), source('ORDER A-1 placedAt', '2026-05-18T10:00:00.000Z')],
      ...[source('ORDER A-1 charged', '5.00 EUR'), source('ORDER A-1 payments.r.amount', '5.00 EUR')],
      ...[source('SHIPMENT p status', 'HUB_IN'), source('PRODUCT m price', '5.00 EUR')],
      ...[source('PRODUCT m attributes', 'colour'), source('PRODUCT m attributes.colour', 'red, blue')],
      source('PRODUCT m attributes.screen.size', '6'),
    ];
    expect(await trace(equal)).toEqual({ compared: 9, faults: [], asked: ['A-1', 'p', 'm'] });
  });

  it.each([
    ['ORDER A-1 status', 'SHIPPED', 'ORDER A-1 status is PAID; the answer states SHIPPED'],
    ['ORDER A-1 placedAt', '2026-05-18T10:00:01Z', 'ORDER A-1 placedAt is 2026-05-18T10:00:00Z'],
    ['ORDER A-1 payments.x.amount', '5.00 EUR', 'ORDER A-1 payments.x.amount is absent'],
    ['PRODUCT m attributes', 'constructor', 'PRODUCT m attributes is'],
    ['PRODUCT m attributes.colour', 'red', 'PRODUCT m attributes.colour is red, blue; the answer states red'],
  ])('finds that %s is not %s', async (place, value, fault) => {
    expect(await trace([source(place, value)])).toMatchObject({
      compared: 1,
      faults: [expect.stringContaining(fault)],
    });
  });

  it('finds orders and parcels of other people, but products are of all', async () => {
    const sources = [source('ORDER A-1 status', 'PAID'), source('SHIPMENT p status', 'HUB_IN')];
    const both = ['ORDER A-1 does not belong to the customer', 'SHIPMENT p does not belong to the customer'];
    for (const who of [{ customerId: 'd' }, { guestOrderId: 'A-2' }, {}])
      expect((await trace([...sources, source('PRODUCT m title', 'Red mug')], who)).faults).toEqual(both);
    expect((await trace(sources, { guestOrderId: 'A-1' })).faults).toEqual([]);
  });

  it('finds products that are not published yet', async () => {
    expect((await trace([source('PRODUCT u title', 'Cup')])).faults).toEqual(['PRODUCT u is not published']);
  });

  it('finds once that an object does not exist, and leaves out what it can’t compare', async () => {
    const missing = [source('ORDER A-9 status', 'PAID'), source('ORDER A-9 id', 'A-9')];
    const others = [
      source('ESTIMATE p latest', 'x'),
      source('ARTICLE a body', 'x'),
      source('SETTING RETURN_DAYS value', '14'),
    ];
    expect(await trace([...missing, ...others])).toEqual({
      compared: 0,
      faults: ['ORDER A-9 does not exist'],
      asked: ['A-9'],
    });
  });
});
