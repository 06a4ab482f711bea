import type { Pool } from '../platform/postgres';
import { compileStream } from './compile-stream';
import { decodeKey } from './key-encoding';
import { SpecFault, type AggregateSpec } from './stream-spec';
import type { ComparedSegment } from './stream-expressions';
import { readStreams } from './stream.store';

/** The segments of customers that a stream names. */
export interface StreamSegments {
  readonly stream: string;
  readonly aggregates: readonly AggregateSpec[];
  readonly compared: readonly ComparedSegment[];
  /** Returns those parts of a window's key that are ids of segments. */
  readonly segmentsInKey: (key: string) => readonly string[];
}

/** Returns the streams that read `customer.segment`. */
export async function readStreamSegments(pool: Pool): Promise<StreamSegments[]> {
  return (await readStreams(pool)).flatMap(({ id, spec }) => {
    try {
      const { segmentUse, comparedSegments, segmentKeys } = compileStream(spec);
      if (segmentUse === 'NONE') return [];
      const segmentsInKey = (key: string) => partsOf(key, segmentKeys.length).filter((_, at) => segmentKeys[at]);
      return [{ stream: id, aggregates: spec.aggregates, compared: comparedSegments, segmentsInKey }];
    } catch (error) {
      // A stream that this release can't compile has the state FAILED.
      if (error instanceof SpecFault) return [];
      throw error;
    }
  });
}

/** Returns the parts of a key that a person may have written; none if it is not a key of so many parts. */
function partsOf(key: string, count: number): readonly string[] {
  try {
    return decodeKey(key, count);
  } catch {
    return [];
  }
}
