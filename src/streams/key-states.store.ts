import type { PoolClient } from '../platform/postgres';
import type { LiveStream } from './live-streams.service';
import type { KeyedWindow } from './partial-aggregates';
import type { Pane } from './window/panes';
import { WindowState } from './window/window-state';

/** The states of one key's windows. PostgreSQL joins them, because reading a row costs more than decoding a state. */
export interface KeyStates {
  readonly key: string;
  readonly windows: number;
  /** Each state follows its length in bytes (32 bits, big-endian). */
  readonly states: Buffer;
}

const LENGTH_BYTES = 4;
/** Number of keys per slice. */
const SLICE_KEYS = 250;

/**
 * Reads the states of the stored windows that begin in a time range, in slices and in no order. A transaction can have
 * only one such reader at a time, because the cursor has a fixed name.
 * @param excluded windows that are left out
 */
export async function* readKeyStatesInSlices(
  client: PoolClient,
  live: LiveStream,
  { start, end }: Pane,
  excluded: readonly KeyedWindow[],
): AsyncGenerator<KeyStates[]> {
  await client.query(
    `DECLARE key_states NO SCROLL CURSOR FOR
     SELECT w.key, count(*)::int AS windows, string_agg(int4send(octet_length(w.state)) || w.state, '') AS states
     FROM stream_windows w
     WHERE w.stream = $1 AND w.version = $2 AND w.start_at >= to_timestamp($3::float8 / 1000.0)
       AND w.start_at < to_timestamp($4::float8 / 1000.0)
       AND NOT EXISTS (
         SELECT FROM unnest($5::text[], $6::float8[]) AS excluded (key, start)
         WHERE excluded.key = w.key AND to_timestamp(excluded.start / 1000.0) = w.start_at)
     GROUP BY w.key`,
    [live.stream, live.version, start, end, excluded.map(({ key }) => key), excluded.map((window) => window.start)],
  );
  for (;;) {
    const { rows } = await client.query<KeyStates>(`FETCH ${SLICE_KEYS} FROM key_states`);
    if (rows.length > 0) yield rows;
    if (rows.length < SLICE_KEYS) break;
  }
  await client.query('CLOSE key_states');
}

/** Decodes and merges the states of a key. */
export function mergeStates({ states }: KeyStates, { compiled }: LiveStream): WindowState {
  const merged = WindowState.empty(compiled.spec.aggregates);
  for (let at = 0; at < states.length;) {
    const from = at + LENGTH_BYTES;
    at = from + states.readUInt32BE(from - LENGTH_BYTES);
    merged.merge(WindowState.decode(states.subarray(from, at), compiled.spec.aggregates));
  }
  return merged;
}
