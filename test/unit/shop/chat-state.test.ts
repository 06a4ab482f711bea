import type { ChatMessageData } from '../../../shop/src/chat/chat-documents';
import {
  authorOf,
  isAnswering,
  isRateable,
  mergeConversation,
  openChoicesOf,
  unsentOf,
  webAddress,
  whoAnswers,
  type ConversationState,
} from '../../../shop/src/chat/conversation-state';
import { storedConversations } from '../../../shop/src/chat/stored-conversations';

const message = (number: number, fields: Partial<ChatMessageData> = {}): ChatMessageData => ({
  id: `c:${number}`,
  messageId: null,
  author: 'AUTOMATIC',
  operatorName: null,
  text: `text ${number}`,
  sentAt: '2026-01-01T00:00:00Z',
  answerTo: null,
  awaitsAnswer: false,
  outcome: null,
  choices: [],
  actions: [],
  sources: [],
  quotes: [],
  asksReplyAddress: false,
  helpful: null,
  cards: [],
  ...fields,
});
const state = (
  revision: number,
  messages: readonly ChatMessageData[],
  fields: Partial<ConversationState> = {},
): ConversationState => ({
  id: 'c',
  status: 'AUTOMATIC',
  operatorName: null,
  hasReplyAddress: false,
  revision: String(revision),
  messages,
  ...fields,
});
const own = (number: number, messageId: string, awaitsAnswer = false) =>
  message(number, { author: 'CUSTOMER', messageId, awaitsAnswer });

it('updates of a conversation are merged in any order, by revision and number', () => {
  const response = state(10, [own(9, 'm9'), message(10)], { status: 'WAITING' });
  const late = state(9, [own(1, 'm1'), message(2), own(9, 'm9', true)]);
  const merged = mergeConversation(mergeConversation(undefined, response), late);
  expect(merged).toEqual(mergeConversation(mergeConversation(undefined, late), response));
  expect(merged.messages.map(({ id }) => id)).toEqual(['c:1', 'c:2', 'c:9', 'c:10']);
  expect(merged).toMatchObject({ status: 'WAITING', revision: '10' });
  expect(merged.messages[2].awaitsAnswer).toBe(false);
  // At the same revision, the later update has the later cards and ratings.
  const rated = mergeConversation(merged, state(10, [message(10, { helpful: true })], { status: 'WAITING' }));
  expect(rated.messages[3].helpful).toBe(true);
  const other = state(1, [message(1)], { id: 'other' });
  expect(mergeConversation(merged, other)).toBe(other);
});

it('a message is shown as unsent until it is stored', () => {
  const unsent = ['m1', 'm2'].map((messageId) => ({ messageId, text: 'x', state: 'sending' as const }));
  expect(unsentOf(unsent, state(1, [own(1, 'm1'), message(2)]))).toEqual([unsent[1]]);
  expect(isAnswering(undefined, unsent)).toBe(true);
  expect(isAnswering(state(1, [own(1, 'm1', true)]), [])).toBe(true);
  expect(isAnswering(state(1, [own(1, 'm1'), message(2)]), [])).toBe(false);
  expect(isAnswering(state(1, []), [{ ...unsent[0], state: 'failed' }])).toBe(false);
  expect(isAnswering(state(1, [], { status: 'WITH_OPERATOR' }), unsent)).toBe(false);
});

it('says who answers and who has written', () => {
  expect(whoAnswers(undefined)).toBe('Automatic answers');
  expect(whoAnswers(state(1, []))).toBe('Automatic answers');
  expect(whoAnswers(state(1, [], { status: 'WAITING' }))).toBe('Waiting for a person');
  expect(whoAnswers(state(1, [], { status: 'WITH_OPERATOR', operatorName: 'Ann' }))).toBe('Ann answers');
  expect(whoAnswers(state(1, [], { status: 'WITH_OPERATOR' }))).toBe('Our team answers');
  expect(whoAnswers(state(1, [], { status: 'CLOSED', operatorName: 'Ann' }))).toBe('Closed');
  expect(authorOf(own(1, 'm'))).toBe('You');
  expect(authorOf(message(1))).toBe('Automatic answer');
  expect(authorOf(message(1, { author: 'OPERATOR' }))).toBe('Our team');
  expect(authorOf(message(1, { author: 'OPERATOR', operatorName: 'Bob' }))).toBe('Bob');
});

it('only the choices of the newest answer can be made, and only while answers are automatic', () => {
  const messages = [
    own(1, 'm1'),
    message(2, { answerTo: 'c:1' }),
    own(3, 'm3'),
    message(4, { answerTo: 'c:3' }),
    message(5),
  ];
  expect(openChoicesOf(state(1, messages))).toBe('c:4');
  expect(openChoicesOf(state(1, []))).toBeUndefined();
  for (const status of ['WAITING', 'WITH_OPERATOR', 'CLOSED'] as const)
    expect(openChoicesOf(state(1, messages, { status }))).toBeUndefined();
});

it('answers that state something can be rated', () => {
  const sources = [{ objectId: 'o' }];
  const answer = { answerTo: 'c:1', outcome: 'ANSWERED', sources } as const;
  expect(isRateable(message(2, answer))).toBe(true);
  const others: Partial<ChatMessageData>[] = [{ sources: [] }, { outcome: 'ASKED_BACK' }, { answerTo: null }];
  for (const other of others) expect(isRateable(message(2, { ...answer, ...other }))).toBe(false);
});

it('links only to web pages', () => {
  for (const url of ['https://shop.example/returns', 'http://shop.example/?a=b#c']) expect(webAddress(url)).toBe(url);
  for (const url of [
    null,
    '',
    '/returns',
    'javascript:alert(1)',
    ' JaVaScript:alert(1)',
    'data:text/html,x',
    'ftp://a',
  ])
    expect(webAddress(url)).toBeUndefined();
});

it('remembers a conversation for each customer and for the visitor, also without storage', () => {
  const items = new Map<string, string>();
  const storage = () => ({
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
  });
  const stored = storedConversations(storage);
  stored.store('mia', 'c1');
  stored.store(undefined, 'c2');
  stored.store('__proto__', 'c3');
  const restored = storedConversations(storage);
  expect(['mia', undefined, '__proto__', 'zoe'].map((who) => restored.find(who))).toEqual([
    'c1',
    'c2',
    'c3',
    undefined,
  ]);
  restored.store('mia', undefined);
  expect(storedConversations(storage).find('mia')).toBeUndefined();
  for (const unreadable of ['{', '{"a":1}', 'null', '[["a"],[1,2],"ab"]']) {
    items.set('shop.conversations', unreadable);
    expect(storedConversations(storage).find('a')).toBeUndefined();
  }
  const denied = storedConversations(() => {
    throw new Error('denied');
  });
  denied.store('mia', 'c1');
  expect(denied.find('mia')).toBe('c1');
});
