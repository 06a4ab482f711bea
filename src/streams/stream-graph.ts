import { MAX_STREAM_DEPTH, SpecFault } from './stream-spec';

/**
 * Checks that every stream counts events of the log, directly or through the windows of other streams.
 * @param over for each stream, the stream whose windows it counts; null if it counts events of the log
 * @throws SpecFault if the path from a stream to the log is too long, has a cycle or ends at an unknown stream
 */
export function checkGraph(over: ReadonlyMap<string, string | null>): void {
  for (const id of over.keys()) {
    let below = over.get(id) ?? null;
    for (let depth = 1; below !== null; depth++) {
      if (!over.has(below)) throw new SpecFault('over', `stream ${JSON.stringify(below)} does not exist`);
      if (depth > MAX_STREAM_DEPTH)
        throw new SpecFault('over', `streams can be stacked at most ${MAX_STREAM_DEPTH} deep, without cycles`);
      below = over.get(below) ?? null;
    }
  }
}
