import { JsonlOrders } from '../../../src/imports/jsonl-orders';
import { JsonlProducts } from '../../../src/imports/jsonl-products';
import { JsonlEvents } from '../../../src/imports/jsonl-events';
import { CsvOrders } from '../../../src/imports/csv-orders';
import type { LineReader } from '../../../src/imports/import-file';
import { detectWrongFile } from '../../../src/imports/wrong-file';

const PRODUCT = '{"id":"mug","title":"Enamel mug","price":{"amount":"9.50","currency":"EUR"}}';
const EVENT = '{"type":"VIEW","occurredAt":"2026-03-01T10:15:00Z","customerId":"c","productId":"mug"}';
const ORDER =
  '{"id":"o1","customerId":"c","placedAt":"2026-03-01T10:15:00Z","lines":[{"id":"1","productId":"mug","quantity":1}]}';
const RETAIL = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const CSV = 'order,line,customer,product,quantity,price,currency,placedAt';

describe('a file of another kind than the command expects', () => {
  const mistake = (
    sample: string[],
    kind: 'products' | 'events' | 'orders',
    format: 'jsonl' | 'csv' | 'online-retail',
  ) => detectWrongFile(sample, { kind, format, file: 'file' });

  it.each([
    ['events', [PRODUCT], /seems to be a file of products, not of events\. Use: import products file$/],
    ['orders', [PRODUCT], /a file of products, not of orders/],
    ['products', [EVENT, EVENT], /a file of events, not of products/],
    ['orders', [EVENT], /a file of events, not of orders/],
    ['products', [ORDER], /a file of orders, not of products/],
    ['events', [ORDER], /a file of orders, not of events/],
    // With a field that no kind has.
    ['events', [PRODUCT.replace('{', '{"colour":"red",')], /a file of products, not of events/],
    ['events', [RETAIL], /UCI Online Retail\. Use: import events file --format online-retail$/],
    [
      'orders',
      [CSV, 'o,1,c,mug,1,9.50,EUR,2026-03-01T10:15:00Z'],
      /order lines as CSV\. Use: import orders file --format csv/,
    ],
    ['products', ['id,title,price', 'mug,Enamel mug,9.50'], /seems to be CSV\. Products are imported as JSON lines/],
    ['events', ['[', `${EVENT},`, EVENT, ']'], /one JSON list/],
    ['products', [`[${PRODUCT}]`], /one JSON list/],
    ['products', ['{', '"id": "mug"', '}'], /objects that span several lines/],
    ['events', ['\u001f\ufffd\b'], /compressed with gzip/],
    ['events', ['PK\u0003\u0004'], /a ZIP file or an Excel file/],
    ['events', ['{\u0000"\u0000'], /not UTF-8/],
  ] as const)('%s from %j', (kind, sample, sentence) => {
    expect(mistake([...sample], kind, 'jsonl')).toMatch(sentence);
  });

  it('is recognised in other formats, too', () => {
    expect(mistake([ORDER], 'orders', 'csv')).toMatch(/orders as JSON lines\. Use: import orders file$/);
    expect(mistake([RETAIL], 'orders', 'csv')).toMatch(/--format online-retail/);
    expect(mistake([CSV], 'orders', 'online-retail')).toMatch(/--format csv/);
  });

  it('is not reported if a line can be read, or if lines of the right kind have faults', () => {
    expect(mistake([PRODUCT, EVENT], 'events', 'jsonl')).toBeUndefined();
    expect(mistake([EVENT.replace('VIEW', 'LOOK')], 'events', 'jsonl')).toBeUndefined();
    expect(mistake([PRODUCT.replace('"9.50"', '9.5')], 'products', 'jsonl')).toBeUndefined();
    expect(mistake(['nonsense'], 'products', 'jsonl')).toBeUndefined();
    const wrongRows = Array.from({ length: 19 }, () => 'o,1,c,mug,one,9.50,EUR,2026-03-01T10:15:00Z');
    expect(mistake([CSV, ...wrongRows], 'orders', 'csv')).toBeUndefined();
    expect(mistake([RETAIL, ...wrongRows], 'orders', 'online-retail')).toBeUndefined();
    expect(mistake([], 'products', 'jsonl')).toBeUndefined();
  });
});

describe('the reason of a rejected line is a sentence with the name of the field', () => {
  const reasonOf = (reader: LineReader, ...texts: string[]) => {
    const read = texts.map((text) => reader.read(text)).at(-1);
    return read !== undefined && 'rejected' in read ? read.message : read;
  };
  const change = (text: string, more: object) => JSON.stringify({ ...(JSON.parse(text) as object), ...more });

  it.each([
    [change(EVENT, { type: 'LOOK' }), /^type must be one of VIEW, CLICK, .*, CUSTOM; got "LOOK"$/],
    [change(EVENT, { type: undefined }), /^type is missing$/],
    [change(EVENT, { customerId: 1.7 }), /^customerId must be text; got 1\.7$/],
    [change(EVENT, { occurredAt: 'yesterday' }), /^occurredAt must be a time with its offset, .*; got "yesterday"$/],
    [change(EVENT, { occurredAt: undefined }), /^occurredAt is missing: an event in a file requires it$/],
    [change(EVENT, { quantity: 1.5 }), /^quantity must be a whole number from .*; got 1\.5$/],
    [change(EVENT, { quantity: 3e9 }), /^quantity must be a whole number from .* to 2147483647; got 3000000000$/],
    [change(EVENT, { colour: 'red' }), /^colour is not a field of EventInput$/],
    [change(EVENT, { unitPrice: 2.5 }), /^unitPrice must be an object; got 2\.5$/],
    [
      change(EVENT, { unitPrice: { amount: '2,5', currency: 'EUR' } }),
      /^unitPrice\.amount must be a string such as .*; got "2,5"$/,
    ],
    [change(EVENT, { unitPrice: { amount: '2.5' } }), /^unitPrice\.currency is missing$/],
    [change(EVENT, { properties: 5 }), /^properties must be an object; got 5$/],
    [change(EVENT, { unitPrice: { amount: '-1', currency: 'EUR' } }), /^unitPrice\.amount must not be negative$/],
    ['[]', /^the value must be an object; got a list$/],
    ['nonsense', /^the line is not JSON: /],
    [`{"type":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, /^type must be one of .*; got a list$/],
  ])('%.60s', (text, message) => {
    expect(reasonOf(new JsonlEvents(), text)).toMatch(message);
  });

  it('of columns that are separated otherwise', () => {
    for (const [separator, name] of [
      [';', 'semicolons'],
      ['\t', 'tabs'],
    ] as const)
      expect(() => new CsvOrders().read(CSV.replaceAll(',', separator))).toThrow(
        `The columns are separated by ${name}: separate them by commas, and write prices with a point, such as 9.50.`,
      );
    expect(() => new CsvOrders().read('order,line')).toThrow('It lacks product, quantity, price, currency, placedAt.');
  });

  it('of products and orders, too', () => {
    expect(reasonOf(new JsonlProducts(), change(PRODUCT, { categories: [5] }))).toBe(
      'categories[0] must be text; got 5',
    );
    expect(reasonOf(new JsonlOrders(), change(ORDER, { lines: [{ id: '1', quantity: '2' }] }))).toBe(
      'lines[0].quantity must be a whole number from -2147483648 to 2147483647; got "2"',
    );
    expect(reasonOf(new CsvOrders(), CSV, 'o,1,c,mug,one,9.50,EUR,2026-03-01T10:15:00Z')).toBe(
      'quantity must be a whole number; got "one"',
    );
  });
});
