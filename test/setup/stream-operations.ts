/** The operations of stream tests, and the functions that compare windows. */
import type { Pool } from 'pg';

export const CREATE_STREAM = `mutation($stream: StreamInput!) {
  written: createStream(input: { stream: $stream }) { receipt errors { index code path message } stream { id state } }
}`;
export const UPDATE_STREAM = CREATE_STREAM.replace('createStream', 'updateStream');
export const DELETE_STREAM = 'mutation($id: ID!) { deleteStream(input: { id: $id }) { errors { code } } }';
export const STREAM = `query($id: ID!) {
  stream(id: $id) { state reason progress windowCount keyCount lateCount watermark lateEvents { key start count events } }
}`;
const WINDOW = `{
  stream key keys isOther start end revision final isIncomplete events
  values { name kind decimal number error overfull quantiles { quantile value } top { value count } }
}`;
export const WINDOWS = `query($input: WindowsInput!, $first: Int!, $offset: Int) {
  windows(input: $input, first: $first, offset: $offset) ${WINDOW}
}`;
export const ANALYZE = `query($input: AnalyzeInput!) {
  analyze(input: $input) ${WINDOW.replace('stream ', '').replace('isOther ', '').replace('revision final isIncomplete ', '')}
}`;
export const WINDOW_UPDATED = `subscription($stream: ID!, $key: String) {
  windowUpdated(stream: $stream, key: $key) ${WINDOW.replace('{', '{ isRemoved')}
}`;

export interface StreamWritten {
  readonly written: {
    readonly receipt: string | null;
    readonly errors: readonly { code: string; path: string | null; message: string }[];
    readonly stream: { readonly id: string; readonly state: string } | null;
  };
}
export interface StreamAnswer {
  readonly stream: {
    readonly state: string;
    readonly reason: string | null;
    readonly progress: number;
    readonly windowCount: number;
    readonly keyCount: number;
    readonly lateCount: number;
    readonly watermark: string | null;
    readonly lateEvents: readonly { key: string; start: string; count: number; events: string[] }[];
  } | null;
}
export interface WindowAnswer {
  readonly key: string;
  readonly keys: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly revision: string;
  readonly final: boolean;
  readonly isIncomplete: boolean;
  readonly events: number;
  readonly values: readonly {
    readonly name: string;
    readonly decimal: string | null;
    readonly number: number | null;
    readonly overfull: boolean;
    readonly quantiles: readonly { quantile: number; value: number }[] | null;
    readonly top: readonly { value: string; count: number }[] | null;
  }[];
}
export interface WindowsAnswer {
  readonly windows: readonly WindowAnswer[];
}

/** Returns a window's figures by name, exact ones as they are written. */
export const figuresOf = ({ values }: WindowAnswer): Record<string, unknown> =>
  Object.fromEntries(
    values.map(({ name, decimal, number, quantiles, top }) => [name, decimal ?? top ?? quantiles ?? number]),
  );

/** Returns the stored windows of each stream, as bytes. */
export async function storedWindows(pool: Pool, stream: string): Promise<string[]> {
  const { rows } = await pool.query<{ row: string }>(
    `SELECT concat_ws(' ', w.key, w.start_at, w.end_at, encode(w.state, 'hex')) AS row
     FROM streams s JOIN stream_windows w ON w.stream = s.id AND w.version = s.shown WHERE s.id = $1
     ORDER BY w.start_at, w.key COLLATE "C"`,
    [stream],
  );
  return rows.map(({ row }) => row);
}
