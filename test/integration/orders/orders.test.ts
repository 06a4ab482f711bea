import { START_SESSION, ISSUE_TOKEN, CREATE_KEY, MERGE, RECORD } from '../../setup/operations';
import type { CreateKeyAnswer, IssueTokenAnswer, RecordAnswer, StartSessionAnswer } from '../../setup/operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import { at, euro, line, LIVE, MOVE, ORDER, PAGE, PAY, type Shown } from '../../setup/order-operations';
import { orderShop } from '../../setup/order-shop';

describe('orders', () => {
  const { client, pool, record, taken, list } = orderShop(
    ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id.toUpperCase() })),
  );

  const move = async (input: object) =>
    (
      await client().data<{
        updateOrderStatus: { order: Shown | null; receipt: string; errors: { code: string; message: string }[] };
      }>(MOVE, { input })
    ).updateOrderStatus;
  const pay = async (...payments: object[]) =>
    (
      await client().data<{
        recordPayments: { accepted: number; unchanged: number; receipt: string; errors: object[] };
      }>(PAY, { payments })
    ).recordPayments;
  const order = async (id: string, as = client()) => (await as.data<{ order: Shown }>(ORDER, { id })).order;
  const events = async (orderId: string) =>
    (
      await pool().query(
        `SELECT id, type, quantity::int, subject FROM events WHERE source = 'ORDERS' AND id LIKE $1 || ':%' ORDER BY id COLLATE "C"`,
        [orderId],
      )
    ).rows;

  it('add purchases to the log exactly once, and update lists', async () => {
    const mia = { customerId: 'mia', placedAt: at(0), requestId: 'served', placement: 'home' };
    const first = { id: 'o1', ...mia, lines: [line('a', 2), line('b')], total: euro('7.50') };
    const recorded = await taken(first);
    expect(recorded).toMatchObject({ accepted: 1, unchanged: 0, changedLines: 2 });
    expect(await list({ intent: 'BUY_AGAIN', customerId: 'mia', awaitReceipt: recorded.receipt })).toEqual(['a', 'b']);
    await taken({ id: 'o2', customerId: 'otto', placedAt: at(1), lines: [line('a'), line('b')] });
    const last = await taken({ id: 'o3', customerId: 'ida', placedAt: at(2), lines: [line('a'), line('c')] });
    const together = await list({ intent: 'COMPLEMENTARY', productIds: ['a'], awaitReceipt: last.receipt });
    expect(together.slice(0, 2)).toEqual(['b', 'c']);
    // Sent again as orders, and again as events.
    const logged = await events('o1');
    expect(logged).toEqual([
      { id: 'o1:l-a', type: 'PURCHASE', quantity: 2, subject: 'c:mia' },
      { id: 'o1:l-b', type: 'PURCHASE', quantity: 1, subject: 'c:mia' },
    ]);
    expect(await taken(first)).toMatchObject({ accepted: 1, unchanged: 1, changedLines: 0, receipt: last.receipt });
    const sent = { source: 'ORDERS', type: 'PURCHASE', occurredAt: at(0), customerId: 'mia' };
    const more = { unitPrice: euro('2.50'), requestId: 'served', placement: 'home' };
    const { recordEvents } = await client().data<RecordAnswer>(RECORD, {
      events: [{ ...sent, ...more, id: 'o1:l-a', productId: 'a', quantity: 2 }],
    });
    await list({ intent: 'POPULAR', awaitReceipt: recordEvents.receipt });
    expect(await events('o1')).toEqual(logged);
  });

  it('find the purchase in the log if it was sent as an event before, without a conflict', async () => {
    const event = { source: 'ORDERS', type: 'PURCHASE', occurredAt: at(3), customerId: 'eva', quantity: 3 };
    const { recordEvents } = await client().data<RecordAnswer>(RECORD, {
      events: [{ ...event, id: 'early:l-d', productId: 'd' }],
    });
    await list({ intent: 'POPULAR', awaitReceipt: recordEvents.receipt });
    const early = { id: 'early', customerId: 'eva', placedAt: at(3) };
    const wrong = await record(
      { ...early, lines: [line('d', 2)] },
      { ...early, placedAt: at(4), lines: [line('d', 3)] },
      { ...early, customerId: 'eve', lines: [line('d', 3)] },
      { id: 'beside', customerId: 'eva', lines: [line('d')] },
    );
    expect(wrong.errors.map(({ index, code }) => [index, code])).toEqual([
      [0, 'CONFLICT'],
      [1, 'CONFLICT'],
      [2, 'CONFLICT'],
    ]);
    await taken({ ...early, lines: [line('d', 3), line('c')] });
    expect((await events('early')).map(({ id, quantity }) => [id, quantity])).toEqual([
      ['early:l-c', 1],
      ['early:l-d', 3],
    ]);
  });

  it('reverse cancelled, returned and reduced units, once each', async () => {
    await taken({ id: 'parts', customerId: 'max', placedAt: at(5), lines: [line('a', 4), line('b', 2)] });
    await taken({ id: 'parts', lines: [{ id: 'l-a', quantity: 3 }] });
    const shipped = { orderId: 'parts', status: 'SHIPPED', occurredAt: at(7), lines: [{ lineId: 'l-a', quantity: 2 }] };
    const cancelled = { ...shipped, status: 'CANCELLED', lines: [{ lineId: 'l-b', quantity: 2 }] };
    for (const input of [shipped, shipped, cancelled, cancelled]) expect((await move(input)).errors).toEqual([]);
    expect((await move({ ...shipped, lines: [{ lineId: 'l-a', quantity: 1 }] })).errors).toMatchObject([
      { code: 'CONFLICT' },
    ]);
    expect(await order('parts')).toMatchObject({
      status: 'PLACED',
      total: { amount: '12.50' },
      due: { amount: '7.50' },
    });
    expect((await move({ orderId: 'parts', status: 'SHIPPED', occurredAt: at(8) })).order).toEqual({
      status: 'SHIPPED',
    });
    const refused = await move({ orderId: 'parts', status: 'CANCELLED' });
    expect(refused.errors).toMatchObject([
      { code: 'CONFLICT', message: expect.stringContaining('DELIVERED, RETURNED') },
    ]);
    await move({ orderId: 'parts', status: 'RETURNED', occurredAt: at(9), lines: [{ lineId: 'l-a', quantity: 1 }] });
    const { receipt } = await move({ orderId: 'parts', status: 'RETURNED', occurredAt: at(10) });
    expect((await events('parts')).map(({ id, type, quantity }) => [id, type, quantity])).toEqual([
      ['parts:l-a', 'PURCHASE', 4],
      ['parts:l-a#2', 'RETURN', 1],
      ['parts:l-a#3', 'RETURN', 1],
      ['parts:l-a#4', 'RETURN', 2],
      ['parts:l-b', 'PURCHASE', 2],
      ['parts:l-b#2', 'RETURN', 2],
    ]);
    expect(await list({ intent: 'BUY_AGAIN', customerId: 'max', awaitReceipt: receipt })).toEqual([]);
  });

  it('are paid and refunded by the exact amounts charged and refunded', async () => {
    await taken({ id: 'paid', customerId: 'pia', placedAt: at(0), lines: [line('a', 2)], shipping: euro('0.333') });
    const charge = { id: 'ch1', orderId: 'paid', kind: 'CHARGE', amount: euro('5.332'), occurredAt: at(1) };
    expect(await pay(charge)).toMatchObject({ accepted: 1, unchanged: 0, errors: [] });
    expect(await order('paid')).toMatchObject({ status: 'PLACED', paymentState: 'PARTIALLY_PAID' });
    const rest = { ...charge, id: 'ch2', amount: euro('0.001') };
    expect(await pay(charge, rest, rest, { ...rest, amount: euro('1') })).toMatchObject({
      accepted: 3,
      unchanged: 2,
      errors: [{ index: 3, code: 'CONFLICT' }],
    });
    expect(await order('paid')).toMatchObject({ status: 'PAID', paymentState: 'PAID', charged: { amount: '5.333' } });
    const refund = { ...charge, id: 're1', kind: 'REFUND', occurredAt: at(2) };
    expect((await pay({ ...refund, amount: euro('5.334') })).errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await pay({ ...refund, amount: euro('5.333') })).errors).toEqual([]);
    expect((await move({ orderId: 'paid', status: 'CANCELLED' })).order).toEqual({ status: 'REFUNDED' });
    const { rows } = await pool().query(
      `SELECT id, name, type, unit_price::text AS amount FROM events WHERE source = 'PAYMENTS' ORDER BY id`,
    );
    expect(rows).toEqual([
      { id: 'ch1', name: 'charge', type: 'CUSTOM', amount: '5.332' },
      { id: 'ch2', name: 'charge', type: 'CUSTOM', amount: '0.001' },
      { id: 're1', name: 'refund', type: 'CUSTOM', amount: '5.333' },
    ]);
  });

  it('are visible to their owner alone, live and complete', async () => {
    const key = await client().data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'STOREFRONT', name: 'shop window' },
    });
    const apiKey = key.createApiKey.secret;
    const tokenOf = async (customerId: string) => {
      const { issueCustomerToken } = await client().data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId } });
      return client().as({ apiKey, authorization: `Bearer ${issueCustomerToken.token}` });
    };
    const [lea, leo] = [await tokenOf('lea'), await tokenOf('leo')];
    await taken({ id: 'hers', customerId: 'lea', placedAt: at(0), lines: [line('a')] });
    expect(await order('hers', lea)).toMatchObject({ id: 'hers', lines: [{ product: { id: 'a', title: 'A' } }] });
    for (const other of [leo, client().as({ apiKey })])
      expect(await other.code(ORDER, { id: 'hers' })).toBe('NOT_FOUND');
    expect(await lea.code(ORDER, { id: 'nobody' })).toBe('NOT_FOUND');
    await taken({ id: 'hers too', customerId: 'lea', placedAt: at(3), lines: [line('b')] });
    const pageOf = async (who: GraphqlClient, variables: object = {}) =>
      (await who.data<{ orders: { nodes: { id: string }[]; pageInfo: { endCursor: string } } }>(PAGE, variables))
        .orders;
    const newest = await pageOf(lea, { first: 1 });
    expect(newest.nodes).toEqual([{ id: 'hers too' }]);
    const rest = await pageOf(lea, { first: 9, after: newest.pageInfo.endCursor, customerId: 'lea' });
    expect(rest.nodes).toEqual([{ id: 'hers' }]);
    expect((await pageOf(leo)).nodes).toEqual([]);
    // Neither another customer's orders by id, nor all orders by leaving out the id.
    expect(await leo.code(PAGE, { customerId: 'lea' })).toBe('FORBIDDEN');
    const { startSession } = await client().data<StartSessionAnswer>(START_SESSION);
    const visit = client().as({ apiKey, authorization: `Bearer ${startSession.token}` });
    for (const nobody of [visit, client().as({ apiKey })]) expect(await nobody.code(PAGE)).toBe('FORBIDDEN');

    const stream = lea.subscribe<{ orderUpdated: Shown }>(LIVE, { id: 'hers' });
    const next = async () => (await stream.next()).value.data.orderUpdated as Shown;
    const whole = await next();
    expect(whole).toMatchObject({ id: 'hers', status: 'PLACED', history: [{ status: 'PLACED' }] });
    await move({ orderId: 'hers', status: 'PACKED', occurredAt: at(1) });
    const packed = await next();
    expect(packed).toMatchObject({ status: 'PACKED' });
    expect(Number(packed.revision)).toBeGreaterThan(Number(whole.revision));
    await taken({ id: 'elsewhere', customerId: 'leo', lines: [line('a')] });
    await pay({ id: 'live', orderId: 'hers', kind: 'CHARGE', amount: euro('2.50'), occurredAt: at(2) });
    expect(await next()).toMatchObject({ status: 'PACKED', paymentState: 'PAID' });
    await stream.return?.();
    const refused = await leo
      .subscribe(LIVE, { id: 'hers' })
      .next()
      .catch((error: unknown) => error);
    expect(JSON.stringify(refused)).toContain('NOT_FOUND');
    await Promise.all([lea.close(), leo.close()]);
  });

  it('of a visit become those of the customer who signed in, and continue as hers', async () => {
    const { startSession } = await client().data<StartSessionAnswer>(START_SESSION);
    const { sessionId } = startSession;
    const guest = { id: 'guest', sessionId, placedAt: at(0), lines: [line('c', 2)] };
    await taken(guest);
    const ofAnother = await record({ ...guest, customerId: null, sessionId: 'another visit' });
    expect(ofAnother.errors).toMatchObject([{ code: 'CONFLICT', path: 'customerId' }]);
    await client().data(MERGE, { input: { fromSessionId: sessionId, intoCustomerId: 'gwen' } });
    expect(await order('guest')).toMatchObject({ customerId: 'gwen' });
    // The shop's own records may still have the visit's name.
    expect(await taken(guest)).toMatchObject({ unchanged: 1 });
    const { receipt } = await move({ orderId: 'guest', status: 'CANCELLED' });
    expect((await events('guest'))[1]).toMatchObject({ id: 'guest:l-c#2', type: 'RETURN', subject: 'c:gwen' });
    expect(await list({ intent: 'BUY_AGAIN', customerId: 'gwen', awaitReceipt: receipt })).toEqual([]);
    expect((await record({ ...guest, customerId: 'somebody' })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  });

  it('are paged newest first, by status, customer and time, without gaps', async () => {
    // Several at the same instant.
    const batch = [...Array(25).keys()].map((n) => ({
      id: `page-${String(n).padStart(2, '0')}`,
      customerId: n % 2 ? 'odd' : 'even',
      placedAt: at(-100 - Math.floor(n / 4)),
      status: n % 5 ? 'DELIVERED' : 'PLACED',
      lines: [line('d')],
    }));
    await taken(...batch);
    const all = async (variables: object) => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { orders }: { orders: { nodes: Shown[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
          await client().data(PAGE, { first: 3, to: at(-100 + 0.001), ...variables, after });
        seen.push(...orders.nodes.map(({ id }) => id));
        after = orders.pageInfo.hasNextPage ? orders.pageInfo.endCursor : null;
      } while (after !== null);
      return seen;
    };
    const expected = (passes: (one: (typeof batch)[0]) => boolean) =>
      batch
        .filter(passes)
        .sort((a, b) => (a.placedAt === b.placedAt ? (a.id < b.id ? 1 : -1) : a.placedAt < b.placedAt ? 1 : -1))
        .map(({ id }) => id);
    expect(await all({})).toEqual(expected(() => true));
    expect(await all({ customerId: 'odd', status: ['DELIVERED'] })).toEqual(
      expected((one) => one.customerId === 'odd' && one.status === 'DELIVERED'),
    );
    expect(await all({ from: at(-103), to: at(-101) })).toEqual(
      expected(({ placedAt }) => placedAt >= at(-103) && placedAt < at(-101)),
    );
    expect(await client().code(PAGE, { after: 'nonsense' })).toBe('BAD_USER_INPUT');
  });

  it('leave sums without a name when their customer is erased', async () => {
    await taken({
      id: 'secret-order',
      customerId: 'secret',
      placedAt: at(0),
      source: 'secret app',
      lines: [line('a', 3)],
    });
    await pay({ id: 'secret-pay', orderId: 'secret-order', kind: 'CHARGE', amount: euro('7.50'), occurredAt: at(1) });
    await move({ orderId: 'secret-order', status: 'PACKED', occurredAt: at(2) });
    const sums = async () =>
      (
        await pool().query(
          `SELECT (SELECT sum(total)::text FROM orders) AS total, (SELECT sum(amount)::text FROM payments) AS paid,
            (SELECT sum(quantity * unit_price)::text FROM order_lines JOIN orders o ON o.id = order_id) AS lines,
            (SELECT count(*)::int FROM order_history JOIN orders o ON o.id = order_id) AS moves`,
        )
      ).rows[0] as object;
    const before = await sums();
    await client().data('mutation { eraseCustomer(input: { customerId: "secret" }) { receipt } }');
    expect(await sums()).toEqual(before);
    for (const table of ['orders', 'order_lines', 'payments', 'order_history', 'outbox', 'events']) {
      const { rows } = await pool().query(`SELECT t::text FROM ${table} t WHERE t::text LIKE '%secret%'`);
      expect([table, rows]).toEqual([table, []]);
    }
    expect(await client().code(ORDER, { id: 'secret-order' })).toBe('NOT_FOUND');
    expect((await record({ id: 'secret-order', customerId: 'secret', lines: [line('a')] })).errors).toMatchObject([
      { code: 'CONFLICT', path: 'customerId' },
    ]);
  });
});
