import { MAX_DEPTH, SpecFault } from './spec';

/**
 * @param over by stream, the one whose windows it counts; null: it counts events of the log
 * @throws SpecFault where the way from a stream to the log is too long, a circle, or leads nowhere
 */
export function checkGraph(over: ReadonlyMap<string, string | null>): void {
  for (const id of over.keys()) {
    let below = over.get(id) ?? null;
    for (let depth = 1; below !== null; depth++) {
      if (!over.has(below)) throw new SpecFault('over', `there is no stream ${JSON.stringify(below)}`);
      if (depth > MAX_DEPTH)
        throw new SpecFault('over', `streams stand over one another up to ${MAX_DEPTH} deep, and in no circle`);
      below = over.get(below) ?? null;
    }
  }
}
