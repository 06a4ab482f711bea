import fc from 'fast-check';
import type { StoredEvent } from '../../../src/events/stored-event';
import { Analysis, ANALYSIS_LIMITS, LimitFault, type AnalysisSpec } from '../../../src/streams/analysis';
import { assembleWindows, windowGridOf } from '../../../src/streams/assemble-windows';
import { compileStream } from '../../../src/streams/compile-stream';
import type { KeyedWindow } from '../../../src/streams/partial-aggregates';
import { SpecFault, type WindowSpec } from '../../../src/streams/stream-spec';
import { aggregate } from './aggregate-spec';

const NOON = Date.UTC(2026, 2, 28, 12);
const HOUR = 3_600_000;
const SPEC: AnalysisSpec = {
  from: ['PURCHASE'],
  filter: "event.productId != 'hidden'",
  variables: {},
  derive: [],
  keys: [{ name: 'product', expression: 'event.productId' }],
  aggregates: [
    aggregate('lines', 'COUNT', null),
    aggregate('revenue', 'SUM', 'event.amount'),
    aggregate('customers', 'DISTINCT', 'event.customerId'),
    aggregate('best', 'TOP', 'event.customerId', { most: 3 }),
    aggregate('prices', 'QUANTILES', 'event.unitPrice'),
  ],
  range: { start: NOON, end: NOON + 48 * HOUR },
  window: null,
  order: null,
  most: 1_000,
};
const arrived = (more: Partial<StoredEvent> = {}) => ({
  event: {
    source: 'ORDERS' as const,
    id: '1',
    type: 'PURCHASE' as const,
    occurredAt: NOON,
    quantity: 1,
    productId: 'mug',
    unitPrice: '2.50',
    customerId: 'alice',
    ...more,
  },
  receivedAt: NOON,
  backfill: false,
});
const rowsOf = (spec: AnalysisSpec, events: readonly ReturnType<typeof arrived>[], limits = ANALYSIS_LIMITS) => {
  const analysis = new Analysis(spec, limits);
  for (const event of events) analysis.add(event);
  return analysis.rows();
};
const bytesOf = (windows: readonly KeyedWindow[]) =>
  windows.map(({ key, start, end, state }) => `${key} ${start} ${end} ${Buffer.from(state.encode()).toString('hex')}`);

const TUMBLING: WindowSpec = { kind: 'TUMBLING', size: 'P1D', slide: null, gap: null, timeZone: 'Europe/Berlin' };
const HOPPING: WindowSpec = { ...TUMBLING, kind: 'HOPPING', size: 'PT6H', slide: 'PT2H' };
const SESSION: WindowSpec = { ...TUMBLING, kind: 'SESSION', size: null, gap: 'PT20M' };

describe('an analysis', () => {
  const arbitrary = fc.record({
    minutes: fc.nat(48 * 60 - 1),
    productId: fc.constantFrom('mug', 'cup', 'hidden'),
    cents: fc.nat(1_000),
    customerId: fc.constantFrom('alice', 'bob', 'carol'),
    type: fc.constantFrom('PURCHASE' as const, 'VIEW' as const),
  });
  // The clocks go forward within these two days.
  it.each([
    ['tumbling', TUMBLING],
    ['hopping', HOPPING],
    ['session', SESSION],
  ])('gives the bytes that %s windows of a stream of the same definition have', (_name, window) => {
    const stream = compileStream({ ...SPEC, window, lateness: 'P31D' });
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 40 }), (made) => {
        const events = made.map(({ minutes, cents, ...more }, n) =>
          arrived({ ...more, id: String(n), occurredAt: NOON + minutes * 60_000, unitPrice: (cents / 100).toFixed(2) }),
        );
        const pieces = stream.empty();
        for (const { event, ...arrival } of [...events].reverse()) stream.add(event, arrival, pieces, 1);
        const grid = windowGridOf(stream, null, null);
        const wide = { start: NOON - 48 * HOUR, end: NOON + 96 * HOUR };
        const windows = grid === null ? pieces.all() : assembleWindows(stream, pieces, grid, wide);
        expect(bytesOf(rowsOf({ ...SPEC, window }, events))).toEqual(
          bytesOf(windows.sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1))),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('without windows is one window, as long as its range', () => {
    const events = [arrived(), arrived({ occurredAt: NOON + 40 * HOUR }), arrived({ productId: 'cup' })];
    expect(rowsOf(SPEC, events).map(({ key, start, end, state }) => [key, start, end, state.events])).toEqual([
      ['cup', NOON, NOON + 48 * HOUR, 1],
      ['mug', NOON, NOON + 48 * HOUR, 2],
    ]);
  });

  it('is sorted by an aggregate, missing values last, and no longer than requested', () => {
    const events = [
      arrived({ productId: 'none', unitPrice: undefined }),
      arrived({ productId: 'big', unitPrice: '9007199254740993' }),
      arrived({ productId: 'bigger', unitPrice: '9007199254740993.5' }),
      arrived({ productId: 'small' }),
    ];
    const keys = (value: string, descending: boolean, most = 10) =>
      rowsOf({ ...SPEC, order: { value, descending }, most }, events).map(({ key }) => key);
    expect(keys('revenue', true)).toEqual(['bigger', 'big', 'small', 'none']);
    expect(keys('revenue', false)).toEqual(['small', 'big', 'bigger', 'none']);
    expect(keys('prices', true, 2)).toEqual(['big', 'bigger']);
    expect(() => keys('best', true)).toThrow(SpecFault);
    expect(() => keys('nothing', true)).toThrow(SpecFault);
  });

  it.each([
    ['events', { events: 2 }, SPEC, 'more than 2 events'],
    ['groups', { groups: 2 }, SPEC, 'more than 2 groups'],
    ['values', { values: 4 }, SPEC, 'more than 4 values'],
    ['windows that slide', { placed: 5 }, { ...SPEC, window: HOPPING }, '3 groups in windows of 3 slides'],
  ])('that would have too many %s is refused, with the limit', (_name, less, spec, message) => {
    const events = ['a', 'b', 'c'].map((productId) => arrived({ productId, customerId: productId }));
    const ask = (limits = ANALYSIS_LIMITS) => rowsOf(spec, events, limits);
    expect(ask).not.toThrow();
    expect(() => ask({ ...ANALYSIS_LIMITS, ...less })).toThrow(LimitFault);
    expect(() => ask({ ...ANALYSIS_LIMITS, ...less })).toThrow(message);
  });
});
