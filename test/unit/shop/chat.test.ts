import type { Sink } from '@freshet/client';
import { signal } from '@preact/signals';
import { RequestError } from '../../../client/src/request-error';
import { Chat } from '../../../shop/src/chat/chat';
import type { ChatApi } from '../../../shop/src/chat/chat-api';
import type { ChatMessageData } from '../../../shop/src/chat/chat-documents';
import type { ConversationState, UnsentMessage } from '../../../shop/src/chat/conversation-state';
import { storedConversations } from '../../../shop/src/chat/stored-conversations';

// Jest can't load the module that renders components on changes. The signals themselves are those of the core.
jest.mock('@preact/signals', () => jest.requireActual<object>('@preact/signals-core'));

const message = (id: string, author: 'CUSTOMER' | 'AUTOMATIC', messageId: string | null = null): ChatMessageData => ({
  ...{ id, author, messageId, operatorName: null, text: id, sentAt: '2026-01-01T00:00:00Z', awaitsAnswer: false },
  ...{
    answerTo: null,
    outcome: 'ANSWERED',
    choices: [],
    actions: [],
    sources: [],
    quotes: [],
    asksReplyAddress: false,
    helpful: null,
    cards: [],
  },
});

/** A shop that stores messages in memory, and fails as often as a test wants. */
class FakeShop implements ChatApi {
  readonly asked: (UnsentMessage & { readonly conversationId: string })[] = [];
  readonly followers = new Map<string, Sink<ConversationState>>();
  readonly faults: RequestError[] = [];
  started = 0;
  status: ConversationState['status'] = 'AUTOMATIC';
  /** Responses wait for it. */
  gate: Promise<void> = Promise.resolve();

  start = async () => {
    await this.gate;
    return `c${++this.started}`;
  };

  ask = async (conversationId: string, sent: UnsentMessage): Promise<ConversationState> => {
    this.asked.push({ ...sent, conversationId });
    await this.gate;
    const fault = this.faults.shift();
    if (fault) throw fault;
    const number = 2 * this.asked.length;
    return this.state(conversationId, number, [
      message(`${conversationId}:${number - 1}`, 'CUSTOMER', sent.messageId),
      message(`${conversationId}:${number}`, 'AUTOMATIC'),
    ]);
  };

  requestAction = async (id: string, actionId: string) => {
    await this.gate;
    const fault = this.faults.shift();
    if (fault) throw fault;
    return this.state(id, 80, [message(`${id}:${actionId}`, 'AUTOMATIC')]);
  };

  handOff = async (id: string) => {
    await this.gate;
    return this.state(id, 90, [], 'WAITING');
  };

  setReplyAddress = async (id: string, email: string | null) => {
    await this.gate;
    const fault = this.faults.shift();
    if (fault) throw fault;
    return { ...this.state(id, email === null ? 96 : 95, [], 'WAITING'), hasReplyAddress: email !== null };
  };

  rate = async () => {
    const fault = this.faults.shift();
    if (fault) throw fault;
  };

  follow = (id: string, sink: Sink<ConversationState>) => {
    this.followers.set(id, sink);
    return () => void this.followers.delete(id);
  };

  state(id: string, revision: number, messages: readonly ChatMessageData[], status = this.status): ConversationState {
    return { id, status, operatorName: null, hasReplyAddress: false, revision: String(revision), messages };
  }
}

const openChat = (customerId?: string, items = new Map<string, string>()) => {
  const shop = new FakeShop();
  const customer = signal<{ id: string } | undefined>(customerId === undefined ? undefined : { id: customerId });
  const storage = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
  };
  const chat = new Chat(
    shop,
    storedConversations(() => storage),
    customer,
  );
  return { shop, customer, chat, items };
};
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const texts = ({ chat }: { chat: Chat }) => chat.conversation.value?.messages.map(({ id }) => id);

