import { randomUUID } from 'node:crypto';
import type { GraphqlClient } from '../../setup/graphql-client';
import { refreshModel } from '../../setup/model-operations';
import { CREATE_KEY, ISSUE_TOKEN, MERGE, START_SESSION, UPSERT } from '../../setup/operations';
import type {
  CreateKeyAnswer,
  IssueTokenAnswer,
  MergeAnswer,
  StartSessionAnswer,
  UpsertAnswer,
} from '../../setup/operations';
import { at, euro, line, MOVE, ORDERS, PAY, type Recorded } from '../../setup/order-operations';
import { runningShop } from '../../setup/running-shop';
import {
  ISSUE_ORDER_TOKEN,
  RECORD_SCANS,
  RECORD_SHIPMENTS,
  SHIPMENTS,
  type IssueOrderTokenAnswer,
  type RecordedItems,
  VOID_SHIPMENT,
} from '../../setup/shipment-operations';
import {
  ARTICLES,
  ASK_SUPPORT,
  CLOSE,
  CONVERSATION_QUERY,
  CONVERSATION_UPDATED,
  CONVERSATIONS,
  DELETE_ARTICLES,
  HAND_OFF,
  OPERATOR_QUERY,
  RATE,
  REPLY,
  REQUEST_ACTION,
  SET_REPLY_ADDRESS,
  START_CONVERSATION,
  TAKE_OVER,
  UPSERT_ARTICLES,
  type ConversationAnswer,
  type ShownConversation,
} from '../../setup/support-operations';
import { until } from '../../setup/until';

type Answer<K extends string> = Record<K, ConversationAnswer>;

