/** Bytes that streams store in PostgreSQL: states of windows, partial aggregates, and keys. */
import { createHash } from 'node:crypto';
import type { StoredEvent } from '../../../src/events/stored-event';
import { decimalOfText } from '../../../src/learn/exact-decimal';
import { COMPILE_VERSION, compileStream } from '../../../src/streams/compile-stream';
import { decodeJoinPartial, encodeJoinPartial } from '../../../src/streams/join/join-candidate';
import { joinKeyOf } from '../../../src/streams/join/join-key';
import { OTHER_KEY, keyRankOf } from '../../../src/streams/key-limit';
import { encodeKey } from '../../../src/streams/key-encoding';
import { PartialAggregates } from '../../../src/streams/partial-aggregates';
import type { AggregateKind, AggregateSpec, StreamSpec } from '../../../src/streams/stream-spec';
import { WindowState } from '../../../src/streams/window/window-state';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';

const fixtures = storedFixtures('streams');
const START = Date.UTC(2026, 2, 1, 10);
const HOUR = 3_600_000;

const aggregate = (kind: AggregateKind, more: Partial<AggregateSpec> = {}): AggregateSpec => ({
  name: kind.toLowerCase(),
  kind,
  expression: 'event.amount',
  filter: null,
  quantiles: [0.5, 0.95],
  most: 3,
  ...more,
});
const SPECS = [
  aggregate('COUNT'),
  aggregate('SUM'),
  aggregate('AVERAGE'),
  aggregate('AVERAGE', { name: 'ratio', per: 'event.quantity > 1' }),
  aggregate('MIN'),
  aggregate('MAX'),
  aggregate('QUANTILES'),
  aggregate('DISTINCT'),
  aggregate('TOP'),
];

function cellsOf(amounts: readonly string[]): WindowState {
  const cells = WindowState.empty(SPECS);
  for (const [at, amount] of amounts.entries()) {
    const value = decimalOfText(amount);
    const [id, term] = [`p${at % 7}`, { value, isCounted: at % 2 === 0 }];
    cells.add([true, value, value, term, value, value, Number(amount), id, id]);
  }
  return cells;
}

/** Results as texts: of decimals, their digits. */
const resultsOf = (cells: WindowState) =>
  cells.aggregates.map((each, at) => [
    SPECS[at].name,
    JSON.stringify(Object.values(each.result()), (name, value: unknown) =>
      name === 'units' ? `${String(value)}n` : typeof value === 'number' ? Number(value.toPrecision(9)) : value,
    ),
  ]);

const FEW = ['9.50', '-2.25', '1e-7', '120000.01', '0', '9.50'];
/** More values than any aggregate stores one by one. */
const VALUES = Array.from({ length: 1_300 }, (_, at) => String((at * 37) % 1_300));

function manyOf(): WindowState {
  const cells = WindowState.empty(SPECS.slice(-3));
  for (const amount of VALUES) cells.add([Number(amount), `id ${amount}`, `id ${amount}`]);
  return cells;
}

describe('the state of a window', () => {
  it('is the same bytes, for every kind of aggregate', () => {
    fixtures.checkBytes('window', cellsOf(FEW).encode());
    fixtures.checkBytes('window of nothing', WindowState.empty(SPECS).encode());
  });

  it('that was stored gives the same results, and accepts more events', () => {
    const cells = WindowState.decode(fixtures.bytes('window'), SPECS);
    fixtures.check('window results', resultsOf(cells));
    cells.merge(cellsOf(['3', '4']));
    fixtures.check('window results with more', resultsOf(cells));
  });

  it('is the same if values are estimated', () => {
    fixtures.check('digest of a window of many', createHash('sha256').update(manyOf().encode()).digest('hex'));
  });
});

/** Two keys, one of several parts, and an event that came too late. */
function partials(bySession: boolean): PartialAggregates {
  const parts = new PartialAggregates(SPECS.slice(0, 2), bySession);
  const window = { start: START, end: START + HOUR };
  parts.add(encodeKey(['mug'])!, window, [true, decimalOfText('9.50')], 1);
  parts.add(encodeKey(['a', 'b'])!, { start: START - HOUR, end: START }, [true, decimalOfText('1')], 2);
  parts.add(encodeKey(['mug'])!, window, [true, undefined], 3);
  parts.addLate('mug', START - 5 * HOUR, 'STOREFRONT:e1');
  return parts;
}

