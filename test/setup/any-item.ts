import fc from 'fast-check';
import { isVisible } from '../../src/graphql/id';
import { REQUIRED_ORDER_COLUMNS } from '../../src/imports/csv-orders';
import type { BulkKind, Doors, Item, LoadedFile } from './doors';

/** What a way into Freshet does with an item: null if it accepts it. */
type Verdict = { readonly code: string; readonly path: string | null } | null;

const AT = '2026-03-01T10:15:00Z';

const TEXTS = [
  '',
  ' ',
  'a',
  ' a',
  'a ',
  'a\u00a0',
  '\u200b',
  'a\0',
  'a\n',
  '\ud800',
  'é',
  '🫖',
  '7',
  '1e3',
  '-1',
  'x'.repeat(201),
  'x'.repeat(600),
  'x'.repeat(20_001),
];
const TIMES = [
  '0000-01-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2999-01-01T00:00:00Z',
  '1969-12-31T00:00:00Z',
  AT,
  '2026-03-01T10:15:00',
];
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, ...TEXTS),
  fc.constantFrom<unknown>(0, 1, -1, 1.5, 2 ** 31, 2 ** 53, 1e300, true, [], {}, ['a'], [' a'], [null], { a: 2 ** 60 }),
  fc.constantFrom<unknown>(...TIMES),
  fc.constantFrom<unknown>(
    { amount: '1', currency: 'EUR' },
    { amount: 9.5, currency: 'EUR' },
    { amount: '-1', currency: 'EUR' },
    { amount: '1', currency: 'euro' },
    { amount: '1e3', currency: 'EUR' },
    { amount: '1'.repeat(31), currency: 'EUR' },
    { amount: '3.333333333333', currency: 'EUR' },
  ),
);

const RIGHT: Record<BulkKind, (id: string) => Item> = {
  events: (id) => ({
    id,
    type: 'PURCHASE',
    occurredAt: AT,
    customerId: 'c',
    productId: 'p',
    quantity: 2,
    unitPrice: { amount: '9.50', currency: 'EUR' },
    properties: { colour: 'red' },
  }),
  products: (id) => ({
    id,
    title: 'Mug',
    description: 'd',
    url: '/mug',
    imageUrls: ['/mug.png'],
    brand: 'B',
    categories: ['Kitchen'],
    groupId: 'g',
    language: 'en',
    rating: 4.5,
    stock: 3,
    price: { amount: '9.50', currency: 'EUR' },
    attributes: { colour: 'red' },
    publishedAt: AT,
    updatedAt: AT,
  }),
  orders: (id) => ({
    id,
    customerId: 'c',
    placedAt: AT,
    updatedAt: AT,
    lines: [{ id: '1', productId: 'p', quantity: 2, unitPrice: { amount: '9.50', currency: 'EUR' } }],
    source: 'web',
    placement: 'home',
    requestId: 'r',
    properties: { a: 1 },
  }),
};

/** Returns items of which each has one odd field. Their ids begin with `kind`. */
export function anyItems(kind: BulkKind, seed: number, count: number): Item[] {
  const fields = Object.keys(RIGHT[kind]('')).filter((name) => name !== 'id');
  const changes = fc.sample(fc.tuple(fc.constantFrom('colour', ...fields), odd), { numRuns: count, seed });
  // Only files require the time of an order, so that they can be imported again.
  const sent = changes.filter(([name, value]) => !(kind === 'orders' && name === 'placedAt' && value === null));
  return sent.map(([name, value], n) => ({ ...RIGHT[kind](`${kind}${n}`), [name]: value }));
}

/**
 * Sends items through all doors.
 * @returns the verdicts on the items by door, with those of variables first
 */
