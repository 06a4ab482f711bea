import fc from 'fast-check';
import type { Pool } from 'pg';
import type { StoredEvent } from '../../../src/events/stored-event';
import { compileStream } from '../../../src/streams/compile-stream';
import { MAX_EVENTS_PER_BUCKET } from '../../../src/streams/join/symmetric-hash-join';
import { PairRecount } from '../../../src/streams/join/pair-recount.service';
import type { StreamSpec } from '../../../src/streams/stream-spec';

const NOON = Date.UTC(2026, 2, 1, 12);
const AFTER_MS = 60_000;
/** Events of one key that no pair needs: far more than a key may have in one bucket of time. */
const UNRELATED = 6 * MAX_EVENTS_PER_BUCKET;

/** Part of a filter: as CEL, and as the oracle checks it. */
interface Part {
  readonly cel: string;
  readonly holds: (event: StoredEvent, other: StoredEvent) => boolean;
}
const part = (cel: string, holds: Part['holds']): Part => ({ cel, holds });
const both = <A, B>(a: A | undefined, b: B | undefined, holds: (a: A, b: B) => boolean) =>
  a !== undefined && b !== undefined && holds(a, b);
const PARTS: readonly Part[] = [
  part("event.placement == 'home'", ({ placement }) => placement === 'home'),
  part("!(event.placement == 'cart' || event.quantity > 3.0)", ({ placement, quantity }) =>
    both(placement, quantity, (a, b) => a !== 'cart' && b <= 3),
  ),
  part('event.doubled >= 4.0', ({ quantity }) => quantity >= 2),
  part("vars.on || event.placement == 'no'", () => true),
  part("other.placement == 'home'", (_, { placement }) => placement === 'home'),
  part('other.quantity <= 2.0 && other.placement != vars.cart', (_, { quantity, placement }) =>
    both(placement, quantity, (a, b) => a !== 'cart' && b <= 2),
  ),
  part("event.where != 'cart'", (_, { placement }) => placement !== undefined && placement !== 'cart'),
  part('event.placement == other.placement', (event, other) =>
    both(event.placement, other.placement, (a, b) => a === b),
  ),
  part("(event.placement == 'home' || other.quantity == 1.0)", (event, { quantity }) =>
    event.placement === 'home' ? true : quantity === 1,
  ),
  part('other.secondsAfter >= 10.0', (event, other) => other.occurredAt - event.occurredAt >= 10_000),
];

const event = (type: 'IMPRESSION' | 'CLICK') =>
  fc.record({
    type: fc.constant(type),
    occurredAt: fc.integer({ min: NOON, max: NOON + 3 * AFTER_MS }),
    placement: fc.constantFrom('home', 'cart', 'list', undefined),
    quantity: fc.integer({ min: 1, max: 5 }),
    requestId: fc.constantFrom('a', 'b'),
  });

const specOf = (filter: string | null, keys: StreamSpec['keys'] = []): StreamSpec => ({
  from: ['IMPRESSION'],
  filter,
  variables: { on: true, cart: 'cart' },
  derive: [
    { name: 'doubled', expression: 'event.quantity * 2.0' },
    { name: 'where', expression: 'other.placement' },
  ],
  keys,
  window: { kind: 'TUMBLING', size: 'PT30S', slide: null, gap: null, timeZone: 'UTC' },
  aggregates: [{ name: 'pairs', kind: 'COUNT', expression: null, filter: null, quantiles: [], most: 0 }],
  lateness: 'PT10M',
  join: {
    from: ['CLICK'],
    filter: null,
    on: [{ event: 'event.requestId', other: 'other.requestId' }],
    before: 'PT0S',
    after: 'PT1M',
  },
});

/** What the stream counts of a log, by key and start. */
async function counted(spec: StreamSpec, log: readonly StoredEvent[]): Promise<Record<string, number>> {
  const stream = compileStream(spec);
  const into = stream.empty();
  const events = log.map((each, sequence) => ({
    event: each,
    ...{ batch: 1, position: 1, sequence, receivedAt: each.occurredAt, backfill: false },
  }));
  await new PairRecount(undefined as unknown as Pool, stream.join!, stream.latenessMs).add(
    { events, position: 1 },
    into,
  );
  return Object.fromEntries(into.all().map(({ key, start, state }) => [`${key}@${start}`, state.events]));
}