function read(bytes: Uint8Array, bySession: boolean) {
  const parts = new PartialAggregates(SPECS.slice(0, 2), bySession);
  parts.mergeEncoded(bytes, 42);
  return {
    windows: parts.all().map(({ key, start, end, revision, state }) => [key, start, end, revision, state.events]),
    late: parts.allLate().map(({ key, start, count, ids }) => [key, start, count, ids]),
  };
}

describe('what a batch adds to a stream', () => {
  it.each([
    ['part', false],
    ['part by session', true],
  ])('is the same bytes, and decodes to the same: %s', (name, bySession) => {
    fixtures.checkBytes(name, partials(bySession).encode());
    fixtures.check(`${name} as read`, read(fixtures.bytes(name), bySession));
  });

  it('is the same bytes, and decodes to the same, for pairs', () => {
    const key = joinKeyOf('r1');
    const candidates = [
      { isOther: false, imported: false, key, occurredAt: START, sequence: 0 },
      { isOther: true, imported: true, key, occurredAt: START - HOUR, sequence: 3 },
    ];
    fixtures.checkBytes('join part', encodeJoinPartial({ candidates, late: partials(false).lateOnly() }));
    const part = decodeJoinPartial(fixtures.bytes('join part'), SPECS, 42);
    expect(part.candidates).toEqual(candidates.map((each) => ({ ...each, position: 42 })));
    expect(part.late.allLate()).toEqual(partials(false).allLate());
  });
});

it('keys of windows and pairs are the same', () => {
  fixtures.check('keys', {
    one: encodeKey(['mug']),
    several: encodeKey(['a', 'b']),
    none: encodeKey([]),
    other: OTHER_KEY,
    pair: joinKeyOf('r1'),
    ranks: ['mug', '["a","b"]', ''].map((key) => keyRankOf(key)),
    compileVersion: COMPILE_VERSION,
  });
});

describe('a stored definition', () => {
  const JOINED: Required<Omit<StreamSpec, 'over'>> = {
    from: ['PURCHASE'],
    filter: 'event.quantity > 0',
    variables: { rate: 2 },
    derive: [
      {
        name: 'euros',
        expression: 'event.amount',
        unit: 'event.currency',
        rates: [{ unit: 'EUR', since: null, factor: '1' }],
      },
    ],
    keys: [{ name: 'product', expression: 'event.productId' }],
    aggregates: [
      { ...aggregate('AVERAGE'), expression: 'event.euros', filter: 'event.quantity > 1', per: 'event.quantity > 0' },
    ],
    window: { kind: 'TUMBLING', size: 'PT1H', slide: null, gap: null, timeZone: 'Europe/Berlin' },
    lateness: 'PT10M',
    join: {
      from: ['CLICK'],
      filter: 'other.quantity > 0',
      on: [{ event: 'event.requestId', other: 'other.requestId' }],
      before: 'PT1H',
      after: 'PT0S',
    },
    retention: 'P90D',
    maxKeys: 500,
  };
  const COUNTED: StreamSpec = {
    ...JOINED,
    join: undefined,
    window: { kind: 'HOPPING', size: 'PT1H', slide: 'PT15M', gap: null, timeZone: 'UTC' },
  };

  it('has the same properties', () => {
    fixtures.check('spec of pairs', JOINED);
    fixtures.check('spec of events', COUNTED);
    fixtures.check('spec over a stream', { ...COUNTED, over: 'sales', from: [] });
  });

  it('is compiled to the same query', () => {
    const event: StoredEvent = {
      ...{ source: 'ORDERS', id: 'o1:1', type: 'PURCHASE', occurredAt: START, productId: 'mug', quantity: 2 },
      ...{ unitPrice: '9.50', currency: 'EUR', requestId: 'r1' },
    };
    const counted = compileStream(fixtures.json<StreamSpec>('spec of events'));
    const parts = counted.empty();
    counted.add(event, { receivedAt: START, backfill: false }, parts, 1);
    fixtures.checkBytes('part of the spec of events', parts.encode());
    const paired = compileStream(fixtures.json<StreamSpec>('spec of pairs'));
    fixtures.check('fields of the spec of pairs', [...paired.fields].sort());
    expect(paired.join).not.toBeNull();
  });
});

everyFixtureIsRead(fixtures);
