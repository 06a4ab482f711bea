import fc from 'fast-check';
import type { StoredEvent } from '../../../src/events/stored-event';
import type { ProductFacts } from '../../../src/catalog/product-facts';
import { textOfDecimal } from '../../../src/learn/exact-decimal';
import { compileStream } from '../../../src/streams/compile-stream';
import { parseStreamInput } from '../../../src/streams/parse-stream-input';
import { encodeKey, decodeKey } from '../../../src/streams/key-encoding';
import { MAX_LATE_IDS, type PartialAggregates } from '../../../src/streams/partial-aggregates';
import { SpecFault, type StreamSpec, type WindowSpec } from '../../../src/streams/stream-spec';
import { aggregate } from './aggregate-spec';

const TUMBLING: WindowSpec = { kind: 'TUMBLING', size: 'PT1M', slide: null, gap: null, timeZone: 'UTC' };
const SESSION: WindowSpec = { kind: 'SESSION', size: null, slide: null, gap: 'PT30S', timeZone: 'UTC' };
const SPEC: StreamSpec = {
  from: ['PURCHASE', 'VIEW'],
  filter: "event.productId != 'hidden'",
  variables: { rates: { USD: 0.5, EUR: 1 } },
  derive: [
    { name: 'inEuros', expression: 'event.unitPrice * vars.rates[event.currency]' },
    { name: 'isDear', expression: 'event.inEuros > 5' },
  ],
  keys: [{ name: 'product', expression: 'event.productId' }],
  window: TUMBLING,
  aggregates: [
    aggregate('events', 'COUNT', null),
    aggregate('dear', 'COUNT', null, { filter: 'event.isDear' }),
    aggregate('revenue', 'SUM', 'event.amount'),
    aggregate('euros', 'SUM', 'event.inEuros'),
    aggregate('customers', 'DISTINCT', 'event.customerId'),
  ],
  lateness: 'PT10M',
};
const NOON = Date.UTC(2026, 2, 1, 12);
const event = (id: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  source: 'STOREFRONT',
  id,
  type: 'PURCHASE',
  occurredAt: NOON,
  productId: 'mug',
  quantity: 2,
  unitPrice: '9.90',
  currency: 'USD',
  customerId: 'alice',
  ...more,
});
const onTime = (event: StoredEvent) => ({ receivedAt: event.occurredAt, backfill: false });

function counted(spec: StreamSpec, events: readonly StoredEvent[]): PartialAggregates {
  const stream = compileStream(spec);
  const into = stream.empty();
  for (const each of events) stream.add(each, onTime(each), into, 1);
  return into;
}
const figures = (partials: PartialAggregates) =>
  partials.all().map(({ key, state }) => [
    key,
    state.events,
    ...state.aggregates.map((each) => {
      const { decimal } = each.result();
      return decimal === undefined ? null : textOfDecimal(decimal);
    }),
  ]);