/** The same by nested loops over all events. */
function nested(
  log: readonly StoredEvent[],
  parts: readonly Part[],
  keyOf: (other: StoredEvent) => string | undefined,
) {
  const found: Record<string, number> = {};
  for (const one of log.filter(({ type }) => type === 'IMPRESSION'))
    for (const other of log.filter(({ type }) => type === 'CLICK')) {
      const key = keyOf(other);
      const after = other.occurredAt - one.occurredAt;
      if (one.requestId !== other.requestId || after < 0 || after > AFTER_MS || key === undefined) continue;
      if (!parts.every(({ holds }) => holds(one, other))) continue;
      const place = `${key}@${Math.floor(other.occurredAt / 30_000) * 30_000}`;
      found[place] = (found[place] ?? 0) + 1;
    }
  return found;
}

describe('the filter of a stream of pairs', () => {
  it('counts what nested loops find, for conjuncts over either event, among unrelated events of the same key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...PARTS], { maxLength: 3 }),
        fc.array(fc.oneof(event('IMPRESSION'), event('CLICK')), { maxLength: 60 }),
        fc.constantFrom(null, 'other.placement'),
        fc.infiniteStream(fc.nat()),
        async (parts, made, key, order) => {
          // Events that no pair needs have no placement, or one that no pair would have.
          const isOneSided = parts.some(({ cel }) => !/event\..*other\.|secondsAfter|vars.on/.test(cel));
          const unrelated = isOneSided && parts.length > 0 ? unrelatedTo(parts) : [];
          const log = [...made, ...unrelated]
            .map((each, n): StoredEvent => ({ source: 'STOREFRONT', id: `e${n}`, ...each }))
            .map((each) => ({ each, at: order.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ each }) => each);
          const filter = parts.length === 0 ? null : parts.map(({ cel }) => `(${cel})`).join(' && ');
          const keys = key === null ? [] : [{ name: 'key', expression: key }];
          const keyOf = ({ placement }: StoredEvent) => (key === null ? '' : placement);
          expect(await counted(specOf(filter, keys), log)).toEqual(nested(log, parts, keyOf));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('leaves out events that have no part of the key', async () => {
    const log = [
      ...unrelatedTo([]).map((each) => ({ ...each, placement: undefined, type: 'CLICK' as const })),
      { type: 'IMPRESSION' as const, occurredAt: NOON, quantity: 1, requestId: 'a' },
      { type: 'CLICK' as const, occurredAt: NOON + 1, placement: 'home', quantity: 1, requestId: 'a' },
    ].map((each, n): StoredEvent => ({ source: 'STOREFRONT', id: `e${n}`, ...each }));
    const keys = [{ name: 'key', expression: 'other.placement' }];
    expect(await counted(specOf(null, keys), log)).toEqual({ [`home@${NOON}`]: 1 });
  });
});

/** Events that one conjunct over one side alone leaves out. */
function unrelatedTo(parts: readonly Part[]) {
  const types = (['IMPRESSION', 'CLICK'] as const).filter((type) => {
    const alone = parts.filter(({ cel }) => !/secondsAfter|vars.on/.test(cel) && isOf(cel) === type);
    return parts.length === 0 || alone.length > 0;
  });
  return types.flatMap((type) =>
    [...Array(UNRELATED).keys()].map((n) => ({
      type,
      occurredAt: NOON + (n % 180) * 1_000,
      // Each conjunct over one side fails for an event without a placement, or with a value of 1 or 5.
      placement: undefined,
      quantity: type === 'IMPRESSION' ? 1 : 5,
      requestId: 'a',
    })),
  );
}

function isOf(cel: string): 'IMPRESSION' | 'CLICK' | null {
  const [isEvent, isOther] = [/event\.(placement|quantity|doubled)/.test(cel), /other\.|event\.where/.test(cel)];
  return isEvent === isOther ? null : isEvent ? 'IMPRESSION' : 'CLICK';
}
