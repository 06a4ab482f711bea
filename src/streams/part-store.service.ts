import type { Pool, PoolClient } from '../platform/postgres';
import type { LiveStream } from './live-streams.service';
import { Partials } from './partials';

/** What one batch adds to a stream, as it is stored until it is folded in. */
export interface StoredPart {
  readonly batch: number;
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** The oldest batches first. @param most bytes are read beyond which no more parts are; one is in any case */
export async function readStoredParts(
  client: Pool | PoolClient,
  live: Pick<LiveStream, 'stream' | 'version'>,
  most: number,
  mostBytes: number,
): Promise<{ readonly parts: readonly StoredPart[]; readonly more: boolean }> {
  const { rows } = await client.query<StoredPart & { waiting: number }>({
    name: 'read-parts',
    text: `SELECT p.batch, b.position, p.bytes, p.waiting::int FROM (
             SELECT batch, bytes, count(*) OVER () AS waiting,
               sum(octet_length(bytes)) OVER (ORDER BY batch) - octet_length(bytes) AS before
             FROM (SELECT batch, bytes FROM stream_parts WHERE stream = $1 AND version = $2 ORDER BY batch LIMIT $3::bigint + 1) n
           ) p CROSS JOIN LATERAL (SELECT position FROM log_batches WHERE batch = p.batch OFFSET 0) b
           WHERE p.before < $4::bigint ORDER BY p.batch LIMIT $3::bigint`,
    values: [live.stream, live.version, most, mostBytes],
  });
  return { parts: rows, more: rows.length > 0 && rows[0].waiting > rows.length };
}

/**
 * The same in the order of the log, which costs a look at all that wait.
 * @param upTo a position
 */
export async function readPartsInOrder(
  client: Pool | PoolClient,
  { stream, version }: Pick<LiveStream, 'stream' | 'version'>,
  upTo: number,
  most: number,
  mostBytes: number,
): Promise<{ readonly parts: readonly StoredPart[]; readonly more: boolean }> {
  const { rows } = await client.query<StoredPart & { waiting: number }>({
    name: 'read-parts-in-order',
    text: `SELECT n.batch, n.position, p.bytes, n.waiting::int FROM (
             SELECT p.batch, b.position, count(*) OVER () AS waiting, row_number() OVER in_order AS place,
               sum(octet_length(p.bytes)) OVER in_order - octet_length(p.bytes) AS before
             FROM stream_parts p JOIN log_batches b ON b.batch = p.batch
             WHERE p.stream = $1 AND p.version = $2 AND b.position <= $3 WINDOW in_order AS (ORDER BY b.position)
           ) n JOIN stream_parts p ON p.stream = $1 AND p.version = $2 AND p.batch = n.batch
           WHERE n.place <= $4 AND n.before < $5::bigint ORDER BY n.position`,
    values: [stream, version, upTo, most, mostBytes],
  });
  return { parts: rows, more: rows.length > 0 && rows[0].waiting > rows.length };
}

/** What batches have added to windows and is not folded in yet. */
export async function readParts(
  client: Pool | PoolClient,
  live: LiveStream,
  most: number,
  mostBytes = Number.MAX_SAFE_INTEGER,
): Promise<{
  readonly part: Partials;
  readonly batches: readonly number[];
  /** Whether more wait. */
  readonly more: boolean;
}> {
  const { parts, more } = await readStoredParts(client, live, most, mostBytes);
  const { compiled } = live;
  const part = compiled.empty();
  for (const { bytes, position } of parts)
    part.merge(Partials.decode(bytes, compiled.spec.aggregates, compiled.window.panes === null, position));
  return { part, batches: parts.map(({ batch }) => batch), more };
}

/** In the transaction that writes those batches, or fills them in. */
export async function addParts(
  client: PoolClient,
  parts: readonly {
    readonly stream: string;
    readonly version: number;
    readonly batch: number;
    readonly bytes: Uint8Array;
  }[],
): Promise<void> {
  if (parts.length === 0) return;
  await client.query({
    name: 'add-stream-parts',
    text: `INSERT INTO stream_parts (stream, version, batch, bytes)
           SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[])`,
    values: [
      parts.map(({ stream }) => stream),
      parts.map(({ version }) => version),
      parts.map(({ batch }) => batch),
      parts.map(({ bytes }) => Buffer.from(bytes)),
    ],
  });
}

export async function removeParts(
  client: PoolClient,
  { stream, version }: Pick<LiveStream, 'stream' | 'version'>,
  batches: readonly number[],
): Promise<void> {
  await client.query('DELETE FROM stream_parts WHERE stream = $1 AND version = $2 AND batch = ANY($3::bigint[])', [
    stream,
    version,
    batches,
  ]);
}
