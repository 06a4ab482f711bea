import type { ImportLine } from '../../../src/imports/import-file';
import { csvFields } from '../../../src/imports/csv-fields';
import { OnlineRetailReader } from '../../../src/imports/online-retail';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

function read(...lines: string[]): (ImportLine | undefined)[] {
  const reader = new OnlineRetailReader();
  reader.read(HEADER);
  return lines.map((line) => reader.read(line));
}

const fate = (line: string): string => {
  const [row] = read(line);
  return row === undefined
    ? 'skipped'
    : 'rejected' in row
      ? row.rejected
      : 'event' in row
        ? row.event.type
        : 'a product';
};

describe('reading Online Retail', () => {
  it('converts a product line into a purchase, with all decimals of its price', () => {
    expect(read('536365,85123a,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.550,17850.0,United Kingdom')).toEqual([
      {
        line: 2,
        event: {
          source: 'ORDERS',
          id: '536365:85123A:1',
          type: 'PURCHASE',
          occurredAt: Date.UTC(2010, 11, 1, 8, 26),
          customerId: '17850',
          sessionId: undefined,
          productId: '85123A',
          quantity: 6,
          unitPrice: '2.550',
          currency: 'GBP',
          properties: { country: 'United Kingdom' },
        },
      },
    ]);
  });

  it('counts exact duplicates as separate occurrences, across upper and lower case', () => {
    const line = '1,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,France';
    const ids = read(line, line.replace('A,', 'a,'), line).map(
      (row) => row !== undefined && 'event' in row && row.event.id,
    );
    expect(ids).toEqual(['1:85123A:1', '1:85123A:2', '1:85123A:3']);
  });

  it.each([
    ['C1,85123A,HEART,-6,2010-12-01 08:26:00,2.55,17850.0,France', 'RETURN'],
    ['1,85123A,HEART,6,2010-12-01 08:26:00,0.0,,France', 'PURCHASE'],
    ['1,POST,POSTAGE,1,2010-12-01 08:26:00,18.0,1.0,France', 'NOT_A_PRODUCT'],
    ['1,gift_0001_20,GIFT,1,2010-12-01 08:26:00,18.0,,France', 'NOT_A_PRODUCT'],
    ['1,85123A,damaged,-3,2010-12-01 08:26:00,0.0,,France', 'STOCK_ADJUSTMENT'],
    ['A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,,United Kingdom', 'ACCOUNTING'],
    ['1,85123A,"HEART, ""RED""",6,2010-12-01 08:26:00,2.55,17850.0,France', 'PURCHASE'],
    ['1,85123A,"HEART,6,2010-12-01 08:26:00,2.55,17850.0,France', 'MALFORMED'],
    ['1,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0', 'MALFORMED'],
    ['1,85123A,HEART,six,2010-12-01 08:26:00,2.55,17850.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,,2010-12-01 08:26:00,2.55,17850.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6,2011-02-30 08:26:00,2.55,17850.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6,2010-12-01 25:26:00,2.55,17850.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6,01/12/2010 08:26,2.55,17850.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6,2010-12-01 08:26:00,free,17850.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6,2010-12-01 08:26:00,2.55,abc,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,1e3,2010-12-01 08:26:00,2.55,1.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,0x10,2010-12-01 08:26:00,2.55,1.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6.0,2010-12-01 08:26:00,2.55,1.0,France', 'PURCHASE'],
    ['1,85123A,HEART,6,0000-12-01 08:26:00,2.55,1.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6,2999-12-01 08:26:00,2.55,1.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6,2010-12-01 08:26:00,02.55,1.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,1000001,2010-12-01 08:26:00,2.55,1.0,France', 'BAD_USER_INPUT'],
    ['1:2,85123A,HEART,6,2010-12-01 08:26:00,2.55,1.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6,2010-12-01 08:26:00,-2.55,1.0,France', 'BAD_USER_INPUT'],
    ['1,85123A,HEART,6,2010-12-01 08:26:00,1234567890123.5,1.0,France', 'BAD_USER_INPUT'],
    ['"1 ",85123A,HEART,6,2010-12-01 08:26:00,2.55,1.0,France', 'BAD_USER_INPUT'],
    ['1,"85123A\u200b",HEART,6,2010-12-01 08:26:00,2.55,1.0,France', 'BAD_USER_INPUT'],
    [',85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,France', 'BAD_USER_INPUT'],
    ['', 'skipped'],
  ])('%s → %s', (line, expected) => expect(fate(line)).toBe(expected));

  it('gives an anonymous line the session of its invoice', () => {
    const [row] = read('536414,22139,,56,2010-12-01 11:52:00,0.0,,United Kingdom');
    expect(row).toMatchObject({ event: { sessionId: 'invoice:536414' } });
  });

  it('titles a product by its most frequent description on lines with a price, and prices it by the newest', () => {
    const reader = new OnlineRetailReader();
    const line = (day: number, code: string, description: string, price: string): string =>
      `1,${code},${description},1,2011-01-0${day} 00:00:00,${price},1.0,France`;
    for (const text of [
      HEADER,
      line(1, '10001', 'HEART', '1.25'),
      line(2, '10001', 'HEART', '1.5'),
      line(3, '10001', 'RED HEART', '1.45'),
      line(4, '10001', 'check', '0'),
      line(1, '10002', 'lost', '0'),
      line(2, '10002', 'found', '0'),
      line(1, '10003', '', '0'),
      '1,10004,thrown away,-4,2011-01-01 00:00:00,0,,France',
    ]) {
      reader.read(text);
    }
    const updatedAt = new Date('2011-01-04T00:00:00Z');
    expect(reader.products()).toEqual([
      { id: '10001', title: 'HEART', price: { amount: '1.45', currency: 'GBP' }, updatedAt },
      { id: '10002', title: 'found', price: null, updatedAt },
      { id: '10003', title: '10003', price: null, updatedAt },
    ]);
  });

  it('splits quoted fields', () => {
    expect(csvFields('a,"b,""c""",,"",d')).toEqual(['a', 'b,"c"', '', '', 'd']);
    expect(csvFields('a,')).toEqual(['a', '']);
    expect(csvFields('"a",')).toEqual(['a', '']);
    expect(csvFields('"a"b')).toBeUndefined();
  });
});
