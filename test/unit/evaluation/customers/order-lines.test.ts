import { OrderLineReader } from '../../../../src/evaluation/customers/order-lines';
import { parseAmount } from '../../../../src/evaluation/customers/parse-amount';
import { parseDate } from '../../../../src/evaluation/parse-date';

const read = (lines: readonly string[], names?: readonly string[]) => {
  const reader = new OrderLineReader(names);
  for (const line of lines) reader.read(line);
  return reader.finish();
};
/** Customer, day, order, amount with its sign, for each line. */
const rowsOf = ({ customers }: ReturnType<typeof read>) =>
  [...customers].flatMap(([customer, lines]) =>
    lines.map(({ at, orderKey, units, unitPrice, isReturn }) => [
      customer,
      new Date(at).toISOString().slice(0, 10),
      orderKey,
      (isReturn ? -1 : 1) * units * unitPrice,
    ]),
  );

describe('dates of order files', () => {
  it.each([
    ['2011-12-09', '2011-12-09T00:00:00.000Z'],
    ['2011-12-09 08:26', '2011-12-09T08:26:00.000Z'],
    ['2011-12-09T08:26:01.5Z', '2011-12-09T08:26:01.500Z'],
    ['2011-12-09T08:26:00+02:00', '2011-12-09T06:26:00.000Z'],
    ['2011-12-09 08:26:00 UTC', '2011-12-09T08:26:00.000Z'],
    ['20111209', '2011-12-09T00:00:00.000Z'],
    ['2011/12/9', '2011-12-09T00:00:00.000Z'],
    ['9.12.2011', '2011-12-09T00:00:00.000Z'],
    ['09.12.11 17:05', '2011-12-09T17:05:00.000Z'],
    ['9 Dec 2011', '2011-12-09T00:00:00.000Z'],
    ['9-December-2011', '2011-12-09T00:00:00.000Z'],
    ['Dec 9, 2011 5:05 PM', '2011-12-09T17:05:00.000Z'],
    ['12/9/2011 12:05 AM', '2011-12-09T00:05:00.000Z'],
    ['1323388800', '2011-12-09T00:00:00.000Z'],
    ['1323388800000', '2011-12-09T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(new Date(parseDate(text)?.monthFirst as number).toISOString()).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '2011-02-30',
    '31.04.2011',
    '2011-12-09 25:00',
    '13/13/2011',
    '9 Foo 2011',
    '12',
    '536365',
  ])('refuses %j', (text) => expect(parseDate(text)).toBeUndefined());
});

describe('amounts of order files', () => {
  it.each([
    ['12.50', 12.5],
    ['-3', -3],
    ['(12.50)', -12.5],
    ['£1,234.50', 1234.5],
    ['1.234,50 €', 1234.5],
    ['12,5', 12.5],
    ['1,234', 1234],
    ['1e3', 1000],
    ['', NaN],
    ['free', NaN],
    ['1,23,4', NaN],
  ])('reads %j', (text, expected) => expect(parseAmount(text)).toBe(expected));
});

describe('lines of order files', () => {
  it('are found by the names of a header, with quotes and a semicolon', () => {
    const { customers, skipped, slashOrder } = read([
      'Order ID;Customer-ID;"Order Date";Total',
      '7;c1;2024-01-05;"12,50"',
      '7;c1;2024-01-05;-2,50',
      '',
      '8;;2024-01-06;1',
      '9;c2;soon;1',
      '10;c2;2024-01-07;many',
      '11;c2',
      '12;c2;"2024-01-07;1',
    ]);
    expect(rowsOf({ customers, skipped, slashOrder })).toEqual([
      ['c1', '2024-01-05', '7', 12.5],
      ['c1', '2024-01-05', '7', -2.5],
    ]);
    expect(skipped).toEqual([
      { line: 5, reason: 'the customer is missing' },
      { line: 6, reason: 'the date can\'t be read; got "soon"' },
      { line: 7, reason: 'the amount must be a number; got "many"' },
      { line: 8, reason: 'the line has 2 fields; at least 4 are needed' },
      { line: 9, reason: 'a quoted field is not closed' },
    ]);
  });

  it('multiply a price by a quantity, and a negative quantity is a return', () => {
    const found = read([
      'InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID',
      'C1,a,-2,12/1/2010 8:26,2.5,17850',
    ]);
    expect(rowsOf(found)).toEqual([['17850', '2010-12-01', 'C1', -5]]);
    expect([...found.customers.values()][0][0]).toMatchObject({ productId: 'a', units: 2, unitPrice: 2.5 });
  });

  it('may have columns by position, without a header and between spaces', () => {
    const lines = [' 00001 19970101  1   11.77', ' 00001 19970101  2   8.00', ' 00002 19970112  1   12.00'];
    expect(rowsOf(read(lines, ['customer', 'date', '-', 'amount']))).toEqual([
      ['00001', '1997-01-01', '852076800000', 11.77],
      ['00001', '1997-01-01', '852076800000', 8],
      ['00002', '1997-01-12', '853027200000', 12],
    ]);
    expect(rowsOf(read(['c1,2024-01-05,3']))).toEqual([['c1', '2024-01-05', '1704412800000', 3]]);
  });

  it.each([
    ['roles by position', ['customer', 'skip', 'date', 'amount']],
    ['roles by name', ['amount=Sum', 'customer=Who', 'date=Day']],
    ['names of the header', ['Who', 'Day', 'Sum']],
  ])('may be named by --columns: %s', (_, names) => {
    expect(rowsOf(read(['Who,What,Day,Sum', 'c1,x,2024-01-05,3'], names))).toEqual([
      ['c1', '2024-01-05', '1704412800000', 3],
    ]);
  });

  it('have the column of the header’s name where the names are roles in another order', () => {
    const rows = rowsOf(read(['amount,date,customer', '3,2024-01-05,c1'], ['customer', 'date', 'amount']));
    expect(rows).toEqual([['c1', '2024-01-05', '1704412800000', 3]]);
  });

  it('have dates with slashes with the day first if one of them can be nothing else', () => {
    const american = read(['customer,date,amount', 'c,03/04/2024,1', 'c,03/14/2024,1']);
    expect([american.slashOrder, rowsOf(american)[0][1]]).toEqual(['month-first', '2024-03-04']);
    const british = read(['customer,date,amount', 'c,03/04/2024,1', 'c,14/03/2024,1', 'c,03/14/2024,1']);
    expect([british.slashOrder, rowsOf(british)[0][1], british.skipped]).toEqual([
      'day-first',
      '2024-04-03',
      [{ line: 4, reason: 'the date has the month before the day, other dates have the day first' }],
    ]);
  });

  it.each([
    [['a,b,c,d'], undefined, 'the first line has no column for customer, date, amount; name the columns by --columns'],
    [['Who,Day,Sum'], ['Who', 'When', 'Sum'], '--columns: the first line has no column When; it has Who, Day, Sum'],
    [['x,y,z'], ['customer', 'date', 'other'], '--columns must name amount'],
    [['x,y,z'], ['customer', 'customer', 'date'], '--columns names customer twice'],
    [['x,y,z'], ['client=x', 'date=y', 'amount=z'], '--columns: there is no column role client'],
  ])('are not guessed: %j, %j', (lines, names, message) => {
    expect(() => read(lines, names)).toThrow(message);
  });
});
