import type { ProductFacts } from '../../../src/catalog/product-facts';
import type { StoredEvent } from '../../../src/events/stored-event';
import { textOfDecimal } from '../../../src/learn/exact-decimal';
import { compileStream } from '../../../src/streams/compile-stream';
import { decodeJoinPartial, encodeJoinPartial } from '../../../src/streams/join/join-candidate';
import { SpecFault, type JoinSpec, type StreamSpec } from '../../../src/streams/stream-spec';
import { aggregate } from './aggregate-spec';

const JOIN: JoinSpec = {
  from: ['CLICK'],
  filter: null,
  on: [{ event: 'event.requestId', other: 'other.requestId' }],
  before: 'PT0S',
  after: 'PT1H',
};
const SPEC: StreamSpec = {
  from: ['IMPRESSION'],
  filter: "event.placement != 'hidden'",
  variables: {},
  derive: [],
  keys: [{ name: 'product', expression: 'other.productId' }],
  window: { kind: 'TUMBLING', size: 'PT1M', slide: null, gap: null, timeZone: 'UTC' },
  aggregates: [
    aggregate('pairs', 'COUNT', null),
    aggregate('seconds', 'SUM', 'other.secondsAfter'),
    aggregate('worth', 'SUM', 'other.amount'),
  ],
  lateness: 'PT10M',
  join: JOIN,
};
const ANY: StreamSpec = { ...SPEC, filter: null };
const NOON = Date.UTC(2026, 2, 1, 12);
const impression = (more: Partial<StoredEvent> = {}): StoredEvent => ({
  source: 'STOREFRONT',
  id: 'i',
  type: 'IMPRESSION',
  occurredAt: NOON,
  productId: 'mug',
  quantity: 1,
  requestId: 'r1',
  ...more,
});
const click = (more: Partial<StoredEvent> = {}) =>
  impression({ id: 'c', type: 'CLICK', occurredAt: NOON + 65_500, ...more });
const onTime = (event: StoredEvent) => ({ receivedAt: event.occurredAt, backfill: false });

function offered(spec: StreamSpec, event: StoredEvent, arrival: object = {}) {
  const stream = compileStream(spec);
  const late = stream.empty();
  return { sides: stream.join!.sidesOf(event, { ...onTime(event), ...arrival }, late), late };
}
function paired(spec: StreamSpec, event: StoredEvent, other: StoredEvent, known = {}) {
  const stream = compileStream(spec);
  const into = stream.empty();
  stream.join!.addPair(event, known, other, into, 7);
  return into.all().map(({ key, start, revision, state }) => ({
    key,
    start,
    revision,
    values: state.aggregates.map((each) => {
      const { decimal } = each.result();
      return decimal === undefined ? null : textOfDecimal(decimal);
    }),
  }));
}

