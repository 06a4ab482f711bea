import type { PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import { runYielding } from '../platform/run-yielding';
import type { LiveStream } from './live-stream';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import type { Pane } from './window/panes';
import { WindowState } from './window/window-state';

/** The states of one key's windows, concatenated because reading a row costs more than decoding a state. */
interface KeyStatesRow {
  readonly key: string;
  readonly windows: number;
  /** Each state follows its length in bytes (32 bits, big-endian). */
  readonly states: Buffer;
}

const LENGTH_BYTES = 4;
/**
 * Time range of one statement, in ms. PostgreSQL reads all windows of a statement before it returns the first row, so
 * the range limits how long one statement takes. In 31 days, a stream with 12,000 keys a day has 372,000 windows.
 */
const STATEMENT_RANGE_MS = 31 * 86_400_000;
/** Number of rows that are fetched at a time. The largest states, those of TOP, have 50–100 KB. */
const ROWS_PER_FETCH = 200;
/** Time (ms) for which merging may block the event loop before it yields. */
const TIME_SLICE_MS = 5;

/**
 * Merges the stored windows of each key that begin in a time range into one window per key. A transaction can run only
 * one such merge at a time, because its database cursor has a fixed name.
 * @param excluded windows that are left out
 * @param target receives the windows, with the time range `targetRange` and with revision 0, because the revisions of
 *   merged windows are not used
 * @param onRead called after each fetch with the number of windows that have been read; it may throw to stop
 * @returns the number of windows that were read
 */
export async function mergeStoredWindows(
  client: PoolClient,
  live: LiveStream,
  range: Pane,
  excluded: readonly KeyedWindow[],
  { target, targetRange, onRead }: MergeOptions,
): Promise<number> {
  let read = 0;
  for (let start = range.start; start < range.end; start += STATEMENT_RANGE_MS) {
    const end = Math.min(range.end, start + STATEMENT_RANGE_MS);
    for await (const rows of readKeyStates(client, live, { start, end }, excluded)) {
      read += rows.reduce((sum, { windows }) => sum + windows, 0);
      onRead?.(read);
      await runYielding(mergeRows(rows, live, target, targetRange), TIME_SLICE_MS);
    }
  }
  return read;
}

interface MergeOptions {
  readonly target: PartialAggregates;
  readonly targetRange: Pane;
  readonly onRead?: (windows: number) => void;
}

async function* readKeyStates(
  client: PoolClient,
  live: LiveStream,
  { start, end }: Pane,
  excluded: readonly KeyedWindow[],
): AsyncGenerator<KeyStatesRow[]> {
  // All rows are fetched. By default, the planner prefers a fast first row, and reads all windows in the order of keys.
  await execute(client, 'SET LOCAL cursor_tuple_fraction = 1');
  await execute(
    client,
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
    const rows = await queryRows<KeyStatesRow>(client, `FETCH ${ROWS_PER_FETCH} FROM key_states`);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_PER_FETCH) break;
  }
  await execute(client, 'CLOSE key_states');
}

function* mergeRows(
  rows: readonly KeyStatesRow[],
  { compiled }: LiveStream,
  target: PartialAggregates,
  targetRange: Pane,
): Generator<undefined, void, undefined> {
  for (const { key, states } of rows) {
    const merged = WindowState.empty(compiled.spec.aggregates);
    for (let at = 0; at < states.length;) {
      const from = at + LENGTH_BYTES;
      at = from + states.readUInt32BE(from - LENGTH_BYTES);
      merged.merge(WindowState.decode(states.subarray(from, at), compiled.spec.aggregates));
      yield;
    }
    target.mergeWindow({ ...targetRange, key, revision: 0, state: merged });
  }
}
