/** What is stored of the newest version of a stream; null: there is none. */
interface NewestVersion<State> {
  readonly id: string;
  readonly fromPosition: number;
  readonly version: number | null;
  readonly state: State | null;
  readonly reason: string | null;
  readonly filled: number | null;
}

/** Where a stream stands, or the one that it counts the windows of. */
export interface StreamProgress<State> {
  readonly state: State | 'FILLING';
  /** Why it is FULL or FAILED. */
  readonly reason: string | null;
  /** How far the past is filled in, from 0 to 1. */
  readonly progress: number;
}

/** @param log the stream that counts events: the stream itself, or the lowest one that it stands over */
export function progressOf<State extends string>(
  stream: { readonly id: string },
  { id, state, reason, version, filled, fromPosition }: NewestVersion<State>,
): StreamProgress<State> {
  const toFill = (version ?? 0) - fromPosition;
  const isFilling = (state ?? 'FILLING') === 'FILLING';
  const part = version === null ? 0 : toFill > 0 ? ((filled ?? 0) - fromPosition) / toFill : 1;
  return {
    // A stream without a version waits to be filled anew.
    state: state ?? 'FILLING',
    reason: reason === null || id === stream.id ? reason : `the stream ${JSON.stringify(id)} below it: ${reason}`,
    progress: isFilling ? part : 1,
  };
}