describe('a stream', () => {
  it('filters, derives, converts and aggregates', () => {
    const events = [
      event('1'),
      event('2', { currency: 'EUR', unitPrice: '0.10', quantity: 3, customerId: 'bob' }),
      event('3', { type: 'CLICK' }),
      event('4', { productId: 'hidden' }),
      event('5', { productId: undefined }),
      event('6', { currency: 'GBP' }),
      event('7', { type: 'VIEW', unitPrice: undefined, currency: undefined, productId: 'cup' }),
    ];
    expect(figures(counted(SPEC, events))).toEqual([
      // Only the value in euros is missing for a currency without a rate. The sum of `amount` has the decimals as they
      // were sent.
      ['mug', 3, '3', '0', '39.9', '5.05', '2'],
      ['cup', 1, '1', '0', null, null, '1'],
    ]);
  });

  it('computes with decimals to the last digit, in derived fields and in aggregates', () => {
    const spec: StreamSpec = {
      ...SPEC,
      derive: [
        { name: 'worth', expression: "event.type == 'VIEW' ? -event.amount : event.amount" },
        { name: 'twice', expression: 'event.worth * 2.0 - event.unitPrice + 0.1' },
      ],
      aggregates: [
        aggregate('worth', 'SUM', 'event.worth'),
        aggregate('twice', 'SUM', 'event.twice'),
        aggregate('large', 'COUNT', null, { filter: 'event.worth > 800000000000.0' }),
        aggregate('each', 'SUM', 'event.unitPrice * 3.0'),
      ],
    };
    const events = [
      event('1', { unitPrice: '123456789012.345678', quantity: 7 }),
      event('2', { type: 'VIEW', unitPrice: '0.00000001', quantity: 1 }),
      event('3', { unitPrice: undefined }),
    ];
    // 864197523086.419746 − 0.00000001; twice is 1604938257160.493814 + 0.1 and −0.00000003 + 0.1.
    expect(figures(counted(spec, events))).toEqual([
      ['mug', 3, '864197523086.41974599', '1604938257160.69381397', '1', '370370367037.03703403'],
    ]);
  });

  it('computes products of many factors with doubles, which have no million digits', () => {
    const squares = Array.from({ length: 20 }, (_, n) => ({
      name: `x${n + 1}`,
      expression: n === 0 ? 'event.amount' : `event.x${n} * event.x${n}`,
    }));
    const spec = {
      ...SPEC,
      derive: squares,
      aggregates: [aggregate('x3', 'SUM', 'event.x3'), aggregate('x20', 'SUM', 'event.x20')],
    };
    expect(figures(counted(spec, [event('1', { unitPrice: '1.1', quantity: 1 })]))).toEqual([
      ['mug', 1, '1.4641', null],
    ]);
  });

  it('uses products and customers as they are given with the event', () => {
    const spec = {
      ...SPEC,
      filter: null,
      keys: [{ name: 'brand', expression: 'product.brand' }],
      aggregates: [
        aggregate('events', 'COUNT', null),
        aggregate('members', 'COUNT', null, { filter: "customer.attributes.tier == 'gold'" }),
        aggregate('list', 'SUM', 'product.price'),
      ],
    };
    const stream = compileStream(spec);
    const into = stream.empty();
    const product = { brand: 'Acme', price: '9.50', categories: [], attributes: {} } as unknown as ProductFacts;
    const take = (known: object) => stream.add(event('1'), { ...onTime(event('1')), ...known }, into, 1);
    take({ product, customer: { tier: 'gold' } });
    take({ product });
    take({ product: { ...product, brand: null } });
    take({});
    expect(figures(into)).toEqual([['Acme', 2, '2', '1', '19']]);
    expect([...stream.fields]).toEqual(expect.arrayContaining(['product.brand', 'customer.attributes']));
    const sums = { ...spec, aggregates: [aggregate('sum', 'SUM', 'event.amount')] };
    expect(compileStream(sums).isPersonal).toBe(false);
    expect(compileStream({ ...sums, keys: [{ name: 't', expression: 'customer.attributes.tier' }] }).isPersonal).toBe(
      true,
    );
  });

  it('reads what it compares with codes of currencies and languages', () => {
    const filters = [
      'event.currency == "usd"',
      'event.paid in ["eur", "Usd"]',
      'event.currency == vars.c',
      'vars.list.exists(l, l == product.language)',
      'product.language == "PT_br" && product.currency != vars.c',
    ];
    const spec: StreamSpec = {
      ...SPEC,
      variables: { c: 'usd', list: ['pt-br', 'de'] },
      derive: [{ name: 'paid', expression: 'event.currency' }],
      aggregates: filters.map((filter, at) => aggregate(`f${at}`, 'COUNT', null, { filter })),
    };
    const stream = compileStream(spec);
    const into = stream.empty();
    const product = { language: 'pt-BR', currency: 'EUR' } as ProductFacts;
    for (const each of [event('1'), event('2', { currency: 'EUR' })])
      stream.add(each, { ...onTime(each), product }, into, 1);
    expect(stream.codeFault).toBeUndefined();
    expect(figures(into)).toEqual([['mug', 2, '1', '2', '1', '2', '2']]);
  });

  it('reads the units of rates of currencies', () => {
    const specOf = (units: readonly string[]): StreamSpec => ({
      ...SPEC,
      derive: [
        { name: 'paid', expression: 'event.currency' },
        {
          ...{ name: 'euros', expression: 'event.amount', unit: 'event.paid' },
          rates: units.map((unit) => ({ unit, since: null, factor: '2' })),
        },
      ],
      aggregates: [aggregate('euros', 'SUM', 'event.euros')],
    });
    expect(compileStream(specOf(['usd', 'EUR'])).codeFault).toBeUndefined();
    expect(figures(counted(specOf(['usd', 'EUR']), [event('1')]))).toEqual([['mug', 1, '39.6']]);
    expect(compileStream(specOf(['EUR', 'Dollar'])).codeFault?.path).toBe('derive[1].rates[1].unit');
    expect(compileStream(specOf(['usd', 'USD'])).codeFault?.path).toBe('derive[1].rates[0].unit');
  });

  it('is not accepted if it compares a code with what is none; a stored one still counts', () => {
    const refused: [string, Record<string, unknown>, string, string][] = [
      [
        'event.currency == "Euro"',
        {},
        'aggregates[1].filter',
        'line 1, column 19: event.currency is compared with "Euro"',
      ],
      ['event.paid != "Euro"', {}, 'aggregates[1].filter', 'line 1, column 15: event.paid is compared with "Euro"'],
      ['product.language in ["de", "German"]', {}, 'aggregates[1].filter', 'line 1, column 28: product.language'],
      ['event.currency == vars.c', { c: 'Euro' }, 'variables', 'c must be an ISO 4217 code'],
    ];
    for (const [filter, variables, path, message] of refused) {
      const spec: StreamSpec = {
        ...SPEC,
        variables,
        derive: [{ name: 'paid', expression: 'event.currency' }],
        aggregates: [aggregate('all', 'COUNT', null), aggregate('some', 'COUNT', null, { filter })],
      };
      const { codeFault } = compileStream(spec);
      expect([codeFault?.path, codeFault?.message]).toEqual([path, expect.stringContaining(message)]);
      expect(figures(counted(spec, [event('1')]))[0].slice(0, 3)).toEqual(['mug', 1, '1']);
      const aggregates = [
        { name: 'all', kind: 'COUNT' as const },
        { name: 'some', kind: 'COUNT' as const, filter },
      ];
      const { derive, keys } = spec;
      expect(() =>
        parseStreamInput({ id: 's', variables, derive, keys, window: TUMBLING, aggregates } as never),
      ).toThrow(message);
    }
  });

  it('uses the segment of the customer as it is given with the event', () => {
    const spec = {
      ...SPEC,
      filter: "customer.segment in ['3', 'NEW']",
      keys: [{ name: 'segment', expression: 'customer["segment"]' }],
      aggregates: [
        aggregate('events', 'COUNT', null),
        aggregate('new', 'COUNT', null, { filter: "customer.segment == 'NEW'" }),
      ],
    };
    const stream = compileStream(spec);
    const into = stream.empty();
    for (const segment of ['3', 'NEW', '4', undefined, 'NEW'])
      stream.add(event('1'), { ...onTime(event('1')), segment }, into, 1);
    expect(figures(into)).toEqual([
      ['3', 1, '1', '0'],
      ['NEW', 2, '2', '2'],
    ]);
  });

  it('reports whether its stored results may reveal whose segment they count', () => {
    const useOf = (more: Partial<StreamSpec>) => {
      const { segmentUse, isPersonal } = compileStream({
        ...SPEC,
        filter: null,
        aggregates: [aggregate('n', 'COUNT', null)],
        ...more,
      });
      return [segmentUse, isPersonal];
    };
    const inSegment = "customer.segment == '3'";
    const bySegment = [{ name: 'segment', expression: 'customer.segment' }];
    const copied = [{ name: 'group', expression: 'customer.segment' }];
    const mixed = [{ name: 'group', expression: 'customer.segment + event.sessionId' }];
    const keyed = [{ name: 'group', expression: 'event.group' }];
    expect(useOf({})).toEqual(['NONE', false]);
    expect(useOf({ keys: [{ name: 'who', expression: 'event.customerId' }] })).toEqual(['NONE', true]);
    expect(useOf({ filter: inSegment })).toEqual(['COUNTED', false]);
    expect(useOf({ keys: bySegment })).toEqual(['COUNTED', true]);
    expect(useOf({ derive: copied, keys: keyed })).toEqual(['COUNTED', true]);
    expect(useOf({ derive: mixed, keys: keyed })).toEqual(['IDENTIFIED', true]);
    expect(useOf({ keys: bySegment, aggregates: [aggregate('who', 'TOP', 'event.customerId')] })).toEqual([
      'IDENTIFIED',
      true,
    ]);
    expect(useOf({ filter: inSegment, keys: [{ name: 'who', expression: 'event.customerId' }] })).toEqual([
      'IDENTIFIED',
      true,
    ]);
    const on = [{ event: 'event.customerId', other: 'other.customerId' }];
    const join = { from: [], filter: null, on, before: 'PT0S', after: 'PT1H' };
    expect(useOf({ join, keys: bySegment })).toEqual(['COUNTED', true]);
    expect(useOf({ join, keys: bySegment, filter: "other.name == 'x'" })).toEqual(['COUNTED', true]);
  });

  it('lists the segments that its expressions compare, with their places, and the parts of its key that are segments', () => {
    const { comparedSegments, segmentKeys } = compileStream({
      ...SPEC,
      derive: [
        { name: 'group', expression: 'customer.segment' },
        { name: 'isOld', expression: "event.group == '5' ||\n '6' != customer['segment']" },
      ],
      filter: "event.productId == '1' && customer.segment in ['7', 'NEW']",
      keys: [
        { name: 'product', expression: 'event.productId' },
        { name: 'group', expression: 'event.group' },
      ],
      aggregates: [aggregate('n', 'SUM', 'event.quantity', { filter: "event.group == '8'" })],
    });
    expect(
      comparedSegments.map(({ value, path, position: { line, column } }) => [value, path, line, column]).sort(),
    ).toEqual([
      ['5', 'derive[1].expression', 1, 16],
      ['6', 'derive[1].expression', 2, 2],
      ['7', 'filter', 1, 48],
      ['8', 'aggregates[0].filter', 1, 16],
      ['NEW', 'filter', 1, 53],
    ]);
    expect(segmentKeys).toEqual([false, true]);
  });

  it('refuses predictions of customers, with the place and the reason', () => {
    for (const field of ['expectedAmount', 'purchaseProbability', 'churnProbability'])
      expect(() => compileStream({ ...SPEC, filter: `event.quantity > 1.0 && customer.${field} > 0.5` })).toThrow(
        new SpecFault(
          'filter',
          `line 1, column 34: customer has no field ${field}: predictions are not stored as of each event, so streams cannot read them`,
        ),
      );
    expect(() => compileStream({ ...SPEC, filter: 'customer.segments == "3"' })).toThrow(
      new SpecFault('filter', 'line 1, column 10: customer has no field segments'),
    );
  });

  it('converts by dated rates, to the last digit', () => {
    const rates = [
      { unit: 'USD', since: null, factor: '0.90' },
      { unit: 'USD', since: new Date(NOON).toISOString(), factor: '0.85' },
      { unit: 'USD', since: new Date(NOON + 60_000).toISOString(), factor: '0.1234567' },
      { unit: 'EUR', since: null, factor: '1' },
      { unit: 'GBP', since: new Date(NOON + 60_000).toISOString(), factor: '1.2' },
    ];
    const spec: StreamSpec = {
      ...SPEC,
      keys: [],
      window: { ...TUMBLING, size: 'P1D' },
      derive: [
        { name: 'euros', expression: 'event.amount', unit: 'event.currency', rates },
        { name: 'isDear', expression: 'event.euros > 17.0' },
      ],
      aggregates: [
        aggregate('revenue', 'SUM', 'event.euros'),
        aggregate('dear', 'COUNT', null, { filter: 'event.isDear' }),
      ],
    };
    const at = (ms: number, more: Partial<StoredEvent> = {}) =>
      figures(counted(spec, [event('1', { occurredAt: NOON + ms, ...more })]))[0].slice(2);
    expect(at(-1)).toEqual(['17.82', '1']); // 19.80 × 0.90
    expect(at(0)).toEqual(['16.83', '0']);
    expect(at(59_999)).toEqual(['16.83', '0']);
    expect(at(60_000)).toEqual(['2.44444266', '0']);
    expect(at(0, { currency: 'EUR', unitPrice: '9007199254740993.01', quantity: 1 })).toEqual([
      '9007199254740993.01',
      '1',
    ]);
    expect(at(0, { currency: 'GBP' })).toEqual([null, '0']);
    expect(at(0, { currency: undefined })).toEqual([null, '0']);
    const wrong = (more: object) => () =>
      compileStream({ ...spec, derive: [{ ...spec.derive[0], ...more }, spec.derive[1]] });
    expect(wrong({ rates: [] })).toThrow('between 1 and 2000');
    expect(wrong({ rates: [rates[0], rates[0]] })).toThrow('two rates');
    expect(wrong({ rates: [{ ...rates[0], factor: '0' }] })).toThrow('greater than 0');
    expect(wrong({ unit: 'event.nonsense' })).toThrow('no field nonsense');
    expect(wrong({ expression: 'event.currency' })).toThrow('must return a number');
  });

  it('decides from stored times alone which events are late, and lists them', () => {
    const stream = compileStream(SPEC);
    const into = stream.empty();
    const take = (id: string, lateMs: number, backfill: boolean) =>
      stream.add(event(id), { receivedAt: NOON + lateMs, backfill }, into, 1);
    take('in time', 600_000, false);
    take('imported', 86_400_000, true);
    for (let n = 0; n < 30; n++) take(`late ${String(n).padStart(2, '0')}`, 600_001, false);
    expect(figures(into)[0].slice(0, 2)).toEqual(['mug', 2]);
    const [late] = into.allLate();
    expect(late).toMatchObject({ key: 'mug', start: NOON, count: 30 });
    expect(late.ids).toHaveLength(MAX_LATE_IDS);
    expect(late.ids[0]).toBe('STOREFRONT:late 00');
  });

  const arbitraryEvent = fc.record({
    n: fc.nat(100_000),
    seconds: fc.nat(600),
    productId: fc.constantFrom('mug', 'cup'),
    cents: fc.nat(10_000),
    late: fc.boolean(),
  });
  it.each([
    ['windows', TUMBLING],
    ['sessions', SESSION],
  ])('has the same %s, byte for byte, in any grouping and order of its events', (_name, window) => {
    const stream = compileStream({ ...SPEC, window });
    const decode = (part: PartialAggregates) => {
      const decoded = stream.empty();
      decoded.mergeEncoded(part.encode(), 1);
      return decoded;
    };
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 50 }), fc.infiniteStream(fc.nat()), (events, choices) => {
        const next = () => choices.next().value;
        const take = (each: (typeof events)[number], into: PartialAggregates) =>
          stream.add(
            event(String(each.n), {
              occurredAt: NOON + each.seconds * 1_000,
              productId: each.productId,
              unitPrice: (each.cents / 100).toFixed(2),
            }),
            { receivedAt: NOON + each.seconds * 1_000 + (each.late ? 700_000 : 0), backfill: false },
            into,
            1,
          );
        const whole = stream.empty();
        for (const each of events) take(each, whole);
        const parts = Array.from({ length: 4 }, () => stream.empty());
        for (const each of [...events].sort(() => (next() % 2) - 0.5)) take(each, parts[next() % 4]);
        while (parts.length > 1) {
          const [part] = parts.splice(next() % parts.length, 1);
          parts[next() % parts.length].merge(next() % 2 === 0 ? decode(part) : part);
        }
        expect(Buffer.from(parts[0].encode()).toString('hex')).toBe(Buffer.from(whole.encode()).toString('hex'));
        // An erasure checks this byte.
        expect(whole.encode().at(-1) === 0).toBe(whole.allLate().length === 0);
      }),
      { numRuns: 200 },
    );
  });

  it('detects whether it stores who caused an event', () => {
    const isPersonal = (more: Partial<StreamSpec>) => compileStream({ ...SPEC, ...more }).isPersonal;
    const key = (expression: string) => [{ name: 'k', expression }];
    expect(isPersonal({})).toBe(true); // Hashes of customers.
    const sums = { aggregates: [aggregate('sum', 'SUM', 'event.amount')] };
    expect(isPersonal(sums)).toBe(false);
    expect(isPersonal({ ...sums, filter: "event.customerId == 'alice'" })).toBe(false);
    expect(isPersonal({ ...sums, keys: key('event.customerId') })).toBe(true);
    expect(isPersonal({ ...sums, keys: key('event.properties.mail') })).toBe(true);
    const who = [{ name: 'who', expression: 'event.sessionId' }];
    expect(isPersonal({ ...sums, derive: who })).toBe(false);
    expect(isPersonal({ ...sums, derive: who, keys: key('event.who') })).toBe(true);
    const again = [...who, { name: 'again', expression: "event.who + '!'" }];
    expect(isPersonal({ ...sums, derive: again, keys: key('event.again') })).toBe(true);
  });

  it.each<[string, Partial<StreamSpec>, string]>([
    ['filter', { filter: 'event.nonsense > 1' }, 'event has no field nonsense'],
    ['filter', { filter: 'event.quantity' }, 'The expression must return true or false'],
    [
      'keys[0].expression',
      { keys: [{ name: 'k', expression: 'event.properties.map(p, p)' }] },
      'The expression must return a string',
    ],
    ['derive[0].name', { derive: [{ name: 'query', expression: '1' }] }, 'event.query already exists'],
    [
      'aggregates[0].expression',
      { aggregates: [aggregate('a', 'SUM', 'event.currency')] },
      'The expression must return a number',
    ],
    ['window.size', { window: { ...TUMBLING, size: 'P1DT1H' } }, 'must be a duration'],
    ['window.size', { window: { ...TUMBLING, size: 'PT0S' } }, 'must be at least one second'],
    ['window.size', { window: { ...TUMBLING, kind: 'HOPPING', slide: 'PT40S' } }, 'a whole number of slides'],
    ['window.gap', { window: { ...SESSION, gap: null } }, 'is required for SESSION windows'],
    ['window.timeZone', { window: { ...TUMBLING, timeZone: 'Mars/Olympus' } }, 'must be an IANA time zone'],
    ['lateness', { lateness: 'P2M' }, 'must be a duration'],
  ])('that is wrong in its %s reports it', (path, more, message) => {
    const check = () => compileStream({ ...SPEC, ...more });
    expect(check).toThrow(SpecFault);
    expect(check).toThrow(message);
    try {
      check();
    } catch (fault) {
      expect((fault as SpecFault).path).toBe(path);
    }
  });

  it('has distinct keys', () => {
    expect(encodeKey([])).toBe('');
    expect(encodeKey(['a"b'])).toBe('a"b');
    expect(encodeKey(['a', undefined])).toBeUndefined();
    for (const parts of [[], ['x'], ['a', 'b'], ['a,b', '"c']])
      expect(decodeKey(encodeKey(parts)!, parts.length)).toEqual(parts);
  });
});