it('starts one conversation with the first message, and sends messages one after another', async () => {
  const { shop, chat } = openChat();
  expect([shop.started, shop.followers.size]).toEqual([0, 0]);
  chat.send('a');
  chat.send('b', 'choice');
  expect(chat.unsent.value.map(({ text, state }) => [text, state])).toEqual([
    ['a', 'sending'],
    ['b', 'sending'],
  ]);
  await settled();
  expect(shop.started).toBe(1);
  expect(shop.asked.map(({ text, choiceId }) => [text, choiceId])).toEqual([
    ['a', undefined],
    ['b', 'choice'],
  ]);
  expect(chat.unsent.value).toEqual([]);
  expect(texts({ chat })).toEqual(['c1:1', 'c1:2', 'c1:3', 'c1:4']);
});

it('a message that was not sent stays, and is sent again with the same id', async () => {
  const { shop, chat } = openChat();
  shop.faults.push(new RequestError('The shop could not be reached.', 'NETWORK'));
  chat.send('a');
  await settled();
  const [failed] = chat.unsent.value;
  expect(failed).toMatchObject({ state: 'failed', error: 'The shop could not be reached.' });
  chat.sendAgain(failed.messageId);
  await settled();
  expect(shop.asked.map(({ messageId }) => messageId)).toEqual([failed.messageId, failed.messageId]);
  expect(chat.unsent.value).toEqual([]);
});

it('waits when the shop accepts no message, and sends nothing that the subscription has shown as stored', async () => {
  const { shop, chat } = openChat();
  shop.faults.push(new RequestError('Too many messages.', 'RATE_LIMITED', 20));
  chat.send('a');
  await settled();
  expect(chat.unsent.value).toMatchObject([{ state: 'delayed' }]);
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect([shop.asked.length, chat.unsent.value]).toEqual([2, []]);

  shop.faults.push(new RequestError('Too many messages.', 'RATE_LIMITED', 20));
  chat.send('b');
  await settled();
  const { messageId } = chat.unsent.value[0];
  shop.followers.get('c1')!.next(shop.state('c1', 50, [message('c1:5', 'CUSTOMER', messageId)]));
  expect(chat.unsent.value).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(shop.asked.length).toBe(3);
});

it('shows nothing of a customer after the sign-out, not even what arrives later', async () => {
  const { shop, chat, customer, items } = openChat('mia');
  chat.send('a');
  await settled();
  const former = shop.followers.get('c1')!;
  let open = () => {};
  shop.gate = new Promise((resolve) => (open = resolve));
  chat.send('b');
  void chat.handOff();
  chat.draft.value = 'my address is';
  await settled();
  customer.value = undefined;
  const shown = () => [chat.conversation.value, chat.unsent.value, chat.draft.value, chat.isHandingOff.value];
  expect(shown()).toEqual([undefined, [], '', false]);
  former.next(shop.state('c1', 60, [message('c1:1', 'CUSTOMER')]));
  open();
  await settled();
  expect(shown()).toEqual([undefined, [], '', false]);
  expect(shop.followers.size).toBe(0);

  // The same customer on the same tab finds the conversation, if the shop opens it; another one doesn't.
  customer.value = { id: 'zoe' };
  expect([shop.followers.size, chat.isLoading.value]).toEqual([0, false]);
  customer.value = { id: 'mia' };
  expect([[...shop.followers.keys()], chat.isLoading.value]).toEqual([['c1'], true]);
  shop.followers.get('c1')!.error!(new RequestError('It does not exist.', 'NOT_FOUND'));
  expect([shop.followers.size, chat.isLoading.value, items.get('shop.conversations')]).toEqual([0, false, '[]']);
});

it('continues a visitor’s conversation after the sign-in and after a reload', async () => {
  const { shop, chat, customer, items } = openChat();
  chat.send('a');
  await settled();
  customer.value = { id: 'mia' };
  expect(chat.conversation.value).toBeUndefined();
  shop.followers.get('c1')!.next(shop.state('c1', 2, [message('c1:1', 'CUSTOMER')]));
  expect(texts({ chat })).toEqual(['c1:1']);
  expect([...openChat('mia', items).shop.followers.keys()]).toEqual(['c1']);
  customer.value = undefined;
  expect(shop.followers.size).toBe(0);
  expect(openChat(undefined, items).shop.followers.size).toBe(0);
});