export async function verdictsOf(
  doors: Doors,
  kind: BulkKind,
  items: readonly Item[],
): Promise<{ readonly expected: readonly Verdict[]; readonly others: Readonly<Record<string, readonly Verdict[]>> }> {
  const errors = await doors.variables(kind, items);
  const byIndex = new Map(errors.map((error) => [error.index, error]));
  const expected = items.map((_, index): Verdict => {
    const error = byIndex.get(index);
    return error === undefined ? null : { code: error.code, path: error.path };
  });
  const lines = items.map((item) => `${JSON.stringify(item)}\n`).join('');
  const others: Record<string, readonly Verdict[]> = {
    jsonl: verdictsOfFile(await doors.load(kind, lines), expected),
    url: verdictsOfFile(await doors.load(kind, lines, 'jsonl', doors.remote), expected),
  };
  if (kind === 'events')
    others.http = verdictsOfErrors(
      items,
      (await doors.http(items)).errors.map((error) => ({ ...error, line: error.index })),
    );
  return { expected, others };
}

const verdictsOfErrors = (
  items: readonly unknown[],
  errors: readonly { line: number; code: string; path: string | null }[],
): Verdict[] => {
  const byLine = new Map(errors.map(({ line, code, path }) => [line, { code, path }]));
  return items.map((_, line) => byLine.get(line) ?? null);
};

/** The verdicts of a file. Its messages begin with the field. @param expected of the same items, elsewhere */
function verdictsOfFile({ rejected }: LoadedFile, expected: readonly Verdict[]): Verdict[] {
  const byLine = new Map(rejected.map((each) => [each.line - 1, each]));
  return expected.map((other, index) => {
    const each = byLine.get(index);
    if (each === undefined) return null;
    const isNamed = other !== null && each.message.startsWith(other.path ?? '');
    return { code: each.reason, path: isNamed ? other.path : each.message };
  });
}

/** Sends each item as a part of a document. @returns the items whose code differs from that of the verdict, with it */
export async function differingLiterals(
  doors: Doors,
  kind: BulkKind,
  items: readonly Item[],
  expected: readonly Verdict[],
): Promise<readonly object[]> {
  const differing: object[] = [];
  for (const [n, item] of items.entries()) {
    const code = await doors.literal(kind, item);
    if (code !== expected[n]?.code) differing.push({ item, code });
  }
  return differing;
}

/** The value of a field of a product or order that was sent, in its normal form. */
export function normalForm(kind: BulkKind, field: string, value: unknown): unknown {
  if (value === undefined || value === null) return { imageUrls: [], categories: [], attributes: {} }[field] ?? null;
  if (field.endsWith('At')) return new Date(value as string).toISOString();
  if (field.endsWith('Id')) return `${value as string | number}`;
  if (kind !== 'products') return value;
  const shown = (text: string) => (isVisible(text) ? text.trim() : null);
  if (['title', 'description', 'url', 'brand', 'language'].includes(field)) return shown(value as string);
  if (['imageUrls', 'categories'].includes(field)) return [value as string].flat().filter(isVisible).map(shown);
  return value;
}

/** A line of CSV with one odd text, and the same order as JSON. */
export function anyCsvLines(seed: number, count: number): { csv: string; items: Item[] } {
  // Half of a surrogate pair can't be written in UTF-8, and a line break begins another line.
  const texts = [...TEXTS, ...TIMES].filter(
    (text) => text !== '\ud800' && !text.includes('\n') && text.trim() === text,
  );
  const changes = fc.sample(
    fc.tuple(
      fc.constantFrom('customer', ...REQUIRED_ORDER_COLUMNS.filter((column) => column !== 'order')),
      fc.constantFrom(...texts),
    ),
    { numRuns: count, seed },
  );
  const rows = changes.map(([column, text], n) => ({
    order: `csv${n}`,
    line: '1',
    customer: 'c',
    product: 'p',
    quantity: '2',
    price: '9.50',
    currency: 'EUR',
    placedAt: AT,
    [column]: text,
  }));
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const header = Object.keys(rows[0]).join(',');
  return {
    csv: `${[header, ...rows.map((row) => Object.values(row).map(quoted).join(','))].join('\n')}\n`,
    items: rows.map((row) => ({
      id: row.order,
      ...(row.customer === '' ? {} : { customerId: row.customer }),
      updatedAt: row.placedAt,
      lines: [
        {
          id: row.line,
          productId: row.product,
          quantity: /^[+-]?\d+$/.test(row.quantity) ? Number(row.quantity) : row.quantity,
          unitPrice: { amount: row.price, currency: row.currency },
          placedAt: row.placedAt,
        },
      ],
    })),
  };
}
