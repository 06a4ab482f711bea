import { analyzeInputOf, toItemFault, previewWindows } from '../../../console/src/streams/preview';
import type { Stream } from '../../../console/src/streams/stream';
import { EMPTY_STREAM, streamDraftOf, streamInputOf } from '../../../console/src/streams/stream-draft';

const stored: Stream = {
  id: 'revenue',
  description: null,
  from: [],
  filter: null,
  variables: {},
  derive: [
    {
      name: 'euros',
      expression: 'event.amount',
      unit: 'event.currency',
      rates: [{ unit: 'USD', factor: '0.9', since: null }],
    },
  ],
  keys: [{ name: 'product', expression: 'event.productId' }],
  maxKeys: 500,
  window: { kind: 'TUMBLING', size: 'PT1M', slide: null, gap: null, timeZone: 'UTC' },
  aggregates: [
    { name: 'most', kind: 'TOP', expression: 'event.productId', filter: null, quantiles: null, most: 3, per: null },
  ],
  lateness: 'PT10M',
  over: 'orders',
  join: null,
  retention: 'P90D',
  state: 'LIVE',
  progress: 1,
  reason: null,
  watermark: null,
  windowCount: 0,
  keyCount: 0,
  lateCount: 0,
  createdAt: '2026-03-01T00:00:00Z',
};

it('changes only those parts of a stream that were changed in its form', () => {
  const { id, from, filter, variables, derive, keys, maxKeys, lateness, over, retention } = stored;
  const input = streamInputOf({ ...streamDraftOf(stored), description: 'what came in' }, stored);
  expect(input).toMatchObject({ id, from, filter, variables, derive, keys, maxKeys, lateness, over, retention });
  expect(input).toMatchObject({ description: 'what came in', aggregates: [{ kind: 'TOP', most: 3 }] });
  expect(input).not.toHaveProperty('backfill');
  // A different value under the same name inherits nothing.
  const counted = {
    ...streamDraftOf(stored),
    aggregates: [{ name: 'most', kind: 'COUNT' as const, expression: '', filter: '' }],
  };
  expect(streamInputOf(counted, stored).aggregates).toEqual([
    { name: 'most', kind: 'COUNT', expression: null, filter: null },
  ]);
  expect(streamInputOf({ ...streamDraftOf(stored), retention: ' ' }, stored).retention).toBeNull();
});

it('retains the joined stream, which the form does not show', () => {
  const on = [{ event: 'event.requestId', other: 'event.requestId' }];
  const join = { from: ['CLICK' as const], filter: null, on, before: 'PT0S', after: 'PT30M' };
  const joined = { ...stored, over: null, join };
  expect(streamInputOf(streamDraftOf(joined), joined)).toMatchObject({ join });
});

it("requests the form's query from the log, over an interval", () => {
  const to = Date.parse('2026-03-01T12:00:00Z');
  const draft = { ...EMPTY_STREAM, from: ['VIEW' as const], filter: 'event.quantity > 1.0', lateness: 'PT1M' };
  expect(analyzeInputOf(streamInputOf(draft, undefined), { from: to - 3_600_000, to })).toEqual({
    from: '2026-03-01T11:00:00.000Z',
    to: '2026-03-01T12:00:00.000Z',
    types: ['VIEW'],
    filter: 'event.quantity > 1.0',
    derive: [],
    keys: [],
    aggregates: [{ name: 'events', kind: 'COUNT', expression: null, filter: null }],
    window: { kind: 'TUMBLING', size: 'PT5M', timeZone: 'UTC' },
    lateness: 'PT1M',
    variables: {},
    most: 1_000,
  });
});

it('shows rows as windows, and marks those that an end of the interval cuts as incomplete', () => {
  const row = (start: string, end: string, key = '') => ({
    ...{ key, keys: [], start: `2026-03-01T${start}:00Z`, end: `2026-03-01T${end}:00Z`, events: 1, values: [] },
  });
  const range = { from: Date.parse('2026-03-01T11:02:00Z'), to: Date.parse('2026-03-01T12:02:00Z') };
  const shown = previewWindows(
    [row('11:00', '11:30'), row('11:30', '12:00'), row('11:30', '12:00', 'b'), row('12:00', '12:30')],
    range,
  );
  expect([...shown.values()].map(({ window, mark }) => [window.key, mark])).toEqual([
    ['', 'early'],
    ['', 'final'],
    ['b', 'final'],
    ['', 'early'],
  ]);
});

it('shows a fault next to the field that an answer names', () => {
  const message = 'aggregates[0].expression: there is no event.nothing';
  expect(toItemFault({ code: 'BAD_USER_INPUT', message, argument: 'aggregates[0].expression' })).toEqual({
    code: 'BAD_USER_INPUT',
    message: 'there is no event.nothing',
    path: 'aggregates[0].expression',
  });
  expect(toItemFault({ code: 'TOO_COMPLEX', message: 'more than 1000000 events' })).toBeNull();
});
