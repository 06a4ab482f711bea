import type { StoredEvent } from '../src/events/stored-event';
import { seededRandom } from '../src/learn/seeded-random';
import { compileStream, type CompiledStream } from '../src/streams/compile-stream';
import { specOf } from '../src/streams/stream-spec.service';
import type { BenchRow } from './row';
import { TEN_STREAMS } from './ten-streams';

const EVENTS = 50_000;
const BATCH = 500;
/** Batches that come together while workers are busy. */
const FOLDED = 20;
const NOW = Date.UTC(2026, 0, 15, 12);

const STREAMS = TEN_STREAMS.map((input) => compileStream(specOf(input)));

/**
 * What streams cost, in CPU time of one thread: ten of them counted over batches of 500 synthetic events, as in the ingest
 * transaction; and the parts of twenty batches merged, as they are folded into windows. Without PostgreSQL.
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
  ]);
}

function part(stream: CompiledStream, events: readonly StoredEvent[]): Uint8Array {
  const into = stream.empty();
  for (const event of events) stream.take(event, { receivedAt: NOW, backfill: false }, into, 0);
  return into.encode();
}

function fold(stream: CompiledStream, parts: readonly Uint8Array[]): void {
  const all = stream.empty();
  for (const bytes of parts) all.mergeEncoded(bytes, 1);
  for (const { cells } of all.all()) cells.encode();
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
