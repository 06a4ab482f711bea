import type { StoredEvent } from '../src/events/stored-event';
import { seededRandom } from '../src/learn/seeded-random';
import { compileStream, type CompiledStream } from '../src/streams/compile-stream';
import { decodeJoinPartial, encodeJoinPartial, type JoinCandidate } from '../src/streams/join/join-candidate';
import type { CompiledJoin } from '../src/streams/join/compile-join';
import { pairOf, SymmetricHashJoin } from '../src/streams/join/symmetric-hash-join';
import { parseStreamInput } from '../src/streams/parse-stream-input';
import type { BenchRow } from './row';
import { TEN_STREAMS } from './ten-streams';

const EVENTS = 50_000;
const BATCH = 500;
/** Batches that are merged together while workers are busy. */
const FOLDED = 20;
const NOW = Date.UTC(2026, 0, 15, 12);

const STREAMS = TEN_STREAMS.map((input) => compileStream(parseStreamInput(input)));

/** Products that are viewed and then added to a cart. */
const PAIRS = compileStream(
  parseStreamInput({
    id: 'into-carts',
    from: ['VIEW'],
    join: {
      from: ['ADD_TO_CART'],
      on: [
        { event: 'event.customerId', other: 'other.customerId' },
        { event: 'event.productId', other: 'other.productId' },
      ],
      before: 'PT0S',
      after: 'PT1H',
    },
    keys: [{ name: 'key', expression: 'event.productId' }],
    window: { kind: 'TUMBLING', size: 'PT5M', timeZone: 'Europe/Berlin' },
    aggregates: [
      { name: 'count', kind: 'COUNT' },
      { name: 'seconds', kind: 'QUANTILES', expression: 'other.secondsAfter', quantiles: [0.5, 0.99] },
    ],
  }),
);

/**
 * Measures the cost of streams, in CPU time of one thread: ten streams counted over batches of 500 synthetic events, as
 * in the ingest transaction; and the partial aggregates of twenty batches merged, as they are merged into windows. For
 * a stream of pairs: storing join candidates, and finding and counting their partners. Without PostgreSQL.
 */
export function measureStreams(): Promise<BenchRow[]> {
  const batches = batchesOf(EVENTS);
  for (const batch of batches.slice(0, 10)) STREAMS.forEach((stream) => part(stream, batch)); // warm
  let parts: Uint8Array[][] = [];
  const counting = cpuOf(() => (parts = STREAMS.map((stream) => batches.map((batch) => part(stream, batch)))));
  const folding = cpuOf(() =>
    STREAMS.forEach((stream, at) => {
      for (let from = 0; from < batches.length; from += FOLDED) fold(stream, parts[at].slice(from, from + FOLDED));
    }),
  );
  const bytes = parts.flat().reduce((sum, { length }) => sum + length, 0);
  const join = PAIRS.join as CompiledJoin;
  let offers: Uint8Array[] = [];
  const offering = cpuOf(() => (offers = batches.map((batch) => offer(join, batch))));
  const pairing = cpuOf(() => pair(join, batches, offers));
  const row = (name: string, seconds: number): BenchRow => ({
    name,
    subject: 'freshet',
    rate: EVENTS / seconds,
    unit: 'events/s of one core',
  });
  return Promise.resolve([
    row('ten-streams-counted', counting),
    row('ten-streams-folded', folding),
    { name: 'ten-streams-parts', subject: 'freshet', rate: bytes / EVENTS, unit: 'bytes/event' },
    row('pairs-offered', offering),
    row('pairs-found', pairing),
  ]);
}

function part(stream: CompiledStream, events: readonly StoredEvent[]): Uint8Array {
  const into = stream.empty();
  for (const event of events) stream.add(event, { receivedAt: NOW, backfill: false }, into, 0);
  return into.encode();
}

function fold(stream: CompiledStream, parts: readonly Uint8Array[]): void {
  const all = stream.empty();
  for (const bytes of parts) all.mergeEncoded(bytes, 1);
  for (const { state } of all.all()) state.encode();
}

function offer(join: CompiledJoin, events: readonly StoredEvent[]): Uint8Array {
  const late = PAIRS.empty();
  const candidates = events.flatMap((event, sequence) =>
    join.sidesOf(event, { receivedAt: NOW, backfill: false }, late).map((side) => ({ ...side, sequence })),
  );
  return encodeJoinPartial({ candidates, late });
}

function pair(join: CompiledJoin, batches: readonly StoredEvent[][], offers: readonly Uint8Array[]): void {
  const pairing = new SymmetricHashJoin<JoinCandidate>(join.interval);
  const counted = PAIRS.empty();
  const eventOf = ({ position, sequence }: JoinCandidate) => batches[position][sequence];
  offers.forEach((bytes, position) => {
    for (const candidate of decodeJoinPartial(bytes, PAIRS.spec.aggregates, position).candidates) {
      for (const partner of pairing.partnersOf(candidate)) {
        const { event, other } = pairOf(candidate, partner);
        join.addPair(eventOf(event), {}, eventOf(other), counted, position);
      }
      pairing.insert(candidate);
    }
  });
  for (const { state } of counted.all()) state.encode();
}

function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function batchesOf(count: number): StoredEvent[][] {
  const random = seededRandom(1);
  const below = (n: number) => Math.floor(random() * n);
  const types = ['VIEW', 'VIEW', 'VIEW', 'CLICK', 'ADD_TO_CART', 'PURCHASE'] as const;
  const events = Array.from({ length: count }, (_, n): StoredEvent => ({
    source: 'STOREFRONT',
    id: `event-${n}`,
    type: types[below(types.length)],
    occurredAt: NOW - below(30_000),
    customerId: `customer-${below(20_000)}`,
    productId: `product-${Math.floor(1_000 * random() ** 3)}`,
    quantity: 1 + below(3),
    unitPrice: (below(10_000) / 100).toFixed(2),
    currency: 'EUR',
    placement: ['home', 'cart', 'search'][below(3)],
  }));
  return Array.from({ length: count / BATCH }, (_, at) => events.slice(at * BATCH, (at + 1) * BATCH));
}