describe('conversations', () => {
  // The office opens in three or four days, so that it is closed during the tests.
  const OPENING_MS = Date.now() + 3.5 * 86_400_000;
  const openingDay = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Europe/Berlin' }).format(OPENING_MS);
  const shop = runningShop({
    ...{ RETURN_DAYS: '30', TIME_ZONE: 'Europe/Berlin' },
    OFFICE_HOURS: `${openingDay} 10:00-11:00`,
  });
  let storefrontKey: string;

  beforeAll(async () => {
    // All customers of this test have one address; on a fast machine they would exceed its limit together.
    storefrontKey = await keyOf('STOREFRONT', 'shop page');
    const { version } = await refreshModel(shop.client, 'INTENTS');
    expect(version).toMatchObject({ verdict: 'PROMOTED', reasons: [] });
    // The API process loads the version a moment later.
    await until(
      async () => (await ask(await session(), 'hello')).answer?.outcome,
      (outcome) => outcome === 'ANSWERED',
    );
  });

  const keyOf = async (scope: string, name: string) =>
    (await shop.client.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope, name } })).createApiKey.secret;
  const customer = async (customerId: string, sessionId?: string) => {
    const issued = await shop.client.data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId, sessionId } });
    return shop.client.as({ apiKey: storefrontKey, authorization: `Bearer ${issued.issueCustomerToken.token}` });
  };
  const session = async () => {
    const visitor = shop.client.as({ apiKey: storefrontKey });
    const { startSession } = await visitor.data<StartSessionAnswer>(START_SESSION);
    const by = shop.client.as({ apiKey: storefrontKey, authorization: `Bearer ${startSession.token}` });
    return Object.assign(by, { sessionId: startSession.sessionId });
  };
  const guest = async (orderId: string) => {
    const { issueOrderToken } = await shop.client.data<IssueOrderTokenAnswer>(ISSUE_ORDER_TOKEN, { orderId });
    return shop.client.as({ apiKey: storefrontKey, authorization: `Bearer ${issueOrderToken.token}` });
  };
  const merge = async (fromSessionId: string, intoCustomerId: string) => {
    const { mergeCustomer } = await shop.client.data<MergeAnswer>(MERGE, { input: { fromSessionId, intoCustomerId } });
    expect(mergeCustomer.errors).toEqual([]);
  };
  const operator = async (name: string) => shop.client.as({ apiKey: await keyOf('OPERATOR', name) });
  const start = async (by: GraphqlClient, input: object = {}) =>
    (await by.data<Answer<'startConversation'>>(START_CONVERSATION, { input })).startConversation.conversation!.id;
  const say = async (by: GraphqlClient, conversationId: string, text: string, more: object = {}) =>
    (
      await by.data<Answer<'askSupport'>>(ASK_SUPPORT, {
        input: { conversationId, messageId: randomUUID(), text, ...more },
      })
    ).askSupport;
  const ask = async (by: GraphqlClient, text: string) => say(by, await start(by), text);
  const read = async (by: GraphqlClient, id: string) =>
    (await by.data<{ conversation: ShownConversation }>(CONVERSATION_QUERY, { id })).conversation;
  const codeOf = (reading: Promise<unknown>) =>
    reading.then(
      () => 'no error',
      (error: Error) => /"code":"(\w+)"/.exec(error.message)?.[1] ?? error.message,
    );
  const order = async (id: string, owner: object, hours = 0) => {
    const orders = [{ id, placedAt: at(hours), ...owner, lines: [line('a', 2)] }];
    const { recordOrders } = await shop.client.data<Recorded>(ORDERS, { orders });
    expect(recordOrders.errors).toEqual([]);
  };
  const move = async (orderId: string, status: string, hours: number) => {
    const input = { orderId, status, occurredAt: at(hours) };
    const { updateOrderStatus } = await shop.client.data<{ updateOrderStatus: { errors: object[] } }>(MOVE, { input });
    expect(updateOrderStatus.errors).toEqual([]);
  };
  const parcel = async (
    id: string,
    orderId: string,
    scans: readonly (readonly [string, number, string?])[],
    kind = 'OUTBOUND',
  ) => {
    const { recordShipments } = await shop.client.data<{ recordShipments: RecordedItems }>(RECORD_SHIPMENTS, {
      shipments: [{ id, orderId, kind, carrier: 'dhl', trackingNumber: `JD${id}0042` }],
    });
    const { recordScans } = await shop.client.data<{ recordScans: RecordedItems }>(RECORD_SCANS, {
      scans: scans.map(([type, hours, place]) => ({ shipmentId: id, type, occurredAt: at(hours), place })),
    });
    expect([recordShipments, recordScans].flatMap(({ userErrors }) => userErrors)).toEqual([]);
    for (const { receipt } of [recordShipments, recordScans]) await shop.client.data(SHIPMENTS, { first: 1, receipt });
  };

  it('answers where an order is from its fields, to its owner only', async () => {
    await order('WEB-1001', { customerId: 'mia' });
    await parcel('p1', 'WEB-1001', [
      ['PICKED_UP', 2],
      ['HUB_IN', 5, 'Leipzig'],
    ]);
    const mia = await customer('mia');
    const { answer, message, userErrors } = await ask(mia, 'hi, where is my order?');
    expect(userErrors).toEqual([]);
    expect(message).toMatchObject({ author: 'CUSTOMER', awaitsAnswer: false });
    expect(answer).toMatchObject({ author: 'AUTOMATIC', outcome: 'ANSWERED', answerTo: message!.id });
    const value = (kind: string, field: string) =>
      answer!.sources.find((source) => source.kind === kind && source.field === field);
    expect(value('ORDER', 'id')).toMatchObject({ value: 'WEB-1001', objectId: 'WEB-1001' });
    expect(value('ORDER', 'status')).toMatchObject({ value: 'PLACED', text: 'received' });
    expect(value('SHIPMENT', 'status')).toMatchObject({ value: 'HUB_IN', text: 'arrived at a hub', objectId: 'p1' });
    expect(value('SHIPMENT', 'place')).toMatchObject({ value: 'Leipzig', text: 'Leipzig' });
    expect(Date.parse(value('SHIPMENT', 'statusAt')!.value)).toBe(Date.parse(at(5)));
    for (const { text } of answer!.sources) expect(answer!.text).toContain(text);
    expect(answer!.cards).toEqual([
      { __typename: 'Order', id: 'WEB-1001' },
      { __typename: 'Shipment', id: 'p1' },
    ]);

    const conversationId = answer!.id.split(':')[0];
    const { conversation } = await shop.client.data<{ conversation: ShownConversation }>(OPERATOR_QUERY, {
      id: conversationId,
    });
    expect(conversation.summary).toMatchObject({
      intents: [{ intent: 'order-status', messageCount: 1 }],
      ...{ unansweredCount: 0, waitingSince: null },
    });
    const { subjects } = conversation.summary!;
    expect(subjects).toHaveLength(2);
    expect(subjects).toEqual(
      expect.arrayContaining([
        { kind: 'ORDER', objectId: 'WEB-1001' },
        { kind: 'SHIPMENT', objectId: 'p1' },
      ]),
    );

    const zoe = await customer('zoe');
    const foreign = await ask(zoe, 'where is my order WEB-1001?');
    expect(foreign.answer!.text).toContain('can’t find the order WEB-1001');
    expect(foreign.answer!.sources).toEqual([
      { kind: 'CUSTOMER_TEXT', objectId: 'WEB-1001', field: 'number', value: 'WEB-1001', text: 'WEB-1001' },
    ]);
    expect(foreign.answer!.cards).toEqual([]);
    const anonymous = await ask(await session(), 'where is my order WEB-1001?');
    expect(anonymous.answer).toMatchObject({ outcome: 'SIGN_IN_NEEDED', cards: [], sources: [] });
    await order('WEB-0999', { customerId: 'ned' });
    const other = await ask(await guest('WEB-0999'), 'where is order WEB-1001');
    expect(other.answer!.text).not.toContain('Leipzig');
    const forwarded = await ask(await guest('WEB-1001'), 'when does my parcel arrive?');
    expect(forwarded.answer!.text).toContain('Leipzig');
    expect(forwarded.answer!.cards).toContainEqual({ __typename: 'Order', id: 'WEB-1001' });
  });

  it('answers for both orders that share a tracking number, and for none whose parcel is voided', async () => {
    await order('SH-1', { customerId: 'ari' });
    await order('SH-2', { customerId: 'ari' }, 1);
    const shipments = ['SH-1', 'SH-2'].map((orderId) => ({
      ...{ id: `of-${orderId}`, orderId, carrier: 'dhl', trackingNumber: 'JD77460001' },
    }));
    const data = await shop.client.data<{ recordShipments: RecordedItems }>(RECORD_SHIPMENTS, { shipments });
    await shop.client.data(SHIPMENTS, { first: 1, receipt: data.recordShipments.receipt });
    const ari = await customer('ari');
    const cards = async () =>
      (await ask(ari, 'where is my parcel JD77460001?')).answer!.cards.map(({ id }) => id).sort();
    expect(await cards()).toEqual(['SH-1', 'SH-2', 'of-SH-1', 'of-SH-2']);
    await shop.client.data(VOID_SHIPMENT, { id: 'of-SH-1', reason: 'Another order' });
    expect(await cards()).toEqual(['SH-2', 'of-SH-2']);
  });

  it('stores no numbers of cards, IBANs and security codes', async () => {
    const card = '4111 1111 1111 1111';
    await order('5500000000000004', { customerId: 'pia' });
    const pia = await customer('pia');
    const id = await start(pia);
    const text = `my card ${card} CVC 123 was declined for 5500000000000004`;
    const masked = 'my card •••• •••• •••• •••• CVC ••• was declined for 5500000000000004';
    const input = { conversationId: id, messageId: 'card', text };
    for (const sent of [text, masked, text.replace(card, '5555 5555 5555 4444')]) {
      const { askSupport } = await pia.data<Answer<'askSupport'>>(ASK_SUPPORT, { input: { ...input, text: sent } });
      expect(askSupport).toMatchObject({ userErrors: [], message: { text: masked } });
    }
    const reply = { conversationId: id, messageId: 'iban', text: 'Is it DE89 3704 0044 0532 0130 00?' };
    const { replyToConversation } = await shop.client.data<Answer<'replyToConversation'>>(REPLY, { input: reply });
    expect(replyToConversation).toMatchObject({ message: { text: 'Is it •••• •••• •••• •••• •••• ••?' } });
    await pia.data('query($query: String!) { search(input: { query: $query }) { totalCount } }', {
      query: `pay ${card}`,
    });
    const [logged] = await until(
      async () => (await shop.pool.query<{ query: string }>("SELECT query FROM events WHERE query LIKE 'pay%'")).rows,
      (rows) => rows.length > 0,
    );
    expect(logged.query).toBe('pay •••• •••• •••• ••••');
    // The number of an own order is no card, and another visitor's is one.
    const search = 'query($query: String!) { search(input: { query: $query }) { totalCount } }';
    await pia.data(search, { query: 'order 5500 0000 0000 0004' });
    await (await session()).data(search, { query: 'order 5500 0000 0000 0004' });
    const queries = await until(
      async () =>
        (await shop.pool.query<{ query: string }>("SELECT query FROM events WHERE query LIKE 'order %'")).rows.map(
          ({ query }) => query,
        ),
      (rows) => rows.length === 2,
    );
    expect(queries.sort()).toEqual(['order 5500 0000 0000 0004', 'order •••• •••• •••• ••••']);
    const upsert = `mutation { upsertIntentExamples(input: { examples: [{ text: "is ${card} safe", intent: "payment-problem" }] }) { accepted } }`;
    expect(await shop.client.data(upsert)).toEqual({ upsertIntentExamples: { accepted: 1 } });
    const { rows } = await shop.pool.query('SELECT text FROM intent_examples');
    expect(rows).toEqual([{ text: 'is •••• •••• •••• •••• safe' }]);
    const remove = `mutation { deleteIntentExamples(input: { texts: ["is ${card} safe"] }) { accepted } }`;
    expect(await shop.client.data(remove)).toEqual({ deleteIntentExamples: { accepted: 1 } });
  });

  it('finds an order by its day or its amount', async () => {
    await order('DAY-1', { customerId: 'dora' });
    const orders = [{ id: 'DAY-2', placedAt: at(30), customerId: 'dora', lines: [line('a', 7)] }];
    expect((await shop.client.data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
    const dora = await customer('dora');
    const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'Europe/Berlin' });
    const answered = async (text: string) => (await ask(dora, text)).answer!.cards.map(({ id }) => id);
    expect(await answered(`where is my order of ${day.format(new Date(at(0)))}?`)).toEqual(['DAY-1']);
    expect(await answered('where is my order for 17.50 EUR?')).toEqual(['DAY-2']);
    expect(await answered('where is my order for 99 EUR?')).toEqual([]);
    const conversation = await start(dora);
    await say(dora, conversation, 'my order #77 for 5 €: I am dora@mail.example');
    const { messages } = (
      await shop.client.data<{ conversation: { messages: { entities: object[] }[] } }>(
        'query($id: ID!) { conversation(id: $id) { messages { entities { kind text } } } }',
        { id: conversation },
      )
    ).conversation;
    expect(messages[0].entities).toEqual([
      { kind: 'NUMBER', text: '77' },
      { kind: 'AMOUNT', text: '5 €' },
      { kind: 'EMAIL', text: 'dora@mail.example' },
    ]);
  });

  it('finds an order by its number or that of its parcel, and asks which one if there are several', async () => {
    const ben = await customer('ben');
    await order('WEB-2001', { customerId: 'ben' }, 0);
    await order('WEB-2002', { customerId: 'ben' }, 1);
    await parcel('p2', 'WEB-2001', [['OUT_FOR_DELIVERY', 9]]);
    const id = await start(ben);
    const asked = (await say(ben, id, 'what is the status of my order')).answer!;
    expect(asked.outcome).toBe('ASKED_BACK');
    expect(asked.choices.map(({ text }) => text)).toEqual([
      expect.stringMatching(/: a – €5.00 \(WEB-2002\)$/),
      expect.stringMatching(/: a – €5.00 \(WEB-2001\)$/),
    ]);
    const chosen = await say(ben, id, asked.choices[1].text, { choiceId: asked.choices[1].id });
    expect(chosen.answer!.text).toContain('out for delivery');
    expect((await say(ben, id, 'web-2002')).answer!.text).toContain('WEB-2002');
    expect((await say(ben, id, 'where is parcel JDp20042')).answer!.text).toContain('WEB-2001');
    const wrong = await say(ben, id, 'x', { choiceId: `${id}:2:7` });
    expect(wrong.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'choiceId'] }]);
    // A choice of another conversation is none of this one.
    const other = await say(ben, await start(ben), 'x', { choiceId: asked.choices[1].id });
    expect(other.userErrors).toMatchObject([{ code: 'BAD_USER_INPUT', field: ['input', 'choiceId'] }]);
  });

  it('finds each own order and parcel by its number as it is written, and answers all that a question names', async () => {
    const una = await customer('una');
    const ids = ['2026/1001', '1001.2', 'UN-1', 'UN-2', 'UN-3', 'UN-4', 'UN-5', 'UN-6'];
    for (const [n, id] of ids.entries()) await order(id, { customerId: 'una' }, n);
    await order('2026/1009', { customerId: 'another' });
    for (const n of [1, 2, 3, 4, 5, 6]) await parcel(`u${n}`, '2026/1001', [['PICKED_UP', 9]]);
    await parcel('ur', 'UN-1', [['PICKED_UP', 9]], 'RETURN');
    const cards = async (text: string) => (await ask(una, text)).answer!.cards.map(({ id }) => id);
    for (const [text, id] of [
      ['where is #2026/1001', '2026/1001'],
      ['where is №２０２６／１００１', '2026/1001'],
      ['٢٠٢٦-١٠٠١', '2026/1001'],
      ['status of order 1001.2', '1001.2'],
      ['un–1', 'UN-1'],
      ['where is parcel jdu1 0042', '2026/1001'],
      ['我的订单UN2到哪里了', 'UN-2'],
    ])
      expect([text, (await cards(text))[0]]).toEqual([text, id]);
    // The parcel is not one of the newest five of its order, and the order is not one of the newest five.
    expect(await cards('where is JD u1 00 42')).toContain('u1');
    const returned = (await ask(una, 'where is parcel JDur0042')).answer!;
    expect(returned.text).toContain('About your return:\nParcel JDur0042');
    const both = (await ask(una, 'where are my orders UN-1 and UN-6?')).answer!;
    expect(both).toMatchObject({ outcome: 'ANSWERED', cards: [{ id: 'UN-1' }, { id: 'UN-6' }] });
    for (const { text } of both.sources) expect(both.text).toContain(text);
    const foreign = (await ask(una, 'where are #UN-3 and #2026/1009?')).answer!;
    expect(foreign.cards).toEqual([{ __typename: 'Order', id: 'UN-3' }]);
    expect(foreign.text).toContain('can’t find the order 2026/1009');
    const unknown = (await ask(una, 'where is parcel JD99 4600 0007?')).answer!;
    expect(unknown.text).toContain('can’t find the order JD99 4600 0007');
  });

  it('stores a message once, however often it is sent, and answers it once', async () => {
    const by = await session();
    const id = await start(by);
    const input = { conversationId: id, messageId: 'm1', text: 'hello there' };
    const send = async (changed: object = {}) =>
      (await by.data<Answer<'askSupport'>>(ASK_SUPPORT, { input: { ...input, ...changed } })).askSupport;
    const answers = await Promise.all([send(), send(), send()]);
    expect(new Set(answers.map(({ message }) => message!.id)).size).toBe(1);
    const repeated = await send();
    expect(repeated.answer).toMatchObject({ author: 'AUTOMATIC', answerTo: repeated.message!.id });
    expect((await read(by, id)).messages.map(({ author }) => author)).toEqual(['CUSTOMER', 'AUTOMATIC']);
    expect((await send({ text: 'something else' })).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    for (const text of ['', ' \u200b ', 'x'.repeat(2001)])
      expect((await send({ messageId: 'm2', text })).userErrors).toMatchObject([
        { code: 'BAD_USER_INPUT', field: ['input', 'text'] },
      ]);
  });

  it('opens only for its customer once a signed-in customer has written in it', async () => {
    const visitor = await session();
    const id = await start(visitor);
    await say(visitor, id, 'hello');
    const lea = await customer('lea', visitor.sessionId);
    await merge(visitor.sessionId, 'lea');
    await say(lea, id, 'where is my order?');
    expect((await read(lea, id)).messageCount).toBe(4);
    // The same device after the sign-out.
    expect(await codeOf(read(visitor, id))).toBe('NOT_FOUND');
    expect(await codeOf(say(visitor, id, 'hello'))).toBe('NOT_FOUND');
    for (const by of [await session(), await customer('tom', visitor.sessionId), await guest('WEB-1001')])
      for (const attempt of [
        read(by, id),
        say(by, id, 'hello'),
        by.data(HAND_OFF, { id }),
        by.data(RATE, { id: `${id}:2`, helpful: true }),
      ])
        expect(await codeOf(attempt)).toBe('NOT_FOUND');
    expect(await codeOf(start(shop.client.as({ apiKey: storefrontKey })))).toBe('UNAUTHENTICATED');
    expect(await codeOf(start(visitor, { customerId: 'lea' }))).toBe('FORBIDDEN');

    const { revision } = await read(shop.client, id);
    const merged = await shop.client.data<MergeAnswer>(MERGE, {
      input: { fromCustomerId: 'lea', intoCustomerId: 'lea-2' },
    });
    expect(merged.mergeCustomer.errors).toEqual([]);
    await until(
      () => codeOf(read(lea, id)),
      (code) => code === 'NOT_FOUND',
    );
    const moved = await read(await customer('lea-2'), id);
    expect(moved.messageCount).toBe(4);
    expect(Number(moved.revision)).toBeGreaterThan(Number(revision));
  });

  it('are pushed whole, then with the messages that are new or have changed, to two windows of a visit', async () => {
    const pia = await customer('pia');
    const id = await start(pia);
    await say(pia, id, 'where is my order?');
    type Update = { data: { conversationUpdated: ShownConversation } };
    const follow = () => pia.subscribe<{ conversationUpdated: ShownConversation }>(CONVERSATION_UPDATED, { id });
    const [states, others] = [follow(), follow()];
    const nextOf = async (updates: typeof states) => ((await updates.next()).value as Update).data.conversationUpdated;
    expect((await nextOf(states)).messages).toHaveLength(2);
    expect((await nextOf(others)).messages).toHaveLength(2);
    const third = (await follow().next()).value as { errors: readonly { extensions: object }[] };
    expect(third.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    await others.return?.();

    await say(pia, id, 'hello');
    const told: string[] = [];
    let messageCount = 2;
    while (messageCount < 4 || told.length < 2) {
      const update = await nextOf(states);
      ({ messageCount } = update);
      told.push(...update.messages.map(({ text }) => text));
    }
    expect(told).toContain('hello');
    expect(told).not.toContain('where is my order?');
    const again = follow();
    expect((await nextOf(again)).messages).toHaveLength(4);
    await Promise.all([states.return?.(), again.return?.()]);
  });

  it('of a session opens only to the first customer into whom the shop has merged it', async () => {
    const visitor = await session();
    const { sessionId } = visitor;
    const before = await start(visitor);
    await say(visitor, before, 'hello');
    const uma = await customer('uma', sessionId);
    // The token alone names the session, but the shop has not said that it was this customer's.
    expect(await codeOf(read(uma, before))).toBe('NOT_FOUND');
    expect(await codeOf(say(uma, before, 'hello'))).toBe('NOT_FOUND');
    await merge(sessionId, 'uma');
    expect((await read(uma, before)).messageCount).toBe(2);
    expect(await codeOf(read(visitor, before))).toBe('NOT_FOUND');

    // The device is used without a sign-in, and then by another customer, in a session that the page still has.
    const after = await start(visitor);
    await say(visitor, after, 'hello');
    const vic = await customer('vic', sessionId);
    await merge(sessionId, 'vic');
    for (const id of [before, after])
      for (const attempt of [read(vic, id), say(vic, id, 'hello'), vic.data(HAND_OFF, { id })])
        expect(await codeOf(attempt)).toBe('NOT_FOUND');
    expect((await read(visitor, after)).messageCount).toBe(2);
    await merge(sessionId, 'uma');
    expect((await read(await customer('uma'), after)).messageCount).toBe(2);
  });

  it('of a guest belongs to the link, and another link to the order begins another one', async () => {
    await order('GUEST-1', { sessionId: 'guest-visit' });
    const [first, second] = [await guest('GUEST-1'), await guest('GUEST-1')];
    const id = await start(first);
    await say(first, id, 'where is my order?');
    for (const attempt of [
      read(second, id),
      say(second, id, 'hello'),
      second.data(HAND_OFF, { id }),
      second.data(RATE, { id: `${id}:2`, helpful: true }),
    ])
      expect(await codeOf(attempt)).toBe('NOT_FOUND');
    const updates = second.subscribe<object>(CONVERSATION_UPDATED, { id });
    expect(JSON.stringify(await updates.next().catch((error: unknown) => error))).toContain('NOT_FOUND');
    await second.close();
    const other = await start(second);
    const { answer } = await say(second, other, 'where is my order?');
    expect(answer!.cards).toContainEqual({ __typename: 'Order', id: 'GUEST-1' });
    expect((await read(first, id)).messageCount).toBe(2);
    expect(await codeOf(read(first, other))).toBe('NOT_FOUND');
  });

  it('is not slowed down by strangers who know its id', async () => {
    const owner = await session();
    const id = await start(owner);
    const answered = await say(owner, id, 'hello');
    const stranger = await session();
    for (let n = 0; n < 12; n++)
      for (const attempt of [
        say(stranger, id, 'hello'),
        stranger.data(RATE, { id: answered.answer!.id, helpful: false }),
        stranger.data(REQUEST_ACTION, { conversationId: id, actionId: randomUUID() }),
      ])
        expect(await codeOf(attempt)).toBe('NOT_FOUND');
    for (let n = 0; n < 5; n++) expect((await say(owner, id, 'hello')).userErrors).toEqual([]);
  });

  it('passes on to one person at a time, and answers nothing from then on', async () => {
    const kim = await customer('kim');
    const id = await start(kim);
    const states = kim.subscribe<{ conversationUpdated: ShownConversation }>(CONVERSATION_UPDATED, { id });
    const nextUpdate = async () => {
      const { value } = await states.next();
      return (value as { data: { conversationUpdated: ShownConversation } }).data.conversationUpdated;
    };
    expect(await nextUpdate()).toMatchObject({ status: 'AUTOMATIC', messages: [] });
    const asked = await say(kim, id, 'I want to talk to a real person please');
    expect(asked.answer).toMatchObject({ outcome: 'HANDED_OFF' });
    expect(asked.conversation).toMatchObject({ status: 'WAITING', messageCount: 2 });
    expect((await say(kim, id, 'where is my order?')).answer).toBeNull();
    const again = await kim.data<Answer<'handOffConversation'>>(HAND_OFF, { id });
    expect(again.handOffConversation.conversation).toMatchObject({ status: 'WAITING', messageCount: 3 });

    const [ann, bob] = [await operator('Ann'), await operator('Bob')];
    const list = await ann.data<{ conversations: { nodes: ShownConversation[] } }>(CONVERSATIONS, {
      status: ['WAITING'],
    });
    expect(list.conversations.nodes.map((node) => node.id)).toContain(id);
    const seen = (await ann.data<{ conversation: ShownConversation }>(OPERATOR_QUERY, { id })).conversation;
    expect(seen).toMatchObject({ customerId: 'kim', messages: [{ intent: 'speak-to-person' }, {}, { intent: null }] });
    expect(seen.summary).toEqual({
      intents: [{ intent: 'speak-to-person', messageCount: 1 }],
      subjects: [],
      lastCustomerMessage: { id: `${id}:3`, text: 'where is my order?' },
      unansweredCount: 2,
      waitingSince: seen.messages[1].sentAt,
    });
    const reply = async (by: GraphqlClient, text: string) =>
      (
        await by.data<Answer<'replyToConversation'>>(REPLY, {
          input: { conversationId: id, messageId: randomUUID(), text },
        })
      ).replyToConversation;
    expect(await reply(ann, 'Hello Kim, Ann here.')).toMatchObject({
      message: { author: 'OPERATOR', operatorName: 'Ann' },
      conversation: { status: 'WITH_OPERATOR', operatorName: 'Ann' },
    });
    expect((await reply(bob, 'Me too.')).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    const take = async (force: boolean) =>
      (await bob.data<Answer<'takeOverConversation'>>(TAKE_OVER, { id, force })).takeOverConversation;
    expect((await take(false)).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await take(true)).conversation).toMatchObject({ operatorName: 'Bob' });
    expect((await reply(bob, 'Bob here.')).userErrors).toEqual([]);
    const closed = await bob.data<Answer<'closeConversation'>>(CLOSE, { id });
    expect(closed.closeConversation.conversation).toMatchObject({ status: 'CLOSED' });
    expect((await say(kim, id, 'wait')).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await reply(bob, 'Too late.')).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    for (let update = await nextUpdate(); update.status !== 'CLOSED'; update = await nextUpdate());
    await kim.close();

    const { rows } = await shop.pool.query<{ name: string; properties: object; text: string }>(
      `SELECT name, properties, e::text AS text FROM events e WHERE source = 'SUPPORT' AND customer_id = 'kim' ORDER BY occurred_at, name`,
    );
    expect(rows.map(({ name, properties }) => [name, properties])).toEqual([
      [
        'support_answered',
        { intent: 'speak-to-person', outcome: 'HANDED_OFF', language: 'en', answerMs: expect.any(Number) as number },
      ],
      ['support_handed_off', { by: 'automatic', from: 'AUTOMATIC', intent: 'speak-to-person', language: 'en' }],
      ['support_closed', { by: 'operator' }],
    ]);
    for (const { text } of rows) expect(text).not.toContain('real person');
  });

  it('lets keys of operators do nothing but answer conversations', async () => {
    const ann = await operator('Ann');
    for (const query of [
      '{ products(first: 1) { nodes { id } } }',
      'mutation { startSession { token } }',
      '{ orders(first: 1) { nodes { id } } }',
      '{ apiKeys(first: 1) { nodes { id } } }',
      '{ articles { nodes { id } } }',
      'mutation { startConversation(input: { sessionId: "s" }) { receipt } }',
    ])
      expect(await codeOf(ann.data(query, {}))).toBe('FORBIDDEN');
    const by = await session();
    const id = await start(by);
    for (const [query, variables] of [
      [CONVERSATIONS, {}],
      [REPLY, { input: { conversationId: id, messageId: 'r', text: 'hello' } }],
      [TAKE_OVER, { id, force: true }],
      [CLOSE, { id }],
      [OPERATOR_QUERY, { id }],
    ] as const)
      expect(await codeOf(by.data(query, variables))).toBe('FORBIDDEN');
  });

  it('shows operators of an order what an answer needs, and not whose it is or how it was paid', async () => {
    const secrets = ['secret-owner', 'secret-payment', 'secret-method', 'secret-list', 'secret-town', 'ZQX'];
    const [owner, payment, method, placement, destination] = secrets;
    const orders = [
      { id: 'OP-1', placedAt: at(-9), customerId: owner, placement, lines: [{ ...line('a', 2), placement }] },
    ];
    expect((await shop.client.data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
    await shop.client.data(PAY, {
      payments: ['CHARGE', 'REFUND'].map((kind, n) => ({
        ...{ id: `${payment}.${n}`, orderId: 'OP-1', kind, amount: euro('2.50'), method, occurredAt: at(n - 8) },
      })),
    });
    const { recordShipments } = await shop.client.data<{ recordShipments: RecordedItems }>(RECORD_SHIPMENTS, {
      shipments: [
        {
          ...{ id: 'op-parcel', orderId: 'OP-1', carrier: 'dhl', trackingNumber: 'JD00OP', kind: 'RETURN' },
          destination: { name: destination, country: 'DE', postcode: 'ZQX11' },
        },
      ],
    });
    await shop.client.data(SHIPMENTS, { first: 1, receipt: recordShipments.receipt });
    const by = await customer(owner);
    const id = await start(by);
    expect((await say(by, id, 'where is my refund for OP-1?')).answer!.text).toContain('€2.50 was refunded on');
    await by.data(HAND_OFF, { id });

    const parcel = 'trackingNumber parcelStatus: status destination { name country postcodePrefix }';
    // Several operations, because all of it is too costly for one.
    const selections = [
      'sources { kind objectId field value text }',
      'cards { ... on Order { status paymentState customerId sessionId source placement requestId refunded { amount } } }',
      'cards { ... on Order { lines { productId quantity placement requestId } } }',
      'cards { ... on Order { payments { id method } } }',
      `cards { ... on Order { shipments { ${parcel} } } ... on Shipment { ${parcel} } }`,
      'cards { ... on Order { shipments { order { customerId } } } ... on Shipment { order { customerId } } }',
      'cards { ... on Order { shipments { order { payments { id } } } } }',
      'cards { ... on Shipment { order { payments { id method } } } }',
    ].map((selection) => `messages { text ${selection} }`);
    const ann = await operator('Ann');
    const all = async (reader: GraphqlClient) => {
      let text = '';
      for (const messages of selections)
        text += JSON.stringify(await reader.data(`query($id: ID!) { conversation(id: $id) { ${messages} } }`, { id }));
      return text;
    };
    let seen = await all(ann);
    // The other doors lead to the same.
    for (const messages of selections) {
      const taken = `mutation($id: ID!) { takeOverConversation(input: { conversationId: $id }) { conversation { ${messages} } } }`;
      seen += JSON.stringify(await ann.data(taken, { id }));
      const live = `subscription($id: ID!) { conversationUpdated(id: $id) { ${messages} } }`;
      seen += JSON.stringify((await ann.subscribe<object>(live, { id }).next()).value);
    }
    await ann.close();
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
    // What an answer needs is there.
    const needed = ['"paymentState":"REFUNDED"', '"productId":"a"', '"JD00OP"', '"PENDING"', 'payments.amount'];
    expect(needed.filter((text) => !seen.includes(text))).toEqual([]);
    // An operator who has a customer's token is still an operator.
    const token = await shop.client.data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId: owner } });
    const both = shop.client.as({
      apiKey: await keyOf('OPERATOR', 'Bob'),
      authorization: `Bearer ${token.issueCustomerToken.token}`,
    });
    const seenByBoth = await all(both);
    expect(secrets.filter((secret) => seenByBoth.includes(secret))).toEqual([]);
    // The owner and the back end see it all.
    for (const reader of [by, shop.client]) {
      const seenByReader = await all(reader);
      expect(secrets.filter((secret) => !seenByReader.includes(secret))).toEqual([]);
    }
    for (const door of [
      '{ order(id: "OP-1") { id } }',
      '{ shipment(id: "op-parcel") { id } }',
      '{ shipments(first: 1) { nodes { id } } }',
      '{ orderRequests(first: 1) { nodes { id } } }',
    ])
      expect(await codeOf((await operator('Cid')).data(door, {}))).toBe('FORBIDDEN');
  });

  it('lists those that wait, the longest wait first, page by page', async () => {
    const by = await session();
    const ids = [await start(by), await start(by), await start(by)];
    for (const id of ids) await by.data(HAND_OFF, { id });
    // A message changes the conversation, but not since when it waits.
    await say(by, ids[0], 'still there?');
    const ann = await operator('Ann');
    const page = async (variables: object) =>
      (
        await ann.data<{
          conversations: {
            nodes: ShownConversation[];
            pageInfo: { hasNextPage: boolean; endCursor: string | null };
          };
        }>(CONVERSATIONS, { sort: 'WAITING_LONGEST', ...variables })
      ).conversations;
    const listed: string[] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage;) {
      const { nodes, pageInfo } = await page({ first: 2, after });
      expect(nodes.every(({ status }) => status === 'WAITING')).toBe(true);
      listed.push(...nodes.map(({ id }) => id));
      ({ endCursor: after, hasNextPage } = pageInfo);
    }
    expect(listed.filter((id) => ids.includes(id))).toEqual(ids);
    expect(new Set(listed).size).toBe(listed.length);
    expect((await page({ status: ['WAITING'], first: 100 })).nodes.map(({ id }) => id)).toEqual(listed);
    const changed = await page({ status: ['WAITING'], sort: 'UPDATED_DESC', first: 1 });
    expect(changed.nodes[0].id).toBe(ids[0]);
    for (const wrong of [{ status: ['CLOSED'] }, { status: [] }, { after: changed.pageInfo.endCursor }])
      expect(await codeOf(page(wrong))).toBe('BAD_USER_INPUT');
    expect((await page({ sort: null, first: 1, status: ['WAITING'] })).nodes[0].id).toBe(ids[0]);
  });

  it('quotes the article for an intent, and one with the words of the question', async () => {
    const { upsertArticles } = await shop.client.data<{
      upsertArticles: { accepted: number; receipt: string; userErrors: { code: string; field: string[] }[] };
    }>(UPSERT_ARTICLES, {
      articles: [
        {
          id: 'returns',
          title: 'Returns',
          body: '# Deadline\n\nYou can return everything within 40 days.\n\n# How\n\nPrint the label in your account, and bring the parcel to a post office.',
          url: 'https://shop.example/returns',
          intents: ['return-item'],
        },
        { id: 'workshop', title: 'Our bicycle workshop', body: 'The workshop repairs bicycles on Tuesdays.' },
        { id: 'wrong', title: 'x', body: ' ' },
        { id: 'wrong', title: 'x', body: 'y', intents: ['No Intent'] },
        { id: 'wrong', title: 'x', body: 'y', url: 'javascript:alert(1)' },
      ],
    });
    expect(upsertArticles).toMatchObject({
      accepted: 2,
      userErrors: [
        { code: 'BAD_USER_INPUT', field: ['input', 'articles', '2', 'body'] },
        { code: 'BAD_USER_INPUT', field: ['input', 'articles', '3', 'intents', '0'] },
        { code: 'BAD_USER_INPUT', field: ['input', 'articles', '4', 'url'] },
      ],
    });
    await shop.client.data(ARTICLES, { receipt: upsertArticles.receipt });
    const by = await session();
    const returns = (await ask(by, 'how can I send something back?')).answer!;
    expect(returns).toMatchObject({
      outcome: 'ANSWERED',
      quotes: [{ articleId: 'returns', title: 'Returns', url: 'https://shop.example/returns' }],
    });
    expect((await ask(by, 'until when can I return it, what is the deadline?')).answer!.text).toBe(
      'You can return everything within 40 days.',
    );
    const workshop = (await ask(by, 'bicycle workshop on tuesdays')).answer!;
    expect(workshop.quotes).toMatchObject([{ articleId: 'workshop' }]);
    await shop.client.data(DELETE_ARTICLES, { ids: ['workshop'] });
    await until(
      async () => (await ask(by, 'bicycle workshop on tuesdays')).answer!.quotes.length,
      (quotes) => quotes === 0,
    );
  });

  it('answers searches that are questions to the shop with articles, and leaves searches for products alone', async () => {
    const articles = [
      { id: 'opening', title: 'Opening hours', body: 'We are open from 9 to 18. A lamp shows it.', url: null },
      { id: 'shipping', title: 'Shipping', body: 'Parcels leave within a day.', url: 'https://shop.example/shipping' },
      { id: 'versand', language: 'de', title: 'Versand', body: 'Pakete gehen am selben Tag ab.' },
    ];
    const { upsertArticles } = await shop.client.data<{ upsertArticles: { receipt: string; userErrors: object[] } }>(
      UPSERT_ARTICLES,
      { articles },
    );
    expect(upsertArticles.userErrors).toEqual([]);
    const products = [
      { id: 'lamp', title: 'Reading lamp', description: 'With free shipping.', categories: ['Lighting'] },
      { id: 'shade', title: 'Shade for a lamp', categories: ['Lighting'] },
    ];
    const { upsertProducts } = await shop.client.data<UpsertAnswer>(UPSERT, { products });
    const by = await session();
    interface Searched {
      readonly search: { totalCount: number; articles: { title: string; url: string | null; passage: string }[] };
    }
    const document = `query($input: SearchInput!, $first: Int) {
      search(input: $input) { totalCount articles(first: $first) { title url passage } } }`;
    const search = async (query: string, more: object = {}, first?: number) =>
      (await by.data<Searched>(document, { input: { query, ...more }, first })).search;
    const titles = async (query: string, more: object = {}) =>
      (await search(query, more)).articles.map(({ title }) => title);
    await search('', { awaitReceipt: upsertArticles.receipt });
    await search('', { awaitReceipt: upsertProducts.receipt });
    expect(await search('return policy')).toEqual({
      totalCount: 0,
      articles: [{ title: 'Returns', url: 'https://shop.example/returns', passage: expect.any(String) }],
    });
    expect(await search('shipping')).toEqual({
      totalCount: 1,
      articles: [{ title: 'Shipping', url: 'https://shop.example/shipping', passage: 'Parcels leave within a day.' }],
    });
    expect(await titles('opening hours')).toEqual(['Opening hours']);
    expect(await titles('when are you open')).toEqual(['Opening hours']);
    expect(await titles('Versandkosten', { language: 'de' })).toEqual(['Versand']);
    expect(await titles('Versand')).toEqual(['Versand']);
    expect(await titles('Versand', { language: 'en' })).toEqual([]);
    expect(await titles('can I return a lamp?')).toContain('Returns');
    for (const query of ['lamp', 'reading lamp', 'lamp under 50', 'lam', '', 'zeppelin'])
      expect([query, await titles(query)]).toEqual([query, []]);
    expect(await titles('reading lam', { typing: true })).toEqual([]);
    expect((await search('opening hours shipping returns', {}, 0)).articles).toEqual([]);
    const refused = await by.send<Searched>(document, { input: { query: 'shipping' }, first: 11 });
    expect(refused).toMatchObject({
      data: { search: { totalCount: 1, articles: null } },
      errors: [{ path: ['search', 'articles'], extensions: { code: 'BAD_USER_INPUT' } }],
    });
    const { deleteArticles } = await shop.client.data<{ deleteArticles: { receipt: string } }>(DELETE_ARTICLES, {
      ids: articles.map(({ id }) => id),
    });
    expect(await titles('opening hours', { awaitReceipt: deleteArticles.receipt })).toEqual([]);
    await shop.client.data('mutation($ids: [ID!]!) { deleteProducts(input: { ids: $ids }) { receipt } }', {
      ids: products.map(({ id }) => id),
    });
  });

  it('says until when an order can be returned, counted from its delivery, and quotes the article', async () => {
    const ruth = await customer('ruth');
    await order('RET-3001', { customerId: 'ruth' }, -24 * 5);
    await move('RET-3001', 'DELIVERED', -24 * 3);
    const { answer } = await ask(ruth, 'can i return my order?');
    expect(answer).toMatchObject({ outcome: 'ANSWERED', quotes: [{ articleId: 'returns' }] });
    const stated = answer!.sources.find(({ field }) => field === 'returnableUntil')!;
    const { order: shown } = await ruth.data<{ order: { returnableUntil: string } }>(
      'query { order(id: "RET-3001") { returnableUntil } }',
    );
    expect(stated).toMatchObject({ kind: 'ORDER', objectId: 'RET-3001', value: shown.returnableUntil });
    const dayOf = (time: string) => new Date(time).toLocaleDateString('en-CA', { timeZone: 'Europe/Berlin' });
    const days = (Date.parse(dayOf(stated.value)) - Date.parse(dayOf(at(-24 * 3)))) / 86_400_000;
    expect(days).toBe(30);
    expect(answer!.text).toContain(`The last day to return it is ${stated.text}.`);
    expect(answer!.choices).toEqual([]);

    await order('RET-3002', { customerId: 'ruth' }, -24 * 60);
    await move('RET-3002', 'DELIVERED', -24 * 50);
    const late = (await ask(ruth, 'i want to send back order RET-3002')).answer!;
    expect(late.text).toContain('The time to return it ended on');
    expect(late.choices).toMatchObject([{ text: 'Talk to a person' }]);
    // A question for no certain order means those that can be returned.
    expect((await ask(ruth, 'can i return my order?')).answer!.text).toContain('RET-3001');

    await order('RET-3003', { customerId: 'rob' });
    const open = (await ask(await customer('rob'), 'can i return my order?')).answer!;
    expect(open.text).toContain('The time to return it, in days after the delivery: 30.');
    expect(open.sources).toContainEqual({
      ...{ kind: 'SETTING', objectId: 'RETURN_DAYS', field: 'value', value: '30', text: '30' },
    });
    // Someone else's number: nothing is said of it.
    const foreign = (await ask(await customer('rob'), 'until when can i return order RET-3001?')).answer!;
    expect(foreign).toMatchObject({ outcome: 'NOT_FOUND', cards: [] });
    expect(foreign.text).not.toContain('return');
  });

  it('says what was refunded, and when, and where the return is', async () => {
    const ruben = await customer('ruben');
    await order('RET-4001', { customerId: 'ruben' }, -30);
    await move('RET-4001', 'DELIVERED', -20);
    const pay = (id: string, kind: string, amount: string, hours: number) =>
      shop.client.data(PAY, {
        payments: [{ id, orderId: 'RET-4001', kind, amount: euro(amount), occurredAt: at(hours) }],
      });
    await pay('c1', 'CHARGE', '5.00', -29);
    const none = (await ask(ruben, 'where is my refund?')).answer!;
    expect(none.text).toContain('No refund has been recorded for it yet.');
    expect(none.choices).toMatchObject([{ text: 'Talk to a person' }]);
    await parcel('rp1', 'RET-4001', [['PICKED_UP', -10]], 'RETURN');
    expect((await ask(ruben, 'where is my refund?')).answer!.text).toContain(
      'About your return:\nParcel JDrp10042 with dhl: handed over to the carrier',
    );
    await pay('r1', 'REFUND', '2.50', -5);
    const partly = (await ask(ruben, 'where is my refund?')).answer!;
    expect(partly.text).toContain('€2.50 was refunded on');
    expect(partly.text).toContain('In total, €2.50 of €5.00 has been refunded.');
    expect(partly.sources).toContainEqual({
      ...{ kind: 'ORDER', objectId: 'RET-4001', field: 'payments.r1.amount', value: '2.50 EUR', text: '€2.50' },
    });
    for (const { text } of partly.sources) expect(partly.text).toContain(text);
    const chinese = (await ask(ruben, '我的退款到账了吗？')).answer!;
    expect(chinese.text).toContain('退款 €2.50');
  });

  it('refuses what it does not know, and stores ratings', async () => {
    const by = await session();
    const id = await start(by);
    const { answer } = await say(by, id, 'what will the weather be in Oslo next week');
    expect(['NOT_UNDERSTOOD', 'ASKED_BACK']).toContain(answer!.outcome);
    const person = answer!.choices.at(-1)!;
    const rated = await by.data<Answer<'rateAnswer'>>(RATE, { id: answer!.id, helpful: false });
    expect(rated.rateAnswer.userErrors).toEqual([]);
    expect((await read(by, id)).messages[1].helpful).toBe(false);
    const own = await by.data<Answer<'rateAnswer'>>(RATE, { id: `${id}:1`, helpful: true });
    expect(own.rateAnswer.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { conversation } = await say(by, id, person.text, { choiceId: person.id });
    expect(conversation).toMatchObject({ status: 'WAITING' });
  });

  it('limits the messages of a conversation', async () => {
    const by = await session();
    const id = await start(by);
    const codes = await Promise.all(
      Array.from({ length: 15 }, (_, n) =>
        by.code(ASK_SUPPORT, { input: { conversationId: id, messageId: randomUUID(), text: `hello ${n}` } }),
      ),
    );
    expect(codes).toContain('RATE_LIMITED');
    expect(codes).toContain(undefined);
  });

  it('answers a question in its language', async () => {
    const mia = await customer('mia');
    const { answer } = await ask(mia, '我的订单到哪里了？');
    expect(answer!.text).toContain('订单 WEB-1001');
    expect(answer!.text).toContain('已到达分拨中心');
    const textIn = async (text: string, language?: string) =>
      (await say(mia, await start(mia, { language }), text)).answer!.text;
    for (const [text, answered] of [
      ['注文 WEB-1001 はどこですか', 'ご注文WEB-1001'],
      ['where is order WEB-1001? I am 王小明', 'Order WEB-1001'],
      ['wo ist Bestellung WEB-1001?', 'Bestellung WEB-1001'],
      ['제 주문 WEB-1001 어디 있나요', '한국어'],
    ] as const)
      expect([text, await textIn(text, 'zh')]).toEqual([text, expect.stringContaining(answered)]);
    expect(await textIn('订单状态 WEB-1001', 'zh-CN')).toContain('订单 WEB-1001');
  });

  describe('outside office hours', () => {
    const asOperator = async (id: string) =>
      (await shop.client.data<{ conversation: ShownConversation }>(OPERATOR_QUERY, { id })).conversation;
    const setAddress = async (by: GraphqlClient, id: string, email?: string | null) =>
      (await by.data<Answer<'setSupportReplyAddress'>>(SET_REPLY_ADDRESS, { id, email })).setSupportReplyAddress;
    const exported = async (customerId: string) => {
      const query = `query($customerId: ID!) { personalData(customerId: $customerId, first: 100) { nodes { table data } } }`;
      const { personalData } = await shop.client.data<{
        personalData: { nodes: { table: string; data: { replyAddress?: string } }[] };
      }>(query, { customerId });
      return personalData.nodes.filter(({ table }) => table === 'conversations').map(({ data }) => data.replyAddress);
    };

    it('says when a person is back, in the language of the question, and asks for an address', async () => {
      const lea = await customer('lea');
      const { answer, conversation } = await ask(lea, 'Ich möchte mit einem Menschen sprechen');
      expect(conversation).toMatchObject({ status: 'WAITING', hasReplyAddress: false });
      expect(answer).toMatchObject({ outcome: 'HANDED_OFF', asksReplyAddress: true });
      const [day, time] = answer!.sources;
      expect([day, time]).toMatchObject([
        { kind: 'SETTING', objectId: 'OFFICE_HOURS', field: 'nextOpening' },
        { text: '10:00', value: day.value },
      ]);
      expect(answer!.text).toContain(`Ab ${day.text}, 10:00 Uhr ist das Team wieder erreichbar.`);
      expect(Math.abs(Date.parse(day.value) - OPENING_MS)).toBeLessThan(86_400_000);

      const id = answer!.id.split(':')[0];
      const noted = await say(lea, id, ' lea@example.com ', { messageId: 'address' });
      expect(noted).toMatchObject({
        answer: { outcome: 'ANSWERED', text: 'Vielen Dank. Das Team schreibt Ihnen auch an diese Adresse.' },
        conversation: { status: 'WAITING', hasReplyAddress: true, messageCount: 4 },
      });
      const repeated = await say(lea, id, ' lea@example.com ', { messageId: 'address' });
      expect([repeated.answer, repeated.conversation?.revision]).toEqual([noted.answer, noted.conversation?.revision]);
      expect(await asOperator(id)).toMatchObject({
        replyAddress: 'lea@example.com',
        summary: { unansweredCount: 1 },
      });
      // The address is known: another one is a message for the person.
      expect((await say(lea, id, 'other@example.com')).answer).toBeNull();
      expect((await asOperator(id)).replyAddress).toBe('lea@example.com');
    });

    it('is set, changed and removed by those who may open the conversation, and read by operators only', async () => {
      const visitor = await session();
      const id = await start(visitor);
      const handedOff = await visitor.data<Answer<'handOffConversation'>>(HAND_OFF, { id });
      expect(handedOff.handOffConversation.userErrors).toEqual([]);
      expect((await read(visitor, id)).messages).toMatchObject([{ outcome: 'HANDED_OFF', asksReplyAddress: true }]);
      const set = await setAddress(visitor, id, 'one@example.com');
      expect(set).toMatchObject({ userErrors: [], conversation: { hasReplyAddress: true, messageCount: 1 } });
      const again = await setAddress(visitor, id, 'one@example.com');
      expect(again.conversation?.revision).toBe(set.conversation?.revision);
      await setAddress(visitor, id, 'two@example.com');
      expect((await asOperator(id)).replyAddress).toBe('two@example.com');

      for (const email of ['two@example', 'two@example.com, three@example.com', '', undefined])
        expect((await setAddress(visitor, id, email)).userErrors).toMatchObject([
          { code: 'BAD_USER_INPUT', field: ['input', 'email'] },
        ]);
      const stranger = await session();
      expect(await codeOf(setAddress(stranger, id, 'evil@example.com'))).toBe('NOT_FOUND');
      expect(await visitor.code(OPERATOR_QUERY, { id })).toBe('FORBIDDEN');
      const field = `query($id: ID!) { conversation(id: $id) { replyAddress } }`;
      const server = shop.client.as({ apiKey: await keyOf('SERVER', 'back end') });
      for (const by of [visitor, server]) expect(await by.code(field, { id })).toBe('FORBIDDEN');
      const ann = await operator('Ann of the office');
      expect(await ann.data(field, { id })).toEqual({ conversation: { replyAddress: 'two@example.com' } });

      const removed = await setAddress(visitor, id, null);
      expect(removed).toMatchObject({ userErrors: [], conversation: { hasReplyAddress: false } });
      // To a person who answers, an address may be anything.
      await ann.data(TAKE_OVER, { id });
      expect((await say(visitor, id, 'three@example.com')).answer).toBeNull();
      expect((await asOperator(id)).replyAddress).toBeNull();
      await ann.data(CLOSE, { id });
      expect((await setAddress(visitor, id, 'two@example.com')).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    });

    it('belongs to the customer: it is merged, exported and erased', async () => {
      const visitor = await session();
      const id = await start(visitor);
      await setAddress(visitor, id, 'rosalind@example.com');
      const { answer } = await say(visitor, id, 'I want to talk to a person');
      expect(answer).toMatchObject({ outcome: 'HANDED_OFF', asksReplyAddress: false });
      await merge(visitor.sessionId, 'rosalind');
      const rosalind = await customer('rosalind');
      expect((await read(rosalind, id)).hasReplyAddress).toBe(true);
      expect(await codeOf(setAddress(visitor, id, null))).toBe('NOT_FOUND');
      expect(await exported('rosalind')).toEqual(['rosalind@example.com']);
      await shop.client.data('mutation { eraseCustomer(input: { customerId: "rosalind" }) { errors { code } } }');
      await until(
        async () => (await shop.pool.query('SELECT FROM conversations WHERE id = $1', [id])).rowCount,
        (count) => count === 0,
      );
      expect(await exported('rosalind')).toEqual([]);
    });

    it('becomes the conversation of a signed-in customer who gives an address', async () => {
      const visitor = await session();
      const id = await start(visitor);
      await merge(visitor.sessionId, 'ria');
      expect((await setAddress(await customer('ria'), id, 'ria@example.com')).userErrors).toEqual([]);
      expect(await codeOf(setAddress(visitor, id, 'evil@example.com'))).toBe('NOT_FOUND');
    });
  });

  it('is deleted with its customer', async () => {
    const eve = await customer('eve');
    const id = await start(eve);
    await say(eve, id, 'hello, my name is Eve Adams');
    await shop.client.data('mutation { eraseCustomer(input: { customerId: "eve" }) { errors { code } } }');
    await until(
      async () => (await shop.pool.query('SELECT FROM conversations WHERE id = $1', [id])).rowCount,
      (count) => count === 0,
    );
    const left = await shop.pool.query('SELECT FROM conversation_messages WHERE conversation_id = $1', [id]);
    expect(left.rowCount).toBe(0);
    expect(await codeOf(start(eve))).toBe('CONFLICT');
  });
});
