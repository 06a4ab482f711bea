import { Doors } from '../../setup/doors';

const HEADER = 'order,line,customer,product,quantity,price,currency,placedAt';
const row = (order: string, line: number, customer: string, time: string, quantity = 1) =>
  `${order},${line},${customer},p${line},${quantity},5.00,EUR,2026-03-01T${time}:00Z`;
const ORDER = `query($id: ID!) { order(id: $id) { customerId placedAt updatedAt lines { id quantity placedAt } } }`;
const at = (time: string) => `2026-03-01T${time}:00.000Z`;

interface OrderAnswer {
  readonly order: {
    readonly customerId: string;
    readonly placedAt: string;
    readonly lines: readonly { readonly id: string; readonly quantity: number; readonly placedAt: string }[];
  } | null;
}

describe('rows of a file that are lines of one order', () => {
  let doors: Doors;

  beforeAll(async () => {
    doors = await Doors.open();
  });

  afterAll(() => doors.close());

  const load = async (...rows: string[]) => {
    const { rejected, imported, unchanged } = await doors.load('orders', [HEADER, ...rows].join('\n'), 'csv');
    return { imported, unchanged, rejected: rejected.map(({ line, reason }) => [line - 1, reason]) };
  };
  const order = async (id: string) => {
    const read = (await doors.api.client.data<OrderAnswer>(ORDER, { id })).order;
    return (
      read && [read.customerId, read.placedAt, ...read.lines.map((each) => [each.id, each.quantity, each.placedAt])]
    );
  };

  it.each([
    ['one after the other', []],
    ['with a line of another order in between', [row('other', 1, 'cleo', '10:01')]],
  ])('keep their owner and their time, %s', async (_name, between) => {
    const o = `owner-${between.length}`;
    const rows = [row(o, 1, 'ann', '10:00'), ...between, row(o, 2, 'ben', '10:05'), row(o, 3, 'ann', '10:06')];
    const conflict = [rows.length - 1, 'CONFLICT'];
    expect(await load(...rows)).toEqual({ imported: rows.length - 1, unchanged: 0, rejected: [conflict] });
    const stored = ['ann', at('10:00'), ['1', 1, at('10:00')], ['3', 1, at('10:06')]];
    expect(await order(o)).toEqual(stored);
    expect(await load(...rows)).toEqual({ imported: 0, unchanged: rows.length - 1, rejected: [conflict] });
    expect(await order(o)).toEqual(stored);
  });

  it('are added at any time, and older data changes none that the order has', async () => {
    const rows = [row('o', 1, 'ann', '10:05'), row('k', 1, 'ben', '10:00'), row('o', 2, 'ann', '10:00')];
    expect(await load(...rows)).toEqual({ imported: 3, unchanged: 0, rejected: [] });
    const stored = ['ann', at('10:05'), ['1', 1, at('10:05')], ['2', 1, at('10:00')]];
    expect(await order('o')).toEqual(stored);
    expect(await load(...rows)).toEqual({ imported: 0, unchanged: 3, rejected: [] });
    const older = await doors.api.client.data<{ recordOrders: object }>(
      `mutation($orders: [OrderInput!]!) {
        recordOrders(input: { orders: $orders }) { accepted unchanged changedLines errors { index code } }
      }`,
      {
        orders: [
          { id: 'o', updatedAt: at('09:00'), lines: [{ id: '1', quantity: 7 }] },
          {
            id: 'o',
            updatedAt: at('09:00'),
            placement: 'older',
            lines: [
              { id: '1', quantity: 7 },
              { id: '3', productId: 'p3', quantity: 2, unitPrice: { amount: '5.00', currency: 'EUR' } },
            ],
          },
        ],
      },
    );
    expect(older.recordOrders).toEqual({
      accepted: 1,
      unchanged: 0,
      changedLines: 1,
      errors: [{ index: 0, code: 'STALE' }],
    });
    expect(await order('o')).toEqual([...stored, ['3', 2, at('10:05')]]);
  });

  it.each([
    ['next to each other', []],
    ['with a line of another order in between', [row('between', 1, 'cleo', '10:01')]],
  ])('do not lose their order to a line that contradicts them, %s', async (_name, between) => {
    const o = `lost-${between.length}`;
    const rows = [
      row(o, 1, 'ann', '10:00'),
      row(o, 2, 'ann', '10:00').replace('EUR', 'USD'),
      ...between,
      row(o, 3, 'ben', '10:05'),
    ];
    expect((await load(...rows)).rejected.map(([line]) => line)).toEqual([2, rows.length]);
    expect(await order(o)).toEqual(['ann', at('10:00'), ['1', 1, at('10:00')]]);
    // Changes of a line count in the order of the file, and older ones do not.
    const changes = [
      row(`${o}-c`, 1, 'ann', '10:05', 2),
      ...between,
      row(`${o}-c`, 1, 'ann', '10:00', 1),
      row(`${o}-c`, 1, 'ann', '10:05', 3),
    ];
    expect((await load(...changes)).rejected).toEqual([]);
    expect(await order(`${o}-c`)).toEqual(['ann', at('10:05'), ['1', 3, at('10:05')]]);
  });

  it('may name the customer in the first line only', async () => {
    expect(await load(row('first', 1, 'ann', '10:00'), row('first', 2, '', '10:00'))).toEqual({
      imported: 2,
      unchanged: 0,
      rejected: [],
    });
    expect(await order('first')).toMatchObject(['ann', at('10:00'), ['1', 1, at('10:00')], ['2', 1, at('10:00')]]);
  });

  it('are stored without the line that is at fault', async () => {
    const rows = [row('q', 1, 'ann', '10:00'), row('q', 2, 'ann', '10:00', 0), row('q', 3, 'ann', '10:00')];
    expect(await load(...rows)).toEqual({ imported: 2, unchanged: 0, rejected: [[2, 'BAD_USER_INPUT']] });
    const priced = (line: number, currency: string) => row('r', line, 'ann', '10:00').replace('EUR', currency);
    expect(await load(priced(1, 'EUR'), priced(2, 'USD'), priced(3, 'EUR'))).toMatchObject({
      imported: 2,
      rejected: [[2, expect.any(String)]],
    });
    expect(await order('r')).toMatchObject(['ann', at('10:00'), ['1', 1, at('10:00')], ['3', 1, at('10:00')]]);
  });
});
