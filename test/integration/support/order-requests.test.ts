import { randomUUID } from 'node:crypto';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { CREATE_WEBHOOK, isSigned, startReceiver, type RuleWritten } from '../../setup/alert-operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import { refreshModel } from '../../setup/model-operations';
import { CREATE_KEY, ISSUE_TOKEN, type CreateKeyAnswer, type IssueTokenAnswer } from '../../setup/operations';
import { at, line, MOVE, ORDERS, type Recorded } from '../../setup/order-operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import {
  ASK_SUPPORT,
  CLOSE,
  CONVERSATION_QUERY,
  ORDER_REQUESTS,
  REQUEST_ACTION,
  RESOLVE_REQUEST,
  START_CONVERSATION,
  type ConversationAnswer,
  type ShownConversation,
  type ShownMessage,
} from '../../setup/support-operations';
import { until } from '../../setup/until';

type Answer<K extends string> = Record<K, ConversationAnswer>;
interface Delivered {
  readonly id: string;
  readonly type: string;
  readonly request: { readonly id: string; readonly orderId: string; readonly text: string | null };
}

describe('requests of customers about orders', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;
  let client: GraphqlClient;
  let storefrontKey: string;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let secret: string;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    const environment = { WEBHOOK_NETWORKS: '127.0.0.1' };
    worker = startWorker(shop, environment);
    api = await startApi(shop, environment);
    client = api.client;
    const input = { scope: 'STOREFRONT', name: 'shop page' };
    storefrontKey = (await client.data<CreateKeyAnswer>(CREATE_KEY, { input })).createApiKey.secret;
    expect((await refreshModel(client, 'INTENTS')).version).toMatchObject({ verdict: 'PROMOTED' });
    const first = await customer('first');
    await until(
      async () => (await ask(first, 'hello')).answer?.outcome,
      (outcome) => outcome === 'ANSWERED',
    );
  });

  afterAll(async () => {
    await receiver.close();
    await pool.end();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const customer = async (customerId: string) => {
    const issued = await client.data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId } });
    return client.as({ apiKey: storefrontKey, authorization: `Bearer ${issued.issueCustomerToken.token}` });
  };
  const order = async (id: string, customerId: string) => {
    const orders = [{ id, placedAt: at(0), customerId, lines: [line('a', 2)] }];
    expect((await client.data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
  };
  const move = async (orderId: string, status: string) => {
    const input = { orderId, status, occurredAt: at(1) };
    const { updateOrderStatus } = await client.data<{ updateOrderStatus: { errors: object[] } }>(MOVE, { input });
    expect(updateOrderStatus.errors).toEqual([]);
  };
  const start = async (by: GraphqlClient) =>
    (await by.data<Answer<'startConversation'>>(START_CONVERSATION, { input: {} })).startConversation.conversation!.id;
  const say = async (by: GraphqlClient, conversationId: string, text: string, choiceId?: string) =>
    (
      await by.data<Answer<'askSupport'>>(ASK_SUPPORT, {
        input: { conversationId, messageId: randomUUID(), text, choiceId },
      })
    ).askSupport;
  const ask = async (by: GraphqlClient, text: string) => {
    const id = await start(by);
    return { id, answer: (await say(by, id, text)).answer! };
  };
  const press = async (by: GraphqlClient, conversationId: string, actionId: string) =>
    (await by.data<Answer<'requestSupportAction'>>(REQUEST_ACTION, { conversationId, actionId })).requestSupportAction;
  const resolve = async (requestId: string, outcome: string, note?: string) =>
    (
      await client.data<{
        resolveOrderRequest: Pick<ConversationAnswer, 'receipt' | 'userErrors'> & {
          request: { state: string; note: string | null } | null;
        };
      }>(RESOLVE_REQUEST, { input: { requestId, outcome, note } })
    ).resolveOrderRequest;
  const messages = async (by: GraphqlClient, id: string): Promise<readonly ShownMessage[]> =>
    (await by.data<{ conversation: ShownConversation }>(CONVERSATION_QUERY, { id })).conversation.messages;
  const requests = async (state?: string[]) =>
    (
      await client.data<{ orderRequests: { nodes: { id: string; orderId: string; state: string }[] } }>(
        ORDER_REQUESTS,
        {
          state,
        },
      )
    ).orderRequests.nodes;
  const delivered = () => receiver.received.map(({ body }) => JSON.parse(body) as Delivered);
  const values = ({ sources }: ShownMessage) =>
    Object.fromEntries(sources.map(({ kind, field, value }) => [`${kind}.${field}`, value]));

  it('are not offered by a shop without a webhook for them', async () => {
    await order('A-0', 'ann');
    const { answer } = await ask(await customer('ann'), 'please cancel my order A-0');
    expect(answer.actions).toEqual([]);
  });

  it('need a button, are sent once and signed, and are REQUESTED until the shop confirms', async () => {
    receiver = await startReceiver(() => 200);
    const input = { url: receiver.url, events: ['ORDER_REQUESTS'] };
    const { written } = await client.data<RuleWritten & { written: { secret: string } }>(CREATE_WEBHOOK, { input });
    secret = written.secret;
    await order('A-1', 'mia');
    const mia = await customer('mia');
    const { id, answer } = await ask(mia, 'I want to cancel my order');
    expect(answer).toMatchObject({ outcome: 'ANSWERED', cards: [{ __typename: 'Order', id: 'A-1' }] });
    const [action] = answer.actions;
    expect(answer.actions).toMatchObject([{ kind: 'CANCEL', orderId: 'A-1', text: null, state: 'OFFERED' }]);
    // A text is no button.
    await say(mia, id, 'yes, cancel it now!');
    expect(await requests()).toEqual([]);
    const pressed = await Promise.all([press(mia, id, action.id), press(mia, id, action.id)]);
    for (const { userErrors, message } of pressed) {
      expect(userErrors).toEqual([]);
      expect(values(message!)).toEqual({ 'ORDER_REQUEST.orderId': 'A-1', 'ORDER_REQUEST.state': 'REQUESTED' });
    }
    expect(await requests()).toMatchObject([{ id: action.id, orderId: 'A-1', state: 'REQUESTED' }]);
    await until(delivered, (all) => all.length > 0);
    for (const request of receiver.received) expect(isSigned(request, secret)).toBe(true);
    expect(delivered()[0]).toMatchObject({
      type: 'order.cancellation_requested',
      request: { id: action.id, orderId: 'A-1', customerId: 'mia', conversationId: id, text: null },
    });
    // The status of the order is not changed by the request.
    expect(values((await ask(mia, 'where is my order A-1?')).answer)).toMatchObject({ 'ORDER.status': 'PLACED' });
    const pending = (await ask(mia, 'please cancel order A-1')).answer;
    expect(pending.actions).toEqual([]);
    expect(values(pending)).toMatchObject({ 'ORDER_REQUEST.state': 'REQUESTED' });
    expect(await resolve(action.id, 'CONFIRMED')).toMatchObject({ request: { state: 'CONFIRMED' }, userErrors: [] });
    expect(await resolve(action.id, 'CONFIRMED')).toMatchObject({ request: { state: 'CONFIRMED' }, userErrors: [] });
    expect((await resolve(action.id, 'DECLINED')).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    const all = await messages(mia, id);
    const notices = all.filter(({ sources }) => sources.some(({ kind }) => kind === 'ORDER_REQUEST'));
    expect(notices.map((notice) => values(notice)['ORDER_REQUEST.state'])).toEqual(['REQUESTED', 'CONFIRMED']);
    expect(all.flatMap(({ actions }) => actions).filter(({ state }) => state !== 'OFFERED')).toMatchObject([
      { id: action.id, state: 'CONFIRMED' },
    ]);
    expect(delivered()).toHaveLength(1);
    const { rows } = await pool.query(
      `SELECT name, properties FROM events WHERE source = 'SUPPORT' AND name IN ('support_requested', 'support_resolved')
       ORDER BY batch`,
    );
    expect(rows).toEqual([
      { name: 'support_requested', properties: { kind: 'CANCEL', state: 'REQUESTED' } },
      { name: 'support_resolved', properties: { kind: 'CANCEL', state: 'CONFIRMED' } },
    ]);
  });

  it('are not offered after a refusal: the answer asks back', async () => {
    await order('NO-1', 'nora');
    const nora = await customer('nora');
    for (const text of [
      "please don't cancel my order NO-1",
      'no need to return it, it fits',
      'I don’t want my money back',
      'dont pass me on to a person',
      '我不想取消订单',
    ]) {
      const id = await start(nora);
      const { answer, conversation } = await say(nora, id, text);
      const asksBack = { outcome: 'ASKED_BACK', actions: [], choices: [], quotes: [], cards: [] };
      expect([text, answer, conversation!.status]).toMatchObject([text, asksBack, 'AUTOMATIC']);
      expect(answer!.text).not.toMatch(/return|退货/);
    }
    for (const text of ["Don't forget to cancel my order", "can't you cancel it?", "Don't wait, cancel order NO-1"])
      expect([text, (await ask(nora, text)).answer.actions]).toMatchObject([
        text,
        [{ kind: 'CANCEL', orderId: 'NO-1' }],
      ]);
    await order('NO-2', 'nora');
    const changed = await ask(nora, "please don't cancel order NO-1, just change the address to 55 Elm Street");
    expect(changed.answer.actions).toMatchObject([{ kind: 'CHANGE', orderId: 'NO-1' }]);
    for (const text of [
      "Don't cancel order NO-1, cancel the other one",
      "don't cancel order NO-1, cancel my last order",
      "I want to cancel order NO-2, don't cancel order NO-1",
      '不要取消订单NO-1，取消另一个订单',
    ])
      expect([text, (await ask(nora, text)).answer.actions]).toMatchObject([
        text,
        [{ kind: 'CANCEL', orderId: 'NO-2' }],
      ]);
    for (const text of ["I clicked cancel by mistake, don't cancel NO-1", '我刚才点了取消，请不要取消'])
      expect([text, (await ask(nora, text)).answer]).toMatchObject([text, { outcome: 'ASKED_BACK', actions: [] }]);
  });

  it('are offered for each order that a message names', async () => {
    await order('TWO-1', 'tess');
    await order('TWO-2', 'tess');
    const { answer } = await ask(await customer('tess'), 'please cancel orders TWO-1 and two 2');
    expect(answer.actions).toMatchObject([
      { kind: 'CANCEL', orderId: 'TWO-1', label: 'Request the cancellation (TWO-1)' },
      { kind: 'CANCEL', orderId: 'TWO-2', label: 'Request the cancellation (TWO-2)' },
    ]);
    expect(new Set(answer.actions.map(({ id }) => id)).size).toBe(2);
  });

  it('send what the customer has written, also after a choice between orders, and say what the shop writes', async () => {
    await order('B-1', 'ben');
    await order('B-2', 'ben');
    const ben = await customer('ben');
    const { id, answer } = await ask(ben, 'Please change the delivery address of my order to 5 Elm Street');
    expect(answer.outcome).toBe('ASKED_BACK');
    const choice = answer.choices.find(({ text }) => text.endsWith('(B-2)'))!;
    const offer = (await say(ben, id, choice.text, choice.id)).answer!;
    const text = 'Please change the delivery address of my order to 5 Elm Street';
    expect(offer.actions).toMatchObject([{ kind: 'CHANGE', orderId: 'B-2', text, state: 'OFFERED' }]);
    expect(offer.text).toContain(text);
    expect((await press(ben, id, offer.actions[0].id)).userErrors).toEqual([]);
    const sent = await until(
      () => delivered().find(({ request }) => request.orderId === 'B-2'),
      (found) => found !== undefined,
    );
    expect(sent).toMatchObject({ type: 'order.change_requested', request: { text } });
    await resolve(offer.actions[0].id, 'DECLINED', 'The label is printed.');
    const notice = (await messages(ben, id)).at(-1)!;
    expect(values(notice)).toMatchObject({
      'ORDER_REQUEST.state': 'DECLINED',
      'ORDER_REQUEST.note': 'The label is printed.',
    });
    // A number that is written is a choice, too.
    const other = await ask(ben, text);
    expect((await say(ben, other.id, 'B-2')).answer!.actions).toMatchObject([{ kind: 'CHANGE', orderId: 'B-2', text }]);
    // A declined request can be repeated, also when the deliveries of earlier ones are deleted.
    await pool.query('DELETE FROM order_requests WHERE order_id = $1', ['B-2']);
    const again = (await say(ben, id, 'Please change the delivery address of my order B-2 to 6 Elm Street')).answer!;
    expect((await press(ben, id, again.actions[0].id)).userErrors).toEqual([]);
    await until(
      () => delivered().filter(({ request }) => request.orderId === 'B-2'),
      (found) => found.length === 2,
    );
  });

  it('are resolved by the status of the order', async () => {
    await order('C-1', 'cem');
    await order('C-2', 'cem');
    const cem = await customer('cem');
    const pressFor = async (orderId: string) => {
      const { id, answer } = await ask(cem, `please cancel my order ${orderId}`);
      await press(cem, id, answer.actions[0].id);
      return { id, actionId: answer.actions[0].id };
    };
    const [first, second] = [await pressFor('C-1'), await pressFor('C-2')];
    await move('C-1', 'CANCELLED');
    await move('C-2', 'SHIPPED');
    for (const [{ id, actionId }, state] of [[first, 'CONFIRMED'] as const, [second, 'DECLINED'] as const])
      await until(
        async () => (await messages(cem, id)).flatMap(({ actions }) => actions),
        (actions) => actions.some((action) => action.id === actionId && action.state === state),
      );
    // The shop may send its note after it has cancelled the order.
    const note = 'The refund to 4111 1111 1111 1111 takes three days.';
    const stored = 'The refund to •••• •••• •••• •••• takes three days.';
    for (const sent of [note, note, stored])
      expect(await resolve(first.actionId, 'CONFIRMED', sent)).toMatchObject({
        ...{ request: { note: stored }, userErrors: [] },
      });
    expect(values((await messages(cem, first.id)).at(-1)!)).toMatchObject({ 'ORDER_REQUEST.note': stored });
    const { rows } = await pool.query("SELECT id FROM events WHERE name = 'support_resolved' AND id LIKE $1", [
      `%${first.actionId}%`,
    ]);
    expect(rows).toHaveLength(1);
    expect((await resolve(first.actionId, 'CONFIRMED', 'It takes five.')).userErrors).toMatchObject([
      { code: 'CONFLICT' },
    ]);
    const shipped = (await ask(cem, 'cancel my order C-2 please')).answer;
    expect(shipped.actions).toEqual([]);
    expect(values(shipped)).toMatchObject({ 'ORDER.status': 'SHIPPED' });
    expect((await requests(['REQUESTED'])).filter(({ orderId }) => orderId.startsWith('C-'))).toEqual([]);
  });

  it('are refused for others, for old buttons, and for orders that have been shipped since', async () => {
    await order('D-1', 'dan');
    const [dan, eve] = [await customer('dan'), await customer('eve')];
    const { id, answer } = await ask(dan, 'cancel my order D-1 please');
    const [action] = answer.actions;
    const own = await start(eve);
    const refusedCode = async (pressing: Promise<ConversationAnswer>) => (await pressing).userErrors[0]?.code;
    expect(await refusedCode(press(eve, own, action.id))).toBe('NOT_FOUND');
    await expect(press(eve, id, action.id)).rejects.toThrow('NOT_FOUND');
    expect(await refusedCode(press(dan, id, randomUUID()))).toBe('NOT_FOUND');
    expect(await refusedCode(press(dan, id, 'no uuid'))).toBe('NOT_FOUND');
    const other = await ask(dan, 'cancel my order D-1 please');
    await pool.query(
      `UPDATE conversation_messages SET sent_at = sent_at - interval '31 minutes' WHERE conversation_id = $1`,
      [other.id],
    );
    expect((await messages(dan, other.id)).flatMap(({ actions }) => actions)).toMatchObject([{ state: 'EXPIRED' }]);
    expect(await refusedCode(press(dan, other.id, other.answer.actions[0].id))).toBe('CONFLICT');
    const closed = await ask(dan, 'cancel my order D-1 please');
    await client.data(CLOSE, { id: closed.id });
    expect(await refusedCode(press(dan, closed.id, closed.answer.actions[0].id))).toBe('CONFLICT');
    await move('D-1', 'SHIPPED');
    expect(await refusedCode(press(dan, id, action.id))).toBe('CONFLICT');
    expect((await requests()).filter(({ orderId }) => orderId === 'D-1')).toEqual([]);
    for (const [requestId, note] of [
      [randomUUID(), 'x'],
      ['x', null],
    ])
      expect((await resolve(requestId!, 'CONFIRMED', note ?? undefined)).userErrors).toMatchObject([
        { code: 'NOT_FOUND' },
      ]);
    expect((await resolve(randomUUID(), 'CONFIRMED', 'x'.repeat(501))).userErrors).toMatchObject([
      { code: 'BAD_USER_INPUT', field: ['input', 'note'] },
    ]);
  });

  it('exist once for an order and a kind, however many buttons are pressed at once', async () => {
    await order('E-1', 'eli');
    const eli = await customer('eli');
    const offers = await Promise.all([1, 2, 3].map(() => ask(eli, 'cancel my order E-1 please')));
    const pressed = await Promise.all(offers.map(({ id, answer }) => press(eli, id, answer.actions[0].id)));
    expect(pressed.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['CONFLICT', 'CONFLICT']);
    expect((await requests()).filter(({ orderId }) => orderId === 'E-1')).toHaveLength(1);
  });
});
