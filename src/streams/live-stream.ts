import type { CompiledStream } from './compile-stream';

/** One version of a stream, compiled and ready to count events. */
export interface LiveStream {
  readonly stream: string;
  readonly version: number;
  readonly compiled: CompiledStream;
}

/** The version of a stream whose windows are shown. */
export interface ShownStream extends LiveStream {
  /** All events of the log that were received before this instant are counted. */
  readonly watermark: number;
  /** Windows that begin before this instant are not shown. */
  readonly keptFrom: number;
  /** Number of keys that have windows. */
  readonly keyCount: number;
  /** The stream whose windows this stream counts; null if it counts events. */
  readonly over: ShownStream | null;
}
