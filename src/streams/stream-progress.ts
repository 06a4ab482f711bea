/** Stored state of the newest version of a stream. Values are null if the stream has no version. */
interface NewestVersion<State> {
  readonly id: string;
  readonly fromPosition: number;
  readonly version: number | null;
  readonly state: State | null;
  readonly reason: string | null;
  readonly filled: number | null;
}

/** State and progress of a stream. A stream over another stream has those of the stream that counts the events. */
export interface StreamProgress<State> {
  readonly state: State | 'FILLING';
  /** Why the stream is FULL or FAILED. */
  readonly reason: string | null;
  /** Progress of the backfill, from 0 to 1. */
  readonly progress: number;
}

/**
 * Returns the state and progress of a stream. The second argument is the stream that counts events: the stream itself,
 * or the last stream of the chain of streams that it is based on.
 */
export function progressOf<State extends string>(
  stream: { readonly id: string },
  { id, state, reason, version, filled, fromPosition }: NewestVersion<State>,
): StreamProgress<State> {
  const toFill = (version ?? 0) - fromPosition;
  const isFilling = (state ?? 'FILLING') === 'FILLING';
  const part = version === null ? 0 : toFill > 0 ? ((filled ?? 0) - fromPosition) / toFill : 1;
  return {
    // A stream without a version waits for a rebuild.
    state: state ?? 'FILLING',
    reason: reason === null || id === stream.id ? reason : `the stream ${JSON.stringify(id)} below it: ${reason}`,
    progress: isFilling ? part : 1,
  };
}
