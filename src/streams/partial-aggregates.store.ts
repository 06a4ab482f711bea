import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import type { LiveStream } from './live-stream';
import type { PartialAggregates } from './partial-aggregates';
import { versionsOf } from './window.store';

/** The encoded partial aggregate of one batch in one stream. */
export interface EncodedPartial extends Pick<LiveStream, 'stream' | 'version'> {
  readonly batch: number;
  readonly bytes: Uint8Array;
}

/** A stored partial aggregate that is not merged into windows yet. */
export interface StoredPartial {
  readonly batch: number;
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Inserts partial aggregates of past batches, or of a new batch in the transaction that appends it to the log. */
export async function insertPartials(client: PoolClient, parts: readonly EncodedPartial[]): Promise<void> {
  if (parts.length === 0) return;
  await execute(client, {
    name: 'add-stream-parts',
    text: `INSERT INTO stream_parts (stream, version, batch, bytes)
           SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[])`,
    values: [...versionsOf(parts), parts.map(({ batch }) => batch), parts.map(({ bytes }) => Buffer.from(bytes))],
  });
}

/**
 * Reads and merges all pending partial aggregates of a stream.
 * @returns null if there are more than `maxPartials`
 */
export async function readPartials(
  client: Pool | PoolClient,
  live: LiveStream,
  maxPartials: number,
): Promise<PartialAggregates | null> {
  const rows = await queryRows<{ position: number; bytes: Buffer }>(client, {
    name: 'read-parts',
    text: `SELECT b.position, p.bytes FROM (
             SELECT batch, bytes FROM stream_parts WHERE stream = $1 AND version = $2 ORDER BY batch LIMIT $3::bigint + 1
           ) p CROSS JOIN LATERAL (SELECT position FROM log_batches WHERE batch = p.batch OFFSET 0) b`,
    values: [live.stream, live.version, maxPartials],
  });
  if (rows.length > maxPartials) return null;
  const part = live.compiled.empty();
  for (const { bytes, position } of rows) part.mergeEncoded(bytes, position);
  return part;
}

/**
 * Reads pending partial aggregates in log order. The statement scans all pending rows of the stream.
 * @param upTo last log position to read
 */
export async function readPartialsInOrder(
  client: Pool | PoolClient,
  { stream, version }: Pick<LiveStream, 'stream' | 'version'>,
  upTo: number,
  maxBatches: number,
  maxBytes: number,
): Promise<{ readonly parts: readonly StoredPartial[]; readonly more: boolean }> {
  const rows = await queryRows<StoredPartial & { waiting: number }>(client, {
    name: 'read-parts-in-order',
    text: `SELECT n.batch, n.position, p.bytes, n.waiting::int FROM (
             SELECT p.batch, b.position, count(*) OVER () AS waiting, row_number() OVER in_order AS place,
               sum(octet_length(p.bytes)) OVER in_order - octet_length(p.bytes) AS before
             FROM stream_parts p JOIN log_batches b ON b.batch = p.batch
             WHERE p.stream = $1 AND p.version = $2 AND b.position <= $3 WINDOW in_order AS (ORDER BY b.position)
           ) n JOIN stream_parts p ON p.stream = $1 AND p.version = $2 AND p.batch = n.batch
           WHERE n.place <= $4 AND n.before < $5::bigint ORDER BY n.position`,
    values: [stream, version, upTo, maxBatches, maxBytes],
  });
  return { parts: rows, more: (rows[0]?.waiting ?? 0) > rows.length };
}

export async function removePartials(
  client: PoolClient,
  { stream, version }: Pick<LiveStream, 'stream' | 'version'>,
  batches: readonly number[],
): Promise<void> {
  await execute(client, 'DELETE FROM stream_parts WHERE stream = $1 AND version = $2 AND batch = ANY($3::bigint[])', [
    stream,
    version,
    batches,
  ]);
}

/** Partial aggregates that were removed from the table to be merged. */
export interface DequeuedPartials {
  /** One item for each stream, in order; null if nothing was pending. */
  readonly parts: readonly ({ readonly part: PartialAggregates; readonly batches: readonly number[] } | null)[];
  /** Whether more are pending. */
  readonly more: boolean;
}

/**
 * Removes and returns the oldest pending partial aggregates of streams. The caller must hold the row locks of the
 * stream versions.
 * @param maxBatches per stream
 * @param maxBytes over all streams; at least one partial aggregate is returned even if it is larger
 */
export async function dequeuePartials(
  client: PoolClient,
  streams: readonly LiveStream[],
  maxBatches: number,
  maxBytes: number,
): Promise<DequeuedPartials> {
  const rows = await queryRows<{ of: number; batch: number; position: number; bytes: Buffer; waiting: number }>(
    client,
    {
      name: 'take-parts',
      text: `WITH taken AS MATERIALIZED (
             SELECT * FROM (
               SELECT v.of, v.stream, v.version, p.batch, p.bytes, count(*) OVER ()::int AS waiting,
                 sum(octet_length(p.bytes)) OVER (ORDER BY p.batch, v.of) - octet_length(p.bytes) AS before
               FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS v (stream, version, of) CROSS JOIN LATERAL (
                 SELECT batch, bytes FROM stream_parts
                 WHERE stream = v.stream AND version = v.version ORDER BY batch LIMIT $3::bigint + 1
               ) p
             ) w WHERE before < $4::bigint
           ), gone AS (
             DELETE FROM stream_parts p USING taken t
             WHERE p.stream = t.stream AND p.version = t.version AND p.batch = t.batch
           )
           SELECT t.of::int, t.batch, b.position, t.bytes, t.waiting FROM taken t
           CROSS JOIN LATERAL (SELECT position FROM log_batches WHERE batch = t.batch OFFSET 0) b
           ORDER BY t.batch, t.of`,
      values: [...versionsOf(streams), maxBatches, maxBytes],
    },
  );
  const parts = streams.map((): { part: PartialAggregates; batches: number[] } | null => null);
  for (const { of, batch, position, bytes } of rows) {
    const taken = (parts[of - 1] ??= { part: streams[of - 1]!.compiled.empty(), batches: [] });
    taken.part.mergeEncoded(bytes, position);
    taken.batches.push(batch);
  }
  const full = parts.some((taken) => taken !== null && taken.batches.length > maxBatches);
  return { parts, more: full || (rows[0]?.waiting ?? 0) > rows.length };
}
