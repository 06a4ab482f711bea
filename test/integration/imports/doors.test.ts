import type { Pool } from 'pg';
import { RECORD, UPSERT } from '../../setup/operations';
import { ADMIN_KEY } from '../../setup/processes';
import { Doors, type ItemErrorAnswer } from '../../setup/doors';

const AT = '2026-03-01T10:15:00Z';

describe('all ways into a shop judge alike', () => {
  let doors: Doors;
  let api: Doors['api'];
  let pool: Pool;

  beforeAll(async () => {
    doors = await Doors.open();
    ({ api, pool } = doors);
  });

  afterAll(() => doors.close());

  describe('bytes that are not UTF-8', () => {
    const HEADER = 'order,line,customer,product,quantity,price,currency,placedAt\n';

    it('are refused line by line in files, and never become the same text', async () => {
      const orders = Buffer.from(
        `${HEADER}o1,1,M\xfcller,p1,1,5.00,EUR,${AT}\no2,1,M\xf6ller,p1,1,5.00,EUR,${AT}\no3,1,Maller,p1,1,5.00,EUR,${AT}\n`,
        'latin1',
      );
      const loaded = await doors.load('orders', orders, 'csv');
      expect(loaded).toMatchObject({ lines: 3, imported: 1 });
      expect(loaded.rejected.map(({ line, reason }) => [line, reason])).toEqual([
        [2, 'NOT_UTF8'],
        [3, 'NOT_UTF8'],
      ]);
      expect(loaded.rejected[0].message).toBe(
        'the line is not UTF-8: byte FC after "o1,1,M". Convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8',
      );
      const products = Buffer.from(
        '{"id":"a-\xe9","title":"A"}\n{"id":"a-\xe8","title":"A"}\n{"id":"a-e","title":"A"}',
        'latin1',
      );
      expect(await doors.load('products', products)).toMatchObject({
        lines: 3,
        imported: 1,
        rejected: [{ line: 1 }, { line: 2 }],
      });
      const { rows } = await pool.query("SELECT id FROM products WHERE id LIKE 'a-%'");
      expect(rows).toEqual([{ id: 'a-e' }]);
    });

    it.each(['/graphql', '/events'])(
      'are refused in bodies of %s, and so are headers that say otherwise',
      async (place) => {
        const post = async (body: Buffer, headers: Record<string, string> = {}) => {
          const response = await fetch(`http://127.0.0.1:${api.port}${place}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY, ...headers },
            body,
          });
          const { errors } = (await response.json()) as {
            errors?: { message: string; extensions: { code: string } }[];
          };
          return [response.status, errors?.[0]?.extensions.code, errors?.[0]?.message];
        };
        const event = `{"type":"VIEW","sessionId":"M\xfcller","productId":"a-e"}`;
        const body =
          place === '/events' ? `{"events":[${event}]}` : `{"query":"{ __typename }","variables":{"name":"M\xfcller"}}`;
        expect(await post(Buffer.from(body, 'latin1'))).toEqual([
          400,
          'BAD_USER_INPUT',
          expect.stringContaining('UTF-8'),
        ]);
        const right = Buffer.from(body, 'utf8');
        expect((await post(right))[0]).toBe(200);
        expect((await post(right, { 'content-type': 'application/json; charset="UTF-8"' }))[0]).toBe(200);
        for (const headers of [
          { 'content-type': 'application/json; charset=iso-8859-1' },
          { 'content-type': 'text/plain' },
          { 'content-type': 'application/xml' },
          { 'content-encoding': 'gzip' },
        ] as Record<string, string>[])
          expect((await post(right, headers)).slice(0, 2)).toEqual([415, 'BAD_USER_INPUT']);
      },
    );
  });

  describe('one bad item', () => {
    it('of a list in the variables never hides a good one, over HTTP and WebSocket', async () => {
      const good = (id: string) => ({ id, type: 'VIEW', occurredAt: AT, sessionId: 's', productId: 'p' });
      const events = [
        good('1'),
        { ...good('2'), type: 'PAGE_VIEW' },
        { ...good('3'), occurredAt: '2026-02-30T10:00:00Z' },
        { ...good('4'), quantity: 1.5 },
        { ...good('5'), unitPrice: { amount: 9.5, currency: 'EUR' } },
        { ...good('6'), colour: 'red' },
        { ...good('7'), quantity: 0 },
        7,
        null,
        good('8'),
      ];
      const expected = {
        accepted: 2,
        errors: [
          [1, 'type'],
          [2, 'occurredAt'],
          [3, 'quantity'],
          [4, 'unitPrice.amount'],
          [5, 'colour'],
          [6, 'quantity'],
          [7, null],
          [8, null],
        ],
      };
      type Answer = Record<string, { accepted: number; errors: ItemErrorAnswer[] }>;
      const shown = ({ recordEvents: { accepted, errors } }: Answer) => ({
        accepted,
        errors: errors.map(({ index, path: field }) => [index, field]),
      });
      const whole =
        'mutation($input: RecordEventsInput!) { recordEvents(input: $input) { accepted errors { index code message path } } }';
      for (const [operation, variables] of [
        [RECORD, { events }],
        [whole, { input: { events } }],
      ] as const) {
        expect(shown(await api.client.data<Answer>(operation, variables))).toEqual(expected);
        const answers = api.client.subscribe<Answer>(operation, variables);
        expect(shown((await answers.next()).value.data)).toEqual(expected);
        await answers.return?.();
      }
      expect(shown({ recordEvents: (await doors.http(events)) as Answer[string] })).toEqual(expected);
    });

    it.each([
      ['products', { id: 'x', brand: 'A\0b' }, 'brand'],
      ['products', { id: 'x', title: 'x', description: 'd'.repeat(25_000) }, 'description'],
      ['products', { id: 'x', imageUrls: Array.from({ length: 199 }, () => 'u') }, 'imageUrls'],
      ['products', { id: 'x', title: 'x', groupId: '' }, 'groupId'],
      ['products', { id: 'a\0', title: 'x' }, 'id'],
      ['products', { id: 'x', title: 'x', stock: 9_999_999_999 }, 'stock'],
      ['products', { id: 'x', title: 'x', publishedAt: '0000-06-01T00:00:00Z' }, 'publishedAt'],
      ['products', { id: 'x', title: 'x', updatedAt: '9999-12-31T23:59:59-01:00' }, 'updatedAt'],
      ['products', { id: 'x', title: 'x', attributes: { n: 12345678901234567890 } }, 'attributes'],
      ['products', { id: 'x', title: 'x', rating: 1e300 }, 'rating'],
      ['products', { id: 'x', title: 'x', price: { amount: '1', currency: 'EUR', tax: '1' } }, 'price.tax'],
      ['orders', { id: 'a\0', customerId: 'c', placedAt: AT, lines: [] }, 'id'],
      ['orders', { id: 'x', customerId: 'c\0', placedAt: AT }, 'customerId'],
      ['events', { id: 'x', type: 'VIEW', occurredAt: AT, customerId: 'ann ', productId: 'p' }, 'customerId'],
    ] as const)('of %s is refused by all ways with its field: %j', async (kind, item, field) => {
      const good = {
        products: { id: 'good', title: 'Good' },
        orders: {
          id: 'good',
          customerId: 'c',
          placedAt: AT,
          lines: [{ id: '1', productId: 'p', quantity: 1, unitPrice: { amount: '1', currency: 'EUR' } }],
        },
        events: { id: 'good', type: 'VIEW', occurredAt: AT, customerId: 'c', productId: 'p' },
      }[kind];
      expect(await doors.variables(kind, [item, good])).toMatchObject([
        { index: 0, code: 'BAD_USER_INPUT', path: field },
      ]);
      for (const target of [doors.database, doors.remote]) {
        const loaded = await doors.load(kind, `${JSON.stringify(item)}\n${JSON.stringify(good)}\n`, 'jsonl', target);
        expect(loaded.rejected).toEqual([
          { line: 1, reason: 'BAD_USER_INPUT', message: expect.stringMatching(new RegExp(`^${field}\\b`)) as string },
        ]);
        expect(loaded.imported + loaded.unchanged).toBe(1);
      }
    });

    it('that is not finite in JSON is refused, not stored as null', async () => {
      expect(
        await doors.load('products', '{"id":"inf","title":"x","attributes":{"n":1e400}}\n{"id":"fin","title":"x"}\n'),
      ).toMatchObject({
        imported: 1,
        rejected: [{ line: 1, message: expect.stringMatching(/^attributes\.n must be a number from/) as string }],
      });
    });

    it('with the key __proto__ is refused by all ways, and hides no other', async () => {
      const products = [
        '{"id":"proto","title":"x","attributes":{"a":{"__proto__":1}}}',
        '{"id":"constructor","title":"x","attributes":{"constructor":{"prototype":1}}}',
      ];
      const response = await fetch(`http://127.0.0.1:${api.port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY },
        body: `{"query":${JSON.stringify(UPSERT)},"variables":{"products":[${products.join()}]}}`,
      });
      expect(await response.json()).toMatchObject({
        data: { upsertProducts: { accepted: 1, errors: [{ index: 0, path: 'attributes' }] } },
      });
      for (const target of [doors.database, doors.remote])
        expect(await doors.load('products', products.join('\n'), 'jsonl', target)).toMatchObject({
          rejected: [{ line: 1, message: 'attributes.a must not have the key __proto__' }],
        });
    });

    it('with a million faults is refused by its first one', async () => {
      const huge = { id: 'x', title: 'x', imageUrls: Array.from({ length: 500_000 }, () => 1) };
      const unknown = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`unknown ${n}`, 1]));
      expect(await doors.variables('products', [huge, { id: 'y', title: 'y' }])).toMatchObject([
        { index: 0, path: 'imageUrls[0]' },
      ]);
      expect(await doors.variables('products', [{ id: 'x', ...unknown }])).toMatchObject([
        { index: 0, path: 'unknown 0', message: 'unknown 0 is not a field of ProductInput' },
      ]);
    });

    it('of the ids to delete is reported, and the other products are deleted', async () => {
      await doors.variables('products', [{ id: 'gone', title: 'x' }]);
      const DELETE =
        'mutation($ids: [ID!]!) { deleteProducts(input: { ids: $ids }) { accepted errors { index code path } } }';
      const { deleteProducts } = await api.client.data<{ deleteProducts: object }>(DELETE, {
        ids: ['a\0', 'gone', 'nope'],
      });
      expect(deleteProducts).toEqual({
        accepted: 1,
        errors: [
          { index: 0, code: 'BAD_USER_INPUT', path: null },
          { index: 2, code: 'NOT_FOUND', path: 'id' },
        ],
      });
    });
  });

  it('a line of CSV is refused by itself, with its column and what stood there', async () => {
    const row = (line: number, quantity: string, product = 'p', price = '1.50') =>
      `csv,${line},ann,${product},${quantity},${price},EUR,${AT}`;
    const rows = [
      row(1, '1'),
      row(2, '1e3'),
      row(3, '0x10'),
      row(4, '0b11'),
      row(5, '0'),
      row(6, ' +2 '),
      row(7, '3.0'),
      row(8, '1', '"p "'),
      row(9, '1', 'p', '-1'),
      row(10, '1', 'p', '1,5'),
      row(11, '4', ' "p" '),
    ];
    const header = 'order,line,customer,product,quantity,price,currency,placedAt';
    const { imported, rejected } = await doors.load('orders', `${[header, ...rows].join('\n')}\n`, 'csv');
    expect(rejected.map(({ line, reason, message }) => [line - 1, reason, message])).toEqual([
      [2, 'BAD_USER_INPUT', expect.stringMatching(/^quantity must be a whole number; got "1e3"$/)],
      [3, 'BAD_USER_INPUT', expect.stringMatching(/^quantity .*; got "0x10"$/)],
      [4, 'BAD_USER_INPUT', expect.stringMatching(/^quantity .*; got "0b11"$/)],
      [5, 'BAD_USER_INPUT', expect.stringMatching(/^quantity must be between 1 and 1000000; got 0$/)],
      [8, 'BAD_USER_INPUT', expect.stringMatching(/^product begins or ends with white space: "p "/)],
      [9, 'BAD_USER_INPUT', expect.stringMatching(/^price must not be negative; got -1$/)],
      [10, 'MALFORMED', expect.stringMatching(/must have 8 comma-separated fields/)],
    ]);
    expect(imported).toBe(4);
    const { rows: stored } = await pool.query<{ id: string; quantity: number }>(
      "SELECT id, quantity FROM order_lines WHERE order_id = 'csv' ORDER BY id::int",
    );
    expect(stored.map(({ id, quantity }) => [Number(id), quantity])).toEqual([
      [1, 1],
      [6, 2],
      [7, 3],
      [11, 4],
    ]);
  });

  it('ids of reads are checked, too', async () => {
    for (const query of ['query($id: ID!) { order(id: $id) { id } }', 'query($id: ID!) { product(id: $id) { id } }']) {
      const { errors } = await api.client.send(query, { id: 'a\0' });
      expect(errors?.[0].extensions.code).toBe('BAD_USER_INPUT');
    }
    // Other texts of queries may be anything: nothing is found.
    for (const query of [
      '{ shipments(carrier: "a\\u0000") { nodes { id } } }',
      '{ customers(idPrefix: "ann ") { nodes { id } } }',
    ]) {
      const { errors } = await api.client.send(query);
      expect(errors?.map(({ extensions }) => extensions.code) ?? ['BAD_USER_INPUT']).toEqual(['BAD_USER_INPUT']);
    }
    const { errors } = await api.client.send('{ order(id: "a\\u0000") { id } }');
    expect(errors?.[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('older data of a product is counted alike in a file and through --url', async () => {
    const line = (updatedAt: string) => `${JSON.stringify({ id: 'stale', title: updatedAt, updatedAt })}\n`;
    await doors.load('products', line('2026-03-02T00:00:00Z'));
    for (const target of [doors.database, doors.remote])
      expect(await doors.load('products', line('2026-03-01T00:00:00Z'), 'jsonl', target)).toMatchObject({
        imported: 0,
        unchanged: 1,
        rejected: [],
      });
  });
});
