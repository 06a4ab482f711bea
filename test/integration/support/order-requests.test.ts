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
  const order = async (id: string, customerId: string, lines: object[] = [line('a', 2)]) => {
    const orders = [{ id, placedAt: at(0), customerId, lines }];
    expect((await client.data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
  };
  const move = async (orderId: string, status: string, lines?: object[], hours = 1) => {
    const input = { orderId, status, occurredAt: at(hours), lines };
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
  const press = async (by: GraphqlClient, conversationId: string, actionId: string, details: object = {}) =>
    (await by.data<Answer<'requestSupportAction'>>(REQUEST_ACTION, { conversationId, actionId, ...details }))
      .requestSupportAction;
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

  const TWO_LINES = [line('a', 2), line('b')];
  const shipped = async (id: string, customerId: string, lines: object[] = TWO_LINES) => {
    await order(id, customerId, lines);
    await move(id, 'SHIPPED');
  };
  const PICTURE = 'https://pictures.example/a.jpg';

  it('of a return have the lines, a note and pictures, and are confirmed when the units are returned', async () => {
    await shipped('R-1', 'rita');
    await move('R-1', 'DELIVERED', undefined, 2);
    const rita = await customer('rita');
    const { id, answer } = await ask(rita, 'I want to return my order R-1');
    const [action] = answer.actions;
    expect(answer.actions).toMatchObject([
      { kind: 'RETURN', orderId: 'R-1', text: null, lines: [], pictures: [], state: 'OFFERED' },
    ]);
    // It is returned before the request: these units do not confirm it.
    await move('R-1', 'RETURNED', [{ lineId: 'l-a', quantity: 1 }], 3);
    const lines = [{ lineId: 'l-a', quantity: 1 }];
    const note = 'Too small. My card is 4111 1111 1111 1111.';
    const stored = 'Too small. My card is •••• •••• •••• ••••.';
    const details = { lines, note, pictures: [PICTURE, 'https://bücher.example/\u202eb.jpg'] };
    const pictures = [PICTURE, 'https://xn--bcher-kva.example/%E2%80%AEb.jpg'];
    const [pressed, again] = await Promise.all([
      press(rita, id, action.id, details),
      press(rita, id, action.id, details),
    ]);
    for (const { userErrors, message } of [pressed, again]) {
      expect(userErrors).toEqual([]);
      expect(values(message!)).toEqual({ 'ORDER_REQUEST.orderId': 'R-1', 'ORDER_REQUEST.state': 'REQUESTED' });
    }
    const requested = { text: stored, lines, problem: null, pictures };
    expect((await requests()).filter(({ orderId }) => orderId === 'R-1')).toMatchObject([
      { id: action.id, kind: 'RETURN', state: 'REQUESTED', ...requested },
    ]);
    const sent = await until(
      () => delivered().find(({ request }) => request.orderId === 'R-1'),
      (found) => found !== undefined,
    );
    const { requestedAt, ...content } = sent!.request as Delivered['request'] & { requestedAt: string };
    expect(Date.parse(requestedAt)).toBeGreaterThan(0);
    expect({ ...sent, request: content }).toMatchObject({
      type: 'order.return_requested',
      request: { id: action.id, orderId: 'R-1', customerId: 'rita', conversationId: id, ...requested },
    });
    const pending = (await ask(rita, 'how do I return order R-1?')).answer;
    expect(pending.actions).toEqual([]);
    expect(values(pending)).toMatchObject({ 'ORDER_REQUEST.state': 'REQUESTED' });
    const action2 = async () => (await messages(rita, id)).flatMap(({ actions }) => actions);
    expect(await action2()).toMatchObject([{ id: action.id, state: 'REQUESTED', ...requested }]);
    await move('R-1', 'RETURNED', [{ lineId: 'l-a', quantity: 1 }], 4);
    await until(action2, ([shown]) => shown.state === 'CONFIRMED');
    // Another one is possible for what is left.
    const second = await ask(rita, 'I want to return my order R-1');
    const left = { lines: [{ lineId: 'l-a', quantity: 1 }] };
    expect((await press(rita, second.id, second.answer.actions[0].id, left)).userErrors).toMatchObject([
      { code: 'CONFLICT', field: ['input', 'lines', '0', 'lineId'] },
    ]);
    const { rows } = await pool.query('SELECT properties FROM events WHERE name = $1 AND id LIKE $2', [
      'support_requested',
      `%${action.id}%`,
    ]);
    expect(rows).toEqual([{ properties: { kind: 'RETURN', state: 'REQUESTED' } }]);
  });

  it('of a problem send what the customer has written, or the note, and stay until the shop decides', async () => {
    await shipped('P-1', 'pia');
    const pia = await customer('pia');
    const text = 'a cup of my order arrived broken';
    const { id, answer } = await ask(pia, text);
    const [action] = answer.actions;
    expect(answer.actions).toMatchObject([{ kind: 'PROBLEM', orderId: 'P-1', text, problem: null, state: 'OFFERED' }]);
    const lines = [{ lineId: 'l-b', quantity: 1 }];
    expect((await press(pia, id, action.id, { lines, problem: 'BROKEN' })).userErrors).toEqual([]);
    expect((await requests()).filter(({ orderId }) => orderId === 'P-1')).toMatchObject([
      { kind: 'PROBLEM', text, lines, problem: 'BROKEN', pictures: [] },
    ]);
    const sent = await until(
      () => delivered().find(({ request }) => request.orderId === 'P-1'),
      (found) => found !== undefined,
    );
    expect(sent).toMatchObject({ type: 'order.problem_reported', request: { text, lines, problem: 'BROKEN' } });
    const { rows } = await pool.query('SELECT properties FROM events WHERE id LIKE $1', [`%${action.id}%`]);
    expect(rows).toEqual([{ properties: { kind: 'PROBLEM', problem: 'BROKEN', state: 'REQUESTED' } }]);
    expect((await ask(pia, text)).answer.actions).toEqual([]);
    expect(await resolve(action.id, 'CONFIRMED', 'We send another one.')).toMatchObject({ userErrors: [] });
    expect(values((await messages(pia, id)).at(-1)!)).toMatchObject({
      ...{ 'ORDER_REQUEST.state': 'CONFIRMED', 'ORDER_REQUEST.note': 'We send another one.' },
    });
    // Missing units may not be shipped yet. Of an order with one line, no line is named.
    await order('P-2', 'pia', [line('a', 3)]);
    await move('P-2', 'SHIPPED', [{ lineId: 'l-a', quantity: 1 }]);
    const other = await ask(pia, 'something is missing from my parcel of order P-2');
    const missing = { problem: 'MISSING', note: 'One cup.' };
    expect((await press(pia, other.id, other.answer.actions[0].id, missing)).userErrors).toEqual([]);
    expect((await requests()).filter(({ orderId }) => orderId === 'P-2')).toMatchObject([
      { kind: 'PROBLEM', text: 'One cup.', lines: [{ lineId: 'l-a', quantity: 3 }], problem: 'MISSING' },
    ]);
  });

  it('are refused with a code and a path for what their kind or their order does not have', async () => {
    await shipped('F-1', 'finn');
    await order('F-2', 'finn');
    const finn = await customer('finn');
    const offer = async (text: string) => {
      const { id, answer } = await ask(finn, text);
      return [id, answer.actions[0].id] as const;
    };
    const toReturn = await offer('I want to return my order F-1');
    const toReport = await offer('a cup of order F-1 arrived broken');
    const toCancel = await offer('please cancel my order F-2');
    const unit = { lineId: 'l-a', quantity: 1 };
    for (const [button, details, code, path] of [
      [toReturn, {}, 'BAD_USER_INPUT', 'lines'],
      [toReturn, { lines: [] }, 'BAD_USER_INPUT', 'lines'],
      [toReturn, { lines: [unit, { ...unit, lineId: 'l-c' }] }, 'NOT_FOUND', 'lines.1.lineId'],
      [toReturn, { lines: [unit, unit] }, 'BAD_USER_INPUT', 'lines.1.lineId'],
      [toReturn, { lines: [{ ...unit, quantity: 3 }] }, 'BAD_USER_INPUT', 'lines.0.quantity'],
      [toReturn, { lines: [{ ...unit, quantity: 0 }] }, 'BAD_USER_INPUT', 'lines.0.quantity'],
      [toReturn, { lines: [unit], problem: 'BROKEN' }, 'BAD_USER_INPUT', 'problem'],
      [toReturn, { lines: [unit], note: 'x'.repeat(501) }, 'BAD_USER_INPUT', 'note'],
      [toReturn, { lines: [unit], pictures: ['http://pictures.example/a.jpg'] }, 'BAD_USER_INPUT', 'pictures.0'],
      [toReturn, { lines: [unit], pictures: Array<string>(4).fill(PICTURE) }, 'BAD_USER_INPUT', 'pictures'],
      [toReport, { lines: [unit] }, 'BAD_USER_INPUT', 'problem'],
      [toReport, { problem: 'WRONG' }, 'BAD_USER_INPUT', 'lines'],
      [toCancel, { lines: [unit] }, 'BAD_USER_INPUT', 'lines'],
      [toCancel, { note: 'x' }, 'BAD_USER_INPUT', 'note'],
    ] as const) {
      const { userErrors, conversation } = await press(finn, ...button, details);
      expect([userErrors, conversation]).toMatchObject([[{ code, field: ['input', ...path.split('.')] }], null]);
    }
    expect((await requests()).filter(({ orderId }) => orderId.startsWith('F-'))).toEqual([]);
    // One request of a kind, of several buttons.
    const again = await offer('I want to return my order F-1');
    const lines = [unit];
    const pressed = await Promise.all([press(finn, ...toReturn, { lines }), press(finn, ...again, { lines })]);
    expect(pressed.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'CONFLICT', field: ['input', 'actionId'] },
    ]);
    // The other kind is another request, until all is returned.
    await move('F-1', 'RETURNED', undefined, 2);
    const late = await press(finn, ...toReport, { lines, problem: 'WRONG' });
    expect(late.userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'actionId'] }]);
    const notShipped = await ask(finn, 'a cup of order F-2 arrived broken');
    expect(notShipped.answer.actions).toEqual([]);
  });

  it('are exported with their notes and pictures, and erased with them', async () => {
    await shipped('X-1', 'xara');
    const xara = await customer('xara');
    const { id, answer } = await ask(xara, 'I want to return my order X-1');
    const note = 'Nothing for xaraperson.';
    const details = { lines: [{ lineId: 'l-b', quantity: 1 }], note, pictures: ['https://xaraperson.example/a.jpg'] };
    expect((await press(xara, id, answer.actions[0].id, details)).userErrors).toEqual([]);
    const { personalData } = await client.data<{ personalData: { nodes: { table: string; data: object }[] } }>(
      'query { personalData(customerId: "xara", first: 100) { nodes { table data } } }',
    );
    expect(personalData.nodes.filter(({ table }) => table === 'orderRequests')).toMatchObject([
      { data: { text: note, lines: details.lines, pictures: details.pictures } },
    ]);
    await until(
      () =>
        client.data<{ eraseCustomer: { status: string } }>(
          'mutation { eraseCustomer(input: { customerId: "xara" }) { status } }',
        ),
      ({ eraseCustomer }) => eraseCustomer.status === 'DONE',
    );
    for (const table of [
      'order_requests',
      'webhook_deliveries',
      'conversation_messages',
      'events',
      'inbox',
      'outbox',
    ]) {
      const { rows } = await pool.query(`SELECT 1 FROM ${table} stored WHERE stored::text LIKE '%xaraperson%'`);
      expect([table, rows]).toEqual([table, []]);
    }
  });
});
