import type { RankerModel } from '../../src/recommend/artefact/ranker-model';
import { fitAndTestRanker } from '../../src/recommend/training/fit-ranker';

type Arguments = Parameters<typeof fitAndTestRanker>;

/** Fits a ranker without a basket ranker. */
export function fitRanker(events: Arguments[0], options: Arguments[1]): RankerModel | null {
  return fitAndTestRanker(events, { ...options, baskets: false })?.model ?? null;
}