describe('a stream of pairs', () => {
  it('assigns events to one side, the other, both or neither', () => {
    const sidesOf = (spec: StreamSpec, event: StoredEvent) => offered(spec, event).sides.map(({ isOther }) => isOther);
    expect(sidesOf(ANY, impression())).toEqual([false]);
    expect(sidesOf(ANY, click())).toEqual([true]);
    expect(sidesOf(ANY, impression({ type: 'VIEW' }))).toEqual([]);
    expect(sidesOf(ANY, impression({ requestId: undefined }))).toEqual([]);
    expect(sidesOf(ANY, impression({ requestId: 'x'.repeat(501) }))).toEqual([]);
    expect(sidesOf({ ...ANY, from: [], join: { ...JOIN, from: [] } }, click({ placement: 'home' }))).toEqual([
      false,
      true,
    ]);
    const dear = { ...ANY, join: { ...JOIN, filter: 'other.quantity > 2.0' } };
    expect(sidesOf(dear, click())).toEqual([]);
    expect(sidesOf(dear, click({ quantity: 3 }))).toEqual([true]);
  });

  it('applies a filter over one event before there is a pair, also through derived values', () => {
    const sidesOf = (more: Partial<StreamSpec>) => offered({ ...SPEC, ...more }, impression()).sides.length;
    expect(sidesOf({})).toBe(0); // Without a placement.
    expect(sidesOf({ filter: 'other.productId == event.productId' })).toBe(1);
    const derive = [
      { name: 'where', expression: 'event.placement' },
      { name: 'both', expression: 'event.productId + other.productId' },
    ];
    expect(sidesOf({ derive, filter: "event.where == 'home'" })).toBe(0);
    expect(sidesOf({ derive, filter: "event.both == 'mugmug'" })).toBe(1);
    expect(paired({ ...SPEC, derive, filter: "event.both == 'mugmug'" }, impression(), click())).toHaveLength(1);
    expect(
      paired({ ...SPEC, derive, filter: "event.both == 'mugmug'" }, impression(), click({ productId: 'cup' })),
    ).toEqual([]);
  });

  it('computes what is derived from variables alone for either side, in any order of the two events', () => {
    const limited = {
      ...{ ...ANY, variables: { limit: 5 }, derive: [{ name: 'limit', expression: 'vars.limit' }] },
      filter: 'other.quantity > event.limit',
    };
    expect(offered(limited, click({ quantity: 9 })).sides).toHaveLength(1);
    expect(offered(limited, click({ quantity: 2 })).sides).toEqual([]);
  });

  it('has the same key only for the same texts, part by part', () => {
    const spec = {
      ...SPEC,
      filter: null,
      join: { ...JOIN, on: [...JOIN.on, { event: 'event.productId', other: 'other.productId' }] },
    };
    const keyOf = (event: StoredEvent) => offered(spec, event).sides[0].key;
    expect(keyOf(click())).toBe(keyOf(impression()));
    expect(keyOf(click())).toMatch(/^[0-9a-f]{32}$/);
    expect(keyOf(click({ productId: 'cup' }))).not.toBe(keyOf(impression()));
    expect(keyOf(click({ requestId: 'r1m', productId: 'ug' }))).not.toBe(keyOf(impression()));
  });

  it('counts a pair when the later event happened, exactly, with product and customer of the event', () => {
    const worth = click({ unitPrice: '0.1', quantity: 3 });
    const counted = [{ key: 'mug', start: NOON + 60_000, revision: 7, values: ['1', '65.5', '0.3'] }];
    expect(paired(ANY, impression(), worth)).toEqual(counted);
    // A click that comes before: the window is that of the impression.
    expect(paired(ANY, impression({ occurredAt: NOON + 120_000 }), worth)[0]).toMatchObject({
      start: NOON + 120_000,
      values: ['1', '-54.5', '0.3'],
    });
    const brand = { ...ANY, keys: [{ name: 'brand', expression: 'product.brand' }] };
    const product = { brand: 'Acme', categories: [], attributes: {} } as unknown as ProductFacts;
    expect(paired(brand, impression(), worth, { product })[0].key).toBe('Acme');
    expect(paired(brand, impression(), worth)).toEqual([]);
  });

  it('notes late events once and pairs them with none; imported events are never late', () => {
    const spec = { ...ANY, from: [], join: { ...JOIN, from: [] } };
    const late = offered(spec, click(), { receivedAt: NOON + 65_500 + 600_001 });
    expect(late.sides).toEqual([]);
    expect(late.late.allLate()).toEqual([{ key: '', start: NOON + 60_000, count: 1, ids: ['STOREFRONT:c'] }]);
    const imported = offered(spec, click(), { receivedAt: NOON + 1e9, backfill: true });
    expect(imported.sides.map((side) => side.imported)).toEqual([true, true]);
    expect(imported.late.isEmpty).toBe(true);
    const edge = offered(spec, click(), { receivedAt: NOON + 65_500 + 600_000 });
    expect(edge.sides).toHaveLength(2);
  });

  it('encodes what a batch adds so that it decodes to the same', () => {
    const { aggregates } = ANY;
    const { late } = offered(ANY, impression(), { receivedAt: NOON + 1e9 });
    const sides = [...offered(ANY, impression()).sides, ...offered(ANY, click(), { backfill: true }).sides];
    const candidates = sides.map((side, sequence) => ({ ...side, position: 5, sequence }));
    const read = decodeJoinPartial(encodeJoinPartial({ candidates, late }), aggregates, 5);
    expect(read.candidates).toEqual(candidates);
    expect(read.late.allLate()).toEqual(late.allLate());
  });

  it('may hold personal data in what it stores of either event', () => {
    const isPersonal = (more: Partial<StreamSpec>) => compileStream({ ...SPEC, ...more }).isPersonal;
    expect(isPersonal({})).toBe(false);
    expect(isPersonal({ keys: [{ name: 'who', expression: 'other.customerId' }] })).toBe(true);
    expect(isPersonal({ aggregates: [aggregate('who', 'DISTINCT', 'other.sessionId')] })).toBe(true);
    expect(isPersonal({ aggregates: [aggregate('far', 'TOP', 'other.secondsAfter')] })).toBe(false);
  });

  it.each<[string, Partial<StreamSpec>, string]>([
    ['join.on[0].event', { join: { ...JOIN, on: [{ event: 'other.id', other: 'other.id' }] } }, 'must not read'],
    ['join.on[0].other', { join: { ...JOIN, on: [{ event: 'event.id', other: 'event.id' }] } }, '`other` and `vars`'],
    [
      'join.on[0].other',
      { join: { ...JOIN, on: [{ event: 'event.id', other: 'other.secondsAfter' }] } },
      '`other` and',
    ],
    ['join.filter', { join: { ...JOIN, filter: 'event.quantity > 1.0' } }, 'only `other` and `vars`'],
    ['join.filter', { join: { ...JOIN, filter: 'other.nonsense' } }, 'nonsense'],
    ['join.before', { join: { ...JOIN, before: 'P1M' } }, 'must be a duration'],
    ['join.after', { join: { ...JOIN, after: 'P32D' } }, 'must be at most P31D'],
    ['join', { over: 'below', from: [] }, 'must be absent for a stream over another stream'],
    [
      'filter',
      { join: undefined, keys: [], aggregates: [aggregate('n', 'COUNT', null)], filter: 'other.id == "1"' },
      'other',
    ],
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
});