it('begins another conversation with a message that the former one can’t take any more', async () => {
  const { shop, chat } = openChat();
  chat.send('a');
  await settled();
  shop.faults.push(new RequestError('It does not exist.', 'NOT_FOUND'));
  chat.send('b', 'c1:2:0');
  await settled();
  expect(shop.asked.map(({ conversationId, text, choiceId }) => [conversationId, text, choiceId])).toEqual([
    ['c1', 'a', undefined],
    ['c1', 'b', 'c1:2:0'],
    ['c2', 'b', undefined],
  ]);
  // A refused choice is an error of the message.
  shop.faults.push(new RequestError('There is no such choice.', 'NOT_FOUND', undefined, 'input.choiceId'));
  chat.send('c', 'x');
  await settled();
  expect([shop.started, chat.unsent.value[0].state]).toEqual([2, 'failed']);
  chat.leave();
  expect([chat.conversation.value, chat.unsent.value, chat.draft.value]).toEqual([undefined, [], 'c']);
});

it('passes on to a person also before the first message, and shows an error', async () => {
  const { shop, chat } = openChat();
  await chat.handOff();
  expect([shop.started, chat.conversation.value?.status]).toEqual([1, 'WAITING']);
  shop.handOff = () => Promise.reject(new RequestError('It is closed.', 'CONFLICT'));
  await chat.handOff();
  expect([chat.fault.value?.code, chat.isHandingOff.value]).toEqual(['CONFLICT', false]);
});

it('presses a button once, and again after an error', async () => {
  const { shop, chat } = openChat();
  await chat.press('x');
  expect(chat.pressed.value.size).toBe(0);
  chat.send('a');
  await settled();
  shop.faults.push(new RequestError('The order is SHIPPED.', 'CONFLICT', undefined, 'input.actionId'));
  await chat.press('x');
  expect([chat.fault.value?.code, chat.pressed.value.size]).toEqual(['CONFLICT', 0]);
  await Promise.all([chat.press('x'), chat.press('x')]);
  expect(chat.conversation.value!.messages.map(({ id }) => id)).toEqual(['c1:1', 'c1:2', 'c1:x']);
  expect([chat.fault.value, chat.pressed.value.size]).toEqual([undefined, 1]);
});

it('stores and removes the address for the reply, and shows why it was refused', async () => {
  const { shop, chat } = openChat();
  expect(await chat.setReplyAddress('mia@example.com')).toBe(false);
  await chat.handOff();
  shop.faults.push(new RequestError('email must be an e-mail address.', 'BAD_USER_INPUT', undefined, 'input.email'));
  expect(await chat.setReplyAddress('mia')).toBe(false);
  expect([chat.fault.value?.code, chat.conversation.value?.hasReplyAddress]).toEqual(['BAD_USER_INPUT', false]);
  expect(await chat.setReplyAddress('mia@example.com')).toBe(true);
  expect([chat.fault.value, chat.conversation.value?.hasReplyAddress]).toEqual([undefined, true]);
  expect(await chat.setReplyAddress(null)).toBe(true);
  expect(chat.conversation.value?.hasReplyAddress).toBe(false);
});

it('counts the messages that arrive while the chat is closed, and shows a rating that was stored', async () => {
  const { shop, chat } = openChat();
  chat.open();
  chat.send('a');
  await settled();
  expect(chat.unreadCount.value).toBe(0);
  chat.close();
  shop.followers.get('c1')!.next(shop.state('c1', 5, [message('c1:3', 'CUSTOMER'), message('c1:4', 'AUTOMATIC')]));
  expect(chat.unreadCount.value).toBe(1);
  chat.open();
  chat.close();
  expect(chat.unreadCount.value).toBe(0);

  const rating = () => chat.conversation.value!.messages[1].helpful;
  await chat.rate('c1:2', true);
  expect(rating()).toBe(true);
  shop.faults.push(new RequestError('The shop could not be reached.', 'NETWORK'));
  await chat.rate('c1:2', false);
  expect([rating(), chat.fault.value?.code]).toEqual([null, 'NETWORK']);
});
