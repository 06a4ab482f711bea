import type { AnswerContent, AnswerOutcome, SourceKind } from '../../../src/support/answers/answer';
import { summarize } from '../../../src/support/conversation-summary';

type Message = Parameters<typeof summarize>[1][number];
type Subject = readonly [kind: SourceKind, id: string];

const minute = (number: number) => new Date(Date.UTC(2026, 2, 6, 10, number));
const EMPTY = { answerTo: null, understood: null, content: null };
const asked = (ordinal: number, at: number, intent: string | null = null, corrected?: string): Message => ({
  ...{ ...EMPTY, ordinal, author: 'CUSTOMER', sentAt: minute(at) },
  understood: { intent, confidence: 1, candidates: [], modelVersion: null, ...(corrected && { corrected }) },
});
const answered = (
  ordinal: number,
  at: number,
  answerTo: number | null,
  outcome: AnswerOutcome,
  { sources = [], cards = [], quotes = [] }: { sources?: Subject[]; cards?: Subject[]; quotes?: string[] } = {},
): Message => ({
  ...{ ...EMPTY, ordinal, author: 'AUTOMATIC', sentAt: minute(at), answerTo },
  content: {
    ...{ language: 'en', outcome, choices: [] },
    parts: sources.map(([kind, id]) => ({
      template: 'greeting',
      slots: { a: { value: '', text: '', source: { kind, id, field: 'id' } } },
    })),
    cards: cards.map(([kind, id]) => ({ kind, id })) as unknown as AnswerContent['cards'],
    quotes: quotes.map((articleId) => ({ articleId, title: '', url: null })),
  },
});
const replied = (ordinal: number, at: number): Message => ({
  ...{ ...EMPTY, ordinal, author: 'OPERATOR', sentAt: minute(at) },
});
const AUTOMATIC = { status: 'AUTOMATIC', handedOffAt: null } as const;

test('the notice of a decision about a request is no reply', () => {
  const withPerson = { status: 'WITH_OPERATOR', handedOffAt: minute(0) } as const;
  const messages = [asked(1, 1), answered(2, 2, null, 'ANSWERED')];
  expect(summarize(withPerson, messages)).toMatchObject({ unansweredCount: 1, waitingSince: minute(1) });
});

test('the note of an e-mail address ends no wait, and the address needs no reply', () => {
  const withPerson = { status: 'WITH_OPERATOR', handedOffAt: minute(2) } as const;
  const messages = [asked(1, 1), answered(2, 2, 1, 'HANDED_OFF'), asked(3, 3), answered(4, 3, 3, 'ANSWERED')];
  expect(summarize(withPerson, messages)).toMatchObject({ unansweredCount: 1, waitingSince: minute(1) });
});

test('the summary of an empty conversation is empty', () => {
  expect(summarize(AUTOMATIC, [])).toEqual({
    ...{ intents: [], subjects: [], lastCustomerMessage: null, question: null, unansweredCount: 0, waitingSince: null },
  });
});

test('the question is the last message without an answer, else the last one', () => {
  const messages = [asked(1, 0), answered(2, 0, 1, 'NOT_UNDERSTOOD'), asked(3, 1), answered(4, 1, 3, 'ANSWERED')];
  expect(summarize(AUTOMATIC, messages).question?.ordinal).toBe(1);
  expect(summarize(AUTOMATIC, [...messages, replied(5, 2)]).question?.ordinal).toBe(3);
});

test('the summary has each intent and each subject once, in the order in which they came up', () => {
  const messages = [
    asked(1, 0, 'greeting'),
    answered(2, 0, 1, 'ANSWERED'),
    asked(3, 1, 'order-status'),
    answered(4, 1, 3, 'ANSWERED', {
      sources: [
        ['ORDER', 'W-2'],
        ['SHIPMENT', 'p-1'],
        ['ESTIMATE', 'p-1'],
        ['CUSTOMER_TEXT', 'W-9'],
        ['SETTING', 'RETURN_DAYS'],
      ],
      cards: [
        ['ORDER', 'W-2'],
        ['SHIPMENT', 'p-2'],
      ],
    }),
    asked(5, 2, null, 'order-status'),
    answered(6, 2, 5, 'ANSWERED', {
      sources: [
        ['ORDER', 'W-1'],
        ['ORDER', 'W-2'],
        ['ARTICLE', 'returns'],
      ],
      quotes: ['returns', 'delivery'],
    }),
    asked(7, 3, 'product-details'),
    answered(8, 3, 7, 'ANSWERED', { cards: [['PRODUCT', 'W-2']] }),
    asked(9, 4),
  ];
  const { intents, subjects, lastCustomerMessage } = summarize(AUTOMATIC, messages);
  expect(intents).toEqual([
    { intent: 'greeting', messageCount: 1 },
    { intent: 'order-status', messageCount: 2 },
    { intent: 'product-details', messageCount: 1 },
  ]);
  expect(subjects.map(({ kind, objectId }) => `${kind} ${objectId}`)).toEqual([
    ...['ORDER W-2', 'SHIPMENT p-1', 'SHIPMENT p-2', 'ORDER W-1', 'ARTICLE returns', 'ARTICLE delivery'],
    'PRODUCT W-2',
  ]);
  expect(lastCustomerMessage).toBe(messages.at(-1));
});

test.each<[string, Message[], number, Date | null]>([
  ['answered', [asked(1, 0), answered(2, 0, 1, 'ANSWERED')], 0, null],
  ['asked back', [asked(1, 0), answered(2, 0, 1, 'ASKED_BACK')], 0, null],
  ['not understood', [asked(1, 0), answered(2, 0, 1, 'NOT_UNDERSTOOD')], 1, null],
  [
    'handed off by the question',
    [asked(1, 0), answered(2, 0, 1, 'ANSWERED'), asked(3, 3), answered(4, 3, 3, 'HANDED_OFF')],
    1,
    minute(3),
  ],
  [
    'handed off by a button',
    [asked(1, 0), answered(2, 0, 1, 'ANSWERED'), answered(3, 4, null, 'HANDED_OFF')],
    0,
    minute(4),
  ],
  [
    'written twice after a reply',
    [asked(1, 0), answered(2, 0, 1, 'HANDED_OFF'), replied(3, 1), asked(4, 5), asked(5, 6)],
    2,
    minute(5),
  ],
  [
    'replied',
    [asked(1, 0), answered(2, 0, 1, 'NOT_UNDERSTOOD'), answered(3, 0, null, 'HANDED_OFF'), asked(4, 2), replied(5, 3)],
    0,
    null,
  ],
])('messages without an answer, and since when: %s', (_, messages, unansweredCount, waitingSince) => {
  const withOperator = { status: 'WITH_OPERATOR', handedOffAt: minute(0) } as const;
  expect(summarize(withOperator, messages)).toMatchObject({ unansweredCount, waitingSince });
});

test('a customer waits since the hand-off until a person takes over, and not in a closed conversation', () => {
  const messages = [asked(1, 0), answered(2, 1, 1, 'HANDED_OFF'), asked(3, 5)];
  const since = (status: 'AUTOMATIC' | 'WAITING' | 'WITH_OPERATOR' | 'CLOSED') =>
    summarize({ status, handedOffAt: minute(3) }, messages).waitingSince;
  expect([since('AUTOMATIC'), since('WAITING'), since('WITH_OPERATOR'), since('CLOSED')]).toEqual([
    ...[null, minute(3), minute(0), null],
  ]);
});
